"""Chapters of the host, derived chapters, and their titles."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.artefacts import CHAPTERS
from pipeline.errors import ConfigError
from pipeline.models import Transcript, Word
from pipeline.rendering.words import ENGLISH, read_words
from pipeline.settings.episode import ChapterMark
from pipeline.transcript.chapters import chapters, topics
from pipeline.transcript.words.people import name_of

SUBJECTS = {
    "Suspension Bridges": "cable tower deck anchor span wind sway steel rivet load",
    "Honey Bees": "hive queen pollen flower swarm nectar comb winter smoke drone",
    "Sourdough Bread": "flour starter oven crust knead yeast rise salt crumb loaf",
}


def about(subjects: list[str], sentences: int = 180) -> Transcript:
    """Made-up talk: sentences of eight words on each subject, four tenths of a second a word."""
    words: list[Word] = []
    for number, subject in enumerate(subjects):
        telling = SUBJECTS[subject].split()
        for n in range(sentences):
            name = subject if n % 9 == 0 else f"{telling[n % 10]} and"
            sentence = f"then the {name} of {telling[n % 7]} with {telling[(3 * n) % 10]}."
            for text in sentence.split():
                at = 0.4 * len(words)
                words.append(Word(text, at, at + 0.35, 0.9, f"Speaker {(n // 20 + number) % 2}"))
    return Transcript(words, [(n,) for n in range(len(words))])


def test_the_hosts_chapters_are_sorted_and_begin_at_zero() -> None:
    marks = [
        ChapterMark(at="00:05:00", title="Second", url="https://example.org/x"),
        ChapterMark(at="1:30", title="First"),
    ]
    found = json.loads(
        CHAPTERS.dump(
            chapters.from_marks(
                marks,
                600.0,
                words=(),
                moved={},
                catalogue=ENGLISH,
                name="episode.toml",
            )
        )
    )
    assert found == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0.0, "title": "Intro"},
            {"startTime": 90.0, "title": "First"},
            {"startTime": 300.0, "title": "Second", "url": "https://example.org/x"},
        ],
    }
    assert [
        c.title
        for c in chapters.from_marks(
            [ChapterMark(at="0:00", title="All")],
            9,
            words=(),
            moved={},
            catalogue=ENGLISH,
            name="episode.toml",
        )
    ] == ["All"]


def test_every_wrong_chapter_is_named() -> None:
    marks = [
        ChapterMark(at="00:00:30", title="A", said="never"),
        ChapterMark(at="00:10:00", title="B"),
        ChapterMark(at="00:01:00", title="C"),
        ChapterMark(at="1:00", title="D"),
    ]
    with pytest.raises(ConfigError) as caught:
        chapters.from_marks(
            marks,
            600.0,
            words=(),
            moved={},
            catalogue=ENGLISH,
            name="episode.toml",
        )
    assert caught.value.message.splitlines() == [
        "episode.toml: [chapters[1]] at: “never” is not said in this episode",
        "episode.toml: [chapters[2]] at: 00:10:00 lies after the end of the audio (00:10:00)",
        "episode.toml: [chapters[4]] at: 'C' begins at 1:00 already",
    ]


def test_a_long_episode_gets_chapters_where_its_subject_changes() -> None:
    transcript = about(list(SUBJECTS))
    changes = [len(transcript.words) * n // 3 for n in (1, 2)]
    starts = topics.parts(transcript.words)
    assert starts[0] == 0
    assert all(any(abs(start - change) <= 60 for start in starts) for change in changes)
    found = chapters.derived(transcript, transcript.words[-1].end, catalogue=ENGLISH)
    assert found == chapters.derived(transcript, transcript.words[-1].end, catalogue=ENGLISH)
    assert [c.start for c in found] == sorted({c.start for c in found})
    assert found[0].start == 0
    titles = [c.title for c in found]
    assert len(set(titles)) == len(titles)
    said = " ".join(word.text for word in transcript.words)
    assert all(title.strip("“”").removesuffix(" …") in said for title in titles)
    for first, second in pairwise(starts):
        assert second - first >= topics.LEAST_WORDS
        assert transcript.words[second].speaker != transcript.words[second - 1].speaker or (
            transcript.words[second - 1].text.endswith(".")
        )


def test_a_short_or_silent_episode_gets_none() -> None:
    assert chapters.derived(about(list(SUBJECTS)), 600.0, catalogue=ENGLISH) == []
    assert chapters.derived(Transcript([], []), 3600.0, catalogue=ENGLISH) == []
    assert chapters.derived(about(["Honey Bees"], 10), 3600.0, catalogue=ENGLISH) == []
    assert json.loads(CHAPTERS.dump([])) == {"version": "1.2.0", "chapters": []}


def test_a_script_without_blanks_is_not_cut_by_its_characters() -> None:
    words = [Word(character, n, n + 1) for n, character in enumerate("桥" * 900 + "蜂" * 2000)]
    assert topics.parts(words) == [0]


def test_real_conversations_are_cut_better_than_evenly(shared: Path) -> None:
    near = even = total = 0
    for path in sorted((shared / "quotes").glob("hti-*.json"))[::4]:
        words: list[Word] = []
        turns: list[int] = []
        content = json.loads(path.read_bytes())
        for turn in content["turns"]:
            turns.append(len(words))
            words.extend(Word(text, 0, 0, None, turn["speaker"]) for text in turn["text"].split())
        headings = [turns[heading["turn_index"]] for heading in content["headings"]]
        starts = topics.parts(words)[1:]
        near += sum(any(abs(start - at) <= 60 for at in headings) for start in starts)
        evenly = [len(words) * n // (len(starts) + 1) for n in range(1, len(starts) + 1)]
        even += sum(any(abs(start - at) <= 60 for at in headings) for start in evenly)
        total += len(starts)
    assert total > 0
    assert near > even


@pytest.mark.parametrize(
    ("track", "name"),
    [
        ("ada-lovelace", "Ada Lovelace"),
        ("charles", "Charles Babbage"),
        ("jose_martinez", "José Martínez"),
        ("李白", "李白"),
        ("mary", "Mary"),
        ("guest-2", "Guest 2"),
        ("---", "---"),
    ],
)
def test_a_track_bears_a_persons_name(track: str, name: str) -> None:
    people = ["Ada Lovelace", "Charles Babbage", "José Martínez", "李白", "Mary Ann", "Mary Sue"]
    assert name_of(track, people) == name


def test_a_part_begins_with_the_question_that_opens_it() -> None:
    words = list(about(list(SUBJECTS)[:2]).words)
    change = len(words) // 2
    for index in range(change - 60, change + 60):  # one long answer around the change
        words[index] = words[index]._replace(speaker="Speaker 0")
    question = ["So", "what", "would", "a", "keeper", "of", "the", "other", "trade", "say?"]
    words[change + 5 : change + 15] = [
        word._replace(text=text, speaker="Host")
        for word, text in zip(words[change + 5 : change + 15], question, strict=True)
    ]
    assert change + 5 in topics.parts(words)


def spoken(text: str, doubted: str = "") -> list[Word]:
    return [
        Word(word, n * 0.4, n * 0.4 + 0.3, 0.1 if word == doubted else 0.9)
        for n, word in enumerate(text.split())
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Right. The wind is the player. And the wire?", "“The wind is the player”"),
        ("The wind is the player. So why do bridges hum?", "“So why do bridges hum?”"),
        (
            "When you take a long wire in a steady wind, it begins to sing at one note, "
            "and nobody can hear anything else.",
            "“When you take a long wire in a steady wind …”",
        ),
        ("Why do britches hum? The wind is the player.", "“The wind is the player”"),
        ("Right. Yes. No.", "Part 1"),
    ],
)
def test_a_derived_chapter_has_what_is_said_first(text: str, title: str) -> None:
    assert topics.titles(spoken(text, "britches"), [0]) == [title]


def test_a_title_stands_in_the_marks_of_its_language() -> None:
    words = spoken("Warum brummt die Brücke?")
    assert topics.titles(words, [0], read_words("de-AT")) == ["„Warum brummt die Brücke?“"]


def test_what_has_no_subject_is_numbered_in_the_language_spoken() -> None:
    words = [Word("ja", n * 0.4, n * 0.4 + 0.3) for n in range(40)]
    assert topics.titles(words, [0, 20], read_words("de")) == ["Teil 1", "Teil 2"]
    (opening, _) = chapters.from_marks(
        [ChapterMark(at="0:05", title="Brücken")],
        60.0,
        catalogue=read_words("fr"),
        words=(),
        moved={},
        name="episode.toml",
    )
    assert opening.title == "Introduction"
