"""BERT (Devlin et al., 2019) and MPNet (Song et al., 2020) as OpenVINO runs them, from the files of
Hugging Face models or our own in bytes (`index.models.weights`).

On a processor it takes two thirds of PyTorch's time, and a process that needs neither PyTorch nor
transformers starts eight seconds sooner. The graph is put together here, since to convert one
needs both of them.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

# Without this, to import OpenVINO is to report to its maker: the default reaches no network.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402
from openvino import opset13 as ops  # noqa: E402

from index.models.weights import (  # noqa: E402
    ByteMatrix,
    has_byte_units,
    has_matrix_units,
    processor_flags,
    read_weights,
    to_bytes,
    usable_cores,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from numpy.typing import NDArray
    from tokenizers import Encoding

    Weights = Mapping[str, Any]  # constants of the graph
    Head = Callable[[Any, Any, Weights], Sequence[Any]]

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")

_GROUP = 128  # values that share a scale; 384, all of a word piece, are no quicker and less exact

_of_the_parent: list[Any] = []  # what a fork has copied of models that cannot be used here
_compiling_again = threading.Lock()


class Bert:
    """A BERT encoder and what is made of its last layer, compiled for this processor.

    Safe to use from several threads. Each core runs a row of its own, which is quicker than batches
    in which all of them share, and needs less memory.

    Args:
        folder: `config.json` and `model.safetensors`, the latter in float32, float16 or bfloat16.
        head: from the last layer (rows, length, width), the mask (rows, length) and the weights to
            the graph's outputs.
        in_bytes: multiply bytes, scaled for each word piece (dynamic quantization), where that is
            the quickest: 1.3 times as fast as bfloat16 and twice as fast as float32 where the
            processor multiplies vectors of bytes. Where it multiplies matrices (AMX), bfloat16 is
            1.5 times as fast as that and more exact, and is taken instead.

    Raises:
        OSError, ValueError, KeyError: the files are missing, or are not BERT's.
    """

    def __init__(self, folder: Path, head: Head, *, in_bytes: bool = False) -> None:
        in_bytes = in_bytes and has_byte_units() and not has_matrix_units()
        self._made_of = folder, head, in_bytes
        self._compile()

    def _compile(self) -> None:
        graph = _graph(*self._made_of)
        kind = "bf16" if has_bfloat16_units() else "f32"
        cores = usable_cores()
        # Not pinned: another process of ours, one that adds, would be pinned to the same cores.
        options = {
            "NUM_STREAMS": cores,
            "INFERENCE_NUM_THREADS": cores,
            "INFERENCE_PRECISION_HINT": kind,
            "ENABLE_CPU_PINNING": False,
        }
        if self._made_of[-1]:
            options["DYNAMIC_QUANTIZATION_GROUP_SIZE"] = _GROUP
        self._compiled = openvino.compile_model(graph, "CPU", options)
        self._requests = threading.local()
        self._workers = ThreadPoolExecutor(cores, "dateline-model")
        self._ahead = 2 * cores
        self._process = os.getpid()

    def _go_on_after_a_fork(self) -> None:
        """A fork copies no threads, and a model waits for its own: there it is made again."""
        if self._process != os.getpid():
            with _compiling_again:
                if self._process != os.getpid():
                    # Kept: to let go of them would be to wait for their threads.
                    _of_the_parent.append((self._compiled, self._requests, self._workers))
                    self._compile()

    def map(self, function: Callable[[_Given], _Made], given: Iterable[_Given]) -> Iterator[_Made]:
        """What a function that calls `run` makes of each, as many at once as there are cores.

        They are begun in order, and only a few before the first is taken: a question does not wait
        for an article to be embedded. When the iterator is closed, those not begun are left out.
        """
        self._go_on_after_a_fork()
        handed: deque[Future[_Made]] = deque()
        try:
            for each in given:
                handed.append(self._workers.submit(function, each))
                if len(handed) == self._ahead:
                    yield handed.popleft().result()
            while handed:
                yield handed.popleft().result()
        finally:
            for future in handed:
                future.cancel()

    def run(self, row: Encoding) -> list[NDArray[np.float32]]:
        """What the head makes of a row of word pieces, on one core.

        Every length has kernels of its own, made when it is first met and kept, a megabyte of them:
        rows are best padded to a few lengths.
        """
        self._go_on_after_a_fork()
        request = getattr(self._requests, "own", None)
        if request is None:
            request = self._requests.own = self._compiled.create_infer_request()
        ids = np.array([row.ids], np.int64)
        mask = np.array([row.attention_mask], np.float32)
        types = np.array([row.type_ids], np.int64)
        made = request.infer([ids, mask, types])
        return [np.array(made[port][0], np.float32) for port in self._compiled.outputs]


@cache
def has_bfloat16_units() -> bool:
    """Whether this processor multiplies bfloat16 in hardware, two to three times as fast.

    Not with Intel's vector units: they take 1.6 times as long as for float32."""
    quick = has_matrix_units() or "GenuineIntel" not in processor_flags()
    return quick and "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def mean(hidden: Any, mask: Any, _: Weights) -> Sequence[Any]:
    """A head: the mean over each row's word pieces, (rows, width)."""
    each = ops.unsqueeze(mask, _whole(2))
    summed = ops.reduce_sum(ops.multiply(hidden, each), _whole(1))
    return [ops.divide(summed, ops.reduce_sum(mask, _whole(1), keep_dims=True))]


def reading_head(hidden: Any, mask: Any, weights: Weights) -> Sequence[Any]:
    """A head: `start_and_end`, and at the first piece the logits of yes, no and open, (rows, 3)."""
    first = ops.squeeze(ops.slice(hidden, *(np.array([n]) for n in (0, 1, 1, 1))), _whole(1))
    return [*start_and_end(hidden, mask, weights), _linear(first, weights, "entailment")]


def start_and_end(hidden: Any, _: Any, weights: Weights) -> Sequence[Any]:
    """A head: for each word piece the logits that an answer starts and ends there, twice (rows,
    length).
    """
    both = _linear(hidden, weights, "span" if "span.weight" in weights else "qa_outputs")
    return [ops.squeeze(each, _whole(2)) for each in ops.split(both, _whole(2), 2).outputs()]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the parts of an encoder are called, and where two kinds differ.

    Attributes:
        first_position: the number of the first position embedding.
        typed: whether question and passage have an embedding of their own each.
    """

    prefix: str
    query: str
    key: str
    value: str
    joined: str
    attention_norm: str
    first_position: int
    typed: bool


_LAYOUTS = {
    "bert": _Layout(
        "bert.",
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "attention.output",
        first_position=0,
        typed=True,
    ),
    "mpnet": _Layout(
        "mpnet.",
        "attention.attn.q",
        "attention.attn.k",
        "attention.attn.v",
        "attention.attn.o",
        "attention",
        first_position=2,
        typed=False,
    ),
}


def _graph(folder: Path, head: Head, in_bytes: bool) -> Any:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    layout = _LAYOUTS.get(config["model_type"])
    if layout is None or config["hidden_act"] != "gelu":
        raise ValueError(f"{folder} holds neither a BERT nor an MPNet")
    found = {name.removeprefix(layout.prefix): w for name, w in read_weights(folder).items()}
    tables = {name: values for name, values in found.items() if name.startswith("embeddings.")}
    weights = {
        name: _constant(values, in_bytes and ".layer." in name)
        for name, values in found.items()
        if name not in tables or "LayerNorm" in name
    }
    tiny = config["layer_norm_eps"]

    ids, types = (ops.parameter([-1, -1], np.int64, name) for name in ("ids", "types"))
    mask = ops.parameter([-1, -1], np.float32, "mask")

    def norm(values: Any, name: str) -> Any:
        even = ops.mvn(values, np.array([-1]), True, tiny, "inside_sqrt")
        scaled = ops.multiply(even, weights[f"{name}.LayerNorm.weight"])
        return ops.add(scaled, weights[f"{name}.LayerNorm.bias"])

    def embedded(name: str, numbers: Any) -> Any:
        return _looked_up(tables[f"embeddings.{name}_embeddings.weight"], numbers)

    length = ops.gather(ops.shape_of(ids, "i64"), _whole(1), _whole(0))
    first = layout.first_position
    places = ops.range(_whole(first), ops.add(length, _whole(first)), _whole(1), "i64")
    words = embedded("word", ids)
    if layout.typed:
        words = ops.add(words, embedded("token_type", types))
    hidden = norm(ops.add(words, embedded("position", places)), "embeddings")

    heads = config["num_attention_heads"]
    # 0 where a word piece stands and far below where there is none, (rows, 1, 1, length)
    unseen = ops.multiply(ops.subtract(mask, np.float32(1)), np.float32(1e9))
    unseen = ops.unsqueeze(ops.unsqueeze(unseen, _whole(1)), _whole(1))
    if "encoder.relative_attention_bias.weight" in weights:
        table = weights["encoder.relative_attention_bias.weight"]
        longest = config["max_position_embeddings"] - first
        near = ops.constant(_distances(longest, config["relative_attention_num_buckets"]))
        ends = ops.unsqueeze(length, _whole(0))
        for axis in (0, 1):  # the corner that a row of this length needs
            near = ops.slice(near, np.array([0]), ends, np.array([1]), np.array([axis]))
        bias = ops.transpose(ops.gather(table, near, _whole(0)), np.array([2, 0, 1]))
        unseen = ops.add(ops.unsqueeze(bias, _whole(0)), unseen)

    def attend(hidden: Any, name: str) -> Any:
        def part(kind: str) -> Any:
            made = _linear(hidden, weights, f"{name}.{kind}")
            width = config["hidden_size"] // heads
            apart = ops.reshape(made, np.array([0, 0, heads, width]), special_zero=True)
            return ops.transpose(apart, np.array([0, 2, 1, 3]))

        seen = ops.scaled_dot_product_attention(
            part(layout.query), part(layout.key), part(layout.value), unseen
        )
        together = ops.transpose(seen, np.array([0, 2, 1, 3]))
        return ops.reshape(together, np.array([0, 0, config["hidden_size"]]), special_zero=True)

    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        seen = _linear(attend(hidden, layer), weights, f"{layer}.{layout.joined}")
        hidden = norm(ops.add(hidden, seen), f"{layer}.{layout.attention_norm}")
        wide = ops.gelu(_linear(hidden, weights, f"{layer}.intermediate.dense"), "erf")
        narrow = _linear(wide, weights, f"{layer}.output.dense")
        hidden = norm(ops.add(hidden, narrow), f"{layer}.output")

    return openvino.Model(list(head(hidden, mask, weights)), [ids, mask, types], "encoder")


def _distances(longest: int, buckets: int, farthest: int = 128) -> NDArray[np.int64]:
    """The bucket of each pair of places, (longest, longest), as MPNet and T5 divide distances.

    Half of the buckets are for what comes after; of each half, half are for one distance each, and
    the others widen up to `farthest`.
    """
    places = np.arange(longest)
    apart = places[None, :] - places[:, None]
    half, exact = buckets // 2, buckets // 4
    away = np.abs(apart)
    wide = np.log(np.maximum(away, 1) / exact) / np.log(farthest / exact) * (half - exact)
    far = np.minimum(exact + wide.astype(np.int64), half - 1)
    numbers: NDArray[np.int64] = np.where(apart > 0, half, 0) + np.where(away < exact, away, far)
    return numbers


def _looked_up(table: NDArray[Any] | ByteMatrix, numbers: Any) -> Any:
    """Rows of an embedding table, (rows, length, width); only those of bytes become floats."""
    if not isinstance(table, ByteMatrix):
        return ops.convert(ops.gather(ops.constant(table), numbers, _whole(0)), "f32")
    found, scales = (
        ops.convert(ops.gather(ops.constant(each), numbers, _whole(0)), "f32")
        for each in (table.values, table.scales)
    )
    groups, width = table.scales.shape[1], table.values.shape[1]
    apart = ops.reshape(found, np.array([0, 0, groups, width // groups]), special_zero=True)
    scaled = ops.multiply(apart, ops.unsqueeze(scales, _whole(3)))
    return ops.reshape(scaled, np.array([0, 0, width]), special_zero=True)


def _linear(values: Any, weights: Weights, name: str) -> Any:
    product = ops.matmul(values, weights[f"{name}.weight"], False, True)
    return ops.add(product, weights[f"{name}.bias"])


def _constant(values: NDArray[Any] | ByteMatrix, in_bytes: bool) -> Any:
    """A weight of the graph; a matrix as bytes with a scale for each of its rows, if so wanted."""
    if in_bytes and not isinstance(values, ByteMatrix) and values.ndim > 1:
        values = to_bytes(values)
    if isinstance(values, ByteMatrix) and not in_bytes:
        values = values.to_floats()  # or it would be multiplied in bytes all the same
    if isinstance(values, ByteMatrix):
        scales = ops.constant(values.scales)
        return ops.multiply(ops.convert(ops.constant(values.values), "f32"), scales)
    return ops.constant(values)  # left as an array it would become lists of Python's numbers


def _whole(number: int) -> NDArray[np.int64]:
    return np.array(number, np.int64)
