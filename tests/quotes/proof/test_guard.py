"""The guard: what passes freely, what asks for a signature, what was never said."""

from collections.abc import Callable

import pytest

from pipeline.models import Quote, Transcript, Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import LONGEST, PROVEN, Guard
from tests.quotes.conftest import say

Judge = Callable[[str, str], Quote]
Check = Callable[..., Quote]

HONEST = {
    "word for word": (
        "You can replace mortar in an afternoon.", "You can replace mortar in an afternoon.",
        [], "verbatim",
    ),
    "typographic marks are no edit": (
        "It's what I don't know - yet.", "“It’s what I don’t know — yet.”", [], "verbatim",
    ),
    "capital and punctuation": (
        "so the wall cannot breathe and the water stays", "The wall cannot breathe, and the water stays.",
        ["punctuation"], "cleaned",
    ),
    "fillers": (
        "the tower, um, needed, you know, new stairs, I mean, quickly",
        "the tower needed new stairs quickly", ["filler"], "cleaned",
    ),
    "repetition": (
        "the the wall that all, that all were built", "the wall that all were built",
        ["repetition"], "cleaned",
    ),
    "a word cut off": (
        "we went to the quar— the old harbour", "we went to the old harbour",
        ["false start"], "cleaned",
    ),
    "a restart": (
        "people blame the sea but it was it has always been the repairs",
        "people blame the sea but it has always been the repairs", ["false start"], "cleaned",
    ),
    "contractions written out": (
        "we're gonna build it 'cause they can't", "we are going to build it because they cannot",
        ["contraction"], "cleaned",
    ),
    "contractions made": (
        "it is what we do not see", "it’s what we don’t see", ["contraction"], "cleaned",
    ),
    "spelling": (
        "a super intelligent programme of fifty five colours for ten percent",
        "a superintelligent program of 55 colors for 10%", ["spelling"], "cleaned",
    ),
    "inner quotation marks": (
        "she said you will never finish it and left", "she said, ‘you will never finish it’ and left",
        ["inner quotes", "punctuation"], "cleaned",
    ),
    "a bracketed insertion": (
        "The baker came. So he paid for the stairs of oak and flour",
        "he [the baker] paid for the stairs of oak and flour",
        ["insertion"], "cleaned",
    ),
    "a bracketed referent": (
        "The tower stands. Every winter it talks to you in the wind",
        "every winter [the tower] talks to you in the wind",
        ["insertion"], "cleaned",
    ),
    "words left out, marked": (
        "The mortar must give. Everybody knows that by now. The stone must stay.",
        "The mortar must give. [...] The stone must stay.", ["ellipsis"], "cleaned",
    ),
    "a lead-in at the start of a sentence": (
        "We bake. And so, the visitors buy it.", "We bake. The visitors buy it.",
        ["filler", "punctuation"], "cleaned",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HONEST)
def test_honest_edits_pass(judge_said: Judge, case: str) -> None:
    said, published, kinds, status = HONEST[case]
    quote = judge_said(said, published)
    assert quote.status == status, quote.message
    assert sorted({edit.kind for edit in quote.edits} | {"punctuation"}) == sorted(
        {*kinds, "punctuation"}
    )


STOPPED = {
    "a not added": (
        "It is safe to climb the tower.",
        "It is not safe to climb the tower.", "negation",
    ),
    "a not dropped": ("It is not safe to climb.", "It is safe to climb.", "negation"),
    "don't becomes do": ("We don't pour cement into it.", "We do pour cement into it.", "negation"),
    "one of two nots": ("It is not not true at all.", "It is not true at all.", "negation"),
    "a figure": ("It leans by two degrees now.", "It leans by three degrees now.", "number"),
    "a figure in digits": (
        "It cost $5 last year, all of it.",
        "It cost 5 last year, all of it.", "number",
    ),
    "a repeated figure": (
        "It was nineteen nineteen when it fell.",
        "It was nineteen when it fell.", "number",
    ),
    "a name": ("Then Hanna paid for the stairs.", "Then Hilda paid for the stairs.", "name"),
    "a hedge": ("It will probably fall this autumn.", "It will fall this autumn.", "hedge"),
    "I think": ("The tower, I think, will fall soon.", "The tower will fall soon.", "hedge"),
    "kind of": ("We were kind of afraid of it.", "We were afraid of it.", "wording"),
    "a modal verb": ("It could stand for a century.", "It will stand for a century.", "modal"),
    "a word added": (
        "We bake on Sundays for guests.",
        "We bake bread on Sundays for guests.", "added",
    ),
    "a word dropped": (
        "We never sell burnt bread to guests.",
        "We never sell bread to guests.", "dropped",
    ),
    "a word changed": (
        "The sea destroys them all in time.",
        "The wind destroys them all in time.", "changed",
    ),
    "misheard": ("We poured the sediment into the joints.", "We poured the cement into the joints.",
                 "recognition"),
    "a noun in brackets": ("We trust the state to pay for it.", "We trust [nobody at all] to pay for it.",
                           "negation"),
    "another noun in brackets": ("We trust the state to pay for it.", "We trust [Hanna] to pay for it.",
                                 "changed"),
    "a negation under [...]": ("I would not recommend it to anybody.",
                               "I would [...] recommend it to anybody.", "negation"),
    "a negation in brackets": ("I would recommend it to anybody.", "I would [not] recommend it to anybody.",
                               "negation"),
    "a negation cut off": ("I don't think it will ever fall.", "It will ever fall.", "negation"),
    "a clause unmarked": ("It works, when the wind is down and no one climbs it, for years.",
                          "It works for years.", "negation"),
    "like as a verb": (
        "I like the sea more than the land.",
        "I the sea more than the land.", "dropped",
    ),
    "an abandoned claim": (
        "I hate it all. I love the rest of it.",
        "I love it. I love the rest of it.", "changed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STOPPED)
def test_edits_that_touch_the_meaning_are_stopped(judge_said: Judge, case: str) -> None:
    said, published, kind = STOPPED[case]
    quote = judge_said(said, published)
    assert quote.status == "needs-consent", (quote.status, quote.edits)
    assert kind in {edit.kind for edit in quote.edits if not edit.consented}


def test_sentences_of_one_turn_joined_unmarked_are_stopped(check: Check) -> None:
    quote = check("Nobody wanted the job. But you learn to listen to a building.")
    assert quote.status == "needs-consent"
    assert any("no road" in edit.raw for edit in quote.edits)


def test_a_join_across_a_turn_is_free_only_where_it_is_marked(check: Check) -> None:
    first = "If you know the sound of it, then you know where the stone is loose."
    later = "The mortar must give before the stone gives."
    assert check(f"{first} [...] {later}").status == "cleaned"
    quote = check(f"{first} {later}")
    assert quote.status == "needs-consent"
    assert "join" in {edit.kind for edit in quote.edits}


def test_another_order_is_stopped_even_where_it_is_marked(check: Check) -> None:
    quote = check(
        "You can replace mortar in an afternoon. [...] It is not the sea. It is the repairs."
    )
    assert [edit.kind for edit in quote.edits if edit.kind == "order"] == ["order"]
    assert quote.status == "needs-consent"


def test_the_listener_may_be_left_out_but_not_quoted(check: Check) -> None:
    quote = check(
        "If you know the sound of it, then you know where the stone is loose. And that is most of the "
        "craft. You listen first,"
    )
    assert quote.status == "cleaned", quote.message
    assert quote.speaker == "Jonas Lind"
    assert {"backchannel", "filler"} <= {edit.kind for edit in quote.edits}
    stolen = check(
        "What do people get wrong about old towers? They think that the sea destroys them.",
        speaker="Jonas",
    )
    assert stolen.status == "needs-consent"
    assert "other speaker: What do people get wrong about old towers" in stolen.message


def test_the_wrong_speaker_is_stopped(check: Check) -> None:
    text = "You can replace mortar in an afternoon."
    assert check(text, speaker="Jonas").status == "verbatim"
    assert check(text, speaker="Mara").status == "needs-consent"


def test_an_invented_sentence_was_not_said(check: Check) -> None:
    quote = check(
        "We sold four thousand loaves last year. The minister ate every single one of them himself."
    )
    assert quote.status == "not-said"
    assert "minister" in quote.message
    assert check("Whales sing, and glaciers answer them loudly.").status == "not-said"


def test_a_short_sentence_said_elsewhere_is_found_there(check: Check) -> None:
    opening = (
        "A tower talks to you in the wind, and if you know the sound of it, then you know where"
    )
    around = f"{opening} the stone is loose. {{}} You listen first, and you touch nothing until you"
    quote = check(around.format("There is no road.") + " understand what holds it up.")
    assert quote.status == "needs-consent"
    assert "order" in {edit.kind for edit in quote.edits}
    scraps = check(around.format("The boat destroys no stairs.") + " understand what holds it up.")
    assert scraps.status == "not-said"  # each word of it was said somewhere


def test_a_passage_said_twice_asks_for_the_time(judge_said: Judge) -> None:
    words = [
        Word(word, n * 1.0, n * 1.0 + 0.9)
        for n, word in enumerate(
            (
                "the light must stay on " + "filler words here " * 20 + "the light must stay on"
            ).split()
        )
    ]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    quote = guard.check(Entry("The light must stay on.")).quote
    assert quote.status == "ambiguous"
    assert "00:00:00.0 and 00:01:05.0" in quote.message
    second = guard.check(Entry("The light must stay on.", at=64.0)).quote
    assert (second.status, second.start) == ("cleaned", 65.0)


def test_what_the_recogniser_doubts_must_be_heard(talk: Transcript) -> None:
    guard = Guard(talk, DEFAULT_FREE, doubted=[(278, 281)])
    text = " ".join(word.text for word in talk.words[276:284])
    quote = guard.check(Entry(text)).quote
    assert quote.status == "needs-consent"
    (edit,) = [edit for edit in quote.edits if edit.kind == "suspect"]
    signed = guard.check(Entry(text, consent=[f"heard: {edit.raw}"])).quote
    assert signed.status == "consented"


def test_a_consent_signs_one_edit_and_no_other(check: Check) -> None:
    text = "You can replace fresh mortar in a fresh afternoon."
    lines = ["added: fresh", "changed: an to a fresh"]
    quote = check(text)
    assert quote.status == "needs-consent"
    assert check(text, consent=lines[:1]).status == "needs-consent"
    assert check(text, consent=lines).status == "consented"
    assert all(
        edit.consented
        for edit in check(text, consent=lines).edits
        if edit.kind in ("added", "changed")
    )
    changed = check("You can replace mortar in an afternoon.", consent=lines)
    assert changed.status == "verbatim"
    assert "this consent fits no edit: added: fresh" in changed.message


def test_footnotes_are_no_words_and_must_have_texts(check: Check) -> None:
    quote = check("You can replace mortar [1] in an afternoon.")
    assert quote.status == "verbatim"
    assert quote.message == "footnote [1] has no text"
    assert (
        check("You can replace mortar [1] in an afternoon.", footnotes={"1": "Lime."}).message == ""
    )


@pytest.mark.parametrize("text", ["“”", "[...]", "… !", "[1]", "[nobody]", "—"])
def test_a_text_without_words_was_not_said(check: Check, text: str) -> None:
    assert check(text).status == "not-said"


def test_an_empty_transcript_holds_nothing() -> None:
    guard = Guard(Transcript([], []), DEFAULT_FREE)
    assert guard.check(Entry("Anything at all.")).quote.status == "not-said"


def test_a_language_without_tables_frees_no_words() -> None:
    words = [
        Word(word, n, n + 0.5)
        for n, word in enumerate(["het", "is", "uh", "niet", "zo", "simpel", "als", "gedacht"])
    ]
    guard = Guard(Transcript(words, [[n] for n in range(8)], language="nl"), DEFAULT_FREE)
    assert guard.check(Entry("Het is uh niet zo simpel, als gedacht.")).quote.status == "cleaned"
    assert guard.check(Entry("Het is niet zo simpel, als gedacht.")).quote.status not in PROVEN
    assert guard.check(Entry("Het is uh zo simpel, als gedacht.")).quote.status not in PROVEN


def test_a_number_is_somebody_else_where_the_name_is_a_label() -> None:
    def status(first: str) -> str:
        said = [(first, "The tower stands on sand."), ("Speaker 2", "It never stood on rock.")]
        spoken = [(who, word) for who, text in said for word in text.split()]
        words = [Word(word, n, n + 0.5, None, who) for n, (who, word) in enumerate(spoken)]
        guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
        return guard.check(Entry("It never stood on rock.", speaker="Bryan Field")).quote.status

    assert status("Speaker 1") == "verbatim", "nobody was named, so it may be his"
    assert status("Bryan") == "needs-consent"


def test_another_speakers_passage_is_one_question_to_the_host() -> None:
    said = "We um built the bridge like in a year and it stands."
    words = [Word(text, n, n + 0.5, None, "Bob") for n, text in enumerate(said.split())]
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    text = "We built the bridge in a year and it stands."
    wanted = guard.check(Entry(text, speaker="Ada")).wanted()
    assert wanted == [
        "other speaker: We built the bridge in a year and it stands"
        " in “We built the bridge in a year and it stands.”"
    ]


def test_a_quote_has_a_length(guard: Guard) -> None:
    quote = guard.check(Entry("no " * (LONGEST + 1), id="aa", at=3.0)).quote
    assert quote.status == "not-said"
    assert (
        quote.message
        == f"it has {LONGEST + 1} words, a quote at most {LONGEST}: make several of it"
    )
    assert guard.check(Entry("[...] no " * LONGEST)).quote.message.startswith("it has 2000 words")


NOTS = "It is not true that we slept. And he is not honest, he said of the baker."


def test_a_consent_holds_for_one_place() -> None:
    words = say(NOTS)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    first = guard.check(
        Entry("It is true that we slept. And he is not honest, he said of the baker.")
    )
    assert first.wanted() == ["dropped: not, after ‘It is’ in “It is true that we slept.”"]
    later = "And he is honest, he said of the baker."
    replayed = guard.check(Entry(later, consent=first.wanted()))
    assert replayed.wanted() == [f"dropped: not, after ‘And he is’ in “{later}”"]
    assert guard.check(Entry(later, consent=replayed.wanted())).proven


ADDED = "We sold it all in May, and they knew of it. The mayor is honest, and we were glad."


def test_an_addition_is_signed_for_one_place() -> None:
    words = say(ADDED)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    first = "We sold it not all in May, and they knew of it. The mayor is honest."
    other = "We sold it all in May, and they knew of it. The mayor is not honest."
    signed = guard.check(Entry(first)).wanted()
    assert signed == [
        "added: not, after ‘We sold it’ in “We sold it not all in May, and they knew of it.”"
    ]
    assert guard.check(Entry(first, consent=signed)).proven
    replayed = guard.check(Entry(other, consent=signed))
    assert replayed.wanted() == ["added: not, after ‘The mayor is’ in “The mayor is not honest.”"]
    assert not guard.check(Entry(other, consent=["added: not"])).proven


def test_a_word_of_no_weight_may_be_signed_without_its_place() -> None:
    words = say(ADDED)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    text = "We sold it all in early May, and they knew of it."
    assert guard.check(Entry(text)).wanted() == [f"added: early, after ‘it all in’ in “{text}”"]
    assert guard.check(Entry(text, consent=["added: early"])).proven


def test_a_consent_without_a_place_holds_for_the_first() -> None:
    words = say(NOTS)
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    first = "It is true that we slept. And he is not honest, he said of the baker."
    assert guard.check(Entry(first, consent=["dropped: not"])).proven
    later = "It is not true that we slept. And he is honest, he said of the baker."
    assert not guard.check(Entry(later, consent=["dropped: not"])).proven


def test_a_transcript_may_end_in_the_middle_of_a_sentence() -> None:
    words = say("We sailed home. We were sure of")
    guard = Guard(Transcript(words, [[n] for n in range(len(words))]), DEFAULT_FREE)
    assert guard.check(Entry("We sailed home. We were sure")).quote.start == 0.0
