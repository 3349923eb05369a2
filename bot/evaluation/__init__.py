"""Measuring drafters on labelled incidents: labels, scores as pure functions, and the runner."""
