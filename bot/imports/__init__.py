"""Postmortems that were written elsewhere, in Markdown, as structured ones whose sentences cite them."""
