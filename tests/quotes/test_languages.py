"""The guard in languages other than English, and in one of which it knows nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.languages import table
from pipeline.quotes.languages.table import Language, language
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.matching.tokens import Tokenizer
from pipeline.quotes.proof.guard import Guard

TABLES = sorted(file.stem for file in Path(table.__file__).parent.glob("*.toml"))
Judge = Callable[[str, str, str], Quote]


@pytest.fixture(scope="module")
def judge() -> Judge:
    """Judge a published text against what was said in a language."""

    def judged(tag: str, said: str, published: str) -> Quote:
        words = [Word(word, n, n + 0.5, None, "Ada") for n, word in enumerate(said.split())]
        transcript = Transcript(words, [[n] for n in range(len(words))], language=tag)
        return Guard(transcript, DEFAULT_FREE).check(Entry(published)).quote

    return judged


@pytest.mark.parametrize(
    ("tag", "said", "published"),
    [
        ("de", "Also, ähm, Brücken schlafen nie, weißt du.", "Brücken schlafen nie."),
        ("de-AT", "Da gibt's halt keine Brücke.", "Da gibt es keine Brücke."),
        ("de", "Ich glaube, dass Brücken schlafen.", "Brücken schlafen."),
        ("fr", "Alors, euh, les ponts dorment, tu vois.", "Les ponts dorment."),
        ("fr", "Y'a un pont qui dort.", "Il y a un pont qui dort."),
        ("fr-CA", "Je pense que les ponts dorment.", "Les ponts dorment."),
        ("es", "Pues, eh, los puentes duermen, o sea, mucho.", "Los puentes duermen mucho."),
        ("es-MX", "Creo que los puentes duermen.", "Los puentes duermen."),
        (
            "es",
            "La torre pesa. Y a veces ella duerme junto al lago.",
            "Y a veces ella [la torre] duerme junto al lago.",
        ),
    ],
)
def test_what_hosts_do_all_the_time_is_free(
    judge: Judge, tag: str, said: str, published: str
) -> None:
    quote = judge(tag, said, published)
    assert quote.status in ("verbatim", "cleaned"), quote.message


@pytest.mark.parametrize(
    ("tag", "said", "published", "kind"),
    [
        ("de", "Die Brücke schläft nicht.", "Die Brücke schläft.", "negation"),
        ("de", "Die Brücke schläft heute nicht.", "Die Brücke schläft.", "negation"),
        ("de", "Es ist nicht wahr, was er sagt.", "Es ist [...] wahr, was er sagt.", "negation"),
        ("de", "Die Brücke schläft.", "Die Brücke [niemals] schläft.", "negation"),
        ("de", "Die Leute sagen, dass Brücken schlafen.", "Brücken schlafen.", "attribution"),
        ("de", "Ich dachte, dass Brücken schlafen.", "Brücken schlafen.", "attribution"),
        ("de", "Wenn man sie streicht, dann hält sie lange.", "Sie hält lange.", "added"),
        ("de", "Wenn man sie streicht, hält sie lange.", "Hält sie lange.", "condition"),
        ("de", "Sie hält lange, aber nur im Süden.", "Sie hält lange.", "condition"),
        ("de", "Stellen wir uns vor, es brennt. Dann fällt sie.", "Dann fällt sie.", "condition"),
        ("de", "Das kostet vielleicht drei Euro.", "Das kostet drei Euro.", "hedge"),
        ("de", "Das kostet drei Euro.", "Das kostet 4 Euro.", "number"),
        ("de", "Das muss man streichen hier.", "Das kann man streichen hier.", "modal"),
        ("fr", "Le pont ne dort jamais ici.", "Le pont ne dort ici.", "negation"),
        ("fr", "Ce n'est pas vrai du tout.", "Ce n'est [...] vrai du tout.", "negation"),
        ("fr", "Les gens disent que le pont dort.", "Le pont dort.", "attribution"),
        ("fr", "Je doute que le pont dorme.", "Le pont dorme.", "attribution"),
        ("fr", "Si on le peint, il dure longtemps.", "Il dure longtemps.", "condition"),
        ("fr", "Il dure longtemps, mais seulement au sud.", "Il dure longtemps.", "condition"),
        ("es", "El puente nunca duerme aquí.", "El puente duerme aquí.", "negation"),
        ("es", "Dicen que el puente duerme.", "El puente duerme.", "attribution"),
        ("es", "Si lo pintas, dura mucho tiempo.", "Dura mucho tiempo.", "condition"),
        (
            "es",
            "A lo mejor el puente duerme aquí.",
            "El puente duerme [a lo mejor nunca] aquí.",
            "negation",
        ),
    ],
)
def test_what_changes_the_meaning_is_stopped(
    judge: Judge, tag: str, said: str, published: str, kind: str
) -> None:
    quote = judge(tag, said, published)
    assert quote.status == "needs-consent"
    assert kind in {edit.kind for edit in quote.edits}, quote.message


def test_in_an_unknown_language_only_capitals_and_points_are_free(judge: Judge) -> None:
    said = "Most ikke sover aldri her i byen."
    assert judge("nb", said, "most ikke sover aldri her i byen").status == "cleaned"
    assert judge("nb", said, "Most [...] sover aldri her i byen.").status == "needs-consent"
    assert judge("nb", said, "Most [aldri] ikke sover aldri her i byen.").status == "needs-consent"
    assert judge("nb", said, "Sover aldri her i byen.").status == "needs-consent"
    assert judge("nb", said, "Most ikke sover.").status == "needs-consent"
    twice = "Det er ikke det er bra for byen."
    assert judge("nb", twice, "Det er bra for byen.").status == "needs-consent"


def test_a_table_that_is_not_complete_frees_what_it_knows_and_nothing_else(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Language(fillers=frozenset({("eh",)}), negations=frozenset({"niet", "geen"}))
    monkeypatch.setattr(table, "_UNKNOWN", part)
    table.language.cache_clear()
    said = "Mensen zeggen dat bruggen eh slapen. De brug slaapt vannacht niet."
    assert judge("nl", said, "Mensen zeggen dat bruggen slapen.").status == "cleaned"
    assert judge("nl", said, "Bruggen slapen.").status == "needs-consent"
    assert judge("nl", said, "De brug slaapt.").status == "needs-consent"
    assert judge("nl", said, "De brug slaapt vannacht.").status == "needs-consent"
    table.language.cache_clear()


@pytest.mark.parametrize("tag", TABLES)
def test_a_table_holds_tokens_as_the_guard_sees_them(tag: str) -> None:
    known = language(tag)
    assert known.complete
    assert known.negations
    assert known.reporting >= known.own_view
    for entries in (known.negations, known.modals, known.reporting, known.conditions):
        assert all(entry == entry.casefold() and " " not in entry for entry in entries)
    tokenizer = Tokenizer(known)
    for phrases in (known.limits, known.frames, known.undercutting, known.slips, known.hedges):
        for phrase in (phrase for phrase in phrases if "'s" not in phrase):  # no word by itself
            assert tuple(token.text for token in tokenizer.tokens(phrase)) == phrase
    for verbs in (known.reporting, known.telling, known.ordering):
        assert [verb for verb in verbs if tokenizer.pieces(verb) != (verb,)] == []


def test_an_english_table_is_written_in_english() -> None:
    known, file = language("en"), Path(table.__file__).with_name("en.toml").read_text("utf-8")
    written = {*re.findall(r"\w+", file)}
    assert {"promised", "raised", "advised"} <= written
    assert not {"promized", "raized", "advized"} & written
    assert "promized" in known.reporting
    assert ("raized", "his", "hand") in known.staging
    assert Tokenizer(known).pieces("raised") == ("raized",)
