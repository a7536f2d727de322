"""What posts about an episode are made of, as it is on this machine now."""

from collections.abc import Sequence

from pipeline.artefacts import CHAPTERS, QUOTES
from pipeline.models import Quote
from pipeline.rendering.templates import read_overrides
from pipeline.settings.episode import Episode
from pipeline.settings.posts import Wording
from pipeline.settings.show import Show, load_show
from pipeline.show.episode import LocalEpisode
from pipeline.writing.facts import facts_of
from pipeline.writing.houses.post import Post, write
from pipeline.writing.posts import Source


def post_for(episode: LocalEpisode, house: str, form: str | None = None) -> Post:
    """The post for a house, of the quotes that were proven last."""
    show = load_show(episode.workspace)
    return write(source_for(episode, show, house), house, form)


def source_for(
    episode: LocalEpisode, show: Show, house: str, quotes: Sequence[Quote] | None = None
) -> Source:
    """What a post for a house is made of; `quotes` where they are others than were proven last."""
    settings: Episode = episode.settings
    paths = episode.paths
    return Source(
        facts=facts_of(
            episode.slug,
            settings,
            show.people,
            show_title=show.title,
            language=show.language,
            base_url=show.store.base_url,
        ),
        quotes=QUOTES.of(paths).quotes if quotes is None else quotes,
        chapters=CHAPTERS.known(paths) or [],
        wording=_wording(show, house),
        overrides=read_overrides(sorted(episode.workspace.feed.glob("templates/*"))),
    )


def _wording(show: Show, house: str) -> Wording:
    """The host's own sentences: those for this house before those for all."""
    own = {name: words for name, words in show.posts.per_house.items() if name == house}
    said = [each.model_dump(exclude_none=True) for each in (show.posts.wording, *own.values())]
    return Wording.model_validate({key: value for each in said for key, value in each.items()})
