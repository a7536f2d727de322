"""Two transcriptions beside each other."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Word
from pipeline.transcript.moved.aligned import Aligned

TEXTS = st.lists(st.sampled_from("abcde"), max_size=12)


def heard(texts: list[str]) -> list[Word]:
    return [Word(text, float(n), n + 0.5, 0.9) for n, text in enumerate(texts)]


@given(TEXTS, TEXTS)
def test_each_word_has_the_same_in_its_place_or_differs(
    before: list[str], after: list[str]
) -> None:
    aligned = Aligned(heard(before), heard(after))
    gone = {n for stretch, _ in aligned.differences for n in range(stretch.start, stretch.stop)}
    kept = [n for n in range(len(before)) if n not in gone]
    for n in kept:
        place = aligned.place(n, 1)
        assert place is not None
        assert after[place] == [before[n]]
    assert aligned.differing == max(len(before), len(after)) - len(kept)


def test_a_place_ends_where_a_border_is_certain() -> None:
    before, after = "a guy named geordie armin left", "a guy named jordy left"
    aligned = Aligned(heard(before.split()), heard(after.split()))
    assert aligned.place(3, 2) == slice(3, 4)
    assert aligned.place(2, 3) == slice(2, 4)
    assert aligned.place(3, 1) is None  # jordy stands for two words
