"""What a quote mends the transcript gets, and what the transcript mends the quote gets."""

from collections.abc import Callable

from click.testing import CliRunner, Result

from pipeline.artefacts import QUOTES, Proven
from pipeline.cli import main
from pipeline.quotes.deciding.hearing import Repair
from pipeline.quotes.ledger.edits import sign
from pipeline.quotes.matching.edits import Part
from pipeline.show.episode import LocalEpisode
from pipeline.show.words.repairing import correct_too

SLUG = "why-bridges-hum"
Quotes = Callable[..., LocalEpisode]
SAID = "Take the speed of the wind, multiply it by one fifth."
HEARD = SAID.replace("multiply", "both play")


def check() -> Result:
    return CliRunner().invoke(main, ["quotes", "check", SLUG])


def test_what_the_sound_proves_mends_the_transcript_too(
    quotes: Quotes, rewrite: Callable[[LocalEpisode], None]
) -> None:
    episode = quotes(SAID)
    done = check()
    assert "“both play” is “multiply”, as the quote has it; the next run mends the" in done.stderr
    (entry,) = episode.corrections.replace
    assert (entry.said, entry.text) == ("both play", "multiply")
    assert "wind, multiply it by" in " ".join(w.text for w in episode.proofread().transcript.words)
    check()
    assert len(episode.corrections.replace) == 1
    rewrite(episode)
    assert check().exit_code == 0
    assert len(episode.corrections.replace) == 1


def test_a_correction_mends_the_quotes_that_have_the_mishearing(
    quotes: Quotes, rewrite: Callable[[LocalEpisode], None]
) -> None:
    episode = quotes(HEARD)
    assert check().exit_code == 0
    episode.paths.corrections.write_text(
        '[[replace]]\nat = "00:00:42"\nsaid = "both play"\ntext = "multiply"\n'
    )
    rewrite(episode)
    done = check()
    assert f"mended as the transcript was: “{SAID}”" in done.stderr
    (entry,) = (entry for _, entry in episode.ledger.entries)
    assert entry.text == SAID
    assert not entry.consent
    assert not entry.proven
    assert done.exit_code == 0


def test_what_is_heard_in_other_places_is_offered(quotes: Quotes) -> None:
    episode = quotes(SAID)
    guard = episode.guard
    words = [word.text for word in guard.transcript.words]
    first = next(n for n in range(len(words)) if words[n : n + 2] == ["the", "deck"])
    part = Part("recognition", "the deck", "the dock", first, guard.transcript.words[first].start)
    lines = correct_too(episode, guard, [Repair(part, first, first + 2)])
    assert len(lines) == 2
    assert "“the deck” is heard " in lines[1]
    assert f"pullquote transcript promote {SLUG} " in lines[1]


def test_what_the_host_keeps_is_not_corrected(quotes: Quotes) -> None:
    episode = quotes(SAID)
    kept = '[[keep]]\nat = "00:00:42"\nsaid = "both play"\n'
    episode.paths.corrections.write_text(kept)
    assert "as the quote has it" not in check().stderr
    assert episode.paths.corrections.read_text() == kept


def test_what_the_host_signs_as_misheard_mends_the_transcript_until_it_was_reviewed(
    quotes: Quotes,
) -> None:
    episode = quotes("A structure is never alone.")  # heard: As structure
    assert check().exit_code == 4
    ledger, (verdict,) = episode.judged(episode.guard)
    sign(ledger, verdict.quote.id, verdict.wanted()[0])
    episode.paths.ledger.write_text(ledger.dumps(), "utf-8")
    assert "“As” is “A”, as the quote has it" in check().stderr
    (entry,) = episode.corrections.replace
    assert (entry.said, entry.text) == ("As", "A")
    episode.paths.corrections.unlink()
    _, (verdict,) = episode.judged(episode.guard)
    QUOTES.path(episode.paths).write_text(QUOTES.dump(Proven(quotes=[verdict.quote])), "utf-8")
    check()
    assert not episode.paths.corrections.exists()


def test_a_check_judges_by_what_was_mended_before_a_run_mends_it(quotes: Quotes) -> None:
    episode = quotes(SAID)
    episode.paths.corrections.write_text(
        '[[replace]]\nat = "00:00:42"\nsaid = "both play"\ntext = "multiply"\n'
    )
    assert check().exit_code == 0
    (entry,) = (entry for _, entry in episode.ledger.entries)
    assert not entry.proven, "the words are those of the quote: nothing is to be proven"


def test_a_signature_beside_what_was_mended_holds_after_the_run(
    quotes: Quotes, rewrite: Callable[[LocalEpisode], None]
) -> None:
    episode = quotes(SAID.replace("it by one", "it one"))
    assert check().exit_code == 4
    (identity,) = (entry.id for _, entry in episode.ledger.entries)
    arguments = ["quotes", "check", SLUG, "--sign", str(identity)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    (line,) = next(entry.consent for _, entry in episode.ledger.entries)
    assert "multiply it’" in line, "its place is named by the mended words"
    rewrite(episode)
    assert check().exit_code == 0
