"""card: the pictures that previews of the episode's and its quotes' addresses show."""

import logging
from collections.abc import Iterator, Sequence

from pipeline.artefacts import CARD, CARDS, QUOTES, SMALL_COVER
from pipeline.engine.declared.settings import StageSettings, from_episode, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.models import Quote
from pipeline.rendering import example
from pipeline.rendering.templates import read_overrides
from pipeline.settings.podcasting import Person, credited
from pipeline.site.assets import VERSION
from pipeline.site.cards.card import (
    Card,
    draw,
    episode_card,
    look,
    quote_card,
    small_cover,
    unknown,
)
from pipeline.stages.notes import TEMPLATES
from pipeline.stages.page import ARTWORK, read_cover

_log = logging.getLogger(__name__)

_HOSTS = frozenset({"host", "co-host"})


class Settings(StageSettings):
    """What the cards say, and in which colour."""

    title: str = from_episode("title")
    people: list[Person] = from_episode("people")
    guest_hosted: bool = from_episode("guest_hosted")
    show_title: str = from_show("title")
    hosts: list[Person] = from_show("people")
    language: str = from_show("language")
    colour: str | None = from_show("colour")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/site/card.png` and `build/site/cards/`."""
    artwork = read_cover(ctx.inputs(ARTWORK))
    if artwork:
        with ctx.output(SMALL_COVER) as path:
            path.write_bytes(small_cover(artwork))
    quotes = ctx.read(QUOTES).quotes
    names = [CARD, *(CARDS.replace("*", quote.id) for quote in quotes)]
    undrawn = []
    drawn = zip(names, _drawn(ctx, quotes, artwork), strict=True)
    for number, (name, (card, picture)) in enumerate(drawn):
        if picture is None:
            undrawn.append(f"“{card.text[:40]}” ({unknown(card)[:10]})")
        else:
            with ctx.output(name) as path:
                path.write_bytes(picture)
        ctx.progress(number + 1, len(names), "pictures")
    if undrawn:
        _log.warning(
            "%s: previews of %s have no picture of their own: no packaged font has these signs; for "
            "Chinese, Japanese and Korean: pip install 'pullquote[cjk]'",
            ctx.slug,
            "; ".join(undrawn),
        )


def _drawn(
    view: StageLook[Settings], quotes: Sequence[Quote], artwork: bytes | None
) -> Iterator[tuple[Card, bytes | None]]:
    """The card of the episode, then of each quote, and its picture; None where a sign cannot be drawn."""
    said, overrides = view.settings, read_overrides(view.inputs(TEMPLATES))
    people = credited(said.hosts, said.people, said.guest_hosted)
    guests = [who.name for who in people if who.role.lower() not in _HOSTS]
    cards = [episode_card(said.title, guests, said.show_title)]
    for quote in quotes:
        cards.append(quote_card(quote, said.show_title, said.title, said.language))
    colours = look(artwork, said.colour)
    for card in cards:
        is_known = not unknown(card)
        yield card, draw(card, colours, overrides, said.language) if is_known else None


def check(view: StageLook[Settings]) -> None:
    """A template of the show's own that makes no picture."""
    list(_drawn(view, example.QUOTES[:1], None))


STAGE = Stage(
    name="card",
    run=run,
    inputs=(QUOTES, f"{ARTWORK}?", f"{TEMPLATES}?"),
    outputs=(f"{CARD}?", CARDS, f"{SMALL_COVER}?"),
    settings=Settings,
    check=check,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=VERSION,
)
