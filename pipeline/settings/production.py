"""How episodes are made, where they go: `[audio]`, `[transcribe]`, `[quotes]`, `[guest]`, `[storage]`."""

import re
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_serializer, model_validator

from pipeline.settings.fields import Language, Line, Table, Url, is_here, optional

Engine = Literal["openai-whisper", "faster-whisper"]
ENGINES: tuple[Engine, ...] = get_args(Engine)


class AudioSettings(Table):
    """How recordings are mastered; loudness in LUFS, true peak in dBTP, bitrate in kbit/s."""

    lufs: float = Field(default=-16.0, ge=-31, le=-8, description="integrated loudness, LUFS")
    true_peak: float = Field(default=-1.0, ge=-9, le=0, description="ceiling, dBTP")
    bitrate: Literal[64, 80, 96, 112, 128, 160, 192, 224, 256, 320] = Field(
        128, description="of the published MP3, kbit/s"
    )
    channels: Literal["source", "mono", "stereo"] = Field(
        "source", description="source: as recorded"
    )
    fold: bool = Field(
        True, description="bring voices that were recorded on one channel each to the middle"
    )
    intro: str | None = optional("a sound file in feed/sounds/, as sounds/NAME, played before")
    outro: str | None = optional("the same, played after")
    fade: float = Field(
        default=1.0, ge=0, le=30, description="seconds, of intro and outro into speech"
    )


class EpisodeAudio(AudioSettings):
    """`[audio]` of one episode: only the keys that stand there count."""

    def over(self, show: AudioSettings) -> AudioSettings:
        """The show's settings with these in the place of theirs; an empty name of music means none."""
        return show.model_copy(update=self._written())

    @model_serializer
    def _written(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in sorted(self.model_fields_set)}


class TranscribeSettings(Table):
    """Which recogniser listens, with which weights; see `speech`."""

    engine: Engine = Field(
        "openai-whisper", description="the recogniser; faster-whisper is the extra [fast]"
    )
    model: Line = Field(
        "tiny.en",
        description="a Whisper model (tiny.en, base.en, small.en, large-v3-turbo), or a path to weights",
    )
    language: Language | Literal["auto"] | None = optional(
        'what is spoken ("auto": what is heard); left out: the language above'
    )
    diarise: bool = Field(
        False, description="tell voices apart where there are no tracks; needs the extra [diarise]"
    )


def _variable(name: str) -> str:
    """The name of an environment variable; a key in its place is in no message."""
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,63}", name):
        raise ValueError("is no name of an environment variable (write the name, never the key)")
    return name


class RerankSettings(Table):
    """A language model that may reorder the proposed quotes; see `quotes.rerank`."""

    base_url: Url = Field(
        description="any OpenAI-compatible address, such as http://127.0.0.1:11434/v1"
    )
    model: Line = Field(description="the model's name there")
    key_env: Annotated[str, AfterValidator(_variable)] | None = optional(
        "name of the environment variable that holds the key"
    )
    timeout: float = Field(default=60.0, ge=1, le=600, description="seconds for each answer")
    rounds: int = Field(default=3, ge=1, le=9, description="answers whose votes are added up")
    allow_http: bool = Field(
        default=False, description="send to another machine without encryption"
    )

    @model_validator(mode="after")
    def _nobody_reads_on_the_way(self) -> "RerankSettings":
        parts = urlsplit(self.base_url)
        if parts.username or parts.password:
            raise ValueError(
                "base_url: holds a password: put it into an environment variable and name that in"
                " key_env"
            )
        if parts.scheme != "https" and not (self.allow_http or is_here(self.base_url)):
            raise ValueError(
                "base_url: neither https nor this machine, so everybody on the way could read what"
                " is sent: use https, or set allow_http = true for a network that you trust"
            )
        return self


class QuoteSettings(Table):
    """What `suggest` proposes and what the guard lets pass without a signature."""

    candidates: int = Field(default=24, ge=1, le=200, description="how many quotes to propose")
    auto: int = Field(default=3, ge=1, le=20, description="how many of them --review auto accepts")
    free: list[Line] | None = optional(
        "kinds of edit that need no consent; left out: the default of the guard"
    )
    lightly_edited: bool = Field(
        False,
        description="edits of wording need no consent; page and posts then say that quotes are edited",
    )
    embed: bool = Field(
        False, description="does nothing any more; files that say it can still be read"
    )
    rerank: RerankSettings | None = optional(
        "a language model that reorders them; left out: none is asked"
    )


class GuestSettings(Table):
    """What guests are asked on the sheet of their quotes; see `pullquote help guest`."""

    mode: Literal["accuracy", "approve"] = Field(
        "accuracy",
        description="accuracy: misheard? out of context? approve: nothing goes out without a yes",
    )
    days: int = Field(default=7, ge=1, le=90, description="in which they may answer")
    silence: Literal["publish", "hold"] | None = optional(
        "what no answer means; left out: publish for accuracy, hold for approve"
    )

    @property
    def rule(self) -> Literal["publish", "hold"]:
        """What no answer means."""
        return self.silence or ("hold" if self.mode == "approve" else "publish")


class BackfillSettings(Table):
    """A back catalogue on a cluster; see `pullquote help cluster`."""

    workers: int | None = Field(None, ge=1, description="at once; left out: all there is room for")
    gpus_per_worker: float = Field(
        0.0, ge=0, le=1, description="of each recogniser: one, or a part of it; 0: cores only"
    )
    price_per_hour: float | None = Field(
        None, ge=0, description="of a worker, in any currency: what a backfill costs is then shown"
    )


class StorageSettings(Table):
    """An S3-compatible bucket; credentials come from boto3's own chain, never from here."""

    endpoint_url: Url | None = optional("of the S3 API; left out: AWS")
    bucket: Line = Field(description="its name")
    public_url: Url = Field(description="where listeners read the bucket")
    prefix: str = Field("", description="keys below a folder")
    region: str | None = optional("as the store wants it, often auto")
    acl: Literal["public-read"] | None = optional("only for stores that need it on every object")

    @property
    def base_url(self) -> str:
        """The public URL that keys are appended to, with a slash at its end."""
        prefix = self.prefix.strip("/")
        return self.public_url.rstrip("/") + "/" + (f"{prefix}/" if prefix else "")


class LocalStorage(StorageSettings):
    """The show's own object store on this machine, used while `show.toml` has no `[storage]`."""
