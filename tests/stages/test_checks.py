"""What settings get wrong is found before the first minute of work, by `run`, `publish` and `doctor`."""

import shutil
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.audio.decoding.ffmpeg import executable
from pipeline.cli import main
from pipeline.engine.running.runner import Runner
from pipeline.errors import PullquoteError
from pipeline.show.examining import _wrong
from pipeline.stages import all_stages
from pipeline.workspace import Workspace

SPEECH = Path(__file__).resolve().parents[1] / "data/speech/lighthouse.mp3"
NewShow = Callable[..., Workspace]
COVER = files("pipeline") / "templates" / "show" / "artwork.jpg"
EPISODE = 'title = "One"\nguid = "one"\ndate = 2024-05-02T12:00:00Z\n'
PERSON = '[[people]]\nname = "Ada"\nrole = '

SHOW_FAULTS = {
    PERSON + '"prodcer"': "people[1]: 'prodcer' is no role of the Podcasting 2.0 taxonomy; did you",
    PERSON + '"host"\ngroup = "crew"': "people[1]: 'crew' is no group",
    '[[people]]\nname = "Ada"\nimg = "http://example.org/a.jpg"': "must begin with https://",
    '[audio]\nintro = "sounds/gong.wav"': "[audio] intro: no file feed/sounds/gong.wav",
    '[audio]\noutro = "gong.wav"': "[audio] outro: no file feed/gong.wav",
    'guid = "mine"': "guid: 'mine' is no UUID",
    'license = "my own"': "any other needs its text's address in license_url",
    'copyright = "A &amp; B"': "copyright: holds the HTML code &amp;: write '&' itself",
    '[quotes]\nfree = ["negation"]': "[quotes] free: 'negation'",
    '[quotes]\nfree = ["sloppy"]': "[quotes] free: there is no kind of edit 'sloppy'",
    '[quotes.rerank]\nmodel = "m"\nbase_url = "http://example.org/v1"': "neither https nor this",
    '[transcribe]\nmodel = "tiny.em"': "there is no model 'tiny.em'",
    '[transcribe]\nmodel = "tiny.en"\nlanguage = "de"': "tiny.en knows English only",
    'type = "serial"': "one/episode.toml: needs `episode`, its number, because the show is serial",
}
EPISODE_FAULTS = {
    PERSON + '"gast"': "one/episode.toml: people[1]: 'gast' is no role",
    'video = "http://example.org/v"': "video: 'http://example.org/v' must begin with https://",
    'summary = "' + "long " * 900 + '"': "summary: has 4,506 bytes as HTML",
    'notes = """\n```\nnever closed"""': "notes: a code block or an HTML comment in it is never",
    '[[chapters]]\nat = "00:01"\ntitle = "A"\n[[chapters]]\nat = "0:00:01"\ntitle = "B"': (
        "[chapters[2]] at: 'A' begins at 0:00:01 already"
    ),
    '[audio]\nintro = "sounds/gong.wav"': "one/episode.toml: [audio] intro: no file",
}
FILES = {
    "feed/artwork.jpg": ("no picture", "artwork.jpg: the picture is neither JPEG nor PNG"),
    "feed/glossary.toml": ("[[term]]\ntxt = 1", "feed/glossary.toml: [term[1]] "),
    "feed/templates/en.po": ('msgid "Nonsense"\nmsgstr "x"', "en.po"),
    "feed/templates/episode.html.j2": ("{% if %}", "feed/templates/episode.html.j2, line 1: "),
    "feed/templates/show-notes.md.j2": ("\n{{ episode.sumary }}", "show-notes.md.j2, line 2: "),
    "feed/templates/link-post.html.j2": (
        "{% for part in sections %}{% for quote in part.quotes %}{{ quote.foot }}{% endfor %}{% endfor %}",
        "feed/templates/link-post.html.j2, line 1: ",
    ),
    "feed/templates/base.html.j2": ("{{ shw_title }}", "base.html.j2, line 1: 'shw_title' is unde"),
    "feed/templates/index.html.j2": ("{{ episodes[0].titel }}", "index.html.j2, line 1: "),
    "feed/templates/page.css.j2": ("{{ colour }}", "page.css.j2, line 1: 'colour' is undefined"),
    "episodes/one/corrections.toml": ("[[replace]]\nx = 1", "episodes/one/corrections.toml: "),
    "episodes/one/quotes.toml": ("[[section]", "episodes/one/quotes.toml: "),
}


@pytest.fixture
def show(tmp_path: Path, new_show: NewShow) -> Callable[..., Workspace]:
    """A show with a cover and an episode without a recording: nothing is to be made in these tests."""

    def make(more: str = "", episode: str = "") -> Workspace:
        workspace = new_show(tmp_path, more, {"one": EPISODE + episode})
        with COVER.open("rb") as source, (workspace.feed / "artwork.jpg").open("wb") as target:
            shutil.copyfileobj(source, target)
        return workspace

    return make


def refused(workspace: Workspace) -> str:
    """What `run` says, which is what `doctor` says, before any stage has run."""
    with pytest.raises(PullquoteError) as caught:
        Runner(workspace, all_stages()).run("one")
    assert not (workspace.root / ".pullquote/staged").exists()
    told = [finding.message for finding in _wrong(workspace)]
    assert sorted("\n".join(told).splitlines()) == sorted(caught.value.message.splitlines())
    return caught.value.message


@pytest.mark.parametrize("more", SHOW_FAULTS)
def test_faults_of_the_show(more: str, show: Callable[..., Workspace]) -> None:
    assert SHOW_FAULTS[more] in refused(show(more))


@pytest.mark.parametrize("more", EPISODE_FAULTS)
def test_faults_of_an_episode(more: str, show: Callable[..., Workspace]) -> None:
    assert EPISODE_FAULTS[more] in refused(show(episode=more))


@pytest.mark.parametrize("name", FILES)
def test_faults_of_files(name: str, show: Callable[..., Workspace]) -> None:
    workspace = show()
    content, said = FILES[name]
    path = workspace.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    assert said in refused(workspace)


def test_a_chapter_behind_the_end_of_the_recording(show: Callable[..., Workspace]) -> None:
    late = '[[chapters]]\nat = "0:03"\ntitle = "A"\n[[chapters]]\nat = "1:23:00"\ntitle = "B"\n'
    workspace = show(episode=late)
    folder = workspace.episode("one").directory
    recording = folder / f"audio{SPEECH.suffix}"
    shutil.copy(SPEECH, recording)
    said = (
        "one/episode.toml: [chapters[2]] at: 1:23:00 lies after the end of the recording (00:00:3"
    )
    assert said in refused(workspace)

    # Words that were heard there, or that the host gives, are looked for when all is transcribed.
    runner = Runner(workspace, all_stages())
    openings = folder / "build/chapters.words.json"
    openings.parent.mkdir()
    openings.write_text('{"chapters": [["1:23:00", [[["so"], 3.0]]]]}')
    runner.check("one")
    openings.unlink()
    toml = folder / "episode.toml"
    toml.write_text(toml.read_text() + 'said = "offered"\n')
    runner.check("one")

    # A length that nobody counted, or that the music adds, proves nothing.
    toml.write_text(toml.read_text().replace('said = "offered"\n', ""))
    recording.rename(folder / "audio.ogg")
    subprocess.run(
        [executable(), "-v", "error", "-y", "-i", str(SPEECH), str(folder / "audio.ogg")],
        check=True,
    )
    runner.check("one")


def test_a_chapter_behind_the_end_of_all_tracks(show: Callable[..., Workspace]) -> None:
    workspace = show(episode='[[chapters]]\nat = "1:23:00"\ntitle = "B"\n')
    folder = workspace.episode("one").directory
    (folder / "tracks").mkdir()
    for name in ("ada", "bo"):
        shutil.copy(SPEECH, folder / "tracks" / f"{name}{SPEECH.suffix}")
    assert "[chapters[1]] at: 1:23:00 lies after the end of the recording" in refused(workspace)
    toml = folder / "episode.toml"
    toml.write_text("starts = { bo = 5000.0 }\n" + toml.read_text())  # seconds: it begins that late
    Runner(workspace, all_stages()).check("one")


def test_music_counts_for_a_chapter(show: Callable[..., Workspace]) -> None:
    workspace = show('[audio]\nintro = "sounds/talk.mp3"', '[[chapters]]\nat = "0:50"\ntitle = "A"')
    sounds = workspace.feed / "sounds"
    sounds.mkdir()
    shutil.copy(SPEECH, sounds / "talk.mp3")
    shutil.copy(SPEECH, workspace.episode("one").directory / "audio.mp3")
    Runner(workspace, all_stages()).check("one")


def test_all_that_is_wrong_in_the_files_is_told_at_once(show: Callable[..., Workspace]) -> None:
    told = refused(show('guid = "mine"\n', 'video = "http://example.org/v"\n'))
    for line in (SHOW_FAULTS['guid = "mine"'], "episode.toml: video: "):
        assert line in told


def test_all_that_does_not_go_together_is_told_at_once(show: Callable[..., Workspace]) -> None:
    faults = ['[audio]\nintro = "sounds/gong.wav"', '[quotes]\nfree = ["negation"]']
    told = refused(show("\n".join(faults) + "\n", '[audio]\nintro = "sounds/gong.wav"\n'))
    for line in (*(SHOW_FAULTS[fault] for fault in faults), "one/episode.toml: [audio] intro: "):
        assert line in told


@pytest.mark.parametrize("review", ["host", "auto", "none"])
def test_publish_tells_them_too(
    show: Callable[..., Workspace], kill_store: Callable[[Path], None], review: str
) -> None:
    root = show('guid = "mine"').root
    try:
        result = CliRunner().invoke(
            main, ["publish", "one", "--review", review, "--root", str(root)]
        )
    finally:
        kill_store(root)
    assert result.exit_code == 2
    assert SHOW_FAULTS['guid = "mine"'] in result.output


def test_without_faults_it_comes_to_the_recording(show: Callable[..., Workspace]) -> None:
    workspace = show()
    with pytest.raises(PullquoteError, match="no recording"):
        Runner(workspace, all_stages()).run("one")


def test_settings_name_the_folder_of_sounds() -> None:
    result = CliRunner().invoke(main, ["settings", "show"])
    assert "a sound file in feed/sounds/, as sounds/NAME, played before" in result.output
