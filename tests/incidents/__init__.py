"""Labelled incidents of our own: ten stored as exports, two generated (see `docs/quality.md`)."""
