"""What a plan says about episodes and files that stay as others or an earlier release left them."""

from collections.abc import Iterable, Mapping

from pipeline.storage.planning.live_feed import LiveFeed
from pipeline.storage.planning.merge import Merged
from pipeline.storage.planning.release_object import ReleaseObject


def notes_of(
    merged: Merged, before: LiveFeed, new: LiveFeed, mine: Mapping[str, str]
) -> Iterable[str]:
    """What of a merged feed is not as this clone has it; `mine` are episodes changed here."""
    pull = "git pull to have it here too"
    for guid in merged.kept:
        yield f"'{new.items[guid].title}' was published from elsewhere and stays in the feed: {pull}"
    for slug in sorted(mine.values()):
        yield f"{slug} has changes that were not released: pullquote publish {slug} sends them"
    for guid in merged.theirs:
        if guid in mine:
            continue
        yield f"'{before.items[guid].title}' was changed from elsewhere and stays so: {pull}"
    if merged.left_out:
        yield (
            f"{len(merged.left_out)} episode(s) were taken out of the feed from elsewhere and stay "
            "out: publish them by name to bring them back"
        )
    if merged.their_channel:
        yield f"the show's own texts were changed from elsewhere and stay so: {pull}"


def kept_note(item: ReleaseObject) -> str:
    """A file that was changed elsewhere and not here."""
    return f"{item.key} was changed from elsewhere and stays so: git pull to have it here too"
