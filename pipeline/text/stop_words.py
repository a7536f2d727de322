"""Words that say nothing about a subject, by language."""

import functools

# English: function words, and what conversations say of everything. The library's list is made for
# written text, and holds words such as "system", "interest" and "problem" that can be a subject.
_ENGLISH = """
a about actually after again all almost also always am an and another any anything are around as
at back be because been before being better between bit both but by call called can can't come
could did didn't different do does doesn't doing don't done down each else even ever every exactly
example fact feel few first for from get getting gets give go goes going gonna good got great
guess had happen has have having he he's her here him his how i i'd i'll i'm i've idea if in into
is isn't it it's its just kind know last less let let's like little long look lot made make makes
many may maybe me mean might more most much my need never new next no not nothing now of off oh
okay on one only or other others our out over own part people perhaps point pretty probably put
question quite rather really right said same say saying says see seems she should so some somebody
someone something sort still stuff such sure take talk talking tell than thank thanks that that's
the their them then there there's these they they're thing things think thinking this those though
thought through time to today together too try trying two uh um under understand up us use used
using very wanna want wanted was wasn't way ways we we're we've well went were what what's when
where whether which while who whole why will with without won't word work works would wouldn't
yeah year years yes yet you you're you've your
"""


@functools.cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a BCP 47 tag's language, normalised; none for a language without a list."""
    code = language.lower().replace("_", "-").partition("-")[0]
    if code == "en":
        return frozenset(_ENGLISH.split())
    from stopwordsiso import stopwords  # reads a file of 57 languages

    return frozenset(word.casefold() for word in stopwords(code))
