"""Names that directories have fixed: Apple's categories, roles of the Podcasting 2.0 person taxonomy."""

import functools
import itertools

from pipeline.text.spelling import did_you_mean
from pipeline.workspace import table_beside

DEFAULT_GROUP = "cast"


@functools.cache
def taxonomy() -> dict[str, list[str]]:
    return table_beside(__file__, "taxonomy.toml")


@functools.cache
def category_names() -> list[str]:
    """Every name that `show.toml` may use: "Category" before each "Category > Subcategory"."""
    return [
        name
        for category, children in table_beside(__file__, "categories.toml").items()
        for name in (category, *(f"{category} > {child}" for child in children))
    ]


def classify(role: str, group: str) -> tuple[str, str]:
    """The role and group as the feed writes them; ValueError with the nearest spelling.

    A role that "cast", the default group, does not have is looked for in the others, so that
    nobody has to know that a producer belongs to "creative direction".
    """
    role, group = _fold(role), _fold(group)
    if group not in taxonomy():
        raise ValueError(f"'{group}' is no group of the Podcasting 2.0 taxonomy{_hint(group)}")
    if role in taxonomy()[group]:
        return role, group
    homes = [name for name, roles in taxonomy().items() if role in roles]
    if not homes:
        raise ValueError(f"'{role}' is no role of the Podcasting 2.0 taxonomy{_hint(role)}")
    if group != DEFAULT_GROUP:
        raise ValueError(f"the role '{role}' belongs to the group '{homes[0]}', not '{group}'")
    return role, homes[0]


def _fold(name: str) -> str:
    return " ".join(name.lower().split())


def _hint(name: str) -> str:
    return did_you_mean(name, [*taxonomy(), *itertools.chain(*taxonomy().values())])
