"""Settings behind the rarer tags of podcast feeds: places, recommendations, payments, other encodings.

Numbers such as P-11 are rows of the project's list of feed requirements.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from pipeline.fields import STRICT, Language, Line, Url

ShortLine = Annotated[Line, Field(max_length=128)]
ServiceSlug = Annotated[str, Field(pattern=r"^[a-z0-9]+$")]  # of the namespace's serviceslugs.txt


class _Model(BaseModel):
    model_config = STRICT


class Location(_Model):
    """Where something happens (podcast:location): `geo` as RFC 5870, `osm` as R148838 or N123."""

    name: ShortLine
    rel: Literal["subject", "creator"] = "subject"
    geo: Annotated[str, Field(pattern=r"^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?([,;].*)?$")] | None = None
    osm: Annotated[str, Field(pattern=r"^[NWR]\d+(#\d+)?$")] | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class RemoteShow(_Model):
    """Another show (podcast:remoteItem): its podcast:guid, and the feed for apps without an index."""

    guid: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    url: Url | None = None
    title: Line | None = None


class Recipient(_Model):
    """Who gets a share of a payment; `split` counts shares, `fee` comes off before them."""

    name: ShortLine | None = None
    type: Line = "node"
    address: Line
    split: Annotated[int, Field(ge=0)]
    custom_key: Line | None = None
    custom_value: Line | None = None
    fee: bool = False


class Value(_Model):
    """Payments from listeners (podcast:value)."""

    type: Line = "lightning"
    method: Line = "keysend"
    suggested: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")] | None = None
    recipients: list[Recipient] = Field(min_length=1)


class SpotifySettings(_Model):
    """Spotify's own tags: `countries` of origin by ISO 3166, `limit` of episodes shown."""

    countries: list[Annotated[str, Field(pattern=r"^[a-z]{2}$")]] = []
    limit: Annotated[int, Field(ge=1)] | None = None


class Alternate(_Model):
    """Another encoding of every episode (podcast:alternateEnclosure); `bitrate` in kbit/s."""

    codec: Literal["opus", "aac", "mp3"]
    bitrate: Annotated[int, Field(ge=8, le=320)]
    title: Annotated[Line, Field(max_length=32)] | None = None
    channels: Literal["source", "mono"] = "source"

    @property
    def name(self) -> str:
        """Its file's name below `build/alternates/`."""
        suffix = {"opus": ".opus", "aac": ".m4a", "mp3": ".mp3"}[self.codec]
        return f"{self.codec}-{self.bitrate}{'-mono' if self.channels == 'mono' else ''}{suffix}"


class LinkedTranscript(_Model):
    """A transcript that stays where it is."""

    url: Url
    type: Line
    language: Language | None = None
    rel: Line | None = None


class LinkedSoundbite(_Model):
    """A passage worth hearing on its own, in seconds."""

    start: Annotated[float, Field(ge=0)]
    duration: Annotated[float, Field(gt=0)]
    title: str = ""


class LinkedEnclosure(_Model):
    """The audio of an imported episode, as its first feed published it.

    It stays at `url`; with an `enclosure.*` beside `episode.toml` that file is published instead, byte
    for byte. Nothing of the episode is mastered, transcribed or quoted. `length` in bytes, `duration`
    in seconds (0: not known).
    """

    url: Url
    length: Annotated[int, Field(ge=0)]
    type: Line
    duration: Annotated[float, Field(ge=0)] = 0.0
    chapters: Url | None = None  # JSON chapters
    transcripts: list[LinkedTranscript] = []
    soundbites: list[LinkedSoundbite] = []
    number: ShortLine | None = None  # the episode's, where it is no whole number: "12.5"
    permalink: bool = False  # whether the GUID is an address

    @model_validator(mode="after")
    def _type_is_one(self) -> "LinkedEnclosure":
        if "/" not in self.type:
            raise ValueError(f"type: '{self.type}' is no media type such as audio/mpeg")
        return self
