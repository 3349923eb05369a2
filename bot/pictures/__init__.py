"""Pictures drawn without a browser: the same shapes as SVG for pages and as PNG for Slack.

A layout (`timeline`, `counts`) says which shapes go where; `svg` and `png` draw them. Whatever is not
in a shape is not drawn: what must not be shown never reaches this package.
"""
