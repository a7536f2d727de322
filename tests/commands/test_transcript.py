"""`pullquote transcript`, as it is called, on an episode that was recognised badly."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.artefacts import NEW, RAW, SPEAKERS, Speakers
from pipeline.cli import main
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.models import Recognition, Segment, Word
from pipeline.stages.correct import STAGE
from pipeline.workspace import Workspace

EPISODE = 'title = "One"\nguid = "{slug}"\ndate = 2024-05-02T12:00:00Z\n'
GLOSSARY = '# names\n[[term]]\ntext = "arXiv"\nheard = ["our kive"]\n'
SAID = "We put it on our kive. Was it down? It was, um, slow."
UNSURE = {2: 0.3, 9: 0.1, 11: 0.5}


def hear(ctx: StageContext[NoSettings]) -> None:
    words = [Word(text, n, n + 0.8, UNSURE.get(n, 0.95)) for n, text in enumerate(SAID.split())]
    segments = [Segment(0, len(words), 0, 13, -0.2, 0.0, 1.2)]
    raw = Recognition(words, segments, "en", 13.0, "openai-whisper", "tiny.en", "0" * 64)
    ctx.write(RAW, raw)
    ctx.write(SPEAKERS, Speakers(method="none", turns=[]))


HEARD = Stage(
    name="hear",
    run=hear,
    inputs=("episode.toml",),
    outputs=(RAW, SPEAKERS),
    settings=NoSettings,
)


def build(root: Path, slug: str) -> None:
    Runner(Workspace.at(root), [HEARD, STAGE]).run(slug)


@pytest.fixture
def show(tmp_path: Path, new_show: Callable[..., Workspace]) -> Path:
    new_show(tmp_path, episodes={slug: EPISODE.format(slug=slug) for slug in ("one", "two")})
    (tmp_path / "feed/glossary.toml").write_text(GLOSSARY, encoding="utf-8")
    for slug in ("one", "two"):
        build(tmp_path, slug)
    return tmp_path


def call(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["transcript", *arguments, "--root", str(root)])


def listed(root: Path, *arguments: str) -> Any:
    return json.loads(call(root, *arguments, "--json").stdout)


def test_suspects_are_listed_within_their_words(show: Path) -> None:
    found = call(show, "suspects", "one", "--all")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert lines[0] == "00:00:09.0   0.8 s  … arXiv. Was it down? [It] was, um, slow. …"
    assert lines[1].strip() == "the recogniser is unsure"
    assert "3 passages" in found.stderr
    assert "s to listen to" in found.stderr
    assert len(listed(show, "suspects", "one")["suspects"]) == 1  # a twentieth of 13 seconds
    assert len(listed(show, "suspects", "one", "--minutes", "0.1")["suspects"]) == 2


def test_changes_name_their_rule_and_can_be_refused(show: Path) -> None:
    found = call(show, "changes", "one")
    assert found.stdout == (
        "00:00:04.0  our kive. -> arXiv.   [glossary.toml: 'arXiv' is heard as 'our kive']\n"
    )
    corrections = show / "episodes/one/corrections.toml"
    corrections.write_bytes(b"# mine\r\n")
    assert call(show, "refuse", "one", "0:04.6").exit_code == 0
    written = corrections.read_bytes()
    assert written.startswith(b"# mine\r\n")
    assert written.count(b"\r\n") == written.count(b"\n") > 3
    build(show, "one")
    assert listed(show, "changes", "one") == {"slug": "one", "changes": [], "problems": []}
    assert len(listed(show, "changes", "two")["changes"]) == 1
    assert "nothing was changed" in call(show, "refuse", "one", "4").stderr


def test_a_correction_can_become_a_term_after_a_look_at_the_back_catalogue(show: Path) -> None:
    path = show / "episodes/one/corrections.toml"
    path.write_text('[[replace]]\nsaid = "slow"\ntext = "Slough"\n', encoding="utf-8")
    build(show, "one")
    assert call(show, "recheck", "--all").stdout == ""
    assert "delete its entry" in call(show, "refuse", "one", "12").stderr
    assert call(show, "promote", "one", "12").exit_code == 0
    glossary = (show / "feed/glossary.toml").read_text(encoding="utf-8")
    assert glossary.startswith(GLOSSARY)
    before = (show / "episodes/two/build/transcript.json").read_bytes()
    found = call(show, "recheck", "--all")
    assert found.stdout == (
        "two  + 00:00:12.0  slow. -> Slough.   [glossary.toml: 'Slough' is heard as 'slow']\n"
    )
    assert "1 of 2 transcripts would change" in found.stderr
    assert (show / "episodes/two/build/transcript.json").read_bytes() == before
    (show / "feed/glossary.toml").unlink()
    assert [
        change["raw"] for change in listed(show, "recheck", "two")["episodes"][0]["removed"]
    ] == ["our kive."]


def test_one_episode_that_cannot_be_checked_hides_no_other(show: Path) -> None:
    path = show / "episodes/one/corrections.toml"
    path.write_text('[[replace]]\nsaid = "abacus"\ntext = "x"\n', encoding="utf-8")
    found = call(show, "recheck", "--all")
    assert found.exit_code == 1
    assert found.stdout.startswith("one  ! [[replace]] 'abacus': these words are not in the trans")
    assert "1 correction would fit no more" in found.stderr
    path.write_text("[[replace]]\n", encoding="utf-8")
    (show / "feed/glossary.toml").unlink()
    found = call(show, "recheck", "one", "two")
    assert found.exit_code == 2
    assert found.stdout.startswith("two  - 00:00:04.0  our kive. -> arXiv.")
    assert "episodes/one/corrections.toml" in found.stderr
    rows = {row["slug"]: row for row in listed(show, "recheck", "--all")["episodes"]}
    assert "episodes/one/corrections.toml" in rows["one"]["error"]
    assert len(rows["two"]["removed"]) == 1


def test_many_new_transcripts_are_accepted_and_one_that_is_none_is_named(show: Path) -> None:
    for slug in ("one", "two"):
        build = show / "episodes" / slug / "build"
        (build / Path(NEW).name).write_bytes((build / Path(RAW).name).read_bytes())
    found = call(show, "accept", "one", "gone", "two")
    assert found.exit_code == 2
    assert "2 accepted, and the old kept in .pullquote/replaced/; now: pullquote backfill\n" in (
        found.stderr
    )
    assert "gone" in found.stderr.splitlines()[-2]
    assert not list(show.glob(f"episodes/*/{RAW}"))


def test_what_no_longer_fits_is_said_and_fails(show: Path) -> None:
    path = show / "episodes/one/corrections.toml"
    path.write_text('[[replace]]\nsaid = "abacus"\ntext = "x"\n', encoding="utf-8")
    build(show, "one")
    found = call(show, "changes", "one")
    assert found.exit_code == 1
    assert (
        "episodes/one/corrections.toml: [[replace]] 'abacus': these words are not in the transcript"
        in found.stderr
    )


def test_what_is_said_in_its_place_is_told(show: Path) -> None:
    path = show / "episodes/one/corrections.toml"
    path.write_text(
        '[[replace]]\nsaid = "sloe"\ntext = "x"\nat = "0:12"\n'
        '[[replace]]\nsaid = "our kive"\ntext = "x"\nat = "9:00"\n',
        encoding="utf-8",
    )
    build(show, "one")
    told = call(show, "changes", "one").stderr
    assert "'sloe' at 00:00:12.0: these words are not in the transcript; at 00:00:12.0" in told
    assert "it says “slow. …”" in told
    assert "'our kive' at 00:09:00.0: not said within 60 s; the nearest is at 00:00:04.0" in told


def test_wrong_calls_say_what_to_do(show: Path) -> None:
    assert "is no time" in call(show, "refuse", "one", "soon").stderr
    assert call(show, "recheck").exit_code == 2
    (show / "episodes/one/build/suspects.json").unlink()
    assert "pullquote run one --to suggest" in call(show, "suspects", "one").stderr
