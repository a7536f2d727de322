from pipeline.models import Quote
from pipeline.writing.facts import names_speakers, sections


def test_headings_gather_what_stands_together(quotes: list[Quote]) -> None:
    found = sections([*quotes, quotes[0]])
    assert [(s.heading, len(s.quotes)) for s in found] == [
        ("Arithmetic you can touch", 1),
        ("On what three people knew", 2),
        ("Arithmetic you can touch", 1),  # the host's order, even where a heading comes back
    ]
    assert sections([]) == []


def test_one_speaker_needs_no_names(quotes: list[Quote]) -> None:
    assert not names_speakers(quotes)
    assert not names_speakers([])
