"""What posts about an episode are made of, as it is on this machine now."""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from pipeline.artefacts import AUDIO, CHAPTERS, PAGE, QUOTES, Proven
from pipeline.errors import PullquoteError
from pipeline.looking import content_of
from pipeline.models import Quote
from pipeline.rendering.templates import own_templates, render
from pipeline.settings.posts import HOUSES, Wording
from pipeline.settings.show import Show, load_show
from pipeline.show.episode import LocalEpisode
from pipeline.stages import runner_of
from pipeline.workspace import write_text
from pipeline.writing.facts import AllTexts, facts_of
from pipeline.writing.posting.house import House, house_of
from pipeline.writing.posting.lint import Ground, findings
from pipeline.writing.posting.post import Post, write
from pipeline.writing.posting.source import Source

_ID = re.compile(r"\bid=\"([^\"]+)\"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A house with the post for it in each of its forms, and what to look at before it goes out.

    There is no post where a template of the show's own is wrong.
    """

    house: House
    posts: Sequence[Post]
    findings: Sequence[str]


def listed(
    episode: LocalEpisode, houses: Sequence[str] = (), quotes: Sequence[Quote] | None = None
) -> list[Listed]:
    """The posts for each house: those named, else those of `show.toml`, else all.

    Where `quotes` are others than were proven last, the episode's page has not got them yet.
    """
    show = load_show(episode.workspace)
    ground = _ground(episode)
    if quotes is not None:
        ground = replace(ground, anchors=None)
    found = []
    base = _source(episode, show, quotes)
    for name in houses or houses_of(show):
        house, source = house_of(name), _for_house(base, show, name)
        try:
            posts = [write(source, name, form) for form in house.forms]
        except PullquoteError as error:
            found.append(Listed(house=house, posts=(), findings=[error.message]))
            continue
        told = [line for post in posts for line in findings(post, source, ground)]
        found.append(Listed(house=house, posts=posts, findings=list(dict.fromkeys(told))))
    return found


def houses_of(show: Show) -> Sequence[str]:
    """Where the host of a show posts: every house, where that is not said."""
    return show.posts.houses or list(HOUSES)


def is_behind(episode: LocalEpisode) -> bool:
    """Whether the ledger, or the words that it quotes, changed after the quotes were proven."""
    states = runner_of(episode.workspace).explain(episode.slug)
    return any(each.stage == "review" and each.state != "fresh" for each in states)


def warnings(episode: LocalEpisode) -> list[str]:
    """What is wrong with the posts where the host posts; where nothing says that, with the link post."""
    houses = load_show(episode.workspace).posts.houses
    try:
        found = listed(episode, houses or ["lesswrong"])
    except PullquoteError as error:
        return [error.message]
    told: dict[str, list[str]] = {}
    for each in found:
        for line in each.findings:
            told.setdefault(line, []).append(each.house.title if houses else "link post")
    return [f"{', '.join(where)}: {line}" for line, where in told.items()]


def write_page(episode: LocalEpisode, found: Sequence[Listed]) -> Path:
    """Write a page with a button to copy each post, which needs no server; where it is."""
    script = render("posts.js.j2", {})
    values = {
        "title": episode.settings.title,
        "listed": found,
        "script": Markup(script),  # noqa: S704 - ours
        "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }
    page = episode.workspace.state / "posts" / f"{episode.slug}.html"
    write_text(page, render("posts.html.j2", values))
    return page


def _ground(episode: LocalEpisode) -> Ground:
    """What is known of the episode's sound, page and ledger."""
    paths = episode.paths
    audio, page = AUDIO.known(paths), content_of(paths.directory / PAGE)
    ledger = paths.ledger.exists() and episode.ledger
    sections = ledger.sections if ledger else ()
    return Ground(
        duration=audio.duration if audio else None,
        anchors=None if page is None else set(_ID.findall(page.decode(errors="replace"))),
        empty=[each.heading for each in sections if each.heading and not each.quotes],
    )


def post_for(episode: LocalEpisode, house: str, form: str | None = None) -> Post:
    """The post for a house, of the quotes that were proven last."""
    show = load_show(episode.workspace)
    return write(source_for(episode, show, house), house, form)


def source_for(episode: LocalEpisode, show: Show, house: str) -> Source:
    return _for_house(_source(episode, show), show, house)


def _source(episode: LocalEpisode, show: Show, quotes: Sequence[Quote] | None = None) -> Source:
    paths = episode.paths
    proven = QUOTES.of(paths) if quotes is None else QUOTES.known(paths) or Proven(quotes=())
    said = AllTexts.load(show, episode.settings)
    return Source(
        facts=facts_of(said, wordless=proven.wordless),
        quotes=proven.quotes if quotes is None else quotes,
        chapters=CHAPTERS.known(paths) or [],
        overrides=own_templates(episode.workspace),
    )


def _for_house(source: Source, show: Show, house: str) -> Source:
    """The same as long as the host has it there, in the words for this house before those for all."""
    lengths = {str(name): most for name, most in show.posts.longest.items()}
    own = {str(name): words for name, words in show.posts.per_house.items()}
    said = [words for words in (show.posts.wording, own.get(house)) if words]
    told = {key: text for words in said for key, text in words if text is not None}
    return replace(source, wording=Wording(**told), longest=lengths.get(house))
