"""Attempts to publish what was not meant, each with words that were said or signs that nobody hears."""

from collections.abc import Callable

import pytest

from pipeline.models import Quote
from pipeline.quotes.matching.edits import consent_line
from pipeline.quotes.proof.guard import PROVEN

Judge = Callable[[str, str], Quote]

SAFE = "It is safe to climb the tower."
MAYOR = "The mayor is an honest man and kind."
BRIDGE = "The bridge is safe."

ATTACKS = {
    # brackets
    "he is a name nobody said": (
        "And then he took the money and left.",
        "Then [Karl Meyer] took the money and left.",
        "name",
    ),
    "somebody else's I": (
        "I took the money and left the town.",
        "[The town] took the money and left the town.",
        "changed",
    ),
    "they for I": (
        "I lied to the people about the bridge.",
        "[They] lied to the people about the bridge.",
        "changed",
    ),
    "somebody else's we": (
        "The town paid. We broke the law to finish it.",
        "[The town] broke the law to finish it.",
        "changed",
    ),
    "they for he": (
        "And he lied about it to the town.",
        "And [they] lied about it to the town.",
        "changed",
    ),
    "a judgement": (
        "The bridge was built in the spring by us.",
        "The bridge was built [illegally] in the spring by us.",
        "added",
    ),
    "a hedge in brackets": (
        "The bridge will fall this spring.",
        "The bridge will [probably] fall this spring.",
        "hedge",
    ),
    "a modal in brackets": (
        "They pay the workers every week.",
        "They [should] pay the workers every week.",
        "modal",
    ),
    "a number like a footnote": (
        "They paid the workers every week.",
        "They paid the [12] workers every week.",
        "number",
    ),
    "half a word": (SAFE, "It is [un]safe to climb the tower.", "changed"),
    "a negation in brackets": (
        "We were able to save the tower.",
        "We were [not quite] able to save the tower.",
        "negation",
    ),
    "a prefix": ("It is possible to climb it.", "It is [im]possible to climb it.", "changed"),
    "a view in brackets": (
        "The bridge is safe for us.",
        "[He lied that] the bridge is safe for us.",
        "added",
    ),
    "by whom": ("It was stolen. The mayor cried.", "It was stolen [by the mayor].", "added"),
    "and who else": (
        "Otto stole it. The mayor cried.",
        "Otto [and the mayor] stole it.",
        "added",
    ),
    "many brackets in a row": (
        "The bridge is safe for us.",
        "The bridge is [for us] [the bridge] [is for] safe for us.",
        "added",
    ),
    "a laugh": (
        "I loved the mayor of this town.",
        "I loved the mayor [laughs] of this town.",
        "added",
    ),
    # signs
    "a wink": ("The mayor is an honest man.", "The mayor is an honest man 😉.", "symbol"),
    "a sign between": (MAYOR, "The mayor is an honest man 🙄 and kind.", "symbol"),
    "an irony mark": (MAYOR, "The mayor is an honest man (!) and kind.", "symbol"),
    "struck out": (MAYOR, "The mayor is an h̶o̶n̶e̶s̶t̶ man and kind.", "symbol"),
    "struck out in Markdown": (MAYOR, "The mayor is an ~~honest~~ man and kind.", "symbol"),
    "a sign of logic": (SAFE, "It is ¬safe to climb the tower.", "symbol"),
    "letters that are signs": (SAFE, "It is 🅽🅾🆃 safe to climb the tower.", "symbol"),
    "forbidden": (SAFE, "It is 🚫 safe to climb the tower.", "symbol"),
    "read from the right": (SAFE, "It is \u202esafe\u202c to climb the tower.", "symbol"),
    "unseen letters": (SAFE, "It is safe to climb the tower\U000e006e\U000e006f.", "symbol"),
    "a character of one's own": (SAFE, "It is \ue000 safe to climb the tower.", "symbol"),
    "scare quotes in a number": ("It is 100 million.", "It is 100 “million”.", "scare quotes"),
    "scare quotes": (MAYOR, "The mayor is an “honest” man and kind.", "scare quotes"),
    # stress, numbers and denials by marks alone
    "stressed in Markdown": (MAYOR, "The mayor is an *honest* man and kind.", "symbol"),
    "a country": ("They told us about it.", "They told US about it.", "symbol"),
    "a doubt": ("The mayor is kind to us.", "The mayor is kind to us?", "question"),
    "two numbers of one": (
        "It cost twenty five thousand to build.",
        "It cost twenty, five thousand to build.",
        "number",
    ),
    "no people": (
        "No, people may climb the tower.",
        "No people may climb the tower.",
        "negation",
    ),
    "a not goes over": (
        "We do sell bread. Not the wine.",
        "We do sell bread not. The wine.",
        "negation",
    ),
    "all of them, in brackets": (
        "The workers lied to us all.",
        "[All] the workers lied to us all.",
        "added",
    ),
    "another subject": (
        "The tower fell on him. The mayor laughed.",
        "[The mayor] fell on him.",
        "changed",
    ),
    # unseen differences
    "a not with nothing in it": (SAFE, "It is n\u200bot safe to climb the tower.", "negation"),
    "another alphabet": (
        "Then Hanna paid for the stairs.",
        "Then Наnnа paid for the stairs.",
        "name",
    ),
    "another alphabet's not": (SAFE, "It is nоt safe to climb the tower.", "added"),
    "letters of mathematics": (SAFE, "It is 𝐧𝐨𝐭 safe to climb the tower.", "negation"),
    "can with another apostrophe": (
        "We can sell the bread to guests.",
        "We canʼt sell the bread to guests.",
        "negation",
    ),
    "can with a full-width one": (
        "We can sell the bread to guests.",
        "We can＇t sell the bread to guests.",
        "negation",
    ),
    "a dash for a minus": (
        "It was 5 degrees on the deck.",
        "It was –5 degrees on the deck.",
        "number",
    ),
    "a power": ("The tower is 10 metres high.", "The tower is 10² metres high.", "number"),
    "another currency": ("It cost €5 for the ticket.", "It cost $5 for the ticket.", "number"),
    "fifteen and fifty": ("It leans by fifteen degrees.", "It leans by 50 degrees.", "number"),
    "a decimal point": (
        "It leans by 1.5 degrees there.",
        "It leans by 15 degrees there.",
        "number",
    ),
    "about fifty": (
        "There were like fifty people on it.",
        "There were fifty people on it.",
        "dropped",
    ),
    # words together and apart
    "may be": ("The bridge may be safe for us.", "The bridge maybe safe for us.", "hedge"),
    "no body": ("There was no body in the water.", "There was nobody in the water.", "negation"),
    "now here": ("They are now here with bread.", "They are nowhere with bread.", "negation"),
    "the rapist": (
        "He is the rapist that they wanted.",
        "He is therapist that they wanted.",
        "recognition",
    ),
    "a part": (
        "We want to be a part of the town.",
        "We want to be apart of the town.",
        "recognition",
    ),
    "in valid": (
        "It was in valid cases that we paid.",
        "It was invalid cases that we paid.",
        "recognition",
    ),
    "had put": ("He'd put the money back.", "He had put the money back.", "modal"),
    # punctuation
    "a condition goes over": (
        "I will pay if it falls. I am rich.",
        "I will pay. If it falls I am rich.",
        "condition",
    ),
    "a no goes over": (
        "Is it safe? No. Matter settled, we open.",
        "Is it safe? No matter. Settled, we open.",
        "negation",
    ),
    # [...]
    "another question's answer": (
        "Did I steal it? No. Did I pay for it? Yes. I am proud.",
        "Did I steal it? [...] Yes. I am proud.",
        "answer",
    ),
    "one sentence of two": (
        "I want to kill time on Sundays. We talk of bread. I like the mayor of this town.",
        "I want to kill [...] the mayor of this town.",
        "splice",
    ),
    "a number in the middle": (
        "The people here had five hundred boats.",
        "The people here had [...] boats.",
        "number",
    ),
    "the end of a number": (
        "It was three point five degrees here.",
        "It was three [...] degrees here.",
        "number",
    ),
    "a modal in the middle": (
        "The mayor here might even pay for it.",
        "The mayor here [...] pay for it.",
        "modal",
    ),
    "said to be": (
        "The bridge here is said to be safe.",
        "The bridge here is [...] safe.",
        "attribution",
    ),
    "to stop": (
        "I want all of you to stop hating us.",
        "I want all of you to [...] hating us.",
        "negation",
    ),
    "another's deed": (
        "The mayor here hated the worker who stole it.",
        "The mayor here [...] stole it.",
        "splice",
    ),
    "another's object": (
        "All my life I loved bread, but I hated the mayor.",
        "All my life I loved [...] the mayor.",
        "splice",
    ),
    "cause and effect": (
        "The rain came down on us all. Then the old bridge fell into the river.",
        "The old bridge fell into the river. [...] The rain came down on us all.",
        "order",
    ),
    # what was cut off before
    "according to": (
        "According to Otto, the mayor is a thief.",
        "The mayor is a thief.",
        "attribution",
    ),
    "some say": ("Some say, the mayor is a thief.", "The mayor is a thief.", "attribution"),
    "a rumour": (
        "There is a rumour that the mayor is a thief.",
        "The mayor is a thief.",
        "attribution",
    ),
    "a lie": ("It is a lie that the mayor is a thief.", "The mayor is a thief.", "attribution"),
    "as if": ("He acts as if the mayor is a thief.", "The mayor is a thief.", "condition"),
    "what if": ("What if the mayor is a thief?", "The mayor is a thief?", "condition"),
    "un-": ("Un-American values matter to us.", "American values matter to us.", "negation"),
    "most": ("Most bridges are safe for us.", "Bridges are safe for us.", "hedge"),
    "must": ("We must sell the bridge to them.", "Sell the bridge to them.", "modal"),
    "if, with no comma": ("If the bridge falls we will pay.", "The bridge falls.", "condition"),
    "if only": ("If only the bridge was safe for us.", "The bridge was safe for us.", "condition"),
    "a wish": ("I wish the bridge is safe for us.", "The bridge is safe for us.", "attribution"),
    "a refusal": ("I refuse to say that the bridge is safe.", "The bridge is safe.", "attribution"),
    "he was like": (
        "And he was like, we should sell the bridge.",
        "We should sell the bridge.",
        "attribution",
    ),
    # what was cut off behind
    "he said": ("The mayor is a thief, Otto said to me.", "The mayor is a thief.", "attribution"),
    "they say": ("The bridge is safe, they say.", BRIDGE, "attribution"),
    "what it is": ("The bridge is safe is what they want you to hear.", BRIDGE, "predicate"),
    "until": ("The bridge is safe until it rains.", BRIDGE, "condition"),
    "as long as": ("The bridge is safe as long as it is dry.", BRIDGE, "condition"),
    "or so": ("The bridge is safe, or so I thought.", BRIDGE, "condition"),
    "in theory": ("The bridge is safe in theory.", BRIDGE, "condition"),
    "I guess": ("The bridge is safe, I guess.", BRIDGE, "hedge"),
    "not!": ("The bridge is safe. Not!", BRIDGE, "retraction"),
    "a joke": ("I hate this town. Just kidding. I love it.", "I hate this town.", "retraction"),
    # what a contraction, a comma and a face make of it
    "it has": ("Clearly, that's not the mill.", "Clearly, that has not the mill.", "changed"),
    "he is been": ("He's been to the mill.", "He is been to the mill.", "changed"),
    "we had want": ("It is what we'd want to do.", "It is what we had want to do.", "changed"),
    "a comma goes over a word": (
        "The miller, says the boy, is slow.",
        "The miller says, the boy, is slow.",
        "symbol",
    ),
    "a comma that parted a no": ("He sings, she not.", "He sings she not.", "negation"),
    "a face": ("The mill turns well.", "The mill turns well ;)", "symbol"),
    "every day": ("It takes every day courage.", "It takes everyday courage.", "recognition"),
    "you see them": ("It sings, but you see them turn.", "It sings, but them turn.", "dropped"),
    "lets you know": ("The bell lets you know they came.", "The bell lets they came.", "dropped"),
    "but under the dots": (
        "We want the mill to turn, but the town would burn it, and we pay.",
        "We want the mill to turn [...] and we pay.",
        "retraction",
    ),
    "two out of": ("Two, two out of ten mills burn.", "Out of ten mills burn.", "number"),
    "a source at the end": (
        "He is a thief and a liar, according to the miller.",
        "He is a thief.",
        "attribution",
    ),
    "a verb cut off in front": (
        "We all regret selling him the mill.",
        "Selling him the mill.",
        "negation",
    ),
    "a comma that parted who is spoken to": (
        "We eat, Grandpa, and then we leave.",
        "We eat Grandpa, and then we leave.",
        "changed",
    ),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_an_attack_is_stopped(judge_said: Judge, case: str) -> None:
    said, published, kind = ATTACKS[case]
    quote = judge_said(said, published)
    assert quote.status not in PROVEN
    assert kind in {edit.kind for edit in quote.edits}, quote.edits


HONEST = {
    "a referent": ("The baker came. And he took the bread.", "And he [the baker] took the bread."),
    "a referent for a pronoun": (
        "The tower stands. Often it talks to you.",
        "Often [the tower] talks to you.",
    ),
    "a footnote": ("The bridge of Tacoma is known.", "The bridge of Tacoma [1] is known."),
    "a title": ("I wrote a book called moving walls.", "I wrote a book called “moving walls”."),
    "direct speech": (
        "And they say you will never finish it.",
        "And they say, “you will never finish it.”",
    ),
    "every day": ("It was an everyday thing for us.", "It was an every day thing for us."),
    "would, written out": ("He'd pay for the stairs.", "He would pay for the stairs."),
    "a hidden space of an editor": (SAFE, "\ufeffIt is safe\u200b to climb the tower."),
    "a dash and a bullet": (MAYOR, "The mayor is an honest man – and kind."),
    "I have to say": ("I have to say that the bridge is safe.", BRIDGE),
    "but they say": ("The bridge is safe, but people say otherwise.", BRIDGE),
    "a no without its comma": ("No, I think it is deep.", "No I think it is deep."),
    "an acronym": ("We use gpt at the lake.", "We use GPT at the lake."),
    "a referent after a lead-in": (
        "So the tower fell. And then it slept.",
        "And then [the tower] slept.",
    ),
    "a clause in the middle": (
        "The old tower, which we love, stands by the lake.",
        "The old tower [...] stands by the lake.",
    ),
    "words in the middle": (
        "It is the old grey tower of ours that fell.",
        "It is the old [...] tower of ours that fell.",
    ),
    "a thought and its answer": (
        "Was it easy? You wonder about that. It was not. It took years.",
        "Was it easy? [...] It was not. It took years.",
    ),
    "in fact": ("In fact, the mill turns well.", "The mill turns well."),
    "for me": ("For me, the mill turns well.", "The mill turns well."),
    "he has been": ("He's been to the mill.", "He has been to the mill."),
    "we would want": ("It is what we'd want to do.", "It is what we would want to do."),
    "a comma goes over an and": ("It turns and, it sings.", "It turns, and it sings."),
    "you see": ("It turns, you see, at night.", "It turns at night."),
    "how I feel": ("And I still feel like the mill turns well.", "The mill turns well."),
    "a fragment that shows it": ("It hums by night not by day.", "Not by day."),
}


@pytest.mark.parametrize("case", HONEST)
def test_what_hosts_do_stays_free(judge_said: Judge, case: str) -> None:
    said, published = HONEST[case]
    quote = judge_said(said, published)
    assert quote.status in PROVEN, quote.message


def test_a_consent_names_all_that_is_published(judge_said: Judge) -> None:
    """The middle of a long addition could be changed after the signature."""
    said = "The stone is old and the wall is old and the tower is old and all of it stands."
    long = "and my uncle who has a boat and a house and no sense at all says hello"
    quote = judge_said(said, f"The stone is old {long} and the wall is old and the tower is old.")
    lines = [consent_line(edit) for edit in quote.edits if edit.published]
    assert any(long in line for line in lines), lines
