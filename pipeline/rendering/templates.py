"""Templates, shared by `writing` and `site`: whatever people typed comes out as text.

A template's name says what it makes: `*.html.j2`, `*.md.j2` or `*.txt.j2`. In each, every value that is
printed is escaped for that format, unless it is `Markup` already; in plain text it becomes one line. A
show overrides a built-in template by a file of the same name in `feed/templates/`;
`{% extends "builtin/episode.html.j2" %}` keeps the rest.

Fixed words are messages (`{% trans %}`, `_("…")`) and come out in the language that is asked for.
"""

import functools
import json
import re
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from pipeline import times
from pipeline.errors import ConfigError, PullquoteError
from pipeline.looking import content_of
from pipeline.rendering.formats import human_date, human_duration, human_list, human_size
from pipeline.rendering.markdown import linked_html, linked_markdown, markdown_html
from pipeline.rendering.quotation import curly, quoted
from pipeline.rendering.text import (
    inner_escape,
    linked_text,
    markdown_escape,
    one_line,
    plain,
    safe_url,
)
from pipeline.rendering.words import BUILTIN, OVERRIDES, Words, read_words
from pipeline.text.languages import ENGLISH
from pipeline.workspace import Workspace

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_ESCAPED_NUMBER = re.compile(r"\\\[(\d+)\\\](?![(\[:\\])")
_NUMBER = re.compile(r"\[(\d{1,4})\]")
_PLACE = re.compile(r"\{(\w+)\}")  # in a sentence of the host's own
_ENTITY = re.compile(r"&(?=#?\w+;)")
_NUMBERED_SPEAKER = re.compile(r"Speaker (\d+)")
_EMPTY_LINK = re.compile(
    r"(?<!\\)\[([^\[\]]*)(?<!\\)\]\(\s*(?:<\s*>)?\s*\)|<a\b[^>]*\bhref=[\"']{2}[^>]*>(.*?)</a>"
)
# One of these is in each, and found 100 times as fast.
_EMPTY_LINKS = ("](", 'href=""', "href=''", "href=\"'", "href='\"")


def read_overrides(paths: Iterable[Path]) -> dict[str, str]:
    """The show's own templates, by file name; ConfigError for one that is no text."""
    found = {}
    for path in paths:
        try:
            found[path.name] = (content_of(path) or b"").decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{OVERRIDES}/{path.name}: not UTF-8 text (byte {error.start})",
                "save it as UTF-8, or move it elsewhere if it is no template",
            ) from None
    return found


def own_templates(workspace: Workspace) -> dict[str, str]:
    """The show's own templates and catalogues, by file name."""
    return read_overrides(sorted(workspace.feed.glob("templates/*")))


def render(
    name: str,
    values: Mapping[str, Any],
    overrides: Mapping[str, str] | None = None,
    language: str = ENGLISH,
) -> str:
    """Fill a template, `episode.html.j2` say, with `values`; the show's own goes before ours.

    Fixed words, dates and quotation marks are those of `language`, a BCP 47 tag. ConfigError names
    file and line of an overriding template that fails.
    """
    from jinja2 import TemplateSyntaxError

    ending = name.removesuffix(".j2").rpartition(".")[2]
    form = ending if ending in _PRINTED else "html"  # style sheets and scripts, too
    environment = _environment(form, language, tuple(sorted((overrides or {}).items())))
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
    match = any(mark in text for mark in _EMPTY_LINKS) and _EMPTY_LINK.search(text)
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


@functools.lru_cache(maxsize=12)  # compiling takes 10 to 30 ms, once for a back catalogue
def _environment(form: str, language: str, overrides: tuple[tuple[str, str], ...]) -> "Environment":
    from jinja2 import Environment, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    words = read_words(language, dict(overrides))
    # A stranger's template may want what no page needs. To watch over our own takes half of the time.
    environment = (SandboxedEnvironment if overrides else Environment)(
        loader=_loader(dict(overrides)),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        finalize=_PRINTED[form],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_filters(form, words))
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's: places by name
    environment.globals.update(_messages(form, words))
    return environment


def _messages(form: str, words: Words) -> dict[str, Callable[..., Any]]:
    """What `{% trans %}` and `_()` call: the words, and in their places values escaped as everywhere."""
    from jinja2 import pass_context

    pattern_of = _PATTERNS[form]

    def filled(translated: str, places: Mapping[str, Any]) -> Markup:
        values = {name: escape(_PRINTED[form](value)) for name, value in places.items()}
        return Markup(pattern_of(translated) % values)  # noqa: S704

    def gettext(message: str, **places: Any) -> Markup:
        return filled(words(message), places)

    def pgettext(context: str, message: str, **places: Any) -> Markup:
        return filled(words(message, context), places)

    @pass_context
    def own(context: Mapping[str, Any], name: str, **places: Any) -> Markup | str:
        """The host's own sentence of that name; empty where there is none, or a place of it is empty."""
        sentence = context["wording"].get(name)
        wanted = _PLACE.findall(sentence or "")
        if not sentence or not all(places.get(place) for place in wanted):
            return ""
        return filled(_PLACE.sub(r"%(\1)s", sentence.replace("%", "%%")), places)

    return {"gettext": gettext, "pgettext": pgettext, "own": own}


def _loader(overrides: Mapping[str, str]) -> "BaseLoader":
    from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, PrefixLoader

    def own(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (overrides[name], f"{OVERRIDES}/{name}", lambda: True) if name in overrides else None

    builtin = FileSystemLoader(BUILTIN)
    return ChoiceLoader([FunctionLoader(own), builtin, PrefixLoader({"builtin": builtin})])


def _filters(form: str, words: Words) -> dict[str, Callable[..., Any]]:
    language = words.language
    shared: dict[str, Callable[..., Any]] = {
        "clock": lambda seconds: times.clock(int(seconds)),  # never later than the moment itself
        "short_clock": times.short_clock,
        "seconds": lambda seconds: round(seconds, 2),
        "date": lambda date: human_date(date, language),
        "duration": lambda seconds: human_duration(seconds, words),
        "size": lambda size: human_size(size, language),
        "role": lambda role: words.find(role.lower(), "role") or role,  # else as it was typed
        "speaker": lambda name: _speaker(name, words),
        "curly": lambda text: curly(text, language),
        "quoted": lambda text: quoted(text, language),
    }
    own = {"md": _markdown_filters, "html": _html_filters, "txt": _text_filters}
    return shared | own[form](language)


def _speaker(name: str, words: Words) -> str:
    """A voice that nobody has named, "Speaker 1", in the language; any other name as it is."""
    numbered = _NUMBERED_SPEAKER.fullmatch(name)
    return words("Speaker %(number)s") % {"number": numbered[1]} if numbered else name


def _markdown_filters(language: str) -> dict[str, Callable[..., Any]]:
    return {
        "url": lambda url: Markup(_ENTITY.sub(r"\\&", safe_url(url))),  # noqa: S704
        # Marks of footnotes stay readable where no reference [1] is defined.
        "numbered": lambda text: Markup(  # noqa: S704
            _ESCAPED_NUMBER.sub(r"[\1]", markdown_escape(text))
        ),
        "noted": lambda text, numbers: Markup(  # noqa: S704
            _ESCAPED_NUMBER.sub(
                lambda m: f"[^{m[1]}]" if int(m[1]) in numbers else m[0], markdown_escape(text)
            )
        ),
        "yaml": lambda value: Markup(json.dumps(one_line(value), ensure_ascii=False)),  # noqa: S704
        "linked": lambda text: Markup(linked_markdown(text)),  # noqa: S704 - escaped
        "listed": lambda items: human_list([_printed_markdown(item) for item in items], language),
    }


def _html_filters(language: str) -> dict[str, Callable[..., Any]]:
    return {
        "url": safe_url,
        "linked": linked_html,
        "noted": noted_html,
        "markdown": lambda text: Markup(markdown_html(text)),  # noqa: S704 - sanitised
        "listed": lambda items: human_list([escape(_printed_html(i)) for i in items], language),
        "showing": showing,
    }


def _text_filters(language: str) -> dict[str, Callable[..., Any]]:
    return {
        "url": safe_url,
        "linked": one_line,
        "listed": lambda items: human_list([one_line(item) for item in items], language),
        "to": lambda text, url: Markup(linked_text(one_line(text), safe_url(url))),  # noqa: S704
    }


def noted_html(text: str, numbers: Collection[int]) -> Markup:
    """`text` with the marks of its footnotes as links, in the shape that word processors paste."""
    seen: set[str] = set()

    def link(match: re.Match[str]) -> str:
        number = match[1]
        if int(number) not in numbers:
            return match[0]
        anchor = "" if number in seen else f' id="ftnt_ref{number}"'
        seen.add(number)
        return f'<sup><a href="#ftnt{number}"{anchor}>[{number}]</a></sup>'

    return Markup(_NUMBER.sub(link, escape(plain(text))))  # noqa: S704 - escaped


def showing(sentence: str, shown: str) -> Markup:
    """Only `shown` of a sentence; a screen reader reads all of it. Both are text or `Markup`."""
    before, found, after = escape(sentence).partition(escape(shown))
    if not found:  # a translation that says it otherwise
        before, after = Markup(), Markup(" ") + before
    hidden = Markup('<span class="hidden">{}</span>')
    return Markup("").join(
        [
            hidden.format(before) if before else "",
            escape(shown),
            hidden.format(after) if after else "",
        ]
    )


def _printed_html(value: Any) -> Any:
    """What `{{ value }}` prints before HTML escaping; None is a mistake in the template."""
    if value is None:
        raise TypeError("this value is not set; ask for it first: {% if value %}")
    if isinstance(value, Markup):
        return Markup(plain(value))  # noqa: S704 - it was Markup before
    return plain(value) if isinstance(value, str) else value


def _printed_as(escaped: Callable[[str], str]) -> Callable[[Any], Any]:
    """What `{{ value }}` prints elsewhere: text `escaped`, `Markup` (URLs, links, macros) as it is."""

    def printed(value: Any) -> Any:
        value = _printed_html(value)
        is_text = isinstance(value, str) and not isinstance(value, Markup)
        return Markup(escaped(value)) if is_text else value  # noqa: S704 - escaped

    return printed


_printed_markdown = _printed_as(markdown_escape)
_PRINTED: dict[str, Callable[[Any], Any]] = {
    "md": _printed_markdown,
    "html": _printed_html,
    "txt": _printed_as(one_line),  # plain text has nothing to escape
}
_PATTERNS: dict[str, Callable[[str], str]] = {
    "md": inner_escape,
    "html": lambda sentence: str(escape(sentence)),
    "txt": str,
}
