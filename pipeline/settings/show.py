"""`show.toml` and `episode.toml`: what a host may say, checked strictly before anything runs.

Settings are typed models; stages see only the fields that they declare. What each key means stands in
its description, which `pullquote settings` prints.
"""

from typing import Literal

from pydantic import Field, model_validator

from pipeline.settings.channel import ChannelSettings
from pipeline.settings.episode import Episode
from pipeline.settings.fields import Colour, added, optional
from pipeline.settings.notification import NotifySettings
from pipeline.settings.podcasting import Alternate
from pipeline.settings.posts import PostsSettings
from pipeline.settings.production import (
    AudioSettings,
    BackfillSettings,
    GuestSettings,
    LocalStorage,
    QuoteSettings,
    StorageSettings,
    TranscribeSettings,
)
from pipeline.settings.tables import load_table
from pipeline.workspace import Workspace

LOCAL_PORT = 8333  # SeaweedFS's own default for S3
LOCAL_BUCKET = "show"


class Show(ChannelSettings):
    """`feed/show.toml`: what the feed says of the show, and how episodes are made and where they go."""

    alternates: list[Alternate] = Field([], description="further encodings of every episode")
    colour: Colour | None = optional(
        "of the pictures in previews: #1d3f5b; left out: one of the cover's"
    )
    chapters: Literal["auto"] | None = added(
        '"auto": an episode without [[chapters]] gets those that are proposed, unseen'
    )
    audio: AudioSettings = Field(AudioSettings(), description="mastering")
    transcribe: TranscribeSettings = Field(TranscribeSettings(), description="recognition")
    quotes: QuoteSettings = Field(QuoteSettings(), description="proposing and proving quotes")
    guest: GuestSettings = Field(GuestSettings(), description="what guests are asked")
    notify: NotifySettings = Field(NotifySettings(), description="who is told after a release")
    posts: PostsSettings = Field(PostsSettings(), description="link posts, and posts elsewhere")
    backfill: BackfillSettings = Field(
        BackfillSettings(), description="a back catalogue on a cluster"
    )
    storage: StorageSettings | None = optional(
        "the bucket; without this table the show has a store on this machine"
    )

    @model_validator(mode="after")
    def _alternates_differ(self) -> "Show":
        names = [alternate.name for alternate in self.alternates]
        if len(set(names)) < len(names):
            raise ValueError("[alternates]: two have the same codec, bitrate and channels")
        return self

    @property
    def people_names(self) -> list[str]:
        """Their names, which do not change with a link or a picture."""
        return [person.name for person in self.people]

    @property
    def spoken_language(self) -> str:
        """The language of transcripts, as far as it is known without hearing them."""
        return self.expected_language or self.language

    @property
    def expected_language(self) -> str | None:
        """The language that the recogniser is told to expect; None: it shall detect it."""
        asked = self.transcribe.language
        return None if asked == "auto" else asked or self.language

    @property
    def store(self) -> StorageSettings:
        """Where releases go; `load_show` fills in the local store where `[storage]` is missing."""
        assert self.storage is not None, "a Show comes from load_show"
        return self.storage


def load_show(workspace: Workspace) -> Show:
    """Read `feed/show.toml`; ConfigError lists every problem in it."""
    show = load_table(Show, workspace.show_toml, "feed/show.toml")
    if show.storage is None:
        show = show.model_copy(update={"storage": local_storage(workspace)})
    return show


def local_storage(workspace: Workspace) -> LocalStorage:
    """The local store's address: the port that it last got, else the one that it will try first."""
    try:
        port = int(workspace.store_port.read_text())
    except (FileNotFoundError, ValueError):
        port = LOCAL_PORT
    return local_storage_at(port)


def local_storage_at(port: int) -> LocalStorage:
    address = f"http://127.0.0.1:{port}"
    return LocalStorage(
        endpoint_url=address, bucket=LOCAL_BUCKET, public_url=f"{address}/{LOCAL_BUCKET}"
    )


def load_episode(workspace: Workspace, slug: str) -> Episode:
    """Read an episode's `episode.toml`; ConfigError lists every problem in it."""
    toml = workspace.episode(slug).toml
    return load_table(Episode, toml, f"episodes/{slug}/episode.toml").of(slug)
