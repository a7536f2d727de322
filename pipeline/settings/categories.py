"""Apple's podcast categories, from `categories.toml`."""

import tomllib
from importlib.resources import files

_CATEGORIES: dict[str, list[str]] = tomllib.loads(
    (files(__package__) / "categories.toml").read_text("utf-8")
)


def category_names() -> list[str]:
    """Every name that `show.toml` may use: "Category" before each "Category > Subcategory"."""
    return [
        name
        for category, children in _CATEGORIES.items()
        for name in (category, *(f"{category} > {child}" for child in children))
    ]
