"""What a host is asked about a quote, one question a sentence, and what each signature holds for."""

__all__ = ["questions", "signatures"]
