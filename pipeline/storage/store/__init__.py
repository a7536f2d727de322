"""One object store: asking, sending, conditions, and what its refusals mean."""
