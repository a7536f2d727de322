"""What counts as a change of published words, what tells it, and what a host is proposed to write."""

import re
import tomllib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.models import Quote, Transcript
from pipeline.settings.podcasting import Erratum
from pipeline.site.page import PageFacts, episode_page
from pipeline.storage.planning.wording import (
    Replaced,
    other_words,
    quotes_of,
    silent_corrections,
)
from pipeline.text.punctuation import words

DAY = date(2026, 11, 29)
SAID = "It fell in 1938. Nobody “heard” it; I don't know why."


def page(
    language: str = "en",
    errata: list[Erratum] | None = None,
    *,
    lightly_edited: bool = False,
    **quotes: str,
) -> str:
    """The page of an episode as our template has it; a heading stands in every text."""
    facts = PageFacts.model_construct(
        slug="one", title="One", date=datetime(2026, 5, 1, tzinfo=UTC), duration=60.0,
        language=language, show_title="S", base_url="https://m.example.org/", audio_key="a.mp3",
        audio_bytes=1, artwork_key=None, erratum=errata or [], people=[],
        lightly_edited=lightly_edited,
    )  # fmt: skip
    made = [
        Quote(name, f"On {name}", text, "Ada", 1.0, 2.0, (), (), "verbatim", None, {"1": "A note."})
        for name, text in quotes.items()
    ]
    return episode_page(facts, made, [], Transcript([], []), overrides={})


def told(said: str, says: str = "", quote: str | None = None, day: int = 29) -> Erratum:
    return Erratum(date=date(2026, 11, day), said=said, says=says, why="w", quote=quote)


def judged(before: str, after: str, *errata: Erratum) -> list[Any]:
    change = Replaced("one", "guid-one", before, after, moved=False)
    return list(silent_corrections([change], lambda slug: errata if slug == "one" else (), ()))


def test_what_a_page_says_is_read_off_it_in_any_language() -> None:
    for language in ("en", "de", "fr", "ja"):
        found = quotes_of(page(language, k3v9=SAID, aw97="A <b> & “c” [1]"))
        assert words(found["k3v9"]) == words(SAID)
        assert words(found["aw97"]) == words('A <b> & "c"')


def test_only_words_count() -> None:
    before = page(k3v9=SAID, aw97="Another one.")
    same = "it fell—in 1938, nobody 'heard' it. I don’t  know [1] why..."
    assert judged(before, page(k3v9=same, aw97="Another one.")) == []
    assert judged(before, page(aw97="Another one.", k3v9=SAID, b2="A new one.")) == []
    assert judged(before, page("fr", k3v9=SAID, aw97="Another one.")) == []
    assert judged(before, page(b2=SAID, aw97="Another one.")) == [], "the same under another id"


def test_a_silent_change_is_a_danger_and_the_line_to_paste_tells_it() -> None:
    before, after = page(k3v9=SAID), page(k3v9=SAID.replace("1938", "1940"))
    (danger,) = judged(before, after)
    assert danger.name == "silent-correction:one"
    assert danger.guid_name == "silent-correction:guid-one"
    assert danger.message.endswith("“It fell in 1938.” becomes “It fell in 1940.”")
    (pasted,) = tomllib.loads(danger.paste)["erratum"]
    assert pasted.pop("date")
    assert pasted == {
        "quote": "k3v9", "said": "It fell in 1938.", "says": "It fell in 1940.", "why": ""
    }  # fmt: skip
    assert judged(before, after, told("It fell in 1938.", "It fell in 1940.", "k3v9")) == []
    assert judged(before, after, told("1938", "1940")) == []
    assert judged(before, after, told("1938", "1940", "aw97")) != [], "of another quote"
    assert judged(before, after, told("1938", "1941")) != []
    assert judged(before, after, told("1938")) != []


def test_a_quote_that_goes_is_told_too() -> None:
    before, after = page(k3v9=SAID, aw97="Another."), page(aw97="Another.")
    (danger,) = judged(before, after)
    (pasted,) = tomllib.loads(danger.paste)["erratum"]
    assert "says" not in pasted
    gone = told(pasted["said"], quote="k3v9")
    assert judged(before, after, gone) == []
    assert judged(before, after, told("1938", "1940", "k3v9")) != []
    assert judged(before, after, told("It fell")) != [], "of which quote?"
    kept = page(errata=[gone], aw97="Another.")
    assert 'id="q-k3v9"' in kept, "links that were shared lead on"
    assert judged(before, page(errata=[told("a", "b", "k3v9")], aw97="Another.")) != []
    own = re.sub("</?blockquote[^>]*>", "", before)  # a template of the host's
    assert judged(before, own) == judged(own, before) == []
    assert judged(before, kept, gone) == judged(kept, kept) == judged(kept, after) == []


def test_corrections_follow_each_other() -> None:
    chain = [told("1938", "1939", day=1), told("1939", "1940", day=2)]
    before, after = page(k3v9=SAID), page(k3v9=SAID.replace("1938", "1940"))
    assert judged(before, after, *chain) == []
    assert judged(page(k3v9=SAID.replace("1938", "1939")), after, *chain) == []
    two = SAID.replace("1938", "1940").replace("Nobody", "Everybody")
    assert judged(before, page(k3v9=two), *chain) != []
    assert judged(before, page(k3v9=two), *chain, told("nobody heard", "everybody heard")) == []


PARTS = ["a", "b", "c", "A.", "b.", "[1]", "“no”", "don't", "—", "’", "[...]", "5%", "は"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join)


@given(TEXTS, TEXTS)
def test_what_is_proposed_tells_any_change(one: str, other: str) -> None:
    assume(words(one) not in ([], words(other)))
    before, after = page(k3v9=one), page(k3v9=other) if words(other) else page()
    (danger,) = judged(before, after)
    (pasted,) = tomllib.loads(danger.paste)["erratum"]
    erratum = Erratum.model_validate({**pasted, "why": "w"})
    assert judged(before, after, erratum) == []


def test_a_page_from_a_store_is_nobody_s_text() -> None:
    hostile = 'a\x1b[31m" \\ \u202e <script>\n\'\'\' """'
    (danger,) = judged(page(k3v9=hostile), page(k3v9="b"))
    assert "\x1b" not in danger.message + danger.paste
    assert tomllib.loads(danger.paste)["erratum"]
    long = "word " * 3_000
    (danger,) = judged(page(k3v9=long), page())
    (pasted,) = tomllib.loads(danger.paste)["erratum"]
    assert judged(page(k3v9=long), page(), Erratum.model_validate({**pasted, "why": "w"})) == []
    assert judged("<p id='q-", page()) == judged('<p id="q-k3v9">', page()) == []


@pytest.mark.parametrize("damaged", [b"", b"[]", b'{"segments": [1]}'])
def test_other_words_are_listed_and_never_refused(desk: Any, damaged: bytes) -> None:
    def transcript(content: bytes) -> Any:
        item = desk.file("transcripts/one.json", content, "application/json")
        return type(item)(item.key, item.path, item.sha256, item.type, "one")

    def said(text: str) -> bytes:
        return f'{{"segments": [{{"body": "{text}", "startTime": 1}}]}}'.encode()

    transcript(said("the Tacoma bridge fell, said all"))
    desk.release()
    listed, (now, same) = desk.store.list(), (said("the Tacoma Bridge fell, said all"),) * 2
    assert list(other_words(desk.store, [transcript(same)], listed, [])) == []
    now = said("the Tacoma bridge stood, said nearly all")
    (line,) = other_words(desk.store, [transcript(now)], listed, [])
    assert line == (
        "one: the published transcript says otherwise in 2 place(s): “fell,” becomes “stood,”, "
        "“nearly” comes; an [[erratum]] in episodes/one/episode.toml tells those who read it"
    )
    assert len(list(other_words(desk.store, [transcript(damaged)], listed, []))) == 1
    notes = '<section id="notes"><p>{}</p></section><p class="footnote" dir="auto">[1] {}</p>'
    changed = Replaced(
        "one", "g", notes.format("A b.", "c"), notes.format("A, B", "d"), moved=False
    )
    (line,) = other_words(desk.store, [], [], [changed])
    assert line.startswith("one: the published notes say otherwise: “c” becomes “d”; ")


def test_words_of_ours_are_no_correction_of_the_hosts(desk: Any) -> None:
    """The show's pages speak another language, or say from now on how quotes are edited."""
    plain, edited = page(k3v9=SAID), page(k3v9=SAID, lightly_edited=True)
    assert "lightly edited" in edited
    for after in (edited, page("de", k3v9=SAID)):
        changed = Replaced("one", "g", plain, after, moved=False)
        assert list(other_words(desk.store, [], [], [changed])) == []
