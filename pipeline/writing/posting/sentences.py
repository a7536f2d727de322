"""Where a printed text may be parted: between sentences, never within brackets."""

import re

from pipeline.text.punctuation import ends_sentence

#: Full stops that end no sentence: initials, "w.r.t.", and what people shorten in our four languages.
_SHORTENED = re.compile(
    r"\W*(?:(?:\w\.)+|(?:Mr|Mrs|Ms|Dr|Prof|St|vs|No|etc|Nr|bzw|ca|Sr|Sra|Mme)\.)", re.IGNORECASE
)
_WORD = re.compile(r"\s*(?:\S*?[。！？][」』”’）]*|\S+)")  # after 。 stands no blank
_JOIN = re.compile(r"(?=\s\[(?:\.\.\.|…)\])")
_NOTES = re.compile(r"(?:\s*\[[^\[\].…\s]{1,3}\])+(?=[”’\"')]*$)")  # of a footnote, at the end
_NOTE_FOLLOWS = re.compile(r"\s*\[[^\[\].…\s]{1,3}\]")
_BRACKET = re.compile(r"[\[\]]")
_OPENING = "“„«‘‚\"'([¿¡"


def sentences(text: str) -> list[str]:
    """The sentences of a text, blanks before each included: joined, they are the text."""
    found, words, depth = [], "", 0
    pieces = _WORD.findall(text)
    for place, piece in enumerate(pieces, 1):
        words += piece
        for bracket in _BRACKET.findall(piece):
            depth = max(0, depth + (1 if bracket == "[" else -1))
        if depth == 0 and _ends(words, pieces[place] if place < len(pieces) else ""):
            found.append(words)
            words = ""
    return [*found, words] if words else found


def passages(sentence: str) -> list[str]:
    """What was said in one go: a sentence that was joined of several is parted before each [...]."""
    return [piece for piece in _JOIN.split(sentence) if piece.strip()]


def _ends(words: str, after: str) -> bool:
    """Whether a sentence ends here; the number of a footnote belongs to what stands before it."""
    bare = _NOTES.sub("", words).rstrip()
    word = bare[bare.rfind(" ") + 1 :]
    if word.endswith("]") or not ends_sentence(word) or _NOTE_FOLLOWS.match(after):
        return False
    if _SHORTENED.fullmatch(word.rstrip("”’\"')")):
        return False
    return not after.strip().lstrip(_OPENING)[:1].islower()
