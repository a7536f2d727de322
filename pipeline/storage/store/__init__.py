"""One object store: asking, sending, conditions, and what its refusals mean."""

__all__ = [
    "client",
    "conditions",
    "faults",
    "object_store",
    "policy",
    "public",
    "register",
    "release_object",
    "transfers",
]
