"""What a reader of a transcript is told beside its words."""

from pathlib import Path

from pipeline.models import Recognition, Word
from pipeline.transcript.corrections.proofreading import Proofread, proofread

ADA, BOB = "Ada", "Bob"
TURNS = [(ADA, 0.0, 4.0), (BOB, 2.0, 3.0)]
WORDS = [Word(text, at, at + 0.5, 0.99) for at, text in enumerate(("so", "you", "see", "this"))]


def read(tmp_path: Path, corrections: str) -> Proofread:
    path = tmp_path / "corrections.toml"
    path.write_text(corrections, encoding="utf-8")
    raw = Recognition(WORDS, [], "en", 4.0, "openai-whisper", "tiny.en", "0" * 64)
    return proofread(raw, TURNS, path, None, people=[])


def test_who_says_a_word_while_two_speak_is_doubtful_until_a_person_says_it(tmp_path: Path) -> None:
    (suspect,) = read(tmp_path, "").suspects
    assert (suspect.first, suspect.last, suspect.why) == (2, 3, ("two speak at once",))
    for said in (
        '[[heard]]\nsaid = "see"\n',
        '[[speaker]]\nat = "00:00:01.8"\nname = "Bob"\n',
    ):
        assert read(tmp_path, said).suspects == []
    assert read(tmp_path, '[[speaker]]\nat = "00:00:02.9"\nname = "Bob"\n').suspects == [suspect]
