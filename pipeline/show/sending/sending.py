"""Posting by API: an episode's post stands in a house once, and follows the ledger from then on.

What stands where is kept in `posted.json` beside `episode.toml`: it is committed, so that colleagues know.
An entry is made before anything is sent, and completed by the server's answer; a run that was killed in
between is found out by what stands there.
"""

import contextlib
import difflib
import hashlib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from pipeline.artefacts import POSTED, Posted, PostedPost
from pipeline.engine.exclusive import exclusive
from pipeline.errors import ConfigError, Refused
from pipeline.settings.fields import is_here
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.publishing.publication import published_slugs, unreleased
from pipeline.show.sending.account import Account, Letter, Standing
from pipeline.show.words.posting import post_for
from pipeline.workspace import write_text
from pipeline.writing.houses.house import house_of

#: Houses with an API that a person can get, and what speaks it.
_ACCOUNTS = {
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "ghost": "Ghost",
    "wordpress": "WordPress",
}
_SHOWN = 12  # lines of a difference

What = Literal["posted", "changed", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a post, and where it stands."""

    what: What
    house: str
    address: str


def letter_for(episode: LocalEpisode, house: str) -> Letter:
    """The post of an episode as it would be sent; ConfigError for a house that takes none of programs."""
    title = house_of(house).title
    if house not in _ACCOUNTS:
        raise ConfigError(
            f"{title} has no API that anybody can get",
            f"copy and paste: pullquote posts {episode.slug} --to {house} --copy",
        )
    show = load_show(episode.workspace)
    return Letter(
        guid=episode.settings.guid,
        slug=episode.slug,
        language=show.language,
        post=post_for(episode, house),
    )


def known_post(episode: LocalEpisode, house: str) -> PostedPost | None:
    """What was posted there last, whoever's account it was."""
    found = [each for each in _posted(episode) if each.house == house and each.ids]
    return found[-1] if found else None


def send(episode: LocalEpisode, house: str, *, instead: bool = False) -> Sent:
    """Post an episode, or let what stands there say what it says now.

    Refused where that is not ours to change, or where nobody would see it; `instead` does it all the same.
    """
    letter = letter_for(episode, house)
    account = _account(house)
    _check_public(episode, letter, account)
    with exclusive(episode.workspace, f"post-{episode.slug}", f"posting {episode.slug}"):
        try:
            with contextlib.closing(account):
                return _sent(episode, house, letter, account, instead)
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"posting to {letter.post.house.title} needs {error.name}, which is not installed",
                f"pip install 'pullquote[{house}]'",
            ) from None


def _sent(
    episode: LocalEpisode, house: str, letter: Letter, account: Account, instead: bool
) -> Sent:
    entry = PostedPost(house=house, account=account.name, sha256=_digest(letter), at=_now())
    posted = _posted(episode)
    known = next((each for each in posted if _place(each) == _place(entry)), None)
    there = account.find(letter, known.ids if known else ())
    what = _judged(letter, entry, known, there, edits=account.edits)
    if what is None and there:
        if not instead:
            raise _refusal(letter, account, known, there)
        what = "changed"
    if what != "unchanged":
        if known is None or not known.ids:
            _note(episode, entry)
        there = account.put(letter, there)
    assert there
    _note(
        episode,
        replace(entry, ids=list(there.ids), address=there.address, version=there.version),
    )
    return Sent(what=what or "posted", house=house, address=there.address)


def _judged(
    letter: Letter,
    entry: PostedPost,
    known: PostedPost | None,
    there: Standing | None,
    *,
    edits: bool,
) -> What | None:
    """What is to be done; None where the host must say so."""
    if there is None:
        return "posted"
    if there.texts is not None and list(there.texts) == letter.texts[: len(there.texts)]:
        return "unchanged" if len(there.texts) == len(letter.texts) else "posted"
    if known is None or (known.ids and known.version != there.version):
        return None
    if known.ids and known.sha256 == entry.sha256:
        return "unchanged"
    return "changed" if edits else None


def _refusal(
    letter: Letter, account: Account, known: PostedPost | None, there: Standing
) -> Refused:
    """Why what stands there is left alone, with what differs where that is known."""
    if not account.edits:
        why = f"{account.name}: {letter.slug} was posted with other words, and nobody would see an edit"
        hint = "--replace takes it down and posts it anew: answers and likes stay behind"
    elif known is None:
        why = f"{account.name}: a post about {letter.slug} stands there that posted.json does not know"
        hint = "git pull brings what a colleague posted; --replace writes this one over it"
    else:
        why = f"{account.name}: the post about {letter.slug} was changed there since"
        hint = "--replace writes over what was changed"
    lines = [why, f"  it stands at {there.address}", *_difference(there.texts or (), letter.texts)]
    return Refused("\n".join(lines), hint)


def _difference(old: Sequence[str], new: Sequence[str]) -> list[str]:
    if not old:
        return []
    before, after = ("\n\n".join(texts).splitlines() for texts in (old, new))
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]  # no names of files
    told = [f"  {line}" for line in lines if line[:2] != "@@"]
    return told[:_SHOWN] + [f"  and {len(told) - _SHOWN} more lines"] * (len(told) > _SHOWN)


def _account(house: str) -> Account:
    module = importlib.import_module(f"pipeline.show.sending.{house}")
    account: Account = getattr(module, _ACCOUNTS[house])()
    return account


def _check_public(episode: LocalEpisode, letter: Letter, account: Account) -> None:
    """Refuse a post whose links would lead nowhere."""
    slug, base_url = episode.slug, load_show(episode.workspace).store.base_url
    if slug not in published_slugs(episode.workspace):
        raise Refused(
            f"{slug} is not published: its links would be dead", f"pullquote publish {slug}"
        )
    if slug in unreleased(episode.workspace, base_url):
        raise Refused(
            f"{slug} has changes that were not released: its post would quote what is not on its page",
            f"pullquote publish {slug}",
        )
    if is_here(urlsplit(letter.post.address).hostname or "") and not is_here(
        urlsplit(account.server).hostname or ""
    ):
        raise Refused(
            f"{slug} is published on this machine only: nobody could follow {letter.post.address}",
            "name a public bucket in [storage] of show.toml, and publish there",
        )


def _posted(episode: LocalEpisode) -> Sequence[PostedPost]:
    found = POSTED.known(episode.paths)
    return found.posts if found else ()


def _note(episode: LocalEpisode, entry: PostedPost) -> None:
    """Keep what stands there, in the place of what was noted of it before."""
    others = [each for each in _posted(episode) if _place(each) != _place(entry)]
    write_text(POSTED.path(episode.paths), POSTED.dump(Posted(posts=[*others, entry])))


def _place(entry: PostedPost) -> tuple[str, str]:
    return entry.house, entry.account


def _digest(letter: Letter) -> str:
    content = "\0".join((letter.post.title, letter.post.address, *letter.texts))
    return hashlib.sha256(content.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
