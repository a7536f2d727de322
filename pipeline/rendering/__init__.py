"""What `writing` and `site` print with: templates, Markdown, typed text, and how a language writes."""

__all__ = ["example", "formats", "markdown", "quotation", "templates", "text", "words"]
