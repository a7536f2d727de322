"""What the page shows of an episode is what the stages make of it."""

import json
import shutil
from pathlib import Path
from typing import Any

from pipeline.artefacts import SUSPECTS
from pipeline.desk.serving.state import episode
from pipeline.desk.working.files import ReviewFiles
from pipeline.desk.working.material import Material
from pipeline.engine.declared.settings import NoSettings
from pipeline.engine.declared.stage import Stage, StageContext
from pipeline.engine.running.runner import Runner
from pipeline.models import Transcript, decode, encode
from pipeline.stages.correct import STAGE
from pipeline.transcript.corrections import edits as correction_edits
from pipeline.workspace import Workspace

GIVEN = ("transcript.raw.json", "speakers.json")
LATER = ("candidates.json", "chapters.json")


def test_the_page_corrects_as_the_stage_does(sample_copy: Any, tmp_path: Path) -> None:
    """Names of people are told by their sound as well, where the recogniser was unsure."""
    made = sample_copy(tmp_path)
    toml, build = made.episode / "episode.toml", made.episode / "build"
    toml.write_text(f'{toml.read_text()}\n[[people]]\nname = "Tacomer"\nrole = "guest"\n')
    before = {name: (build / name).read_bytes() for name in (*GIVEN, *LATER)}
    raw = json.loads(before["transcript.raw.json"])
    for word in raw["words"]:
        word[3] = 0.3 if word[0].strip() == "Tacoma" else word[3]
    before["transcript.raw.json"] = json.dumps(raw).encode()
    shutil.rmtree(build)

    def hear(ctx: StageContext[NoSettings]) -> None:
        for name in GIVEN:
            ctx.write_text(f"build/{name}", before[name].decode())

    outputs = tuple(f"build/{name}" for name in GIVEN)
    heard = Stage("hear", hear, ("episode.toml",), outputs, NoSettings)
    Runner(Workspace(made.root), [heard, STAGE]).run(made.slug)
    for name in LATER:
        (build / name).write_bytes(before[name])
    material = Material(Workspace(made.root), made.slug)
    content = (build / "transcript.words.json").read_bytes()
    stage = decode(Transcript, content, "transcript.words.json")
    assert encode(material.transcript) == encode(stage)
    assert "Tacomer" in " ".join(word.text for word in stage.words)
    assert list(material.suspects) == list(SUSPECTS.of(material.paths).suspects)


def test_what_was_heard_is_doubted_no_longer(sample_copy: Any, tmp_path: Path) -> None:
    made = sample_copy(tmp_path)
    material = Material(Workspace(made.root), made.slug)
    files = ReviewFiles(material, tmp_path / "review")
    suspect, *others = material.suspects
    words = material.transcript.words[suspect.first : suspect.last]
    said = " ".join(word.text for word in words)
    entry = f'[[heard]]\nat = "{suspect.start}"\nsaid = "{said}"\n'
    files.rewrite("corrections.toml", lambda content: f"{content}\n{entry}")
    assert material.suspects == others


def test_the_listeners_yeah_within_a_candidate_is_not_quoted(
    sample_copy: Any, tmp_path: Path
) -> None:
    made = sample_copy(tmp_path)
    path = made.episode / "build/candidates.json"
    words = Material(Workspace(made.root), made.slug).transcript.words
    turned = next(at for at in range(20, len(words)) if words[at].speaker != words[at - 1].speaker)
    value = json.loads(path.read_bytes())
    value["candidates"][0] |= {
        "text": " ".join(word.text for word in words[turned - 10 : turned]),
        "words": [turned - 10, turned + 1],
        "start": words[turned - 10].start,
        "end": words[turned].end,
        "speaker": words[turned - 10].speaker,
    }
    path.write_text(json.dumps(value), encoding="utf-8")
    candidate = episode(Material(Workspace(made.root), made.slug))["candidates"][0]
    assert candidate["others"] == [turned]
    said = " ".join(word.text for word in words[turned - 10 : turned])
    assert candidate["text"] == said[0].upper() + said[1:]


def test_a_chapter_begins_with_its_sentence(sample_copy: Any, tmp_path: Path) -> None:
    """Hosts note whole seconds: the one of this chapter falls behind the first word."""
    made = sample_copy(tmp_path)
    material = Material(Workspace(made.root), made.slug)
    begun = {found.chapter: found for found in material.paragraphs if found.chapter}
    assert len(begun) == 4
    golden = begun["The Golden Gate, summer 2020"]
    assert golden.start < 53.0
    assert golden.text.startswith("The famous case")


def numbered(server: Any) -> None:
    """The sample as a recording on one track whose two voices have no names yet."""
    build = server.episode / "build"
    turns = json.loads((build / "speakers.json").read_bytes())
    labels = sorted({turn["speaker"] for turn in turns["turns"]})
    for turn in turns["turns"]:
        turn["speaker"] = f"Speaker {labels.index(turn['speaker']) + 1}"
    (build / "speakers.json").write_text(json.dumps(turns))
    value = json.loads((build / "candidates.json").read_bytes())
    for candidate in value["candidates"]:
        candidate["speaker"] = f"Speaker {labels.index(candidate['speaker']) + 1}"
    (build / "candidates.json").write_text(json.dumps(value))


def test_a_named_voice_has_its_name_in_candidates_and_quotes(
    sample_copy: Any, tmp_path: Path
) -> None:
    made = sample_copy(tmp_path)
    numbered(made)
    files = ReviewFiles(Material(Workspace(made.root), made.slug), tmp_path / "review")
    one, two = files.material.candidates[:2]
    identity = files.decisions.keep(one, "H")
    before = files.verdict(identity)
    assert before
    assert before.proven
    voice = one.speaker or ""
    assert voice.startswith("Speaker ")
    path = made.episode / "corrections.toml"
    path.write_text(correction_edits.with_voice(path.read_text(), voice, "Ada Lovelace"))
    files.take_in()
    named = {candidate.id: candidate for candidate in files.material.candidates}
    assert named[one.id].speaker == "Ada Lovelace"
    if two.speaker == voice:
        assert named[two.id].speaker == "Ada Lovelace"
    tried = files.decisions.try_text(named[two.id].text, named[two.id].start, named[two.id].speaker)
    assert tried.proven, tried.quote.message
    kept = files.verdict(identity)
    assert kept  # under the number that the voice had
    assert kept.proven, kept.quote.message
    assert kept.quote.speaker == "Ada Lovelace"


def test_candidates_go_with_their_words(sample_copy: Any, tmp_path: Path) -> None:
    """A new transcription says everything seven seconds later; the candidates were proposed before."""
    made = sample_copy(tmp_path)
    material = Material(Workspace(made.root), made.slug)
    before = material.candidates
    path = made.episode / "build" / "transcript.raw.json"
    value = json.loads(path.read_bytes())
    for word in value["words"]:
        word[1], word[2] = word[1] + 7, word[2] + 7
    gone = before[0]
    for number in range(gone.first, gone.last):
        value["words"][number][0] = " nothing"
    path.write_text(json.dumps(value))
    speakers = path.with_name("speakers.json")
    turns = json.loads(speakers.read_bytes())
    for turn in turns["turns"]:
        turn["start"], turn["end"] = turn["start"] + 7, turn["end"] + 7
    speakers.write_text(json.dumps(turns))
    assert material.look()
    now = {candidate.id: candidate for candidate in material.candidates}
    assert gone.id not in now
    apart = [old for old in before if old.first >= gone.last or old.last <= gone.first]
    assert len(apart) > 2
    for old in apart:
        assert now[old.id].text == old.text
        assert abs(now[old.id].start - old.start - 7) < 0.01
    assert not material.look()
