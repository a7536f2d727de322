"""Collects every message of templates and code, and brings the catalogues up to date: `make words`."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

from pipeline.rendering.words import BUILTIN, SOURCE
from pipeline.settings.taxonomy import taxonomy

CODE = (
    "site/page.py",
    "feeds/build/posts.py",
    "rendering/formats.py",
    "rendering/templates.py",
    "transcript/chapters/chapters.py",
    "transcript/chapters/topics.py",
)
LANGUAGES = ("de", "es", "fr")
_KEYWORDS: dict[str, Any] = {**DEFAULT_KEYWORDS, "words": None, "catalogue": None, "_amounts": None}
HEADER = """\
# Words of Pullquote's pages, show notes and link posts.{}
msgid ""
msgstr ""
"Language: {}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
BEGIN = " Copy this to feed/templates/<tag>.po, and keep what you translate."


def collected() -> Catalog:
    """All messages in the order of their sources, then the roles of people."""
    catalogue = Catalog(charset="utf-8")
    for message, context in [*_messages(), *((role, "role") for role in _roles())]:
        catalogue.add(message, context=context)
    return catalogue


def _messages() -> Iterator[tuple[str, str | None]]:
    templates = sorted(BUILTIN.glob("*.j2"))
    sources = [(path, "jinja2.ext:babel_extract") for path in templates]
    sources += [(BUILTIN.parent / name, "python") for name in CODE]
    for path, method in sources:
        options = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}
        if method == "python":
            options = {}
        with path.open("rb") as file:
            for _, message, _, context in extract(method, file, _KEYWORDS, (), options):
                assert isinstance(message, str), f"{path.name}: plurals are not used yet"
                yield message, context


def _roles() -> list[str]:
    return list(dict.fromkeys(role for roles in taxonomy().values() for role in roles))


def written(catalogue: Catalog, language: str, note: str) -> bytes:
    """A catalogue as its file holds it, without times and places."""
    out = BytesIO()
    write_po(out, catalogue, width=0, no_location=True, omit_header=True)
    return HEADER.format(note, language).encode() + out.getvalue().lstrip(b"\n")


def shipped(language: str) -> Path:
    return SOURCE.with_name(f"{language}.po")


def main() -> None:
    """Write `words.pot`, and into each language's catalogue what is new."""
    template = collected()
    SOURCE.write_bytes(written(template, "", BEGIN))
    for language in LANGUAGES:
        path = shipped(language)
        old = read_po(BytesIO(path.read_bytes())) if path.exists() else Catalog()
        old.update(template, no_fuzzy_matching=True)
        old.obsolete.clear()
        path.write_bytes(written(old, language, ""))


if __name__ == "__main__":
    main()
