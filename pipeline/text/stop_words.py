"""Words that say nothing about a subject, by language."""

import functools
from pathlib import Path


@functools.cache
def stop_words(language: str) -> frozenset[str]:
    """The stop words of a BCP 47 tag's language, normalised; none for a language without a list."""
    code = language.lower().replace("_", "-").partition("-")[0]
    if code == "en":
        # Function words, and what conversations say of everything. The library's list is made for written
        # text, and holds words such as "system", "interest" and "problem" that can be a subject.
        return frozenset(Path(__file__).with_name("stop_words.en.txt").read_text("utf-8").split())
    from stopwordsiso import stopwords  # reads a file of 57 languages

    return frozenset(word.casefold() for word in stopwords(code))
