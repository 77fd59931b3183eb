"""How every figure in the README was measured: `python -m benchmarks.NAME`."""
