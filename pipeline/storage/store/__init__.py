"""One object store: asking, sending, conditions, and what its refusals mean."""

__all__ = [
    "client",
    "conditions",
    "downloads",
    "faults",
    "object_store",
    "policy",
    "public",
    "register",
    "transfers",
]
