"""Transcripts as others read them: WebVTT, SubRip, Podcasting 2.0 JSON, plain text."""

__all__ = ["foreign", "podcast_json", "srt", "text", "vtt"]
