"""Benchmarks: each figure against its baseline in the same run. `python -m tests.bench`, `QUICK=1` for a
smaller form. Nothing here is a test: no figure depends on a machine being quiet."""
