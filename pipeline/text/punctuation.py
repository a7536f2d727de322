"""What punctuation says about where sentences and clauses end."""

_SENTENCE_ENDS = frozenset(".?!…。？！؟۔।")
_CLAUSE_ENDS = frozenset(",;:—–،؛、，；：")
_CLOSING = "\"'”’»)]}」』）"


def ends_sentence(text: str) -> bool:
    """Whether a word ends a sentence by its punctuation."""
    return text.rstrip(_CLOSING)[-1:] in _SENTENCE_ENDS


def ends_clause(text: str) -> bool:
    """Whether a word ends a clause by its punctuation."""
    return text.rstrip(_CLOSING)[-1:] in _CLAUSE_ENDS
