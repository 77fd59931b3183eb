"""A model's weights on disk: float tensors as they are, large ones in bytes or half bytes.

A matrix `name` may be stored as `name.bytes` (int8, one scale for each row in `name.scales`) or as
`name.nibbles` (two values a byte, the lower four bits first; a float16 scale for every `GROUP`
values of a row in `name.scales`). Bytes are what the processor multiplies anyway; half bytes are
for embeddings, which are only looked up.

What the processor can do, and how much of it this process may use, is told here too.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


GROUP = 32  # embedding values that share a scale
_TYPES = {"F32": np.float32, "F16": np.float16, "I8": np.int8, "U8": np.uint8}


@dataclass(frozen=True, slots=True)
class ByteMatrix:
    """A matrix of (rows, columns) as int8, with scales of (rows, groups).

    Each scale is for one of `groups` equal runs of a row's columns; mostly there is one a row.
    """

    values: NDArray[np.int8]
    scales: NDArray[np.floating[Any]]

    def to_floats(self) -> NDArray[np.float32]:
        """The values times their scales."""
        rows, groups = self.scales.shape
        scales = self.scales.astype(np.float32)[:, :, None]
        parts = self.values.reshape(rows, groups, -1) * scales
        whole: NDArray[np.float32] = np.asarray(parts, np.float32).reshape(self.values.shape)
        return whole


def read_weights(folder: Path) -> dict[str, NDArray[Any] | ByteMatrix]:
    """The tensors of every safetensors file in a folder, by name (OSError, ValueError)."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no *.safetensors")
    found: dict[str, NDArray[Any]] = {}
    for file in files:
        found |= _read(file)
    weights: dict[str, NDArray[Any] | ByteMatrix] = {}
    for name, values in found.items():
        stem, _, kind = name.rpartition(".")
        if kind == "bytes":
            weights[stem] = ByteMatrix(values, found[f"{stem}.scales"])
        elif kind == "nibbles":
            weights[stem] = _from_nibbles(values, found[f"{stem}.scales"])
        elif kind != "scales":
            weights[name] = values
    return weights


def to_bytes(values: NDArray[np.float32]) -> ByteMatrix:
    """A matrix in bytes, the largest value of each row at 127."""
    scales = np.abs(values).max(axis=1, keepdims=True) / np.float32(127)
    near = np.round(values / np.maximum(scales, 1e-12)).astype(np.int8)
    return ByteMatrix(near, scales.astype(np.float32))


def _from_nibbles(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> ByteMatrix:
    values = np.empty((len(packed), 2 * packed.shape[1]), np.int8)
    values[:, 0::2] = packed & 15
    values[:, 1::2] = packed >> 4
    return ByteMatrix(values - np.int8(8), scales)


def _read(path: Path) -> dict[str, NDArray[Any]]:
    from safetensors import SafetensorError, deserialize

    try:
        tensors = deserialize(path.read_bytes())  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    found = {}
    for name, tensor in tensors:
        kind, data = tensor["dtype"], tensor["data"]
        if kind == "BF16":  # NumPy has no such type: it is the upper half of a float32
            values: NDArray[Any] = (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(
                np.float32
            )
        elif kind in _TYPES:
            values = np.frombuffer(data, _TYPES[kind])
        else:
            continue
        found[name] = values.reshape(tensor["shape"])
    return found


@cache
def has_byte_units() -> bool:
    """Whether this processor multiplies bytes in hardware (VNNI); False where Linux cannot tell."""
    return bool({"avx512_vnni", "avx_vnni"} & processor_flags())


@cache
def has_matrix_units() -> bool:
    """Whether it multiplies matrices of bfloat16 (AMX); False where Linux cannot tell."""
    return "amx_bf16" in processor_flags()


def processor_flags() -> set[str]:
    """What Linux tells of it, word by word; nothing elsewhere."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return set()
    return set(told.split())


def usable_cores(groups: Path = Path("/sys/fs/cgroup")) -> int:
    """How many cores this process may keep busy: a container may allow fewer than it shows.

    Args:
        groups: where Linux tells the quota of a control group (cpu.max of version 2; version 1's
            cpu.cfs_quota_us), in microseconds for each period.
    """
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        if (groups / "cpu.max").exists():
            quota, period = (groups / "cpu.max").read_text(encoding="ascii").split()
        else:
            names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
            quota, period = ((groups / "cpu" / n).read_text(encoding="ascii") for n in names)
        if int(quota) > 0 and int(period) > 0:  # "max" and -1 mean none
            return min(cores, max(1, round(int(quota) / int(period))))
    return cores
