"""Threads: no word, no edit mark and no sentence is cut, and what is left out is said."""

import re
from dataclasses import replace

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Quote
from pipeline.settings.podcasting import Discussion
from pipeline.writing.facts import Facts
from pipeline.writing.posting.house import house_of
from pipeline.writing.posting.post import Post, write
from pipeline.writing.posting.source import Source
from pipeline.writing.posting.threads import sentences

FLAG = "🏳️‍🌈"  # one grapheme, 14 bytes


def thread(house: str, facts: Facts, *quotes: Quote) -> Post:
    return write(Source(facts=facts, quotes=quotes), house)


def texts(post: Post) -> list[str]:
    """The parts without their numbers, which are as they should be."""
    total = len(post.parts)
    found = []
    for number, part in enumerate(post.parts, 1):
        assert part.text.endswith(f"\n\n{number}/{total}\n")
        found.append(part.text.removesuffix(f"\n\n{number}/{total}\n"))
    return found


def long_quote(quote: Quote, sentences: int) -> Quote:
    said = [
        f"Sentence {n} of the long one says [that it is] {'so ' * 20}[...] ended."
        for n in range(sentences)
    ]
    return replace(quote, text=" ".join(said), footnotes={})


@pytest.mark.parametrize("house", ["bluesky", "mastodon"])
def test_every_part_is_within_the_limit_and_nothing_is_lost(
    house: str, facts: Facts, quotes: list[Quote]
) -> None:
    long = long_quote(quotes[0], 30)
    post = thread(house, facts, long, *quotes[1:])
    assert post.left_out == []
    assert all(length.fits for length in post.lengths)
    pieces = [re.sub(r"\s", " ", text) for text in texts(post)]
    said = " ".join(pieces)
    assert said.count("“Sentence") >= 5, "a part that goes on opens with the mark again"
    flat = re.sub(r" “(?=Sentence)", " ", said.partition("Sentence 0")[2])
    assert long.text.partition("Sentence 0")[2] + "”" in flat
    for piece in pieces:
        assert piece.count("[") == piece.count("]")


def test_bluesky_counts_graphemes_and_bytes(facts: Facts, quotes: list[Quote]) -> None:
    flags = replace(quotes[0], heading="", question=None, text=f"{FLAG * 150}. {FLAG * 150}.")
    post = thread("bluesky", facts, flags)
    for part in post.parts:
        assert len(regex.findall(r"\X", part.text.rstrip("\n"))) <= 300
        assert len(part.text.encode()) <= 3001
    assert len(post.parts) == 3, "two sentences of 2,100 bytes each are more than a post"


def test_links_of_bluesky_are_counted_in_bytes(facts: Facts, quotes: list[Quote]) -> None:
    posts = [thread("bluesky", facts, *quotes).parts[place] for place in range(4)]
    for part, count in zip(posts, (1, 1, 2, 1), strict=True):
        assert len(part.links) == count
        for link in part.links:
            shown = part.text.encode()[link.first : link.last].decode()
            assert shown == link.url or shown in ("0:23", "1:07:38", "1:08:25")
    assert posts[1].links[0].url == f"{facts.page_url}#q-k3v9"


def test_what_does_not_fit_is_left_out_whole_and_said(facts: Facts, quotes: list[Quote]) -> None:
    endless = replace(
        quotes[0], text="Well. " + "and so on " * 60 + "to the end. Yes.", footnotes={"1": "x"}
    )
    post = thread("bluesky", facts, endless, quotes[2])
    assert post.left_out == ["the quote at 0:23: a sentence of it is longer than a post"]
    assert "so on" not in post.text
    assert "Arithmetic" not in post.text, "nor a heading without its quote"
    assert "[1]." in post.text, "the numbers of footnotes are those of what is there"


def test_a_sentence_that_was_joined_is_parted_at_its_join(
    facts: Facts, quotes: list[Quote]
) -> None:
    joined = replace(quotes[0], text="So " * 80 + "it was [...] and " + "so " * 60 + "it is.")
    parts = texts(thread("bluesky", facts, joined))
    assert parts[1].endswith("So it was")
    assert parts[2].startswith("“[...] and so so")
    assert parts[2].endswith("it is.” (0:23)")


def test_a_thesis_and_a_footnote_that_do_not_fit_beside_the_rest_get_their_own_part(
    facts: Facts, quotes: list[Quote]
) -> None:
    wordy = facts.model_copy(update={"thesis": "Long is " + "very " * 45 + "long. And more."})
    noted = replace(quotes[2], footnotes={"1": "See " + "there " * 40 + "at last."})
    parts = texts(thread("bluesky", wordy, noted))
    assert parts[0].endswith(facts.page_url)
    assert parts[1] == wordy.thesis
    assert parts[3].startswith("[1] See there")


def test_a_title_that_fills_a_post_stands_without_the_rest(
    facts: Facts, quotes: list[Quote]
) -> None:
    long = facts.model_copy(update={"title": "T" * 235, "thesis": ""})
    (opening, *_) = texts(thread("bluesky", long, quotes[0]))
    assert opening == f"{'T' * 235}\n\n{facts.page_url}"


def test_numbers_of_two_digits_find_room(facts: Facts, quotes: list[Quote]) -> None:
    post = thread("bluesky", facts, *[replace(quotes[0], id=f"q{n}") for n in range(12)])
    assert len(texts(post)) == 13
    assert all(length.fits for length in post.lengths)


LONG = [
    *("lesswrong", "eaforum", "ghost", "wordpress", "substack", "hugo", "jekyll", "eleventy"),
    *("email", "youtube"),  # all others have room for one link
]


@pytest.mark.parametrize("house", LONG)
def test_a_post_links_to_threads_elsewhere_and_not_to_those_of_its_own_house(
    facts: Facts, house: str
) -> None:
    urls = ("https://www.lesswrong.com/posts/a/b", "https://forum.effectivealtruism.org/posts/c")
    threads = [Discussion(title="A thread", url=url) for url in urls]
    talked = facts.model_copy(update={"discussions": threads})
    own = {"lesswrong": urls[0], "eaforum": urls[1]}.get(house)
    for form in house_of(house).forms:
        text = write(Source(facts=talked, quotes=[]), house, form).text
        assert [url for url in urls if url in text] == [url for url in urls if url != own]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two? “Three!” Four", ["One.", "Two?", "“Three!”", "Four"]),
        ("It got [...] better. [...] Then worse.", ["It got [...] better.", "[...] Then worse."]),
        ("He [the head of St. Paul. He left] went on. So.", 2),
        ("Known w.r.t. Mr. J. Smith, e.g. here. Yes.", 2),
        ("So it was [1]. Then [2] it was not. [3]", ["So it was [1].", "Then [2] it was not. [3]"]),
        ("three dots... and on. End.", ["three dots... and on.", "End."]),
        ("これは文です。次の文。「終わり。」と言った。", 4),
        ("Version 2.5 came out. Good.", 2),
    ],
)
def test_a_text_is_parted_where_sentences_end(text: str, parts: list[str] | int) -> None:
    found = [each.strip() for each in sentences(text)]
    assert found == parts if isinstance(parts, list) else len(found) == parts, found


@given(st.text(alphabet="aB .?![]\n“”’。1", max_size=80))
def test_nothing_is_lost_and_no_bracket_is_cut(text: str) -> None:
    found = sentences(text)
    assert "".join(found).rstrip() == text.rstrip()
    for part in found[:-1]:
        depth = 0
        for sign in part:
            depth = max(0, depth + {"[": 1, "]": -1}.get(sign, 0))
        assert depth == 0, found
