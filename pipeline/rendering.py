"""Templates and Markdown, shared by `writing` and `site`: whatever people typed comes out as text.

A template's name says what it makes: `*.html.j2` or `*.md.j2`. In both, every value that is printed is
escaped for that format, unless it is `Markup` already. A show overrides a built-in template by a
file of the same name in `feed/templates/`; `{% extends "builtin/episode.html.j2" %}` keeps the rest.
"""

import functools
import itertools
import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from pipeline import times
from pipeline.errors import ConfigError, PullquoteError

if TYPE_CHECKING:
    from jinja2 import BaseLoader
    from jinja2.sandbox import SandboxedEnvironment
    from markdown_it.token import Token
    from markupsafe import Markup

BUILTIN = Path(__file__).parent / "templates"
OVERRIDES = "feed/templates"  # how a show's own templates are named in errors

#: The HTML that every podcast app shows (feed requirement X-07).
FEED_TAGS = frozenset({"p", "ol", "ul", "li", "a", "b", "i", "strong", "em", "br"})
#: What a host's Markdown may become on a page of ours.
PAGE_TAGS = FEED_TAGS | {"h3", "h4", "h5", "h6", "blockquote", "code", "pre", "hr"}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# Control characters, lone surrogates and noncharacters break XML; embedding and override of the
# writing direction (U+202A-E, U+2066-9) would leak out of a title into the page around it.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")  # no-break spaces are meant
# Beyond CommonMark's own: | for tables, ~ for strike-through, $ for formulas, { for Liquid. A lone
# [...] stays, because it is no link and hosts read it often.
_MARKDOWN_SIGN = re.compile(r"(?<!\])(\[(?:\.\.\.|…)\])(?![(\[:])|[\\`*_\[\]<>&#|~${}]")
_ESCAPED_NUMBER = re.compile(r"\\\[(\d+)\\\](?![(\[:\\])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_MARKDOWN_START = re.compile(r"^(?:[-+=:]|([0-9]{1,9})(?=[.)]))")
_ADDRESSLESS = re.compile(r"<a(?: rel=\"noopener\")?>(.*?)</a>", re.DOTALL)
_EMPTY_LINK = re.compile(
    r"(?<!\\)\[([^\[\]]*)(?<!\\)\]\(\s*(?:<\s*>)?\s*\)|<a\b[^>]*\bhref=[\"']{2}[^>]*>(.*?)</a>"
)
_BARE_URL = re.compile(r"https?://[^\s<>\"”’]*[^\s<>\"”’.,;:!?)\]]")


def plain(text: str) -> str:
    """`text` without characters that no document may hold; line breaks and tabs stay."""
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """`text` as one printable line: blanks and line breaks become single spaces."""
    return _BLANKS.sub(" ", plain(text)).strip()


def markdown_escape(text: str) -> str:
    """`text` as one line of Markdown that is read back as exactly that line, wherever it stands."""
    escaped = _MARKDOWN_SIGN.sub(lambda m: m[1] or "\\" + m[0], one_line(text))
    return _MARKDOWN_START.sub(lambda m: m[1] + "\\" if m[1] else "\\" + m[0], escaped)


def safe_url(url: str) -> str:
    """A web address, or one relative to the page, fit for `href="…"` and for `[…](…)`.

    PullquoteError for anything that is not http, https or mailto: a build file was tampered with.
    """
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = "broken"
    if not url or scheme not in {"", "http", "https", "mailto"} or url.startswith("//"):
        raise PullquoteError(f"'{url[:80]}' is no web address", "write it whole, as https://…")
    return percent_encode(plain(url), safe="!#$%&'*+,-./:;=?@_~[]")


def human_date(date: datetime) -> str:
    """`5 May 2026`, whatever the machine's locale."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def human_duration(seconds: float) -> str:
    """`1 h 12 min`, `41 min`, `38 s`."""
    if seconds < 59.5:
        return f"{round(seconds)} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


# --- Templates ---------------------------------------------------------------


def read_overrides(paths: Iterable[Path]) -> dict[str, str]:
    """The show's own templates, by file name; ConfigError for one that is no text."""
    found = {}
    for path in paths:
        try:
            found[path.name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{OVERRIDES}/{path.name}: not UTF-8 text (byte {error.start})",
                "save it as UTF-8, or move it elsewhere if it is no template",
            ) from None
    return found


def render(name: str, values: Mapping[str, Any], overrides: Mapping[str, str] | None = None) -> str:
    """Fill a template, `episode.html.j2` say, with `values`; the show's own goes before ours.

    ConfigError names file and line of an overriding template that fails.
    """
    from jinja2 import TemplateSyntaxError

    markdown = name.endswith(".md.j2")
    environment = _environment(markdown, tuple(sorted((overrides or {}).items())))
    try:
        text = environment.get_template(name).render(values)
        _refuse_empty_links(text)
        return text
    except TemplateSyntaxError as error:
        if error.filename and _override_of(error.filename):
            raise _template_error(error.filename, error.lineno, error.message or "") from None
        raise
    except PullquoteError:
        raise
    except Exception as error:
        # The innermost of the show's own templates: a built-in one that it calls is not to blame.
        frames = [f for f in traceback.extract_tb(error.__traceback__) if _override_of(f.filename)]
        if not frames:
            raise
        raise _template_error(frames[-1].filename, frames[-1].lineno, str(error)) from None


def _refuse_empty_links(text: str) -> None:
    """A link without an address is a thread that was to be filled in later, published too early."""
    match = _EMPTY_LINK.search(text)
    if match:
        raise ConfigError(
            f"the link '{match[1] or match[2] or ''}' has no address",
            f"give it one in episode.toml or in {OVERRIDES}/, or take it out",
        )


def _override_of(filename: str) -> str | None:
    return filename.removeprefix(f"{OVERRIDES}/") if filename.startswith(OVERRIDES) else None


def _template_error(filename: str, line: int | None, problem: str) -> ConfigError:
    name = _override_of(filename)
    advice = "mend it, or delete it"
    if (BUILTIN / str(name)).is_file():
        advice += f" to get the built-in one back ({BUILTIN / str(name)} shows what it may use)"
    return ConfigError(f"{filename}, line {line}: {problem}", advice)


@functools.lru_cache(maxsize=8)  # compiling takes 10 to 30 ms, once for a back catalogue
def _environment(markdown: bool, overrides: tuple[tuple[str, str], ...]) -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=_loader(dict(overrides)),
        autoescape=True,
        finalize=_printed_markdown if markdown else _printed_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_filters(markdown))
    return environment


def _loader(overrides: Mapping[str, str]) -> "BaseLoader":
    from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, PrefixLoader

    def own(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (overrides[name], f"{OVERRIDES}/{name}", lambda: True) if name in overrides else None

    builtin = FileSystemLoader(BUILTIN)
    return ChoiceLoader([FunctionLoader(own), builtin, PrefixLoader({"builtin": builtin})])


def _filters(markdown: bool) -> dict[str, Callable[..., Any]]:
    from markupsafe import Markup

    shared: dict[str, Callable[..., Any]] = {
        "clock": lambda seconds: times.clock(int(seconds)),  # never later than the moment itself
        "short_clock": times.short_clock,
        "seconds": lambda seconds: round(seconds, 2),
        "date": human_date,
        "duration": human_duration,
        "curly": curly,
        "quoted": quoted,
    }
    if markdown:
        return {
            **shared,
            "url": lambda url: Markup(_ENTITY.sub(r"\\&", safe_url(url))),  # noqa: S704
            # Marks of footnotes stay readable where no reference [1] is defined.
            "numbered": lambda text: Markup(  # noqa: S704
                _ESCAPED_NUMBER.sub(r"[\1]", markdown_escape(text))
            ),
            "linked": lambda text: Markup(_linked_markdown(text)),  # noqa: S704 - escaped
        }
    return {
        **shared,
        "url": safe_url,
        "linked": _linked_html,
        "markdown": lambda text: Markup(markdown_html(text)),  # noqa: S704 - sanitised
    }


def _printed_html(value: Any) -> Any:
    """What `{{ value }}` prints before HTML escaping; None is a mistake in the template."""
    from markupsafe import Markup

    if value is None:
        raise TypeError("this value is not set; ask for it first: {% if value %}")
    if isinstance(value, Markup):
        return Markup(plain(value))  # noqa: S704 - it was Markup before
    return plain(value) if isinstance(value, str) else value


def _printed_markdown(value: Any) -> Any:
    """What `{{ value }}` prints: text escaped, `Markup` (URLs, Markdown, macros) as it is."""
    from markupsafe import Markup

    value = _printed_html(value)
    if isinstance(value, str) and not isinstance(value, Markup):
        return Markup(markdown_escape(value))  # noqa: S704 - escaped for Markdown
    return value


# --- Quotation marks ---------------------------------------------------------

_OPENS_AFTER = re.compile(r"""[\s(\[{—–\-/‘“"']""")
_ELISION = re.compile(r"(?:cause|em|til|tis|twas|bout|round|n|\d0s|kay)\b", re.IGNORECASE)


def quoted(text: str) -> str:
    """`text` in “curly quotes”, those inside it ‘single’; no blank stands before the closing mark."""
    inner = one_line(text)
    if inner[:1] in {'"', "“"} and inner[-1:] in {'"', "”"} and len(inner) > 1:
        unwrapped = inner[1:-1]
        if not re.search('["“”]', unwrapped):  # one pair around it all: ours replaces it
            inner = unwrapped.strip()
    return f"“{curly(inner)}”"


def curly(text: str) -> str:
    """Typographic marks for text that will stand inside double ones: '"well"' becomes ‘well’."""
    return re.sub(r"""[“”"']""", lambda match: _mark(text, match.start()), text)


def _mark(text: str, at: int) -> str:
    mark, after = text[at], text[at + 1 : at + 2]
    if mark == "“":
        return "‘"
    if mark == "”" or not after or after.isspace():
        return "’"
    if mark == "'" and _ELISION.match(text, at + 1):
        return "’"  # ’cause, the ’90s
    return "‘" if at == 0 or _OPENS_AFTER.match(text, at - 1) else "’"


# --- Markdown and HTML -------------------------------------------------------


def markdown_html(text: str, *, feed: bool = False) -> str:
    """A host's Markdown (CommonMark) as sanitised HTML; raw HTML in it is shown, not obeyed.

    The highest heading becomes an h3, below ours. With `feed`, only `FEED_TAGS` and absolute links
    are left: headings become bold paragraphs, code plain text, pictures their description.
    """
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False})
    tokens = parser.parse(plain(text))
    lowered = 3 - min((int(t.tag[1]) for t in tokens if t.type == "heading_open"), default=3)
    for token in tokens:
        _adapt_block(token, lowered, feed)
        token.children = [_adapt_inline(child) for child in token.children or ()]
    if feed:
        _embolden_headings(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return sanitise(html, FEED_TAGS if feed else PAGE_TAGS)


def sanitise(html: str, tags: Iterable[str] = PAGE_TAGS) -> str:
    """Keep only `tags`, and of attributes only a link's absolute http(s) or mailto address."""
    import nh3

    clean = nh3.clean(
        html,
        tags=set(tags),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        link_rel=None if set(tags) <= FEED_TAGS else "noopener",
    )
    return _ADDRESSLESS.sub(r"\1", clean).strip()


def _adapt_block(token: "Token", lowered: int, feed: bool) -> None:
    """Rewrite a token that our pages, or podcast apps, have no place for."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = "p" if feed else f"h{min(int(token.tag[1]) + lowered, 6)}"
    elif feed and token.type in {"fence", "code_block"}:
        token.type = "html_block"
        token.content = f"<p>{_html_lines(token.content)}</p>\n"


def _adapt_inline(token: "Token") -> "Token":
    """A picture becomes its description: a page loads nothing from elsewhere."""
    if token.type == "image":
        token.type = "text"
    return token


def _embolden_headings(tokens: "Sequence[Token]") -> None:
    from markdown_it.token import Token

    for before, token in itertools.pairwise(tokens):
        if before.type == "heading_open":
            inner = token.children or []
            ends = (Token("strong_open", "strong", 1), Token("strong_close", "strong", -1))
            token.children = [ends[0], *inner, ends[1]]


def _html_lines(text: str) -> str:
    from markupsafe import escape

    return "<br>".join(str(escape(line)) for line in text.rstrip("\n").split("\n"))


def _linked_html(text: str) -> "Markup":
    from markupsafe import Markup

    link = Markup('<a href="{0}" rel="noopener">{1}</a>')
    return Markup("").join(
        link.format(safe_url(part), part) if is_url else plain(part)
        for part, is_url in _split_urls(text)
    )


def _linked_markdown(text: str) -> str:
    parts = _split_urls(one_line(text))
    return "".join(
        f"<{safe_url(part)}>" if is_url else _inner_escape(part) for part, is_url in parts
    )


def _inner_escape(part: str) -> str:
    """`markdown_escape` that keeps the blanks at the ends, between text and a link."""
    core = part.strip()
    return part.replace(core, markdown_escape(core), 1) if core else part


def _split_urls(text: str) -> Sequence[tuple[str, bool]]:
    """`text` in pieces, each with whether it is a web address."""
    pieces, end = [], 0
    for match in _BARE_URL.finditer(text):
        pieces += [(text[end : match.start()], False), (match[0], True)]
        end = match.end()
    return [*pieces, (text[end:], False)]
