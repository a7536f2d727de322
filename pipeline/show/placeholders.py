"""What `init` writes where only the host knows better: `doctor` points it out, and a plan guards it."""

import hashlib
import re
from importlib.resources import files

from pipeline.feeds.contents.artwork import covers
from pipeline.settings.show import Show
from pipeline.storage.planning.changes import Placeholder
from pipeline.web.addresses import artwork_key
from pipeline.workspace import Workspace

PLACEHOLDERS = {
    "title": "An untitled show",
    "description": "A conversation in every episode.",
    "author": "The host",
    "email": "host@example.org",
}

# Domains that belong to nobody (RFC 2606, RFC 6761).
_RESERVED = re.compile(
    r"[@.](?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$", re.IGNORECASE
)


def written_by_init(name: str) -> bytes:
    """A file that `init` writes, or `new`, with {braces} where the values go."""
    return (files("pipeline") / "templates" / "show" / name).read_bytes()


def placeholders(workspace: Workspace, show: Show) -> list[Placeholder]:
    """What is still as `init` wrote it, or an address that nobody can have."""
    found = [
        Placeholder(name, f"the {name} is still '{PLACEHOLDERS[name]}'", f">{PLACEHOLDERS[name]}<")
        for name in ("title", "description", "author")
        if getattr(show, name) == PLACEHOLDERS[name]
    ]
    host = PLACEHOLDERS["author"]
    if any(person.name == host for person in show.people):
        found.append(Placeholder("people", f"one of the people is still '{host}'", f">{host}</p"))
    if _RESERVED.search(show.email):
        message = f"nobody reads {show.email}: directories send their codes there"
        found.append(Placeholder("email", message, f">{show.email}<"))
    picture = written_by_init("artwork.jpg")
    if any(path.read_bytes() == picture for path in covers(workspace.feed.glob("artwork.*"))):
        message = "the cover is still the one that `pullquote init` wrote"
        key = artwork_key(hashlib.sha256(picture).hexdigest(), ".jpg")
        found.append(Placeholder("artwork", message, key))
    return found
