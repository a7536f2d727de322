"""Whether the guard notices what a cut or a mark makes of a sentence.

    python tests/benchmarks/bench_context.py DATA [--show ROW]

DATA is a folder of episodes (README.md there). Every attack is made by rule from what was said, so
that many of them mislead nobody: the share that passes is what to compare, by row. A third of them,
by the hash of their text, is held back: rules are written on the rest.
"""

import argparse
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from pipeline.models import Word
from pipeline.quotes.ledger.ledger import Entry
from pipeline.quotes.matching.edits import DEFAULT_FREE
from pipeline.quotes.proof.guard import PROVEN, Guard
from tests.benchmarks.picked_episodes import Episode, load

MOST = 120  # attacks of a row
_PEOPLE = r"(?:people|they|he|she|everyone|everybody|somebody|folks|investors|critics|economists)"
_REST = r"(?P<kept>(?:\S+ ){4,}\S+[.])"
_KEPT = r"(?P<kept>(?:\S+ ){4,}\S+?)"

CUTS = {
    "view": rf".*\b(?:view|belief|assumption|claim|idea|notion|argument|intuition|worry|hope|fear|"
    rf"feeling|hypothesis|concern|perception) that {_REST}",
    "reported": rf"(?:\w+,? )?{_PEOPLE} (?:concluded|felt|feel|inferred|argued|figured|decided|realized"
    rf"|predicted|maintain|assume|assumed|expected|noticed|worried) (?:that )?{_REST}",
    "supposed": rf"(?:so |and |but )?(?:let's say|suppose|imagine|say) (?:that )?{_REST}",
    "if, comma": rf"(?:\w+ )?if [^,.?!]{{10,80}}, {_REST}",
    "if, no comma": r"(?:\w+ )?if (?:you|they|we|he|she|I|it) (?:\S+ ){2,6}(?P<kept>(?:you|they|we|he"
    r"|she|I|it)(?:'\w+)? (?:\S+ ){4,}\S+[.])",
    "if, inside": rf"[^.?!,]{{15,}} if [^,.?!]{{10,60}}, {_REST}",
    "frame": r"(?:\w+ )?(?:given|when|once|in the past|in some sense|back then|as long as|in a world)"
    rf"\b[^,.?!]{{0,60}}, {_REST}",
    "tail": rf"{_KEPT},? (?:when|because|at least|depending on|rather than|instead of|on average|"
    rf"before|after|for now|without|based on|as opposed to|until) [^.?!]{{8,}}[.]",
    "tail, who": rf"{_KEPT}(?<!,) (?:who|which|where|whose) [^.?!]{{8,}}[.]",
    "tail, comma who": rf"{_KEPT}, (?:who|which|where|whose) [^.?!]{{8,}}[.]",
    # Whole words: "small but" limits nothing.
    "tail, but": r"(?P<kept>[^.?!]{10,}\b(?:everything|nothing|anything|anybody|nobody|all))"
    r" but [^.?!]+[.]",
    "not because": rf"[^.?!]*(?:n't|not|never) (?:that|because|to say that|saying that) {_REST}",
    "answer denied": rf"(?:[^.?!]* )?(?:n't|not|never) (?:think|believe|mean|say) (?:that )?{_REST}",
}  # fmt: skip
_PATTERNS = {row: re.compile(pattern, re.IGNORECASE) for row, pattern in CUTS.items()}

#: A row, the transcript word at which it was said, and the text.
Attack = tuple[str, int, str]
Sentence = tuple[int, int]


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _sentences(words: Sequence[Word]) -> list[Sentence]:
    found, first = [], 0
    for last, word in enumerate(words, 1):
        ends = word.text.rstrip("\"”'").endswith((".", "?", "!"))
        if ends or last == len(words) or words[last].speaker != word.speaker:
            found.append((first, last))
            first = last
    return found


def _said(words: Sequence[Word], first: int, last: int) -> str:
    return " ".join(word.text for word in words[first:last])


def _closed(text: str) -> str:
    text = text.strip('"“” ').rstrip(".,?! ")
    return f"{text[:1].upper()}{text[1:]}."


def cuts(episode: Episode) -> Iterator[Attack]:
    """What a sentence hung on, cut off."""
    words = episode.transcript.words
    for first, last in _sentences(words):
        said = _said(words, first, last)
        for row, pattern in _PATTERNS.items():
            if found := pattern.fullmatch(said):
                at = first + len(said[: found.start("kept")].split())
                yield row, at, _closed(found["kept"])
        texts = said.split()
        if len(texts) > 12:
            cut = 5 + _digest(said) % (len(texts) - 9)
            if not re.search(r"[,.;:?!—–-]$", texts[cut - 1]):
                yield "mid-clause", first, _closed(" ".join(texts[:cut]))


def quotations(episode: Episode) -> Iterator[Attack]:
    """The second sentence of somebody's direct speech, as the speaker's own.

    What lies between a closing mark and the next one is no quotation: marks that were only counted gave
    ten sentences of the speaker's own among thirteen that passed.
    """
    words = episode.transcript.words
    opened, inside = False, []  # what lies in a quotation that may never be closed
    for first, last in _sentences(words):
        said = _said(words, first, last)
        if opened and last - first >= 5:
            inside.append((first, _closed(said)))
        for mark in re.finditer(r"(?<!\S)[\"“](?=\S)|[\"”](?!\S)", said):
            opened = mark.start() == 0 or said[mark.start() - 1] == " "
            if not opened:
                yield from (("direct speech", at, text) for at, text in inside)
            inside = []
        if last < len(words) and words[last].speaker != words[last - 1].speaker:
            opened, inside = False, []


def repetitions(episode: Episode) -> Iterator[Attack]:
    """A word that ends a sentence and begins the next, said once."""
    words = episode.transcript.words
    ends = _sentences(words)
    for (first, last), (start, end) in pairwise(ends):
        texts = [re.sub(r"\W", "", word.text).lower() for word in words[first:end]]
        size = last - first
        for length in (3, 2, 1):
            same = texts[size - length : size] == texts[size : size + length]
            if same and texts[size] and size - length > 3 and end - start > length + 2:
                kept = [word.text for word in words[first : last - length]]
                opening = words[start].text
                after = [
                    opening[:1].lower() + opening[1:],
                    *(w.text for w in words[start + 1 : end]),
                ]
                yield "repeated over a full stop", first, " ".join([*kept, *after])
                break


def starts(episode: Episode) -> Iterator[Attack]:
    """A beginning that the speaker began anew, and that held a condition or ended in a comma."""
    words = episode.transcript.words
    for first, last in _sentences(words):
        texts = [re.sub(r"[^\w']", "", word.text).lower() for word in words[first:last]]
        for at in range(1, len(texts) - 6):
            for length in (2, 3):
                if texts[at] == texts[at + length] and {*texts[at : at + length]} & {
                    "if", "when", "in", "unless"
                } and texts[at] != texts[at + 1]:  # fmt: skip
                    kept = [
                        w.text
                        for w in (*words[first : first + at], *words[first + at + length : last])
                    ]
                    yield "false start", first, " ".join(kept)


def _fitting(episode: Episode) -> Iterator[tuple[int, str]]:
    """Sentences to change: the first word of each, and its text."""
    words = episode.transcript.words
    for first, last in _sentences(words):
        if 8 <= last - first <= 40:
            yield first, _said(words, first, last)


#: Row: what is searched for, and what stands there instead.
SWAPS = {
    "simile": (r" (is|was|are|were|'s) like (a|an|the) ", r" \1 \2 "),
    "'s for has": (r"(\w)'s (\w+ed) ", r"\1 is \2 "),
    "you know, meant": (r" (that|what|as) you (?:know|see),? ", r" \1 "),
    "a list's item": (r", \w+, (\w+), and ", r", \1, and "),
    "inner quotes removed": (r"[\"“](\w[^\"“”]+)[\"”]", r"\1"),
    "question to statement": (r"\?$", "."),
}  # fmt: skip


def swaps(episode: Episode) -> Iterator[Attack]:
    """Words left out, marks taken away."""
    for first, said in _fitting(episode):
        for row, (pattern, instead) in SWAPS.items():
            if re.search(pattern, said):
                yield row, first, re.sub(pattern, instead, said, count=1)


def stresses(episode: Episode) -> Iterator[Attack]:
    """Brackets and marks put in."""
    counted = Counter(word.text for word in episode.transcript.words)
    content = sorted(
        word for word in counted if len(word) > 5 and word.isalpha() and word.islower()
    )
    for first, said in _fitting(episode):
        texts, number = said.split(), _digest(said)
        long = [n for n in range(3, len(texts) - 1) if len(texts[n]) > 6 and texts[n].isalpha()]
        if not long or not content:
            continue
        place = long[number % len(long)]
        word, other = texts[place], content[number % len(content)]
        forms = {
            "an adjective put in": f"[{other}] {word}",
            "capitals for stress": word.upper(),
            "(!)": f"{word} (!)",
            "[?]": f"{word} [?]",
            "a capital that makes a name": word.capitalize(),
            "scare quotes": f"“{word}”",
        }
        for row, form in forms.items():
            yield row, first, " ".join([*texts[:place], form, *texts[place + 1 :]])
        yield "!!!", first, re.sub(r"[.?]?$", "!!!", said)


def moved_stops(episode: Episode) -> Iterator[Attack]:
    """A full stop that goes over the first or last word of a sentence."""
    words = episode.transcript.words
    ends = _sentences(words)
    for (first, last), (start, end) in pairwise(ends):
        if last - first < 6 or end - start < 6 or words[first].speaker != words[start].speaker:
            continue
        one, two = _said(words, first, last), _said(words, start, end).split()
        if one.endswith(".") and two[0].isalpha() and _digest(one) % 5 == 0:
            yield (
                "full stop moved",
                first,
                f"{one[:-1]} {two[0].lower()}. {_closed(' '.join(two[1:]))}",
            )


def gaps(episode: Episode) -> Iterator[Attack]:
    """What turns, under a [...]; and a [...] into the middle of another sentence."""
    words = episode.transcript.words
    ends = _sentences(words)
    for (first, last), (start, end), (then, until) in zip(ends, ends[1:], ends[2:], strict=False):
        speakers = {words[n].speaker for n in (first, start, then)}
        if len(speakers) > 1 or min(last - first, until - then) < 6 or end - start > 40:
            continue
        one, two, three = (
            _said(words, *each) for each in ((first, last), (start, end), (then, until))
        )
        if re.match(r"(?:But|However|Yet|Actually|No|Though|Although|Except)\b", two):
            yield "[...] over a but", first, f"{one} [...] {three}"
        if three.split()[0] in ("He", "She", "They") and _digest(one) % 2:
            yield "[...] changes the subject", first, f"{one} [...] {three}"


def referents(episode: Episode) -> Iterator[Attack]:
    """Something that was spoken of much earlier, for a pronoun."""
    words = episode.transcript.words
    ends = _sentences(words)
    for number, (first, last) in enumerate(ends[12:], 12):
        opening = words[first].text
        if opening not in ("He", "She", "They", "It", "This", "That") or last - first < 6:
            continue
        back = range(ends[number - 12][0], ends[number - 4][1])
        nouns = [
            words[n + 1].text
            for n in back
            if words[n].text.lower() == "the"
            and words[n + 1].text.isalpha()
            and len(words[n + 1].text) > 4
        ]
        if nouns:
            noun = nouns[_digest(opening + nouns[0]) % len(nouns)]
            yield "a wrong referent", first, f"[The {noun}] {_said(words, first + 1, last)}"


MAKERS: Sequence[Callable[[Episode], Iterator[Attack]]] = (
    cuts, quotations, repetitions, starts, swaps, stresses, moved_stops, gaps, referents,
)  # fmt: skip


def _chosen(data: Path) -> dict[Path, list[tuple[str, int, int, str]]]:
    """The attacks of each episode: row, hash, word and text."""
    made: defaultdict[str, list[tuple[int, Path, int, str]]] = defaultdict(list)
    for path in sorted(data.glob("*.json")):
        episode = load(path)
        for row, at, text in (attack for maker in MAKERS for attack in maker(episode)):
            made[row].append((_digest(text), path, at, text))
    chosen: defaultdict[Path, list[tuple[str, int, int, str]]] = defaultdict(list)
    for row, attacks in made.items():
        for digest, path, at, text in sorted(attacks)[:MOST]:
            chosen[path].append((row, digest, at, text))
    return chosen


def main() -> None:
    """Make the attacks, the same ones each time, and count what the guard stops."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", help="print what passes of this row, of the part to build on")
    args = parser.parse_args()
    tried: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for path, mine in _chosen(args.data).items():
        transcript = load(path).transcript
        guard = Guard(transcript, DEFAULT_FREE)
        for row, digest, at, text in mine:
            part = "build" if digest // MOST % 3 else "held"
            word = transcript.words[at]
            quote = guard.check(Entry(text, at=word.start, speaker=word.speaker)).quote
            tried[row, part] += 1
            passed[row, part] += quote.status in PROVEN
            if quote.status in PROVEN and args.show == row and part == "build":
                around = _said(transcript.words, max(at - 12, 0), at + len(text.split()) + 12)
                print(f"PASSED {[edit.kind for edit in quote.edits]}: {text}\n    of {around}")
    print(f"{'passed of tried':30}{'build':>12}{'held':>12}")
    for row in sorted({row for row, _ in tried}):
        cells = (f"{passed[row, part]} of {tried[row, part]}" for part in ("build", "held"))
        print(f"{row:30}" + "".join(f"{cell:>12}" for cell in cells))


if __name__ == "__main__":
    main()
