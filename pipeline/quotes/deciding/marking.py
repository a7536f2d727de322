"""What was left out of a quote unmarked, marked as [...] in its text."""

from pipeline.errors import PullquoteError
from pipeline.quotes.asking.questions import Question
from pipeline.quotes.proof.guard import Verdict
from pipeline.quotes.proof.wording import pieces, starts
from pipeline.text.scripts import is_unspaced

_MARK = "[...]"


def marked(verdict: Verdict, question: Question) -> str:
    """The text of a quote with a [...] where the question says that a clause was cut out.

    PullquoteError where it asks about nothing that was left out in the middle.
    """
    text, cuts = verdict.quote.text, {(cut.raw, cut.at) for cut in question.cuts}
    found: list[int] = []
    waits = False
    for piece in pieces(verdict):
        if piece.token is None:
            waits = waits or (piece.raw, piece.at) in cuts
        elif waits:
            found.append(piece.token)
            waits = False
    if not found:
        raise PullquoteError(
            f"{question.id}: nothing was cut out here", "sign it, or change the text"
        )
    places = starts(text)
    for token in reversed(found):
        place = places[token]
        blank = "" if is_unspaced(text[place - 1 : place]) else " "
        text = f"{text[:place]}{_MARK}{blank}{text[place:]}"
    return text
