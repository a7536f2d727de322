"""Where a host posts about an episode, and in which words: the table `[posts]` of `show.toml`."""

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, Field

from pipeline.settings.fields import Line, Table, added, uncoded
from pipeline.workspace import table_beside

#: Every house that we write for, in the order of the list; `writing/posting/house.py` reads its keys.
HOUSES = table_beside(__file__, "houses.toml")
if TYPE_CHECKING:
    HouseName = str
else:
    HouseName = Literal[tuple(HOUSES)]

_PLACE = re.compile(r"\{(\w+)\}")


def _filled(*places: str) -> AfterValidator:
    """Checks a sentence of the host's own: whatever stands in braces is one of `places`."""

    def check(value: str) -> str:
        rest = _PLACE.sub(lambda match: "" if match[1] in places else match[0], value)
        if "{" in rest or "}" in rest:
            allowed = " ".join(f"{{{place}}}" for place in places) or "none"
            raise ValueError(f"holds a brace that nothing fills; there may be {allowed}")
        return value

    return AfterValidator(check)


_Sentence = Annotated[Line, AfterValidator(uncoded)]


class Wording(Table):
    """Sentences that a host says otherwise; one with a place that an episode leaves empty is not used."""

    linkpost: Annotated[_Sentence, _filled("address")] | None = added(
        "the first line: This is a linkpost for {address}"
    )
    opening: Annotated[_Sentence, _filled("show", "guests")] | None = added(
        "what this is: Some quotes from the latest episode of {show}, with {guests}."
    )
    where: Annotated[_Sentence, _filled("audio", "video", "transcript", "here")] | None = added(
        "where to listen: You can access the {audio}, {video} and {transcript} {here}."
    )
    topics: Annotated[_Sentence, _filled()] | None = added("above the list of topics")


class PostsSettings(Table):
    """Posts about an episode, beside its page."""

    houses: list[HouseName] = Field(
        [], description="where you post: these are listed and checked; left out: all are listed"
    )
    longest: dict[Literal["mastodon", "x"], Annotated[int, Field(ge=280, le=100_000)]] = Field(
        {}, description="characters of a post, where your instance or account allows more"
    )
    wording: Wording = Field(Wording(), description="your own words in every post")
    per_house: dict[HouseName, Wording] = Field(
        {}, description="your own words in one house: [posts.per_house.bluesky]"
    )
