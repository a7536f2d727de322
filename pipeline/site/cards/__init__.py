"""Pictures of an episode and of its quotes for previews: text laid out here, an SVG template, a PNG."""

__all__ = ["card", "colours", "fonts", "lines", "words"]
