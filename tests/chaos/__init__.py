"""The crash sweep: an incident is played against the real bot in processes of its own, which are killed
at every commit and every outside effect, one after another; nothing may be lost and nothing doubled.

`make chaos`, or `python -m tests.chaos --help`.
"""
