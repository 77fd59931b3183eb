"""The default models as OpenVINO runs them compute what PyTorch computes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import save_file
from transformers import MPNetConfig, MPNetModel

from assistant.reading.span_model import SpanModel, shipped_folder
from index.models import bert, weights
from index.models.embedding import SentenceTransformerEmbeddings, _installed_folder
from index.models.weights import ByteMatrix, read_weights, to_bytes
from training.export_context import to_nibbles


@dataclass(frozen=True)
class Row:
    """As much of a tokenizer's encoding as the encoder reads."""

    ids: list[int]

    @property
    def attention_mask(self) -> list[int]:
        return [1] * len(self.ids)

    @property
    def type_ids(self) -> list[int]:
        return [0] * len(self.ids)


if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

LONG = "The strait was closed to tankers for nine days, the port authority said. " * 12
TEXTS = ["Grain", "Who closed the strait?", LONG[:400], LONG, "Ĝis la revido, 世界! " * 5, ""]
HALF = "strait \ud800"


@pytest.fixture
def as_floats(tmp_path: Path) -> str:
    """The shipped reading model as the library reads it: its bytes times their scales."""
    weights = {
        name: torch.from_numpy(
            values.to_floats() if isinstance(values, ByteMatrix) else values.astype(np.float32)
        )
        for name, values in read_weights(shipped_folder()).items()
    }
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((shipped_folder() / name).read_bytes())
    return str(tmp_path)


def test_vectors_are_those_of_the_library() -> None:
    ours = SentenceTransformerEmbeddings().encode(TEXTS)
    library = SentenceTransformerEmbeddings(str(_installed_folder())).encode(TEXTS)
    assert ours.shape == library.shape == (len(TEXTS), 384)
    alike = (ours * library).sum(axis=1)
    assert alike.min() > 0.98
    assert alike[TEXTS.index(LONG)] > 0.998


def test_spans_are_those_of_the_library(as_floats: str) -> None:
    question = "Who closed the strait?"
    passages = ["The strait was closed by the harbour master, Ida Brückner, on 3 May.", LONG]
    ours = list(SpanModel().read(question, passages, 2))
    library = list(SpanModel(as_floats).read(question, passages, 2))
    assert (ours[0][0].start, ours[0][0].end) == (library[0][0].start, library[0][0].end)
    assert ours[0][0].score == pytest.approx(library[0][0].score, abs=1)


def test_in_full_precision_there_is_next_to_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bert, "has_bfloat16_units", lambda: False)
    monkeypatch.setattr(bert, "has_byte_units", lambda: False)
    ours = SentenceTransformerEmbeddings().encode(TEXTS)
    library = SentenceTransformerEmbeddings(str(_installed_folder())).encode(TEXTS)
    np.testing.assert_allclose(ours, library, atol=1e-5)


def test_so_with_spans(as_floats: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bert, "has_bfloat16_units", lambda: False)
    monkeypatch.setattr(bert, "has_byte_units", lambda: False)
    ours = SpanModel().read("Who closed the strait?", [LONG, TEXTS[4]], 3)
    library = SpanModel(as_floats).read("Who closed the strait?", [LONG, TEXTS[4]], 3)
    for one, other in zip(ours, library, strict=True):
        assert [(each.start, each.end) for each in one] == [
            (each.start, each.end) for each in other
        ]
        scores = [(each.score, each.certainty) for each in other]
        assert [(each.score, each.certainty) for each in one] == [
            pytest.approx(score, abs=1e-3) for score in scores
        ]


def test_half_of_a_surrogate_pair_is_no_error() -> None:
    assert SentenceTransformerEmbeddings().encode([HALF]).shape == (1, 384)


def test_padding_and_company_change_nothing() -> None:
    embeddings = SentenceTransformerEmbeddings()
    alone = np.vstack([embeddings.encode([text]) for text in TEXTS])
    assert (alone * embeddings.encode(TEXTS)).sum(axis=1).min() > 0.999


def test_few_lengths_are_ever_run(monkeypatch: pytest.MonkeyPatch) -> None:
    embeddings, lengths = SentenceTransformerEmbeddings(), set()
    run = bert.Bert.run

    def noted(self: bert.Bert, row: Encoding) -> list[NDArray[np.float32]]:
        lengths.add(len(row.ids))
        return run(self, row)

    monkeypatch.setattr(bert.Bert, "run", noted)
    assert len(embeddings.encode(["strait " * (3 * number) for number in range(90)])) == 90
    assert lengths == set(range(16, 257, 16))


def test_rows_of_one_length_are_run_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bert, "usable_cores", lambda: 1)
    embeddings, lengths = SentenceTransformerEmbeddings(), []
    run = bert.Bert.run

    def noted(self: bert.Bert, row: Encoding) -> list[NDArray[np.float32]]:
        lengths.append(len(row.ids))
        return run(self, row)

    monkeypatch.setattr(bert.Bert, "run", noted)
    texts = [LONG[: 40 + 97 * number % 800] for number in range(24)]
    vectors = embeddings.encode(texts)
    assert lengths == sorted(lengths)
    alone = np.vstack([embeddings.encode([text]) for text in texts])
    assert (vectors * alone).sum(axis=1).min() > 0.999


@pytest.mark.parametrize(
    ("flags", "quick"),
    [
        ("vendor_id : AuthenticAMD flags : avx512_bf16", True),
        ("vendor_id : GenuineIntel flags : avx512_bf16", False),
        ("vendor_id : GenuineIntel flags : avx512_bf16 amx_bf16", True),
    ],
)
def test_intel_s_vector_units_for_bfloat16_are_left_alone(
    monkeypatch: pytest.MonkeyPatch, flags: str, quick: bool
) -> None:
    for module in (weights, bert):
        monkeypatch.setattr(module, "processor_flags", lambda: set(flags.split()))
    monkeypatch.setattr(
        "openvino.Core", lambda: SimpleNamespace(get_property=lambda *_: ["FP32", "BF16"])
    )
    told = (weights.has_matrix_units, bert.has_bfloat16_units)
    for each in told:
        each.cache_clear()
    try:
        assert bert.has_bfloat16_units() is quick
    finally:
        for each in told:
            each.cache_clear()


def test_what_is_not_wanted_any_more_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    model, runs = SpanModel(), []
    run = bert.Bert.run

    def noted(self: bert.Bert, row: Encoding) -> list[NDArray[np.float32]]:
        runs.append(row)
        return run(self, row)

    monkeypatch.setattr(bert.Bert, "run", noted)
    with closing(model.read("Who closed the strait?", [LONG] * 400)) as reading:
        assert next(reading)
    assert len(runs) < 200


def test_a_question_does_not_wait_for_all_of_an_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    embeddings, begun, runs = SentenceTransformerEmbeddings(), threading.Event(), []
    run = bert.Bert.run

    def noted(self: bert.Bert, row: Encoding) -> list[NDArray[np.float32]]:
        runs.append(row)
        begun.set()
        return run(self, row)

    monkeypatch.setattr(bert.Bert, "run", noted)
    with ThreadPoolExecutor(1) as other:
        article = other.submit(embeddings.encode, [LONG[:400]] * 200)
        assert begun.wait(60)
        embeddings.encode(["Who closed the strait?"])
        before = len(runs)
        assert len(article.result()) == 200
    assert before < 150


def test_nothing_is_sent_and_nothing_left_behind(tmp_path: Path) -> None:
    program = """
import sys
seen = []
sys.addaudithook(lambda event, _: seen.append(event))
from assistant.reading.span_model import SpanModel
from index.models.embedding import SentenceTransformerEmbeddings
SentenceTransformerEmbeddings().embed_query("Who?")
SpanModel().read("Who?", ["Ida."])
reaching = ("socket.connect", "socket.get", "socket.send", "subprocess.", "os.fork", "os.exec")
print(sorted({event for event in seen if event.startswith(reaching)}))
"""
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
    assert not list(tmp_path.iterdir())


def test_an_mpnet_computes_what_the_library_computes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bert, "has_bfloat16_units", lambda: False)
    monkeypatch.setattr(bert, "has_byte_units", lambda: False)
    torch.manual_seed(1)
    config = MPNetConfig(
        vocab_size=99, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=300, layer_norm_eps=1e-5,
    )  # fmt: skip
    library = MPNetModel(config, add_pooling_layer=False).eval()  # type: ignore[no-untyped-call]
    head = torch.nn.Linear(32, 2)
    state = {f"mpnet.{name}": tensor for name, tensor in library.state_dict().items()}
    state |= {f"span.{name}": tensor for name, tensor in head.state_dict().items()}
    save_file({n: t.contiguous() for n, t in state.items()}, tmp_path / "model.safetensors")
    config.save_pretrained(tmp_path)
    row = Row(ids=[0, *(5 + number % 90 for number in range(200)), 2])
    ours = bert.Bert(tmp_path, bert.start_and_end).run(row)  # type: ignore[arg-type]
    with torch.no_grad():
        hidden = library(torch.tensor([row.ids])).last_hidden_state
        both = head(hidden)[0].unbind(-1)
    for mine, theirs in zip(ours, both, strict=True):
        np.testing.assert_allclose(mine.ravel(), theirs.numpy().ravel(), atol=1e-4)


def test_bytes_and_half_bytes_come_back_near(tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).normal(size=(40, 64)).astype(np.float32)
    packed = to_bytes(matrix)
    nibbles, scales = to_nibbles(matrix)
    tensors = {
        "a.bytes": packed.values, "a.scales": packed.scales, "b.nibbles": nibbles,
        "b.scales": scales, "c": matrix,
    }  # fmt: skip
    save_arrays(
        {n: np.ascontiguousarray(t) for n, t in tensors.items()}, tmp_path / "x.safetensors"
    )
    found = read_weights(tmp_path)
    assert set(found) == {"a", "b", "c"}
    assert isinstance(found["a"], ByteMatrix)
    np.testing.assert_allclose(found["a"].to_floats(), matrix, atol=0.02)
    assert isinstance(found["b"], ByteMatrix)
    assert np.corrcoef(found["b"].to_floats().ravel(), matrix.ravel())[0, 1] > 0.99
    np.testing.assert_array_equal(found["c"], matrix)


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        ({"cpu.max": "200000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, 8),
        ({"cpu.max": "9900000 100000\n"}, 8),
        ({"cpu.max": "nonsense"}, 8),
        ({"cpu/cpu.cfs_quota_us": "300000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 3),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
        ({}, 8),
    ],
)
def test_a_container_s_quota_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], cores: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert weights.usable_cores(tmp_path) == cores
