"""`status` and `explain`: what every episode waits for, and why each stage would run."""

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from pipeline.artefacts import published
from pipeline.commands.app import App, command, counted, emit_json, say
from pipeline.engine.state.freshness import StageState, is_newer
from pipeline.engine.state.status import EpisodeStatus
from pipeline.show.keeping import kept_in_short, kept_lines
from pipeline.show.public.publication import is_elsewhere, published_slugs, unreleased
from pipeline.show.words.chaptering import waiting as chapters_wait
from pipeline.show.words.waiting import waits
from pipeline.stages import runner_of

_ELSEWHERE = "published from elsewhere, and not here: git pull"


@command("status")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def status(app: App, as_json: bool) -> None:
    """Show every episode, whether it is published, and what it waits for."""
    public, runner = set(published_slugs(app.workspace)), runner_of(app.workspace)
    found = [
        _from_elsewhere(app, episode) if episode.slug in public else episode
        for episode in runner.status()
    ]
    held = {each.slug for each in found if each.heard and waits(app.episode(each.slug))}
    changed = unreleased(runner, app.workspace, app.show.store.base_url) if public else set()
    if as_json:
        emit_json(
            [
                _row(episode, episode.slug in public)
                | {
                    "transcription_waits": episode.slug in held,
                    "chapters_wait": _chapters_wait(app, episode),
                    "unreleased": episode.slug in changed,
                }
                for episode in found
            ]
        )
        return
    if not found:
        say("no episodes yet; make one with: pullquote new SLUG --audio FILE")
        return
    width = max(len(episode.slug) for episode in found)
    withdrawn = published(app.workspace).withdrawn
    for episode in found:
        mark = "published" if episode.slug in public else "held back" if _is_ahead(episode) else "-"
        if episode.slug in withdrawn and mark == "-":
            mark = "taken out"
        day = episode.date[:10]
        more = "; a new transcription waits" if episode.slug in held else ""
        more += "; chapters are proposed" if _chapters_wait(app, episode) else ""
        more += "; has changes that were not released" if episode.slug in changed else ""
        if mark in {"-", "taken out"} and episode.fresh:
            more += f"; to put it into the feed: pullquote publish {episode.slug}"
        say(f"{episode.slug:<{width}}  {day:<10}  {mark:<9}  {describe(episode)}{more}")


def _chapters_wait(app: App, episode: EpisodeStatus) -> int:
    if episode.error or episode.released:
        return 0
    return chapters_wait(app.episode(episode.slug))


@command("explain")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="Print the reasons as JSON.")
def explain(app: App, slug: str, as_json: bool) -> None:
    """Say which stages of the episode SLUG would run, and why; with -v all, also where none would."""
    runner = runner_of(app.workspace)
    own = runner.explain(slug)
    states = [*own, *runner.explain()]
    would_run = any(state.state != "fresh" for state in states)
    if as_json:
        emit_json([_stage(state) for state in states])
        return
    say(*(_table(states) if app.verbose or would_run else [_nothing(slug, states)]))
    say(*kept_lines(slug, states))
    if slug in published(app.workspace).ever and is_newer(own):
        say(
            f"only Pullquote is newer: {slug} stays as it was released until: pullquote publish {slug}"
        )


def _table(states: Sequence[StageState]) -> Iterator[str]:
    width = max(len(state.stage) for state in states)
    for state in states:
        why = "; ".join(str(reason) for reason in state.reasons)
        offline = f"  (not on this machine: {', '.join(state.offline)})" if state.offline else ""
        yield f"{state.stage:<{width}}  {state.state:<7}  {why}{offline}".rstrip()


def _nothing(slug: str, states: Sequence[StageState]) -> str:
    """A line instead of a table of stages that all say the same."""
    away = sum(len(state.offline) for state in states)
    more = f" ({counted(away, 'file')} not on this machine: -v names them)" if away else ""
    return f"nothing would run: {slug}, the feed and the show's pages are up to date{more}"


def describe(episode: EpisodeStatus) -> str:
    """What an episode waits for, in a few words."""
    if episode.error == _ELSEWHERE:
        return _ELSEWHERE
    if episode.error:
        return f"error: {'; '.join(episode.error.splitlines())}"
    by_state: dict[str, list[str]] = {}
    for state in episode.stages:
        by_state.setdefault(state.state, []).append(state.stage)
        if edited := [str(reason) for reason in state.reasons if reason.kind == "edited"]:
            return f"{edited[0]}; see pullquote explain {episode.slug}"
    if "waiting" in by_state:
        return "waiting for your review"
    if "stale" in by_state and not episode.stands:
        return f"would run: {', '.join(by_state['stale'])}"
    return "; ".join(filter(None, ("up to date", kept_in_short(episode.stages))))


def _from_elsewhere(app: App, episode: EpisodeStatus) -> EpisodeStatus:
    """A published episode of which nothing is built here has been released by another clone."""
    if episode.whole or episode.error or not is_elsewhere(app.workspace, episode.slug):
        return episode
    return dataclasses.replace(episode, stages=(), error=_ELSEWHERE)


def _is_ahead(episode: EpisodeStatus) -> bool:
    """Whether its date, which is publish_at where that is given, has not come."""
    return bool(episode.date) and datetime.fromisoformat(episode.date) > datetime.now(UTC)


def _row(episode: EpisodeStatus, public: bool) -> dict[str, Any]:
    return {
        "slug": episode.slug,
        "title": episode.title,
        "date": episode.date,
        "published": public,
        "held_back": not public and _is_ahead(episode),
        "fresh": episode.fresh,
        "error": episode.error,
        "state": describe(episode),
        "stages": [_stage(state) for state in episode.stages],
    }


def _stage(state: StageState) -> dict[str, Any]:
    return {
        "stage": state.stage,
        "state": state.state,
        "reasons": [str(reason) for reason in state.reasons],
        "offline": list(state.offline),
        "kept": [str(reason) for reason in state.kept],
    }
