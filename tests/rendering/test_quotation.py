import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rendering.quotation import curly, marks, quoted

AWKWARD = st.text(
    st.sampled_from("ab1 .)(-+*_`#>[]!<&;|~$={}\\\n\t\"':/@\u00a0\u202e\u200f\x07é字🎙")
    | st.characters()
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('He said "no" and left.', "“He said ‘no’ and left.”"),
        ("it's the '90s, 'cause I said so", "“it’s the ’90s, ’cause I said so”"),
        ("he's like: 'we need more'", "“he’s like: ‘we need more’”"),
        ('"all of it was quoted "', "“all of it was quoted”"),
        ("“already curly ”", "“already curly”"),
        ("one “inner” and “another”", "“one ‘inner’ and ‘another’”"),
        ("a trailing blank. ", "“a trailing blank.”"),
        ("kept [...] as it is", "“kept [...] as it is”"),
        ('("in brackets")', "“(‘in brackets’)”"),
        ('the wheel—"the big one"', "“the wheel—‘the big one’”"),
        ("", "“”"),
    ],
)
def test_quotes_are_curly_and_inner_ones_single(typed: str, printed: str) -> None:
    assert quoted(typed) == printed


@given(AWKWARD)
def test_curly_leaves_no_straight_or_double_mark_and_is_done_once(text: str) -> None:
    done = curly(text, language="en")
    assert not set(done) & set("\"'“”")
    assert curly(done, language="en") == done


@pytest.mark.parametrize(
    ("language", "typed", "printed"),
    [
        ("de", 'Er sagte "nein" und ging.', "„Er sagte ‚nein‘ und ging.“"),
        ("de-AT", "»Nein«, sagte er, und „ja“.", "„‚Nein‘, sagte er, und ‚ja‘.“"),
        ("de", "„ganz zitiert“", "„ganz zitiert“"),
        ("de", "geht's? Hans' Rat: 'doch'", "„geht’s? Hans’ Rat: ‚doch‘“"),
        ("de-CH", 'ein "Znüni"', "«ein ‹Znüni›»"),
        ("fr", 'Il a dit « non », puis "oui".', "«\u00a0Il a dit “non”, puis “oui”.\u00a0»"),
        ("fr-CA", "l'homme d'aujourd'hui", "«\u00a0l’homme d’aujourd’hui\u00a0»"),
        ("es", '"¿Qué?", dijo. «Nada».', "«“¿Qué?”, dijo. “Nada”.»"),
        ("es-MX", 'Dijo "no".', "“Dijo ‘no’.”"),
        ("sv", 'Han sa ”nej” och "ja".', "”Han sa ’nej’ och ’ja’.”"),
        ("ru", 'Он сказал «нет» и "да".', "«Он сказал „нет“ и „да“.»"),
        ("pl", 'Powiedział "nie".', "„Powiedział «nie».”"),
        ("ja", "彼は「はい」と言った", "「彼は『はい』と言った」"),
        ("zh-TW", '他說"好"', "「他說『好』」"),
        ("nl", 'Hij zei "nee".', "“Hij zei ‘nee’.”"),
        ("tlh", 'a "b"', "“a ‘b’”"),
    ],
)
def test_each_language_has_marks_of_its_own(language: str, typed: str, printed: str) -> None:
    assert quoted(typed, language) == printed


@pytest.mark.parametrize("language", ["de", "fr", "es", "ru", "sv", "pl", "ja"])
@given(text=AWKWARD)
def test_marks_of_any_language_leave_every_other_character(language: str, text: str) -> None:
    own = marks(language)
    inner = {own.inner_opening, own.inner_closing}
    done = curly(text, language)
    assert not set(done) & (set("\"'“”„«»「」") - inner)

    def rest(line: str) -> str:
        return "".join(c for c in line if c not in "\"'“”„«»「」‘’‚『』" and not c.isspace())

    assert rest(done) == rest(text)
