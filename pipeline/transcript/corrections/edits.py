"""Edits to `corrections.toml` and `glossary.toml` on the host's behalf; every other byte stays."""

from typing import Any, Literal

from pipeline.errors import ConfigError
from pipeline.host_files import appended
from pipeline.times import clock
from pipeline.transcript.words.words import normal, split


def with_place(
    content: str, table: Literal["replace", "keep", "heard"], at: float, said: str, **more: str
) -> str:
    """Add to a table the words that are heard at `at` (seconds), to be replaced by a `text` or not."""
    return appended(content, table, {"at": clock(at, 1), "said": said, **more})


def with_speaker(content: str, at: float, name: str, said: str) -> str:
    """Say who speaks from `at` (seconds) on; an entry for the same time is given the new name.

    `said` are the words that this begins with: they find the place when words have moved.
    """
    import tomlkit

    when = clock(at, 1)
    document = tomlkit.parse(content)
    for entry in document.get("speaker", ()):
        if entry.get("at") == when:
            entry["name"] = name
            return document.as_string()
    values = {"at": when, "name": name} | ({"said": said} if said else {})
    return appended(content, "speaker", values)


def with_voice(content: str, voice: str, name: str) -> str:
    """Say who a voice is, wherever it speaks; one that has a name already gets another."""
    import tomlkit

    document = tomlkit.parse(content)
    names: Any = document.get("names")
    if names is None:
        gap = "" if not content else "\n" if content.endswith("\n") else "\n\n"
        table = tomlkit.document()
        table["names"] = {voice: name}
        return content + gap + table.as_string()
    known = [label for label, given in names.items() if given == voice]
    for label in known or [voice]:
        names[label] = name
    return document.as_string()


def with_term(content: str, text: str, heard: str) -> str:
    """Add a spelling that a term of the show is misheard as.

    ConfigError where it is listed under another term: a spelling has one meaning, and no run would go
    on with two.
    """
    import tomlkit

    document = tomlkit.parse(content)
    terms = document.get("term", ())
    for term in terms:
        if term.get("text") != text and _is_listed(heard, term):
            raise ConfigError(
                f"'{heard}' is listed under '{term.get('text')}' in feed/glossary.toml already",
                f"take it out there before it can become '{text}'; nothing was changed",
            )
    for term in terms:
        if term.get("text") == text:
            if not _is_listed(heard, term):
                term["heard"] = [*term.get("heard", ()), heard]
            return document.as_string()
    return appended(content, "term", {"text": text, "heard": [heard]})


def _is_listed(heard: str, term: Any) -> bool:
    wanted = [normal(word) for word in split(heard)]
    return any([normal(word) for word in split(known)] == wanted for known in term.get("heard", ()))
