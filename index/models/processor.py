"""What the processor of this machine can do, and how much of it this process may use."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path


@cache
def has_byte_units() -> bool:
    """Whether this processor multiplies bytes in hardware (VNNI); False where Linux cannot tell."""
    return bool({"avx512_vnni", "avx_vnni"} & _processor_flags())


@cache
def has_matrix_units() -> bool:
    """Whether it multiplies matrices of bfloat16 (AMX); False where Linux cannot tell."""
    return "amx_bf16" in _processor_flags()


def _processor_flags() -> set[str]:
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
