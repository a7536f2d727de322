"""Object keys: where each published file stands below the show's public URL.

Media keys carry eight digits of the content's sha256 and never get other bytes; pages, transcripts,
chapters and the feed keep their key. Keys are `[a-z0-9._-/]` (requirement H-09). A page is addressed
with its file name, because a bucket serves no directory index.
"""

import re
from datetime import date
from urllib.parse import quote as percent_encode
from urllib.parse import unquote

from pipeline.errors import StorageError

_QUOTE_PAGE = re.compile(r"quotes/(.+)-([a-z0-9]+)\.html|embed/(.+)\.([a-z0-9]+)\.html")
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*")
_KEY_BYTES = 1024  # S3's limit
_PART_BYTES = 255  # SeaweedFS: a part of a path is a file name
_PLAIN = re.compile(r"[a-z0-9._/-]*")  # what no address has to encode: nearly all keys
#: The media types of published files by their endings; of feeds and chapters whoever makes them says more.
_TYPES = {
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
    ".jsonld": "application/ld+json",  # annotations
    ".txt": "text/plain; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".xml": "application/xml",
}

FEED_KEY = "feed.xml"
POSTS_FEED_KEY = "posts.xml"
CORRECTIONS_KEY = "corrections.xml"
BESIDE = (POSTS_FEED_KEY, CORRECTIONS_KEY)  # feeds with items of their own for some episodes
INDEX_KEY = "index.html"
SEARCH_KEY = "search.html"
EPISODES_KEY = "episodes.json"  # what a page asks for its neighbours
SITEMAP_KEY = "sitemap.xml"
ROBOTS_KEY = "robots.txt"
NOT_FOUND_KEY = "404.html"
ICON_KEYS = {32: "icon-32.png", 180: "icon-180.png"}  # by their width in pixels
QUOTES_KEY = "quotes.json"  # all published quotes, for machines
LLMS_KEY = "llms.txt"  # where the plain text of every transcript is
QUOTES_PREFIX = "quotes/"  # of quotes' pages and sounds
EMBED_PREFIX = "embed/"
RELEASES_PREFIX = "releases/"
GUESTS_PREFIX = "guests/"  # pages that only who knows their address finds
WORK_PREFIX = "work/"  # what machines of a cluster hand each other; no release has it
PROBES_PREFIX = "doctor/"  # objects by which a store is examined, gone afterwards


def is_key(key: str) -> bool:
    r"""Whether `key` is `[a-z0-9._-/]` and stays below the show's prefix.

    Stores disagree on every other key (`a//b`, `x/`, `./x`, `a\b`), so no other is ever sent.
    """
    has_room = len(key) <= _KEY_BYTES and max(map(len, key.split("/"))) <= _PART_BYTES
    return has_room and _KEY.fullmatch(key) is not None


def check_key(key: str) -> str:
    """Return `key`; StorageError unless it is one."""
    if not is_key(key):
        raise StorageError(
            f"{key[:100]!r} cannot be an object key", "use a-z, 0-9, '.', '_', '-' and '/' only"
        )
    return key


def media_type(name: str) -> str:
    """What a key, or the name of a file, is served as."""
    return _TYPES.get(name[name.rfind(".") :], "application/octet-stream")


def feed_page_key(number: int) -> str:
    """An older page of a long feed; 1 holds the oldest episodes."""
    return f"feed/{number:04d}.xml"


def audio_key(slug: str, sha256: str, suffix: str = ".mp3") -> str:
    return f"audio/{slug}-{sha256[:8]}{suffix}"


def clip_key(slug: str, quote_id: str, sha256: str) -> str:
    return f"quotes/{slug}-{quote_id}-{sha256[:8]}.mp3"


def work_key(sha256: str, suffix: str) -> str:
    """Media between two stages of a run on a cluster."""
    return f"{WORK_PREFIX}{sha256}{suffix.lower()}"


def unfinished_key(digest: str, name: str) -> str:
    """What a stage that runs there has finished so far."""
    return f"{WORK_PREFIX}unfinished/{digest}/{name}"


def page_key(slug: str) -> str:
    return f"episodes/{slug}.html"


def quote_page_key(slug: str, quote_id: str) -> str:
    """The page of one quote; no id holds a hyphen, so no two quotes share a key."""
    return f"quotes/{slug}-{quote_id}.html"


def annotations_key(slug: str) -> str:
    """The quotes of an episode as W3C annotations."""
    return f"{QUOTES_PREFIX}{slug}.jsonld"


def quote_of(key: str) -> tuple[str, str]:
    """The slug and the id of the quote whose page a key means, or whose embedded player.

    Two empty texts for any other key.
    """
    found = _QUOTE_PAGE.fullmatch(key)
    return (found[1] or found[3], found[2] or found[4]) if found else ("", "")


def embed_key(slug: str, quote_id: str = "") -> str:
    """The player of an episode, or of a quote, for other people's pages; no slug holds a dot."""
    return f"{EMBED_PREFIX}{slug}{quote_id and f'.{quote_id}'}.html"


def oembed_key(slug: str, quote_id: str = "") -> str:
    """What tells other programs how to show that player."""
    return f"oembed/{slug}{quote_id and f'.{quote_id}'}.json"


def transcript_key(slug: str, suffix: str) -> str:
    """A transcript; `suffix` is .vtt, .srt, .json or .txt."""
    return f"transcripts/{slug}{suffix}"


def chapters_key(slug: str) -> str:
    return f"chapters/{slug}.json"


def post_key(slug: str) -> str:
    """The link post as a page of its own."""
    return f"posts/{slug}.html"


def guest_key(deadline: date, secret: str) -> str:
    """A guest's page; the day is the last on which it stays, for `gc` to see."""
    return f"{GUESTS_PREFIX}{deadline:%Y%m%d}-{secret}.html"


def artwork_key(sha256: str, suffix: str) -> str:
    """The show's cover; its name changes with the picture, because directories cache it."""
    return f"art/cover-{sha256[:8]}{suffix}"


def image_key(sha256: str, suffix: str) -> str:
    """A picture of an episode, a person or a chapter."""
    return f"art/image-{sha256[:8]}{suffix}"


def card_key(sha256: str) -> str:
    """A picture for previews of an episode's or a quote's page."""
    return f"art/card-{sha256[:8]}.png"


def asset_key(name: str, sha256: str) -> str:
    """A style sheet or script of the pages: `asset_key("page.css", …)`."""
    stem, dot, suffix = name.rpartition(".")
    return f"assets/{stem}-{sha256[:8]}{dot}{suffix}"


def pack_key(language: str, sha256: str) -> str:
    """What is searched in: an index of some episodes in one language."""
    return f"search/{language}-{sha256[:8]}.bin"


def public_url(base_url: str, key: str) -> str:
    """The address of a key; `base_url` ends in a slash."""
    return base_url + (key if _PLAIN.fullmatch(key) else percent_encode(key))


def key_of(url: str, base_url: str) -> str:
    """The key that an address means; empty for one that lies elsewhere."""
    if not url.startswith(base_url):
        return ""
    return unquote(url.removeprefix(base_url).partition("#")[0].partition("?")[0])


def post_guid(guid: str) -> str:
    """The GUID of an episode's link post, which is another thing than the episode (I-04)."""
    return f"post:{guid}"


def correction_guid(guid: str, key: str) -> str:
    """The GUID of a correction, of the episode with this one."""
    return f"correction-{key}:{guid}"


def episode_guid(guid: str) -> str:
    """The GUID of the episode that an item of a feed beside is about."""
    return guid.partition(":")[2]


def quote_anchor(quote_id: str) -> str:
    """The fragment of a quote on its episode's page."""
    return f"q-{quote_id}"


def correction_anchor(key: str) -> str:
    """The fragment of a correction on its episode's page."""
    return f"c-{key}"
