"""Us against others, interleaved in one run: ``python -m benchmarks [--quick]``.  See ``docs/benchmarks.md``."""
