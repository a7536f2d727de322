"""What a plan says besides: what stays as others or an earlier release left it, and shared links that die.

A link to a quote dies when a page that is about to change has the quote no more.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.feeds.contents.live_feed import LiveFeed
from pipeline.storage.planning.merge import Merged
from pipeline.storage.planning.wording import Replaced, quotes_of
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.text.cleaning import begun
from pipeline.text.punctuation import words
from pipeline.web.addresses import quote_anchor, quote_page_key

_MINE = "has changes that were not released: pullquote publish {} sends them"
_OTHERWISE = (
    "is not as it was released: git pull if others changed it; pullquote publish {} sends it as it is "
    "here"
)
_SHOWN = 60  # letters of a quote


def notes_of(
    merged: Merged,
    before: LiveFeed,
    new: LiveFeed,
    mine: Mapping[str, str],
    known: Collection[str],
    files: Iterable[ReleaseObject],
) -> Iterator[str]:
    """What of a merged feed is not as this clone has it; `mine` are episodes that are otherwise here.

    Those that it has not `known` in a release may be behind. `files` were changed elsewhere and not here.
    """
    pull = "git pull to have it here too"
    for guid in merged.kept:
        yield f"'{new.items[guid].title}' was published from elsewhere and stays in the feed: {pull}"
    for guid, slug in sorted(mine.items(), key=lambda each: each[1]):
        yield f"{slug} {_MINE if guid in known else _OTHERWISE}".format(slug)
    for guid in merged.theirs:
        if guid not in mine:
            yield f"'{before.items[guid].title}' was changed from elsewhere and stays so: {pull}"
    if merged.left_out:
        yield (
            f"{len(merged.left_out)} episode(s) were taken out of the feed from elsewhere and stay "
            "out: publish them by name to bring them back"
        )
    if merged.their_channel:
        yield f"the show's own texts were changed from elsewhere and stay so: {pull}"
    for item in files:
        yield f"{item.key} was changed from elsewhere and stays so: {pull}"


def dying_links(pages: Iterable[Replaced], listed: Collection[str]) -> Iterator[str]:
    """A line for each quote that the live page of a changed page has, and that the new one has no more.

    Where its own page is `listed`, one takes its place that says so. A quote that is there under another
    id is told as well: links to it lead to other words.
    """
    for page in pages:
        after = quotes_of(page.after)
        for name, text in quotes_of(page.before).items():
            ledger = f"episodes/{page.slug}/quotes.toml"
            short = begun(text, _SHOWN)
            if f'id="{quote_anchor(name)}"' not in page.after and not page.moved:
                own = quote_page_key(page.slug, name)
                says = f"; its own page, {own}, will say so" if own in listed else ""
                yield (
                    f"{page.slug}: links to #{quote_anchor(name)} die, its quote is gone"
                    f"{short and f': {short}'}{says}; if another quote took its place, give it "
                    f'id = "{name}" in {ledger}'
                )
            elif other := _elsewhere(name, text, after):
                yield (
                    f"{page.slug}: links to #{quote_anchor(name)} lead to another quote: {short} is "
                    f'#{quote_anchor(other)} now; give it id = "{name}" in {ledger}'
                )


def _elsewhere(name: str, text: str, after: Mapping[str, str]) -> str:
    """Under which other id a quote's words are by now; empty where they are under theirs, or nowhere."""
    said = words(text)
    if not said or name not in after or words(after[name]) == said:
        return ""
    return next((each for each, now in after.items() if words(now) == said), "")
