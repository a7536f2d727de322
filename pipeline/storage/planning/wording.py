"""Published words that a release changes: in a quote a line must tell it, elsewhere they are listed.

What was published is what the store holds, whoever put it there: a page names each quote, and so does
the one that takes its place. Only words count: marks, blanks, capitals and another heading do not.
"""

import contextlib
import difflib
import html
import itertools
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pipeline.feeds.contents.live_feed import LiveFeed, LiveItem
from pipeline.settings.podcasting import ERRATUM, Erratum
from pipeline.storage.planning.changes import Danger
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.text.cleaning import begun, printable
from pipeline.text.punctuation import DOUBLE_MARKS, ends_sentence, words
from pipeline.web.addresses import page_key, quote_anchor, transcript_key

#: Where a quote is; not where a link to one ends that was taken out.
_ANCHOR = re.compile(rf'(?<!<span )\bid="{quote_anchor("([a-z0-9]{2,16})")}"')
_TEXT = re.compile(r"<blockquote[^>]*>(.*?)</blockquote>", re.DOTALL)
_NOTES = re.compile(
    r'<section id="notes".*?</section>|<p class="footnote" dir.*?</p>', re.DOTALL
)  # as our template has them; how quotes are edited is said in a paragraph without a direction
_LANGUAGE = re.compile(r'<html lang="([^"]*)"')
_FOOTNOTE = re.compile(r"\s?\[\d{1,3}\]")
_ADDRESS = re.compile(r" https?://\S+$")  # of the quote, in a correction
_CONTEXT = 20  # words on each side of those that changed, at most
_SHOWN = 60  # letters of a text in a sentence
_BEFORE = 3  # words of it before those that changed
_LISTED = 3  # changes in a sentence
_ROOM = ERRATUM - 500  # letters of a proposal: the host adds why


class Replaced(NamedTuple):
    """A page that a release puts in the place of a live one; `moved`: under another key."""

    slug: str
    guid: str
    before: str
    after: str
    moved: bool


def replaced_pages(
    store: ObjectStore,
    changed: Iterable[ReleaseObject],
    listed: Collection[str],
    live: LiveFeed,
    slugs: Mapping[str, str],
) -> list[Replaced]:
    """The pages among the `changed` files; `slugs` are known here by GUID, and may have been others."""
    guids = {slug: guid for guid, slug in slugs.items()}
    found = []
    for item in changed:
        if item.key != page_key(item.slug) or not item.path.is_file():
            continue
        guid = guids.get(item.slug, "")
        was = live.items[guid].slug if guid in live.items else ""
        key = next((key for key in (item.key, page_key(was)) if key in listed), "")
        if key:
            before = store.content(key).decode("utf-8", "replace")
            after = item.path.read_text("utf-8", "replace")
            found.append(Replaced(item.slug, guid, before, after, key != item.key))
    return found


def quotes_of(page: str) -> dict[str, str]:
    """The words of each quote that a page names, by its id; a template of the host's may show none."""
    anchors = list(_ANCHOR.finditer(page))
    ends = [*(each.start() for each in anchors[1:]), len(page)]
    found = {}
    for anchor, end in zip(anchors, ends, strict=False):
        text = _TEXT.search(page, anchor.end(), end)
        found[anchor[1]] = _plain(text[1]) if text else ""
    return found


def silent_corrections(
    pages: Iterable[Replaced], errata: Callable[[str], Sequence[Erratum]], again: Collection[str]
) -> Iterator[Danger]:
    """A danger for each episode with a quote whose words change, or that goes, and no erratum says so.

    `errata` are those of an episode, by its slug; `again` are GUIDs of what was released before.
    """
    for page in (each for each in pages if each.guid not in again):
        told, after = errata(page.slug), quotes_of(page.after)
        standing = [words(text) for text in after.values()]
        silent = [
            _shown(name, text, after.get(name, ""))
            for name, text in quotes_of(page.before).items()
            if words(text) not in ([], *standing)
            and after.get(name) != ""  # a template without a blockquote: nobody knows
            and not _tells(
                [each for each in told if each.quote in (None, name)], text, after.get(name, "")
            )
        ]
        if silent:
            yield Danger(
                f"silent-correction:{page.slug}",
                f"{page.slug}: published words of a quote change, and no [[erratum]] tells it: "
                + _sentence(silent),
                f"silent-correction:{page.guid or page.slug}",
                "\n".join(_table(each) for each in silent),
            )


def other_words(
    store: ObjectStore,
    changed: Iterable[ReleaseObject],
    listed: Collection[str],
    pages: Iterable[Replaced],
) -> Iterator[str]:
    """A line for each published transcript, and for notes, in which words change."""
    tell = "an [[erratum]] in episodes/{}/episode.toml tells those who read it"
    for item in changed:
        is_transcript = item.key == transcript_key(item.slug, ".json")
        if is_transcript and item.key in listed and item.path.is_file():
            before, after = _said(store.content(item.key)), _said(item.path.read_bytes())
            if found := list(_differences(before, after)):
                yield (
                    f"{item.slug}: the published transcript says otherwise in {len(found)} place(s): "
                    f"{_sentence(found)}; {tell.format(item.slug)}"
                )
    for page in pages:
        if _LANGUAGE.findall(page.before) != _LANGUAGE.findall(page.after):
            continue  # our headings are translated
        before, after = (
            " ".join(map(_plain, _NOTES.findall(each))) for each in (page.before, page.after)
        )
        if found := list(_differences(before, after)):
            yield (
                f"{page.slug}: the published notes say otherwise: {_sentence(found)}; "
                f"{tell.format(page.slug)}"
            )


def told_no_more(before: LiveFeed, after: LiveFeed) -> Iterator[str]:
    """A line for each correction that an episode's item had, and has no more."""
    both = ((item, after.items.get(guid, item)) for guid, item in before.items.items())
    for item, now in both:
        for line in _told(item) if item.raw != now.raw else ():
            if line not in _told(now):
                yield f"'{item.title}': a correction is told no more: {begun(line, 2 * _SHOWN)}"


class _Shown(NamedTuple):
    """What changes, in a few words; `says` is empty where it goes."""

    quote: str
    said: str
    says: str


def _told(item: LiveItem) -> list[str]:
    return [_ADDRESS.sub("", line) for line in item.corrections]


def _tells(told: Sequence[Erratum], before: str, after: str) -> bool:
    """Whether errata, each of which changes some words, make one text of the other."""
    wanted = tuple(words(after))
    if not wanted:
        gone = [each for each in told if not each.says]
        return any(each.quote or words(each.said) == words(before) for each in gone)
    reached = {tuple(words(before))}
    for each in sorted(told, key=lambda each: each.date):
        said, says = tuple(words(each.said)), tuple(words(each.says))
        reached |= {
            (*state[:at], *says, *state[at + len(said) :])
            for state in reached
            for at in range(len(state) - len(said) + 1)
            if said and state[at : at + len(said)] == said
        }
    return wanted in reached


def _shown(quote: str, before: str, after: str) -> _Shown:
    """The words that change, with some on each side; all of a quote that goes, if it is no novel."""
    said, says = _unmarked(before), _unmarked(after)
    if not says:
        return _Shown(quote, begun(said, _ROOM), "")
    old, new = said.split(), says.split()
    first = _alike(old, new)
    last = min(_alike(old[::-1], new[::-1]), min(len(old), len(new)) - first)
    for _ in range(_CONTEXT):  # to where a sentence begins and ends, if that is not far
        bare = not words(" ".join(old[first : len(old) - last]))
        first -= first > 0 and (bare or not ends_sentence(old[first - 1]))
        last -= last > 0 and (bare or not ends_sentence(old[len(old) - last - 1]))
    return _Shown(
        quote, " ".join(old[first : len(old) - last]), " ".join(new[first : len(new) - last])
    )


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts begin with alike."""
    pairs = (words(old) == words(new) for old, new in zip(one, other, strict=False))
    return sum(itertools.takewhile(bool, pairs))


def _table(shown: _Shown) -> str:
    """An [[erratum]] to paste into `episode.toml`, which wants a reason yet."""
    rows = {"quote": shown.quote, "said": shown.said, "says": shown.says, "why": ""}
    lines = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in rows.items()
        if value or key == "why"
    ]
    return "\n".join(["[[erratum]]", f"date = {datetime.now(UTC).date()}", *lines])


def _differences(before: str, after: str) -> Iterator[_Shown]:
    """The places in which words of a long text change."""
    old, new = before.split(), after.split()
    one, other = ([tuple(words(each)) for each in text] for text in (old, new))
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=len(one) > 2_000)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal" and any(one[i:j] + other[k:m]):
            yield _Shown("", " ".join(old[i:j]), " ".join(new[k:m]))


def _sentence(found: Sequence[_Shown]) -> str:
    lines = []
    for _, said, says in found[:_LISTED]:
        if said and says:
            skipped = max(0, _alike(said.split(), says.split()) - _BEFORE)
            short = [
                "…" * (skipped > 0) + begun(" ".join(text.split()[skipped:]), _SHOWN)
                for text in (said, says)
            ]
            lines.append("“{}” becomes “{}”".format(*short))
        else:
            lines.append(f"“{begun(said or says, _SHOWN)}” {'goes' if said else 'comes'}")
    return ", ".join([*lines, *([f"and {len(found) - _LISTED} more"] if found[_LISTED:] else [])])


def segments(transcript: bytes) -> list[tuple[float, str, str]]:
    """Start, speaker and words of each, as podcast apps take a transcript; none of one that is damaged."""
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        return [
            (float(each["startTime"]), str(each.get("speaker") or ""), str(each["body"]))
            for each in json.loads(transcript)["segments"]
        ]
    return []


def _said(transcript: bytes) -> str:
    return printable(" ".join(body for *_, body in segments(transcript)))


def _plain(markup: str) -> str:
    return printable(" ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split()))


def _unmarked(text: str) -> str:
    return _FOOTNOTE.sub("", text).strip(DOUBLE_MARKS + "\u00a0 ")
