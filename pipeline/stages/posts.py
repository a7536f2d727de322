"""posts: the link post, to paste into a forum or a blog."""

from pipeline.addresses import INDEX_KEY, page_key, public_url
from pipeline.config import Person
from pipeline.engine.stage import Stage, StageContext, StageSettings, from_episode, from_show
from pipeline.rendering.templates import read_overrides
from pipeline.stages.notes import read_quotes
from pipeline.writing.facts import Facts, credited
from pipeline.writing.posts import link_post


class Settings(StageSettings):
    """What the post takes from `show.toml` and `episode.toml`."""

    show_title: str = from_show("title")
    language: str = from_show("language")
    base_url: str = from_show("store.base_url")
    hosts: list[Person] = from_show("people")
    title: str = from_episode("title")
    thesis: str = from_episode("thesis")
    people: list[Person] = from_episode("people")
    topics: list[str] = from_episode("topics")
    video: str | None = from_episode("video")


def run(ctx: StageContext[Settings]) -> None:
    """Write `build/posts/link-post.md` and `.html`."""
    settings = ctx.settings
    facts = Facts(
        title=settings.title,
        show_title=settings.show_title,
        language=settings.language,
        page_url=public_url(settings.base_url, page_key(ctx.slug)),
        index_url=public_url(settings.base_url, INDEX_KEY),
        thesis=settings.thesis,
        people=credited(settings.hosts, settings.people),
        topics=settings.topics,
        video=settings.video,
    )
    written = link_post(facts, read_quotes(ctx), read_overrides(ctx.inputs("//feed/templates/*")))
    ctx.write_text("build/posts/link-post.md", written.markdown)
    ctx.write_text("build/posts/link-post.html", written.html)


STAGE = Stage(
    name="posts",
    run=run,
    inputs=("build/quotes.json", "//feed/templates/*?"),
    outputs=("build/posts/link-post.md", "build/posts/link-post.html"),
    settings=Settings,
    belongs="episode.toml, quotes.toml or feed/templates/",
    version=2,  # in the show's language
)
