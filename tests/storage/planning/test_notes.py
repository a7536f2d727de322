"""A release that lets a shared link die says so, and names the quote."""

from dataclasses import replace
from typing import Any

from pipeline.storage.planning.plan import Sides, make_plan

QUOTE = (
    '<figure class="quote" id="q-{0}"><blockquote dir="auto"><p>“{1}”</p></blockquote>'
    '<a href="#q-{0}">Link</a></figure>'
)


def page(desk: Any, *quotes: tuple[str, str]) -> None:
    content = "".join(QUOTE.format(*quote) for quote in quotes)
    item = desk.file("episodes/one.html", content.encode(), "text/html; charset=utf-8")
    desk.objects[-1] = replace(item, slug="one")


def notes(desk: Any) -> list[str]:
    plan = make_plan(
        desk.store,
        desk.objects,
        desk.feed,
        allow=(),
        sides=Sides(),
        scratch=desk.folder,
    )
    return [note for note in plan.notes if "links to" in note]


def test_a_link_that_dies_is_named_in_the_plan(desk: Any) -> None:
    page(desk, ("k3v9", "A structure is never <b>alone</b> &amp; silent"), ("aw97", "The note"))
    assert notes(desk) == []  # nothing is live yet
    desk.file("quotes/one-k3v9.html", b"<main>", "text/html; charset=utf-8")
    desk.release()
    page(desk, ("aw97", "The note of a wire"))
    assert notes(desk) == [
        "one: links to #q-k3v9 die, its quote is gone: “A structure is never alone & silent”; its own "
        "page, quotes/one-k3v9.html, will say so; if another quote took its place, give it "
        'id = "k3v9" in episodes/one/quotes.toml'
    ]
    desk.release(allow=["silent-correction:one"])
    assert notes(desk) == []  # said once, not at every release


def test_two_quotes_that_changed_places_are_named(desk: Any) -> None:
    page(desk, ("k3v9", "A structure is never alone."), ("aw97", "The note of a wire."))
    desk.release()
    page(desk, ("aw97", "The note of a wire."), ("k3v9", "A structure is never alone"))
    assert notes(desk) == []  # another order, and a full stop
    page(desk, ("k3v9", "The note of a wire."), ("aw97", "A structure is never alone."))
    assert notes(desk) == [
        "one: links to #q-k3v9 lead to another quote: “A structure is never alone.” is #q-aw97 now; give "
        'it id = "k3v9" in episodes/one/quotes.toml',
        "one: links to #q-aw97 lead to another quote: “The note of a wire.” is #q-k3v9 now; give it "
        'id = "aw97" in episodes/one/quotes.toml',
    ]
