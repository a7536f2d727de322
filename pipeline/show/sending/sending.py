"""Posting by API: an episode's post stands in a house once, and follows the ledger from then on.

What stands where is kept in `posted.json` beside `episode.toml`: it is committed, so that colleagues know.
An entry is made before anything is sent, and completed by the server's answer; a run that was killed in
between is found out by what stands there.
"""

import contextlib
import difflib
import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from pipeline.artefacts import POSTED, Posted, PostedPost
from pipeline.engine.exclusive import exclusive
from pipeline.errors import ConfigError, PullquoteError, Refused
from pipeline.rendering.text import one_line
from pipeline.settings.fields import is_here
from pipeline.settings.show import load_show
from pipeline.show.episode import LocalEpisode
from pipeline.show.posting import post_for
from pipeline.show.public.publication import published_slugs, unreleased
from pipeline.show.sending.account import Account, Letter, NoAnswer, Standing, digest
from pipeline.stages import runner_of
from pipeline.web.deadline import TooLate
from pipeline.workspace import write_text
from pipeline.writing.posting.house import house_of

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
    """What became of a post, and where it stands; `before` is where it stood until now."""

    what: What
    house: str
    address: str
    before: str = ""


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
                return _Errand(episode, letter, account).run(instead)
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"posting to {letter.post.house.title} needs {error.name}, which is not installed",
                f"pip install 'pullquote[{house}]'",
            ) from None


class _Errand:
    """A letter on its way to an account; `known` is what was noted of the last one."""

    def __init__(self, episode: LocalEpisode, letter: Letter, account: Account) -> None:
        self.episode, self.letter, self.account = episode, letter, account
        self.entry = PostedPost(
            house=letter.post.house.name,
            account=account.name,
            sha256=digest(letter.post.title, letter.post.address, *letter.texts),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self.before = _posted(episode)
        same = [each for each in self.before if _place(each) == _place(self.entry)]
        self.known = same[0] if same else None

    def run(self, instead: bool) -> Sent:
        """Look what stands there, and post or change it."""
        there = self.account.find(self.letter, self.known)
        what = self._judged(there)
        if what is None:
            assert there
            if not instead:
                raise self._refusal(there)
            what = "changed"
        if what != "unchanged" or there is None:
            there = self._put(there)
        if self.known is None or self.known.version != there.version:
            self._note(there, there.version)
        before = self.known.address if self.known else ""
        return Sent(
            what=what, house=self.entry.house, address=there.address, before=before or there.address
        )

    def _judged(self, there: Standing | None) -> What | None:
        """What is to be done; None where the host must say so."""
        texts, known = self.letter.texts, self.known
        if there is None:
            return "posted"
        if there.texts is not None and list(there.texts) == texts:
            return "unchanged"
        if known is None or not self.account.edits or known.version not in ("", there.version):
            return None
        if not known.version and there.texts == texts[: len(there.texts or ())]:
            return "posted"  # the rest of it
        return "unchanged" if known.version and known.sha256 == self.entry.sha256 else "changed"

    def _put(self, there: Standing | None) -> Standing:
        """Send it. An entry without a version says that this was begun: what stands there is ours."""
        told = False

        def tell(standing: Standing) -> None:
            nonlocal told
            told = True
            self._note(standing, "")

        self._note(there, "")
        try:
            return self.account.put(self.letter, there, tell)
        except (NoAnswer, TooLate):
            raise
        except PullquoteError:
            if not told:  # nothing was done there
                _keep(self.episode, self.before)
            raise

    def _note(self, there: Standing | None, version: str) -> None:
        """Keep what stands there, in the place of what was noted of it before."""
        entry = self.entry
        if there:
            entry = replace(entry, ids=list(there.ids), address=there.address, version=version)
        others = [each for each in self.before if _place(each) != _place(entry)]
        _keep(self.episode, [*others, entry])

    def _refusal(self, there: Standing) -> Refused:
        """Why what stands there is left alone, with what differs where that is known."""
        name, slug = self.account.name, self.episode.slug
        if not self.account.edits:
            why = f"{name}: {slug} was posted with other words, and nobody would see an edit"
            hint = "--replace takes it down and posts it anew: answers and likes stay behind"
        elif self.known is None:
            why = f"{name}: a post about {slug} stands there that posted.json does not know"
            hint = "git pull brings what a colleague posted; --replace writes this one over it"
        else:
            why = f"{name}: the post about {slug} was changed there since"
            hint = "--replace writes over what was changed"
        difference = _difference(there.texts or (), self.letter.texts)
        return Refused("\n".join([why, f"  it stands at {there.address}", *difference]), hint)


def _difference(old: Sequence[str], new: Sequence[str]) -> list[str]:
    if not old:
        return []
    before, after = ("\n\n".join(texts).splitlines() for texts in (old, new))
    lines = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]  # no names of files
    told = [f"  {one_line(line)}" for line in lines if line[:2] != "@@"]
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
    runner = runner_of(episode.workspace)
    is_stale = any(each.state != "fresh" for each in runner.explain(slug))
    if is_stale or slug in unreleased(runner, episode.workspace, base_url):
        raise Refused(
            f"{slug} has changes that were not released: its post would quote what is not on its page",
            f"pullquote publish {slug}",
        )
    if is_here(letter.post.address) and not is_here(account.server):
        raise Refused(
            f"{slug} is published on this machine only: nobody could follow {letter.post.address}",
            "name a public bucket in [storage] of show.toml, and publish there",
        )


def _posted(episode: LocalEpisode) -> Sequence[PostedPost]:
    found = POSTED.known(episode.paths)
    return found.posts if found else ()


def _keep(episode: LocalEpisode, posts: Sequence[PostedPost]) -> None:
    path = POSTED.path(episode.paths)
    if posts:
        write_text(path, POSTED.dump(Posted(posts=posts)))
    else:
        path.unlink(missing_ok=True)


def _place(entry: PostedPost) -> tuple[str, str]:
    return entry.house, entry.account
