"""Which language a transcript is in, where its file does not say: by its most frequent words.

Only languages that could be taken for one another are told apart. What none of them fits is `und`, of
which nothing is assumed.
"""

from collections.abc import Sequence

from pipeline.models import Word
from pipeline.text.punctuation import core

UNDETERMINED = "und"

_FREQUENT = {
    "en": "the of and to a in that is you i it we for was on are with they be this have what so but not",
    "de": "der die und das ist ich nicht es ein zu wir in so auch sie mit auf dass den man aber eine von",
    "fr": "le la les et de des est que un une pas je on il qui dans ce pour en vous nous plus sur avec",
    "es": "el la los y de que en un una no es se lo por con para las del pero como más yo está muy",
    "it": "il di che e la è un non per una in si con ma sono come del della più anche questo quello mi",
    "pt": "o a que e de não um uma em para com os é do da se mas por eu como muito mais isso você",
    "nl": "de het een en van ik is dat niet je in te zijn we op met voor maar ook die er dan wat",
    "sv": "och att det som en är jag på inte vi för så den har av med men man ett om de var kan",
    "nb": "og det er ikke som på jeg til at en vi for så den har av med men man et om de var kan",
    "pl": "i w na to nie się że z jest jak a o ale tak co jest dla od ja tym po już czy był",
}
_WORDS = {tag: frozenset(words.split()) for tag, words in _FREQUENT.items()}
_SHARE = 0.15  # of all words; of conversation these make a quarter to two fifths
_SAMPLE = 2000  # words


def spoken(words: Sequence[Word]) -> str:
    """A language by its tag; `und` where it is none of those known here."""
    texts = [core(word.text)[1].casefold() for word in words[:_SAMPLE]]
    shares = {tag: sum(text in known for text in texts) for tag, known in _WORDS.items()}
    likeliest = max(shares, key=lambda tag: shares[tag])
    return likeliest if shares[likeliest] > _SHARE * len(texts) else UNDETERMINED
