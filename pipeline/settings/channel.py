"""What is said of the show: the keys of `show.toml` that its feed and its pages are made of."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pipeline.settings.fields import (
    LINE,
    SHORT,
    Category,
    Description,
    Email,
    Language,
    Line,
    SecureUrl,
    ShowGuid,
    Table,
    Text,
    Title,
    Url,
    optional,
)
from pipeline.settings.podcasting import (
    Discussion,
    FeedImage,
    Funding,
    License,
    Location,
    Person,
    RemoteShow,
    ServiceSlug,
    SpotifySettings,
    Txt,
    UpdateFrequency,
    Value,
    check_license,
)


class IndexSettings(Table):
    """What the show's own page says."""

    file: ClassVar[str] = "show.toml"

    title: Title = Field(description="of the show")
    description: Description = Field(description="what it is about")
    language: Language = Field(
        description="a BCP 47 tag: en, de, pt-BR; what listeners read follows it"
    )
    author: Title = Field(description="whose show it is")
    link: Url | None = optional("the show's own site; left out: the published index page")
    copyright: Annotated[Text, Field(max_length=LINE)] | None = optional("a line of its own")
    people: list[Person] = Field([], description="hosts and others of every episode")
    funding: list[Funding] = Field([], description="places to give money to the show")
    subscribe: dict[Annotated[Line, Field(max_length=SHORT)], SecureUrl] = Field(
        {},
        description="the show in apps and directories, by name: apple, spotify, youtube or any other; "
        "overcast and pocketcasts follow from apple",
        exclude_if=lambda found: not found,
    )


class ChannelSettings(IndexSettings):
    """What its feed says."""

    owner: Title | None = optional("whom directories write to; left out: the author")
    email: Email = Field(description="of the owner; it is public: use a role address")
    categories: list[Category] = Field(
        min_length=1,
        max_length=3,
        description="one to three of Apple's names, 'Category' or 'Category > Subcategory'",
    )
    explicit: bool = Field(False, description="whether it needs the parental advisory")
    type: Literal["episodic", "serial"] = Field(
        "episodic", description="serial: to be heard from the first episode on"
    )
    guid: ShowGuid | None = optional("podcast:guid, made by init; never change it")
    license: License | None = optional("an SPDX identifier, or a name")
    license_url: Url | None = optional("where that licence is")
    medium: Literal[
        "podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course"
    ] = Field("podcast", description="what the feed carries (podcast:medium)")
    locked: bool = Field(
        True, description="whether other hosts must ask before they import the show"
    )
    block: bool = Field(False, description="hides the whole show from Apple's directory")
    complete: bool = Field(False, description="no more episodes will come")
    new_feed_url: Url | None = optional("only while the show moves to another address")
    update_frequency: UpdateFrequency | None = optional("how often episodes come out")
    txt: Txt = Field({}, description="podcast:txt records, by purpose: a text, or a list of them")
    discussions: list[Discussion] = Field([], description="threads about the show elsewhere")
    comments: bool = Field(True, description="false: apps shall show no comments on the show")
    images: list[FeedImage] = Field([], description="pictures for other uses than the cover")
    seasons: dict[str, Annotated[Line, Field(max_length=128)]] = Field(
        {}, description="names of seasons, by number"
    )
    locations: list[Location] = Field([], description="what or where the show is about")
    podroll: list[RemoteShow] = Field([], description="shows that you recommend")
    publisher: RemoteShow | None = optional(
        "the feed of who publishes the show, with all that they publish"
    )
    value: Value | None = optional("payments from listeners")
    block_services: list[ServiceSlug] = Field(
        [], description="directories that may not list the show, by their slug"
    )
    allow_services: list[ServiceSlug] = Field(
        [], description="directories that may list it although all others may not"
    )
    spotify: SpotifySettings | None = optional("Spotify's own tags")
    inline_chapters: bool = Field(
        False, description="chapters in the feed itself too (psc:chapters)"
    )
    paged_feed: bool = Field(
        False,
        description="older episodes on further pages from 900 kB on: Apple and Spotify show the rest only",
    )

    @model_validator(mode="after")
    def _seasons_are_numbers(self) -> "ChannelSettings":
        for number in self.seasons:
            if not re.fullmatch(r"0|[1-9]\d{0,8}", number, re.ASCII):
                raise ValueError(f"[seasons] {number}: is no season's number: write 1, 2, ...")
        return self

    @model_validator(mode="after")
    def _license_is_known(self) -> "ChannelSettings":
        check_license(self.license, self.license_url)
        return self
