"""`plan`, `publish --due`, `unpublish`, `replace-audio`, `gc`, `fetch`: the sample, a real store."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.artefacts import published
from pipeline.audio.decoding.ffmpeg import executable
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.storage.store.public import ask
from pipeline.workspace import Workspace
from tests.commands.garbage import garbage_waits_a_month, what_is_gone_comes_back_by_its_hash
from tests.commands.sample_host import SLUG, Host, everything_below

REPOSITORY = Path(__file__).resolve().parents[2]
GUID = "0b2f6a52-9d3c-4c35-9f5e-6f1c0f7b6e1d"


@pytest.fixture(scope="module")
def host(
    tmp_path_factory: pytest.TempPathFactory, kill_store: Callable[[Path], None]
) -> Iterator[Host]:
    root = tmp_path_factory.mktemp("show")
    for name in ("feed", "episodes"):
        shutil.copytree(REPOSITORY / name, root / name)
    (root / "feed" / "build" / "published.json").unlink(missing_ok=True)
    yield Host(root)
    kill_store(root)


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_an_episode_from_plan_to_garbage(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """One show's life: each step builds on the last, as a host's day does."""
    a_plan_starts_nothing_that_takes_minutes(host)
    a_future_date_is_no_accident(host)
    held_back_until_it_is_due(host)
    plan_is_what_publish_does(host)
    week_two_leaves_week_one_alone(host)
    what_takes_minutes_is_said_and_left(host)
    edited_outputs_are_named_at_once(host)
    dangers_have_names(host)
    words_of_a_published_quote_do_not_change_in_silence(host)
    the_only_episode_goes_and_comes_back(host)
    a_second_episode_is_taken_out_again(host)
    another_recording_gets_a_key_of_its_own(host)
    what_is_gone_comes_back_by_its_hash(host)
    garbage_waits_a_month(host, monkeypatch)
    another_goes_out_beside_what_would_take_minutes(host)


def a_plan_starts_nothing_that_takes_minutes(host: Host) -> None:
    """A fresh clone has texts and no media; a new episode has nothing at all."""
    clone = host.json("plan", SLUG)
    # Its page names the address of the usual port, and must be made again where that is taken.
    for line in clone["stale"]:
        assert "would be mastered again, as build/" in line
        assert line.count("again") == 1  # though the enclosure is away too
    recording = next(each for each in clone["uploads"] if each["key"].startswith("audio/"))
    assert recording["bytes"] is None
    told = host.run("plan", SLUG).stdout
    assert f"{recording['key']}   not on this machine: made again first" in told
    build = host.root / "episodes" / SLUG / "build"
    aside = build.rename(host.root / "aside")
    shown = host.run("plan", SLUG).stdout.splitlines()
    assert shown == [
        f"{SLUG} would be mastered, sorted by voice and transcribed: first run; "
        f"to do it: pullquote run {SLUG}",
        "Plan: nothing was made yet that could be released.",
    ]
    assert host.json("plan", SLUG)["uploads"] == []
    assert not build.exists()
    aside.rename(build)
    assert not (build / "master.mp3").exists()


def a_future_date_is_no_accident(host: Host) -> None:
    host.edit(SLUG, r"^date = 2026", "date = 2199")
    for command in ("plan", "publish"):
        refused = host.run(command, SLUG, code=4).stderr
        assert "2199-05-04 07:00:00+02:00 is in the future (it is 2" in refused
        assert "add: publish_at = 2199-05-04T07:00:00+02:00" in refused
    assert host.store.head("feed.xml") is None
    host.edit(SLUG, r"^date = 2199", "date = 2026")


def held_back_until_it_is_due(host: Host) -> None:
    host.edit(SLUG, r"^(date = .*)", r'\1\npublish_at = "2199-03-31 08:00 Europe/Berlin"')
    assert "held back until 2199-03-31 08:00:00+02:00" in host.run("publish", SLUG).stderr
    assert "nothing is due" in host.run("publish", "--due").stderr
    assert host.json("publish", "--due")["episodes"] == []
    assert host.json("publish", SLUG)["episodes"] == []
    assert host.store.head("feed.xml") is None
    assert host.published == []
    host.run("publish", code=2)
    host.run("publish", SLUG, "--due", code=2)
    host.edit(SLUG, r'^publish_at = "[^"]*"', "publish_at = 2199-03-31T06:00:00Z")
    assert "held back until 2199-03-31 06:00:00+00:00" in host.run("publish", SLUG).stderr
    host.edit(SLUG, r"^publish_at = .*", 'publish_at = "2199-03-31 08:00 Europe/Berlin"')
    host.edit(SLUG, r"2199-03-31 08:00", "2026-03-29 08:00")


def plan_is_what_publish_does(host: Host) -> None:
    planned = host.json("plan", SLUG)
    (row,) = planned["episodes"]
    assert (row["change"], row["slug"], row["guid"]) == ("added", SLUG, GUID)
    assert row["date"] == "Sun, 29 Mar 2026 08:00:00 +0200", "publish_at, by the summer's clock"
    assert row["people"]
    assert row["enclosure"].endswith(".mp3")
    assert planned["dangers"] == []
    assert host.published == []
    assert host.store.head("feed.xml") is None
    dry = host.json("publish", SLUG, "--dry-run")
    assert host.published == []
    released = host.json("publish", "--due")
    assert released["episodes"] == [SLUG]
    uploads = sorted(each["key"] for each in planned["uploads"])
    follows = re.compile(r"search/.+|assets/(?:pagefind|wasm)\b.+|search\.html")
    assert sorted(key for key in released["sent"] if not follows.fullmatch(key)) == uploads
    assert any("are made of what goes out" in note for note in planned["notes"])
    assert (sorted(dry["sent"]), dry["bytes_sent"]) == (uploads, planned["bytes"])
    assert host.published == [SLUG]
    again = host.run("plan", SLUG)
    assert "nothing to release" in again.stdout
    assert host.json("plan")["uploads"] == []


def week_two_leaves_week_one_alone(host: Host) -> None:
    """Music and a cover are new, the episode is not: apps find the file that they have."""
    show_toml, cover = host.root / "feed/show.toml", host.root / "feed/artwork.jpg"
    settings, picture = show_toml.read_text(), cover.read_bytes()
    title = (host.root / "episodes" / SLUG / "episode.toml").read_text()
    before = host.built("master.mp3", "audio.json", "transcript.raw.json", "enclosure.mp3")
    (host.root / "feed/sounds").mkdir()
    shutil.copy(host.root / "episodes" / SLUG / "audio.mp3", host.root / "feed/sounds/theme.mp3")
    show_toml.write_text(settings + '\n[audio]\nintro = "sounds/theme.mp3"\n')
    # JPEG ends where it says so: what follows makes other bytes of the same picture.
    cover.write_bytes(picture + b"\0")
    host.edit(SLUG, r'^title = ".*"', 'title = "Why bridges sing"')
    planned = host.json("plan")
    assert (planned["refused"], planned["stale"]) == ([], [])
    keys = [each["key"] for each in planned["uploads"]]
    assert not [key for key in keys if key.startswith("transcripts/") or key.endswith(".mp3")]
    assert [key for key in keys if key.startswith("art/")], "the feed's cover is the new one"
    (host.root / "episodes" / SLUG / "build/master.mp3").unlink()
    assert "fetched build/master.mp3, from build/enclosure.mp3" in host.run("fetch", SLUG).stderr
    assert "nothing is missing" in host.run("fetch", SLUG).stderr
    assert host.built(*before) == before
    kept = "up to date; keeps the sound and tags of its release"
    assert kept in host.run("status").stdout
    nothing, sound, *_ = host.run("explain", SLUG).stdout.splitlines()
    assert nothing.startswith(f"nothing would run: {SLUG}, the feed and the show's pages are up to")
    assert sound == (
        f"{SLUG} keeps the sound of its release; since then changed: show.toml [audio] intro; "
        f"to take that: pullquote run {SLUG} --remaster"
    )
    assert len(host.run("explain", SLUG, "-v").stdout.splitlines()) > 16, "stages"
    host.run("run", SLUG, "--retag")
    meant = host.run("plan", SLUG).stdout
    assert "* 'Why bridges hum' gets another recording" in meant
    assert "others may download it again" in meant
    assert host.run("publish", SLUG, "--dry-run").exit_code == 0
    show_toml.write_text(settings)
    cover.write_bytes(picture)
    (host.root / "episodes" / SLUG / "episode.toml").write_text(title)
    shutil.rmtree(host.root / "feed/sounds")
    host.run("run", SLUG, "--retag")
    assert host.built(*before) == before
    assert host.json("plan")["uploads"] == []


def what_takes_minutes_is_said_and_left(host: Host) -> None:
    show_toml, out = host.root / "feed/show.toml", host.root / "out"
    settings = show_toml.read_text()
    show_toml.write_text(settings.replace('model = "tiny.en"', 'model = "base.en"'))
    planned = host.json("plan")
    line = f"{SLUG} would be transcribed: changed: show.toml [transcribe] model; to do it: "
    assert planned["stale"] == [f"{line}pullquote run {SLUG}"]
    assert planned["uploads"] == []
    assert "would run: transcribe, correct, " in host.run("status").stdout
    told = host.run("export", str(out)).stderr
    assert f"{line}pullquote run {SLUG}; it is written as it was made last" in told
    assert list(out.glob("audio/*.mp3"))
    with show_toml.open("a") as file:
        file.write('\n[storage]\nbucket = "none"\npublic_url = "https://new.example.org"\n')
    refused = host.run("export", str(host.root / "out"), code=1).stderr
    assert "its pages name the old address" in refused
    show_toml.write_text(settings)
    shutil.rmtree(out)
    assert host.json("plan") | {"etag": ""} == planned | {"etag": "", "stale": []}


def edited_outputs_are_named_at_once(host: Host) -> None:
    build = host.root / "episodes" / SLUG / "build"
    edited = [build / "transcript.txt", build / "show-notes.md"]
    before = [path.read_text() for path in edited]
    for path, text in zip(edited, before, strict=True):
        path.write_text(text + "Mine.\n")
    for command in ("plan", "publish", "run"):
        refused = host.run(command, SLUG, code=4).stderr
        assert "build/transcript.txt: make the change in corrections.toml" in refused
        assert "build/show-notes.md: make the change in episode.toml, quotes.toml or" in refused
        assert f"pullquote run {SLUG} --force correct --force notes" in refused
    assert "--force correct --force notes" in host.run("backfill", SLUG, code=1).stderr
    whole_show = host.run("plan").stdout
    assert f"{SLUG} is not finished here, and stays as it was released: edited by" in whole_show
    assert f"pullquote run {SLUG} --force correct --force notes" in whole_show
    host.run("publish", SLUG, "--force", "correct", "--force", "notes")
    assert [path.read_text() for path in edited] == before
    feed = host.root / "feed/build/feed.xml"
    content = feed.read_bytes()
    feed.write_bytes(content + b"<!-- mine -->")
    assert "pullquote plan --force feed" in host.run("publish", SLUG, code=4).stderr
    host.run("plan", "--force", "feed")
    assert feed.read_bytes() == content
    assert "there are: master, " in host.run("publish", SLUG, "--force", "fed", code=2).stderr


def dangers_have_names(host: Host) -> None:
    before = host.titles()
    host.edit(SLUG, GUID, "another-guid")
    planned = host.json("plan", code=4)
    assert planned["refused"] == [f"guid-changed:{SLUG}"]
    (row,) = planned["episodes"]
    assert {each["field"] for each in row["fields"]} >= {"GUID"}
    shown = host.run("plan", code=4).stdout
    assert f"allow with: --allow guid-changed:{SLUG}" in shown
    refused = host.run("publish", SLUG, code=4)
    assert f"--allow guid-changed:{SLUG}" in refused.stderr
    assert host.titles() == before
    for name in (f"guid-changed:{SLUG}", f"guid-changed:{GUID}"):
        allowed = host.json("plan", "--allow", name)
        assert [each["allowed"] for each in allowed["dangers"]] == [True]
    host.edit(SLUG, "another-guid", GUID)
    assert host.json("plan")["refused"] == []


def words_of_a_published_quote_do_not_change_in_silence(host: Host) -> None:
    """A sentence of a quote is taken out; what `plan` prints is pasted, with a reason, and then back."""
    folder = host.root / "episodes" / SLUG
    ledger, toml = folder / "quotes.toml", folder / "episode.toml"
    before = {path: path.read_text() for path in (ledger, toml)}
    assert host.json("plan")["uploads"] == []
    ledger.write_text(
        before[ledger].replace("The question of the sound was never on the list.", "")
    )
    planned = host.json("plan", code=4)
    assert planned["refused"] == [f"silent-correction:{SLUG}"]
    (danger,) = planned["dangers"]
    toml.write_text(f"{before[toml]}\n{danger['paste']}\n")
    assert "erratum[1]] why: is empty" in host.run("publish", SLUG, code=2).stderr
    toml.write_text(toml.read_text().replace('why = ""', 'why = "He asked for it."'))
    allowed = host.json("plan")
    assert allowed["dangers"] == []
    assert "corrections.xml" in [each["key"] for each in allowed["uploads"]]
    for path, text in before.items():
        path.write_text(text)
    assert host.json("plan")["uploads"] == []


def the_only_episode_goes_and_comes_back(host: Host) -> None:
    before = host.store.get("feed.xml")
    host.run("unpublish", SLUG)
    assert (host.published, host.titles()) == ([], [])
    assert published(Workspace.at(host.root)).ever == {SLUG}, (
        "listeners had it, and may have it again"
    )
    assert b"No episodes yet" in ask(host.store.base_url + "index.html").body
    assert host.json("plan")["uploads"] == []
    back = f"taken out  up to date; to put it into the feed: pullquote publish {SLUG}\n"
    assert host.run("status").stdout.endswith(back)
    host.edit(SLUG, "2026-03-29", "2199-03-29")
    assert "held back" in host.run("publish", SLUG).stderr
    assert host.titles() == []
    host.edit(SLUG, "2199-03-29", "2026-03-29")
    host.run("publish", SLUG)
    after = host.store.get("feed.xml")
    assert before
    assert after
    assert after[0] == before[0]
    host.edit(SLUG, "2026-03-29", "2199-03-29")
    assert "the feed would say Fri, 29 Mar 2199" in host.run("publish", SLUG, code=4).stderr
    host.edit(SLUG, "2199-03-29", "2026-03-29")
    assert host.json("plan", SLUG)["uploads"] == []
    assert host.titles() == ["Why bridges hum"]


def a_second_episode_is_taken_out_again(host: Host) -> None:
    shutil.copytree(host.root / "episodes" / SLUG, host.root / "episodes" / "second")
    host.edit("second", GUID, "second-guid")
    host.edit("second", r'^title = ".*"', 'title = "The second"')
    host.edit("second", "2026-03-29", "2026-03-30")
    host.run("publish", "second")
    assert set(host.titles()) == {"Why bridges hum", "The second"}
    media = set(host.store.list("audio/"))
    index = host.store.base_url + "index.html"
    assert b"The second" in ask(index).body
    assert "would be out of the feed" in host.run("unpublish", "second", "--dry-run").stdout
    assert host.published == ["second", SLUG]
    host.run("unpublish", "second")
    assert host.titles() == ["Why bridges hum"]
    assert host.published == [SLUG]
    assert set(host.store.list("audio/")) == media, "recordings stay"
    assert b"The second" not in ask(index).body
    page = ask(host.store.base_url + "episodes/second.html").body
    assert b"taken out of the feed" in page
    assert "is not in the feed" in host.run("unpublish", "second", code=1).stderr
    assert host.json("plan")["uploads"] == []


def another_recording_gets_a_key_of_its_own(host: Host) -> None:
    old = set(host.store.list("audio/"))
    fresh = host.root / "new.mp3"
    source = host.root / "episodes" / SLUG / "audio.mp3"
    cut = [executable(), "-v", "error", "-i", str(source), "-t", "40", "-c", "copy", str(fresh)]
    subprocess.run(cut, check=True)
    folder = host.root / "episodes" / SLUG
    assert "made of tracks" in host.run("replace-audio", SLUG, str(fresh), code=2).stderr
    shutil.rmtree(folder / "tracks")
    (folder / "quotes.toml").unlink()
    toml = (
        folder / "episode.toml"
    )  # chapters of the longer recording lie behind the end of this one
    toml.write_text(re.sub(r"\[\[chapters\]\]\n(?:[^\[].*\n?)*", "", toml.read_text()))
    before = everything_below(host.root)
    command = ("replace-audio", SLUG, str(fresh), "--review", "none")
    assert "“I would put somebody in the" in host.run(*command, "--dry-run", code=4).stderr
    allowed = ("--allow", f"silent-correction:{SLUG}")
    planned = host.run(*command, *allowed, "--dry-run").stderr
    assert "nothing was sent; without --dry-run it would be" in planned
    assert "is kept as" not in planned
    assert everything_below(host.root) == before
    assert set(host.store.list("audio/")) == old
    shown = host.run(*command, *allowed).stderr
    assert "apps that have the episode keep the old recording" in shown
    assert old < set(host.store.list("audio/"))
    kept = host.root / ".pullquote" / "replaced" / SLUG
    assert list(kept.glob("*audio.mp3"))
    assert list(kept.glob("*transcript.raw.json"))
    heard = json.loads((folder / "build/transcript.raw.json").read_bytes())
    assert heard["duration"] < 41, "the words of the new recording"
    (item,) = read_feed(ask(host.store.base_url + "feed.xml").body).items.values()
    assert item.guid == GUID
    assert item.enclosure.rpartition("/")[2] not in {key.rpartition("/")[2] for key in old}


OTHER = """
title = "Before all"
guid = "first-guid"
date = 2020-03-29T08:00:00Z
enclosure = { url = "https://old.example.org/first.mp3", length = 1000, type = "audio/mpeg" }
"""
WEEK_TWO = """
[[alternates]]
codec = "opus"
bitrate = 32
"""


def another_goes_out_beside_what_would_take_minutes(host: Host) -> None:
    """Settings for what is recognised and encoded begin nothing in an episode that nobody publishes."""
    show_toml, build = host.root / "feed/show.toml", host.root / "episodes" / SLUG / "build"
    model = 'model = "base.en"\ndiarise = true'
    show_toml.write_text(show_toml.read_text().replace('model = "tiny.en"', model) + WEEK_TWO)
    (host.root / "episodes" / "first").mkdir()
    (host.root / "episodes" / "first" / "episode.toml").write_text(OTHER)
    before = everything_below(build)
    would = "would run: attribute, transcribe, correct, "
    (line,) = host.json("plan", "first")["stale"] or host.json("plan")["stale"]
    assert line.startswith(
        f"{SLUG} would be sorted by voice, transcribed and encoded for [[alternat"
    )
    assert would in host.run("status").stdout
    said = host.run("publish", "first").stderr
    assert not re.search(r"\b(?:attribute|transcribe|alternate)  ", said)
    assert set(host.titles()) == {"Why bridges hum", "Before all"}
    assert would in host.run("status").stdout
    assert (host.json("plan")["uploads"], host.json("plan")["stale"]) == ([], [line])
    assert everything_below(build) == before
