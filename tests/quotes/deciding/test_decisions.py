"""Decisions on quotes, each on disk as soon as it is made; and deciding without a host."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import (
    CANDIDATES,
    CHAPTERS,
    SUSPECTS,
    TRANSCRIPT,
    Artefact,
    Candidates,
    Suspects,
)
from pipeline.errors import PullquoteError
from pipeline.models import Candidate, Chapter, Span, Suspect, Transcript, Word, encode
from pipeline.quotes.deciding.acceptance import accept_best, open_ledger
from pipeline.quotes.deciding.checking import check_ledger, write_back
from pipeline.quotes.deciding.decisions import Decisions
from pipeline.quotes.ledger.edits import set_review
from pipeline.quotes.ledger.ledger import change_ledger, load_ledger
from pipeline.quotes.proof.guard import Guard
from pipeline.quotes.proposals.candidates import suggest
from pipeline.times import clock
from pipeline.workspace import EpisodePaths, write_text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quotes.toml"


@pytest.fixture
def candidates(talk: Transcript) -> list[Candidate]:
    return suggest(talk, 5, ["Mara"])


@pytest.fixture
def decisions(path: Path, guard: Guard, candidates: list[Candidate]) -> Decisions:
    return Decisions(path, guard, candidates)


def test_every_decision_is_on_disk(
    decisions: Decisions, path: Path, candidates: list[Candidate]
) -> None:
    identity = decisions.keep(candidates[0], "On listening")
    assert load_ledger(path, "q").review == "open"
    assert load_ledger(path, "q").sections[0].quotes[0].id == identity == candidates[0].id
    decisions.reject(candidates[1])
    assert load_ledger(path, "q").rejected == [candidates[1].id]
    assert decisions.undecided() == candidates[2:]
    decisions.finish()
    assert load_ledger(path, "q").review == "host"


def test_going_on_later_starts_where_it_was_left(
    decisions: Decisions, path: Path, guard: Guard, candidates: list[Candidate]
) -> None:
    decisions.keep(candidates[0], "On listening")
    again = Decisions(path, guard, candidates)
    assert [section.heading for section in again.ledger.sections] == ["On listening"]
    assert again.undecided() == candidates[1:]


def test_looking_changes_nothing(path: Path, guard: Guard, candidates: list[Candidate]) -> None:
    Decisions(path, guard, candidates)
    assert not path.exists()
    text = candidates[0].text
    written = f'# mine\n[[section]]\nheading = "A"\n[[section.quote]]\ntext = {json.dumps(text)}\n'
    for review in ("", 'review = "host"\n', 'review = "auto"\n'):
        path.write_text(review + written)
        looking = Decisions(path, guard, candidates)
        looking.reload()
        assert path.read_text() == review + written
        assert not looking.is_open


def test_a_finished_review_opens_again_where_a_decision_leaves_work(
    decisions: Decisions, path: Path, candidates: list[Candidate]
) -> None:
    identity = decisions.keep(candidates[0], "On listening")
    decisions.finish()
    decisions.rename("On listening", "On stone")
    decisions.reject(candidates[1])
    assert load_ledger(path, "q").review == "host"
    decisions.edit(identity, "nothing of this was ever said")
    assert load_ledger(path, "q").review == "open"


def test_times_that_another_command_wrote_are_not_overwritten(
    decisions: Decisions, path: Path, guard: Guard, candidates: list[Candidate]
) -> None:
    """What was judged before an editor or a command changed the quote is no longer said of it."""
    identity = decisions.keep(candidates[0], "On listening")
    ledger = load_ledger(path, "q")
    path.write_text(path.read_text().replace('at = "00:00:', 'at = "00:10:'))
    write_back(ledger, check_ledger(ledger, guard), path)
    decisions.reload()
    assert decisions.verdict(identity).quote.start < 60
    assert 'at = "00:10:' in path.read_text()


OLD = "added: old, after ‘You can replace’"


def test_an_edited_quote_asks_for_its_consents(
    decisions: Decisions, candidates: list[Candidate]
) -> None:
    text = "You can replace old mortar in an afternoon."
    assert decisions.try_text(text, None, None).wanted() == [f"{OLD} in “{text}”"]
    identity = decisions.keep(candidates[0], "On stone", text)
    assert not decisions.verdict(identity).proven
    with pytest.raises(PullquoteError, match="added: new"):
        decisions.sign(identity, f"{OLD.replace('old', 'new')} in “{text}”")
    assert decisions.sign(identity, f"{OLD} in “{text}”").quote.status == "consented"
    assert (
        decisions.edit(identity, "You can replace mortar in an afternoon.").quote.status
        == "verbatim"
    )
    assert OLD in decisions.verdict(identity).quote.message


def test_moving_and_removing(decisions: Decisions, candidates: list[Candidate]) -> None:
    one = decisions.keep(candidates[0], "A")
    two = decisions.keep(candidates[1], "A")
    decisions.move(two, "A", 0)
    assert [verdict.quote.id for verdict in decisions.verdicts] == [two, one]
    decisions.move(two, "B")
    decisions.remove(one)
    assert [(v.quote.id, v.quote.heading) for v in decisions.verdicts] == [(two, "B")]
    assert candidates[0] not in decisions.undecided()


def test_a_quote_of_the_hosts_own_counts_as_decided(
    path: Path, guard: Guard, candidates: list[Candidate]
) -> None:
    words = " ".join(candidates[0].text.split()[:60])
    path.write_text(f'[[section]]\nheading = "A"\n[[section.quote]]\ntext = {json.dumps(words)}\n')
    decisions = Decisions(path, guard, candidates)
    assert candidates[0] not in decisions.undecided()


def test_a_passage_that_was_a_quote_before_gets_its_id(
    decisions: Decisions, path: Path, talk: Transcript
) -> None:
    """A quote that the host takes out, and marks again on the page later, with more words."""
    words = [word.text for word in talk.words]
    verdict = decisions.try_text(" ".join(words[40:70]), None, None)
    lost = encode(replace(verdict.quote, id="k3v9"))
    (path.parent / "build").mkdir()
    (path.parent / "build" / "quotes.json").write_text(json.dumps({"quotes": [], "gone": [lost]}))
    at = clock(verdict.quote.start, 1)
    values = {"text": " ".join(words[40:75]), "at": at}
    assert decisions.add("On stone", values) == "k3v9"
    assert decisions.add("On stone", values) != "k3v9"


@pytest.fixture
def built(tmp_path: Path, talk: Transcript, candidates: list[Candidate]) -> EpisodePaths:
    """An episode in which nothing is doubted."""
    paths = EpisodePaths("one", tmp_path)
    store(paths, CHAPTERS, [Chapter(0, "Stairs"), Chapter(60.0, "Old towers")])
    store(paths, CANDIDATES, Candidates(candidates))
    store(paths, TRANSCRIPT, talk)
    store(paths, SUSPECTS, Suspects(suspects=[]))
    return paths


def store(paths: EpisodePaths, artefact: Artefact[Any], record: object) -> None:
    write_text(artefact.path(paths), artefact.dump(record))


def doubt(first: int, score: float) -> Suspect:
    return Suspect(first, first + 1, 0.0, 0.0, score, ())


def test_the_best_are_accepted_under_their_chapters(
    path: Path, built: EpisodePaths, guard: Guard
) -> None:
    assert not open_ledger(path).decided
    accepted = accept_best(built, 3, {"Stairs", "Old towers"})
    assert open_ledger(path).decided
    ledger = load_ledger(path, "q")
    assert ledger.review == "auto"
    entries = list(ledger.entries)
    assert 0 < len(entries) == accepted.taken <= 3
    assert [entry.at for _, entry in entries] == sorted(entry.at or 0.0 for _, entry in entries)
    assert {heading for heading, entry in entries if (entry.at or 0) < 60} <= {"Stairs"}
    assert {guard.check(entry).quote.status for _, entry in entries} <= {"verbatim", "cleaned"}


def test_a_title_that_a_machine_made_is_no_heading(path: Path, built: EpisodePaths) -> None:
    accept_best(built, 3)
    assert {heading for heading, _ in load_ledger(path, "q").entries} == {""}
    assert "Stairs" not in path.read_text()


def test_only_whole_sentences_without_a_doubted_word_are_accepted_unheard(
    path: Path, built: EpisodePaths, talk: Transcript, candidates: list[Candidate]
) -> None:
    taken = accept_best(built, 1).taken
    (best,) = (entry for _, entry in load_ledger(path, "q").entries)
    chosen = next(candidate for candidate in candidates if candidate.id == best.id)
    doubted = [doubt(at, 0.36) for at in range(chosen.first + 3, chosen.last, 9)]
    store(built, SUSPECTS, Suspects(suspects=doubted))
    cut = replace(chosen, id="cut1", words=Span(chosen.first + 1, chosen.last - 1))
    cut = replace(cut, text=" ".join(w.text for w in talk.words[cut.first : cut.last]))
    store(built, CANDIDATES, Candidates([chosen, cut]))
    path.unlink()
    assert (taken, accept_best(built, 1).line) == (
        1,
        "no quotes; candidates refused: 2 (2 over words that the recogniser doubts), as --review auto says",
    )
    store(built, SUSPECTS, Suspects(suspects=[]))
    store(built, CANDIDATES, Candidates([cut, chosen]))
    path.unlink()
    assert accept_best(built, 1).line == (
        "quotes taken as they were said: 1; candidates refused: 1 "
        "(1 that do not begin and end with a sentence, or point outside), as --review auto says"
    )


def test_of_a_passage_with_a_doubted_word_the_sentences_without_one_are_accepted(
    path: Path, built: EpisodePaths
) -> None:
    said = (
        "The wind pushes. " * 4 + "That hummus air grows. " + "A thin wire sings high up here. " * 4
    )
    words = [Word(word, n * 0.5, n * 0.5 + 0.4, 0.9, "Ada") for n, word in enumerate(said.split())]
    talk = Transcript(words, [[n] for n in range(len(words))])
    one = Candidate("abcd", Span(0, len(words)), 0.0, words[-1].end, "Ada", said.strip(), 1.0, ())
    store(built, TRANSCRIPT, talk)
    store(built, CANDIDATES, Candidates([one]))
    store(built, SUSPECTS, Suspects(suspects=[doubt(13, 0.5)]))
    assert accept_best(built, 1).line == (
        "quotes taken as they were said: 1, "
        "1 of them without the sentences that the recogniser doubts, as --review auto says"
    )
    ((_, entry),) = load_ledger(path, "q").entries
    assert entry.text == ("A thin wire sings high up here. " * 4).strip()
    assert entry.at == words[16].start


def test_a_recording_too_short_for_a_quote_is_called_so(path: Path, built: EpisodePaths) -> None:
    store(built, CANDIDATES, Candidates([]))
    line = "no quotes: nothing that is said in the recording is long enough to be one"
    assert accept_best(built, 3).line == line


def test_none_is_a_decision_too(path: Path) -> None:
    path.write_text("# nothing this time\n")
    change_ledger(path, "quotes.toml", lambda ledger: set_review(ledger, "none"))
    assert path.read_text() == '# nothing this time\nreview = "none"\n'
    assert open_ledger(path).decided


def test_the_time_follows_a_trim(decisions: Decisions, candidates: list[Candidate]) -> None:
    identity = decisions.keep(candidates[0], "H")
    words = candidates[0].text.split()
    verdict = decisions.edit(identity, " ".join(words[3:]))
    assert verdict.quote.start > candidates[0].start
    assert decisions.ledger.sections[0].quotes[0].at == pytest.approx(
        verdict.quote.start, abs=0.051
    )
    decisions.edit(identity, "nothing of this was ever said")
    assert decisions.ledger.sections[0].quotes[0].at == pytest.approx(
        verdict.quote.start, abs=0.051
    )


def test_a_trimmed_candidate_is_kept_with_its_own_time(
    decisions: Decisions, candidates: list[Candidate]
) -> None:
    decisions.reject(candidates[0])
    decisions.keep(candidates[0], "H", " ".join(candidates[0].text.split()[3:]))
    quote = decisions.verdicts[0].quote
    assert decisions.ledger.sections[0].quotes[0].at == pytest.approx(quote.start, abs=0.051)
    assert quote.start > candidates[0].start
    assert decisions.ledger.rejected == []
