"""feed: the show's RSS, from every episode's item and the show's settings."""

import hashlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from pipeline.artefacts import (
    CORRECTED,
    CORRECTION_FEED,
    FEED,
    FEED_PAGES,
    LINK_POST,
    POST_FEED,
    PUBLISHED,
    QUOTES,
    everywhere,
)
from pipeline.engine.declared.settings import StageSettings, from_show
from pipeline.engine.declared.stage import Stage, StageContext, StageLook
from pipeline.errors import ConfigError
from pipeline.feeds.build.build import check_and_order
from pipeline.feeds.build.item_xml import Source, rendered_items
from pipeline.feeds.build.paging import build_pages
from pipeline.feeds.build.posts import NEWEST, Post, build_correction_feed, build_post_feed
from pipeline.feeds.contents.artwork import (
    PICTURES,
    Pictures,
    artwork_suffix,
    by_name,
    check_artwork,
    covers,
)
from pipeline.feeds.contents.channel import Channel, make_channel
from pipeline.feeds.contents.heads import HEAD, Rendered
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.feeds.contents.model import ITEM, OBJECTS, Objects, PublishedObject
from pipeline.rendering.templates import read_overrides
from pipeline.settings.channel import ChannelSettings
from pipeline.settings.notification import Podping
from pipeline.stages.notes import TEMPLATES
from pipeline.web.addresses import CORRECTIONS_KEY, POSTS_FEED_KEY, artwork_key, media_type
from pipeline.workspace import file_sha256

ITEMS = everywhere(ITEM)
POSTS = everywhere(f"{LINK_POST}.html")
ARTWORK = "//feed/artwork.*"
IMAGES = f"//feed/{PICTURES}"
FEED_TYPE = "application/rss+xml; charset=utf-8"


class Settings(ChannelSettings, StageSettings):
    """What the feed says of the show, where it is, and who is told."""

    base_url: str = from_show("store.base_url")
    hubs: list[str] = from_show("notify.websub")
    podping: Podping | None = from_show("notify.podping")


def run(ctx: StageContext[Settings]) -> None:
    """Write `feed.xml`, older pages of a long feed, and `objects.json`: what is uploaded beside it."""
    cover = _cover(covers(ctx.inputs(ARTWORK)))
    pictures = _pictures(ctx)
    channel = _channel(ctx, cover, pictures)
    items = check_and_order(
        channel,
        _rendered(ctx, channel),
        may_be_empty=ctx.optional(PUBLISHED) is not None,  # it had some, and they were taken out
    )
    objects = [cover, *pictures.objects.values()]
    for page in build_pages(channel, items):
        name = FEED_PAGES.replace("*", f"{page.number:04d}") if page.number else FEED
        written = _written(ctx, page.key, name, page.content)
        objects += [written] if page.number else []  # the feed itself is sent last
    overrides = read_overrides(ctx.inputs(TEMPLATES))
    if posts := _posts(ctx, items):
        content = build_post_feed(channel, posts, overrides)
        objects.append(_written(ctx, POSTS_FEED_KEY, POST_FEED, content))
    corrected = [item.head for item in items if item.head.errata]
    if corrected or ctx.optional(CORRECTED):
        content = build_correction_feed(channel, corrected, overrides)
        objects.append(_written(ctx, CORRECTIONS_KEY, CORRECTION_FEED, content))
    ctx.write(OBJECTS, Objects(objects))


def _written(ctx: StageContext[Settings], key: str, name: str, content: bytes) -> PublishedObject:
    """Write a feed, and say what is uploaded of it."""
    with ctx.output(name) as path:
        path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return PublishedObject(key, name.removeprefix("//"), digest, FEED_TYPE)


def _rendered(ctx: StageContext[Settings], channel: Channel) -> list[Rendered]:
    """The items of the published episodes; of all, while no list says which.

    Those that still hold are as they are in the feed of before.
    """
    pictures = ctx.inputs(IMAGES)  # of the show's people, who are in the items
    is_same = len(ctx.unchanged(IMAGES)) == len(pictures)
    known = ctx.unchanged(ITEMS) if is_same else set()
    published = ctx.known(PUBLISHED)
    public = None if published is None else set(published.episodes)
    sources = [
        Source(path, head, path in known)
        for path, head in ctx.records(HEAD, ITEMS).items()
        if public is None or path.split("/")[-3] in public
    ]
    pages = [*ctx.before(FEED), *ctx.before(FEED_PAGES)] if known else []
    # Most of it is live, and was read when we looked what is.
    before = [item for page in pages for item in read_feed(page.read_bytes()).items.values()]
    return rendered_items(channel, sources, {item.guid: item.raw for item in before})


def _posts(ctx: StageContext[Settings], items: Sequence[Rendered]) -> list[Post]:
    """The newest link posts of the episodes in the feed that have something to quote."""
    pages = {path.parents[2].name: path for path in ctx.inputs(POSTS)}
    proven = {path.parents[1].name: path for path in ctx.inputs(everywhere(QUOTES))}
    both = pages.keys() & proven.keys()
    written = (item.head for item in items if item.head.slug in both)
    heads = (head for head in written if QUOTES.read(proven[head.slug]).quotes)
    return [
        Post(head, pages[head.slug].read_text(encoding="utf-8")) for head in islice(heads, NEWEST)
    ]


def _cover(found: list[Path]) -> PublishedObject:
    if len(found) != 1:
        names = ", ".join(f"feed/{path.name}" for path in found)
        raise ConfigError(
            f"the show has more than one cover: {names}" if found else "the show has no cover",
            "keep one square picture of 1400 to 3000 pixels as feed/artwork.jpg or .png",
        )
    (path,) = found
    if problems := check_artwork(path):
        raise ConfigError(
            "\n".join(f"feed/{path.name}: {problem}" for problem in problems),
            "Apple and others refuse a show with such a cover",
        )
    digest = file_sha256(path)
    key = artwork_key(digest, artwork_suffix(path))
    return PublishedObject(key, f"feed/{path.name}", digest, media_type(key))


def _channel(look: StageLook[Settings], cover: PublishedObject, pictures: Pictures) -> Channel:
    settings = look.settings
    return make_channel(
        settings,
        settings.base_url,
        cover.key,
        hubs=settings.hubs,
        uses_podping=settings.podping is not None,
        pictures=pictures,
    )


def _pictures(look: StageLook[Settings]) -> Pictures:
    return Pictures(by_name(look.inputs(IMAGES)), "feed/images")


def check(look: StageLook[Settings]) -> None:
    """What the feed would refuse of the show's own texts, its cover, or the episode's place in it."""
    cover = _cover(covers(look.inputs(ARTWORK)))
    _channel(look, cover, _pictures(look))
    episode = look.episode if look.settings.type == "serial" else None
    if episode and episode.type == "full" and episode.episode is None:
        raise ConfigError(
            f"episodes/{look.slug}/episode.toml: needs `episode`, its number, because the show is serial",
            "write episode = 1, or whichever it is",
        )


STAGE = Stage(
    name="feed",
    run=run,
    inputs=(
        ITEMS,
        f"{POSTS}?",
        f"{everywhere(QUOTES)}?",
        f"{PUBLISHED}?",
        f"{ARTWORK}?",
        f"{IMAGES}?",
        f"{TEMPLATES}?",
        f"{CORRECTED}?",
    ),
    outputs=(FEED, FEED_PAGES, f"{POST_FEED}?", f"{CORRECTION_FEED}?", OBJECTS),
    settings=Settings,
    check=check,
    belongs="feed/show.toml or episode.toml",
    scope="show",
    version=3,  # all items in the subscribed feed, up to the size that is taken everywhere
)
