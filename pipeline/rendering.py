"""Jinja environment and sanitised Markdown, shared by `writing` and `site`."""
