"""What is put right in a transcript, and which words want an ear."""

__all__ = [
    "corrections",
    "edits",
    "elsewhere",
    "glossary",
    "proofreading",
    "rewording",
    "suspicion",
]
