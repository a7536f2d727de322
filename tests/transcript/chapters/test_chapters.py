"""Chapters of the host, derived chapters, and their titles."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.artefacts import CHAPTERS
from pipeline.errors import ConfigError
from pipeline.models import Chapter, ProposedChapter, Transcript, Word
from pipeline.rendering.words import read_words
from pipeline.settings.episode import ChapterMark
from pipeline.transcript.chapters import chapters, topics
from pipeline.transcript.words.attribution import name_of

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
                catalogue=read_words("en"),
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
            catalogue=read_words("en"),
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
            catalogue=read_words("en"),
            name="episode.toml",
        )
    assert caught.value.message.splitlines() == [
        "episode.toml: [chapters[1]] at: “never” is not said in this episode",
        "episode.toml: [chapters[2]] at: 00:10:00 lies after the end of the audio (00:10:00)",
        "episode.toml: [chapters[4]] at: 'C' begins at 1:00 already",
    ]


def test_chapters_are_proposed_where_the_subject_changes() -> None:
    transcript = about(list(SUBJECTS), 225)
    duration = transcript.words[-1].end
    changes = [duration * n / 3 for n in (1, 2)]
    found = chapters.proposed(transcript, duration)
    assert found == chapters.proposed(transcript, duration)
    assert [c.start for c in found] == sorted({c.start for c in found})
    assert all(any(abs(c.start - change) <= 24 for c in found) for change in changes)
    said = " ".join(word.text for word in transcript.words)
    assert all(c.said in said for c in found)
    for first, second in pairwise(found):
        assert second.start - first.start >= topics.LEAST_WORDS * 0.4


def test_a_short_or_silent_episode_gets_none() -> None:
    assert chapters.proposed(about(list(SUBJECTS)), 600.0) == []
    assert chapters.proposed(Transcript([], []), 3600.0) == []
    assert chapters.proposed(about(["Honey Bees"], 10), 3600.0) == []
    assert json.loads(CHAPTERS.dump([])) == {"version": "1.2.0", "chapters": []}


@pytest.mark.parametrize("hours", [0.5, 1, 2.5])
def test_three_to_six_an_hour_are_proposed(hours: float) -> None:
    transcript = about([*SUBJECTS] * 6, round(hours * 3600 / 18 / 8 / 0.4))
    found = len(chapters.proposed(transcript, hours * 3600)) + 1  # with the opening
    assert 3 * hours <= found <= max(2, 6 * hours)


def test_a_show_that_takes_them_unseen_gets_those_with_a_title() -> None:
    titles = ["How do bridges hum?", "", "Why do bees dance?"]
    found = [ProposedChapter(600.0 * n, title, "so") for n, title in enumerate(titles, start=1)]
    assert chapters.automatic(found, read_words("de")) == [
        Chapter(0.0, "Einleitung"),
        Chapter(600.0, "How do bridges hum?"),
        Chapter(1800.0, "Why do bees dance?"),
    ]
    assert chapters.automatic(found[:2], read_words("en")) == []  # no app shows two


def test_a_script_without_blanks_is_not_cut_by_its_characters() -> None:
    words = [Word(character, n, n + 1) for n, character in enumerate("桥" * 900 + "蜂" * 2000)]
    assert topics.borders(words) == []


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
        starts = [border.start for border in topics.borders(words) if border.clear > 0][:8]
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
    assert change + 5 in [border.start for border in topics.borders(words)[:3]]


def test_what_comes_before_the_first_chapter_has_a_title_in_the_language_spoken() -> None:
    (opening, _) = chapters.from_marks(
        [ChapterMark(at="0:05", title="Brücken")],
        60.0,
        catalogue=read_words("fr"),
        words=(),
        moved={},
        name="episode.toml",
    )
    assert opening.title == "Introduction"
