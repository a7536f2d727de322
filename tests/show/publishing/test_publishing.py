"""When an episode may be public: `publish_at`, by the clock of a place."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from pipeline.artefacts import GUESTS, NEW, QUOTES, RAW, Sheet, Sheets
from pipeline.cli import main
from pipeline.engine.running.runner import EpisodeResult, Runner
from pipeline.errors import Refused
from pipeline.quotes.ledger.ledger import seen
from pipeline.settings.episode import Episode
from pipeline.show.public.publication import advice
from pipeline.times import parse_zoned
from pipeline.workspace import Workspace

DATE = datetime(2026, 1, 1, 8, tzinfo=UTC)


def episode(publish_at: object) -> Episode:
    return Episode.model_validate(
        {"title": "T", "guid": "g", "date": DATE, "publish_at": publish_at}
    )


@pytest.mark.parametrize(
    ("text", "utc_hour"),
    [
        ("2026-03-28 08:00 Europe/Berlin", 7),
        ("2026-03-29 08:00 Europe/Berlin", 6),
        ("2026-10-25T08:00:00 Europe/Berlin", 7),
        ("2026-10-24 08:00 Europe/Berlin", 6),
        ("2026-03-29 08:00 UTC", 8),
        ("2026-03-08 08:00 America/New_York", 12),
        ("2026-03-07 08:00 America/New_York", 13),
    ],
)
def test_the_clock_of_a_place_keeps_its_summer_time(text: str, utc_hour: int) -> None:
    found = episode(text)
    assert found.publish_at is not None
    assert found.publish_at.astimezone(UTC).hour == utc_hour
    assert found.date == found.publish_at, "listeners see it from then on, and that is its date"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2026-03-29 02:30 Europe/Berlin", "never comes in Europe/Berlin"),
        ("2026-10-25 02:30 Europe/Berlin", "comes twice in Europe/Berlin"),
        ("2026-03-29 08:00 Europe/Berlim", "'Europe/Berlim' is no time zone"),
        ("2026-03-29 8 o'clock Europe/Berlin", "is no time"),
        ("2026-03-29T08:00+02:00 Europe/Berlin", "has two zones"),
        ("2026-03-29 08:00", "has no zone"),
        (datetime(2026, 3, 29, 8), "timezone"),
        ("../../etc/passwd/x 08:00 ../../etc/passwd", "is no time zone"),
    ],
)
def test_a_moment_that_is_none_is_said(text: object, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        episode(text)


def test_an_offset_may_stand_in_quotes() -> None:
    found = episode("2026-03-29T08:00:00+02:00").publish_at
    assert found == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_an_offset_is_a_zone_and_none_leaves_the_date() -> None:
    assert episode(DATE).date == DATE
    assert episode(None).date == DATE
    assert parse_zoned(DATE) is DATE


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch, stages: None) -> list[str]:
    """The episodes of which stages were run; of none anything is made."""
    del stages
    found: list[str] = []

    def run(_runner: Runner, slug: str, **_options: Any) -> EpisodeResult:
        found.append(slug)
        return EpisodeResult(slug)

    monkeypatch.setattr(Runner, "run", run)
    return found


def test_two_episodes_with_one_guid_or_date_are_refused_before_the_first_minute_of_work(
    show: Any, ran: list[str]
) -> None:
    """A folder that was copied for the next episode; the moment is written with another zone."""
    show.build("ec", "new", date="2024-05-01T14:00:00+02:00")
    toml = show.root / "episodes/ec/episode.toml"
    toml.write_text(toml.read_text().replace("guid-ec", "guid-eb"))
    lines = [
        "episodes/ec/episode.toml: guid: eb has the same; apps would show one of them only",
        "episodes/ec/episode.toml: date: ea has the same; apps would show one of them only",
    ]
    for command in (["publish", "ec", "--review", "none"], ["run", "ec"]):
        refused = show.run(*command, code=2).stderr.splitlines()
        assert refused[-3:] == [*lines, "  give it one of its own: any other text as guid, another "
                                "second as date; a season has one name"]  # fmt: skip
    findings = json.loads(show.run("doctor", "--json", code=1).stdout)
    assert "\n".join(lines) in [each["message"] for each in findings["findings"]]
    assert ran == []
    show.run("publish", "eb", "--review", "none")  # which the copy does not stop, nor replace
    assert "/audio/eb-" in show.public("feed.xml")
    toml.write_text(toml.read_text().replace("guid-eb", "guid-ed"))
    show.build("ed", "new", date="2024-05-04T12:00:00Z")
    refused = show.run("publish", "ed", "ec", "--review", "none", code=2).stderr
    assert "episodes/ed/episode.toml: guid: ec has the same" in refused


def test_names_of_seasons_are_compared_before_the_first_minute_of_work(
    show: Any, ran: list[str]
) -> None:
    ea, eb = (show.root / f"episodes/{slug}/episode.toml" for slug in ("ea", "eb"))
    ea.write_text('season = 2\nseason_name = "Iron"\n' + ea.read_text())
    eb.write_text('season = 2\nseason_name = "Air"\n' + eb.read_text())
    wrong = "episodes/eb/episode.toml: season_name: season 2 is called 'Iron' elsewhere"
    assert wrong in show.run("publish", "eb", "--review", "none", code=2).stderr
    eb.write_text(eb.read_text().replace("Air", "Iron"))
    assert ran == []
    show.run("run", "eb")
    assert ran == ["eb"]


def test_placeholders_are_refused_before_the_first_minute_of_work(
    show: Any, bucket: dict[str, str], ran: list[str]
) -> None:
    """The store is a real one on this machine, and its public address is not: so it may be anybody's."""
    bucket = bucket | {"public_url": "https://media.my-show.net/"}
    show.store_at(bucket["endpoint_url"], bucket, "public")
    (show.root / "feed/build/published.json").unlink()
    refused = show.run("publish", "ea", "--review", "none", code=4).stderr
    assert "the title is still 'An untitled show'\n" in refused
    assert "the cover is still the one that `pullquote init` wrote\n" in refused
    names = re.findall(r"--allow placeholder:(\w+)", refused)
    assert names == ["title", "description", "author", "people", "email", "artwork"]
    some = [f"--allow=placeholder:{name}" for name in names[:-1]]
    refused = show.run("publish", "ea", "--review", "none", *some, code=4).stderr
    assert refused.endswith("if that is meant: --allow placeholder:artwork\n")
    assert ran == []
    everything = [*some, "--allow=placeholder:artwork"]
    show.run("publish", "ea", "--review", "none", "--dry-run", *everything)
    assert ran


def test_one_that_waits_or_fails_is_named_and_the_others_go_out(show: Any) -> None:
    """A guest who was asked and is silent, one who was not asked, and a file with a slip in it."""
    for number, slug in enumerate(("ec", "ed", "ee", "ef"), start=1):
        show.build(slug, "new")
        toml = show.root / f"episodes/{slug}/episode.toml"
        toml.write_text(f'publish_at = "2024-06-0{number}T12:00:00Z"\n' + toml.read_text())
    for slug, speaker in {"ec": "Bea", "ed": "Bea", "ef": None}.items():
        folder = show.root / "episodes" / slug
        made = QUOTES.read(folder / QUOTES)
        quote = replace(made.quotes[0], speaker=speaker)
        (folder / QUOTES).write_text(QUOTES.dump(replace(made, quotes=[quote])))
        ledger = f'[[section]]\n[[section.quote]]\nid = "{quote.id}"\ntext = "{quote.text}"\n'
        (folder / "quotes.toml").write_text(ledger)
        day = DATE.date()
        sheet = Sheet(
            guest="Bea",
            code="0",
            made=day,
            deadline=day,
            mode="approve",
            silence="hold",
            quotes={quote.id: seen(quote)},
        )
        (folder / GUESTS).write_text(GUESTS.dump(Sheets(sheets=[sheet] if slug == "ec" else [])))
    settings = show.root / "feed/show.toml"
    settings.write_text(settings.read_text() + '\n[guest]\nmode = "approve"\n')
    slip = show.root / "episodes/ee/episode.toml"
    slip.write_text(slip.read_text().replace("title", "tilte"))

    done = show.run("publish", "--due", code=4)
    assert "ed: k3v9: Bea has not been shown these words" in done.stderr
    assert "ec: k3v9: Bea did not answer by 2026-01-01" in done.stderr
    assert "tilte" in done.stderr
    assert set(show.feed()) == {"ea", "eb", "ef"}, done.stderr
    again = json.loads(show.run("publish", "--due", "--json", code=4).stdout)
    assert (set(again["left"]), again["episodes"]) == ({"ec", "ed", "ee"}, [])


def test_all_that_a_plan_lists_goes_out_in_one_release_and_comes_back_as_one(show: Any) -> None:
    before = len(show.json("history")["releases"])
    for slug in ("ea", "eb"):
        show.build(slug, "new")
    show.build("ec", "new")  # never published, so no plan has it
    for name in (RAW, NEW):
        (show.root / "episodes/ea" / name).write_text("{}")
    options = [f"--allow=enclosure-changed:{slug}" for slug in ("ea", "eb")]
    waits = "new transcriptions wait, of 1 of 2 episodes, and change nothing yet: "
    assert waits in show.run("plan", *options).stdout
    (show.root / "episodes/ea" / NEW).unlink()
    planned = {row["slug"] for row in show.json("plan", *options)["episodes"]}
    done = json.loads(show.run("publish", "--all", "--json", *options).stdout)
    assert set(done["episodes"]) == planned == {"ea", "eb"}
    assert len(show.json("history")["releases"]) == before + 1
    told = show.run("publish", "--all").stderr
    assert "nothing has changed\nnot published yet: ec; to do it: pullquote publish ec\n" in told
    show.run("rollback")
    assert [show.heard(slug) for slug in ("ea", "eb")] == [{"old"}, {"old"}]


def test_all_that_a_plan_lists_goes_out_where_only_the_show_has_changed(show: Any) -> None:
    toml = show.root / "feed/show.toml"
    toml.write_text("block = true\n" + toml.read_text())
    assert "! block takes" in show.run("publish", "--all", code=4).stderr
    done = json.loads(show.run("publish", "--all", "--json", "--allow=show-blocked").stdout)
    assert (done["episodes"], done["sent"][-1]) == ([], "feed.xml")
    assert "nothing to release" in show.run("plan").stdout
    assert "nothing has changed" in show.run("publish", "--all").stderr


def test_what_stops_in_a_plan_of_all_is_named_by_the_release_of_the_others(
    show: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("ea", "eb"):
        show.build(slug, "new")

    def run(_runner: Runner, slug: str, **_options: Any) -> EpisodeResult:
        if slug == "eb":
            raise Refused("1 of 1 quotes cannot be published as they stand")
        return EpisodeResult(slug)

    monkeypatch.setattr(Runner, "run", run)
    assert "eb is not finished here" in show.run("plan", "--allow=enclosure-changed:ea").stdout
    done = show.run("publish", "--all", "--allow=enclosure-changed:ea", code=4)
    assert done.stderr.endswith("eb: 1 of 1 quotes cannot be published as they stand\n")
    assert [show.heard(slug) for slug in ("ea", "eb")] == [{"new"}, {"old"}]


def test_a_new_episode_with_a_date_to_come_is_held_back(tmp_path: Path) -> None:
    assert CliRunner().invoke(main, ["init", str(tmp_path)]).exit_code == 0
    recording = Path(__file__).parents[2] / "data/speech/repetition.mp3"
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    for slug, date, held_back in (("later", later, True), ("now", DATE, False)):
        options = ["--audio", str(recording), "--date", date.isoformat(), "--root", str(tmp_path)]
        done = CliRunner().invoke(main, ["new", slug, *options])
        assert done.exit_code == 0, done.output
        values = tomllib.loads((tmp_path / "episodes" / slug / "episode.toml").read_text())
        assert values["date"] == date
        assert values.get("publish_at") == (date if held_back else None)
        assert ("publish --due" in done.stderr) == held_back
    shown = CliRunner().invoke(main, ["status", "--root", str(tmp_path)])
    assert ["held back" in line for line in shown.stdout.splitlines()] == [True, False]
    rows = json.loads(
        CliRunner().invoke(main, ["status", "--json", "--root", str(tmp_path)]).stdout
    )
    assert [row["held_back"] for row in rows] == [True, False]


def test_what_would_serve_listeners_better_is_told(tmp_path: Path) -> None:
    golden = Path(__file__).parents[2] / "data/feeds/why-bridges-hum.item.json"
    content = golden.read_text("utf-8")
    build = tmp_path / "episodes/one/build"
    build.mkdir(parents=True)
    (build / "item.json").write_text(
        content.replace('"duration": 19.75', '"duration": 5.0'), "utf-8"
    )
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed/show.toml").touch()
    (build.parent / "episode.toml").touch()
    assert "has 5 s; apps expect 15 to 120" in "".join(advice(Workspace.at(tmp_path), "one"))
