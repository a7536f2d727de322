"""`pullquote quotes`, as people and scripts call it."""

import codecs
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.artefacts import QUOTES, Proven
from pipeline.cli import main
from pipeline.models import Quote, Span
from pipeline.workspace import Workspace

TALK = Path(__file__).resolve().parents[1] / "data" / "quotes" / "talk.vtt"
LEDGER = """# three, of Jonas
[[section]]
heading = "On stone"

[[section.quote]]
text = "You can replace mortar in an afternoon."

[[section.quote]]
text = "Every tower that I have lost was killed [...] a good repair is weaker than the thing it repairs."

[[section.quote]]
text = "The state pays a half, and the rest is bread."
"""


def pullquote(*arguments: str | Path, code: int = 0) -> Result:
    done = CliRunner(env={"COLUMNS": "100"}).invoke(main, list(map(str, arguments)))
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "quotes.toml"
    path.write_text(LEDGER, encoding="utf-8")
    return path


def test_a_ledger_without_quotes_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "quotes.toml").write_text('review = "none"\n', encoding="utf-8")
    done = pullquote("quotes", "diff", "--transcript", TALK, "--ledger", tmp_path / "quotes.toml")
    assert "holds no quotes" in done.stderr


def test_without_a_show_a_numbered_voice_has_no_name(tmp_path: Path) -> None:
    talk, ledger = tmp_path / "talk.vtt", tmp_path / "quotes.toml"
    heard = TALK.read_text(encoding="utf-8")
    talk.write_text(heard.replace("<v Jonas Lind>", "<v Speaker 2>"), encoding="utf-8")
    quote = 'text = "You can replace mortar in an afternoon."\nspeaker = "{}"\n'
    ledger.write_text(f"[[section]]\n[[section.quote]]\n{quote.format('Grace Hopper')}")
    done = pullquote("quotes", "check", "--transcript", talk, "--ledger", ledger, code=4)
    assert "named: Grace Hopper" in done.stdout
    ledger.write_text(f"[[section]]\n[[section.quote]]\n{quote.format('Speaker 2')}")
    pullquote("quotes", "check", "--transcript", talk, "--ledger", ledger)


def test_suggest_writes_word_ranges_of_a_foreign_transcript(tmp_path: Path) -> None:
    out = tmp_path / "candidates.json"
    done = pullquote("quotes", "suggest", TALK, "--out", out, "--host", "Mara,Nobody", "--json")
    found = json.loads(out.read_bytes())
    assert json.loads(done.stdout) == found
    words = [
        (line.partition(">")[0], word)
        for line in TALK.read_text(encoding="utf-8").splitlines()
        if line.startswith("<v ")
        for word in line.partition(">")[2].removesuffix("</v>").split()
    ]
    for candidate in found["candidates"]:
        first, last = candidate["words"]
        speaker = f"<v {candidate['speaker']}"  # the other's "right" between is not quoted
        assert candidate["text"] == " ".join(w for who, w in words[first:last] if who == speaker)
        assert candidate["speaker"] == "Jonas Lind"
    scores = [candidate["score"] for candidate in found["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_check_judges_fills_in_and_refuses(ledger: Path) -> None:
    done = pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger, "--json", code=4)
    quotes = json.loads(done.stdout)["quotes"]
    assert [quote["status"] for quote in quotes] == ["verbatim", "cleaned", "needs-consent"]
    assert {"id", "status", "speaker", "start", "end", "spans", "edits", "message"} <= set(
        quotes[0]
    )
    assert quotes[1]["spans"][0][1] <= quotes[1]["spans"][1][0]
    assert {"kind", "raw", "published", "at", "consented"} == set(quotes[1]["edits"][0])
    text = ledger.read_text(encoding="utf-8")
    assert text.startswith("# three, of Jonas\n[[section]]")
    assert text.count("\nid = ") == text.count("\nat = ") == 3
    again = pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger, code=4)
    assert ledger.read_text(encoding="utf-8") == text
    assert "changed: third to half, after ‘foundation pay a’" in again.stdout
    assert "1 of 3 quotes cannot be published" in again.stderr


def test_check_of_two_files_needs_no_show(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ledger.parent)
    done = pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger, code=4)
    assert "2 kept, 0 moved, 1 needs you" in done.stdout
    assert "no show here" not in done.stderr


def test_check_leaves_line_ends_and_mark_as_an_editor_wrote_them(ledger: Path) -> None:
    where = ("--transcript", TALK, "--ledger", ledger)
    pullquote("quotes", "check", *where, code=4)
    plain = ledger.read_bytes()
    assert plain != LEDGER.encode()
    ledger.write_bytes(codecs.BOM_UTF8 + LEDGER.replace("\n", "\r\n").encode())
    pullquote("quotes", "check", *where, code=4)
    assert ledger.read_bytes() == codecs.BOM_UTF8 + plain.replace(b"\n", b"\r\n")


def test_a_pasted_consent_settles_it(ledger: Path) -> None:
    done = pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger, code=4)
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith('"')]
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(f"{text}consent = [{''.join(lines)}]\n", encoding="utf-8")
    pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_ledger_that_cannot_be_written_is_checked_all_the_same(ledger: Path) -> None:
    ledger.chmod(0o444)
    pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger, code=4)
    assert ledger.read_text(encoding="utf-8") == LEDGER


def test_diff_in_three_forms(ledger: Path) -> None:
    where = ("--transcript", TALK, "--ledger", ledger)
    table = pullquote("quotes", "diff", *where).stdout
    assert "said" in table
    edit = "changed: third to half, after ‘foundation pay a’ (number touched)"
    assert edit in " ".join(table.split())
    markdown = pullquote("quotes", "diff", *where, "--markdown").stdout
    assert "~~third" in markdown
    assert f"{edit} **needs your consent**" in markdown
    assert "**needs your consent**" in markdown
    parts = json.loads(pullquote("quotes", "diff", *where, "--json").stdout)["quotes"][2]["parts"]
    assert "stopped" in {part["counts"] for part in parts}
    assert ledger.read_text(encoding="utf-8") == LEDGER


def test_wrong_usage_and_missing_files(ledger: Path, tmp_path: Path) -> None:
    assert "which quotes?" in pullquote("quotes", "check", "--ledger", ledger, code=2).stderr
    missing = tmp_path / "none.vtt"
    done = pullquote("quotes", "check", "--transcript", missing, "--ledger", ledger, code=2)
    assert "there is no such file" in done.stderr
    ledger.write_text("[[section]]\nheadin = 1\n", encoding="utf-8")
    done = pullquote("quotes", "check", "--transcript", TALK, "--ledger", ledger, code=2)
    assert "did you mean 'heading'?" in done.stderr


def test_an_episode_that_was_not_run_yet(
    tmp_path: Path, new_show: Callable[..., Workspace]
) -> None:
    shutil.copy(TALK, new_show(tmp_path).episode("one").directory)
    done = pullquote("quotes", "check", "one", "--root", tmp_path, code=1)
    assert "pullquote run one --to suggest" in done.stderr


def test_suggest_with_weights_of_its_own(tmp_path: Path) -> None:
    weights, out = tmp_path / "weights.json", tmp_path / "candidates.json"
    weights.write_text(json.dumps({"weights": {"offset": 9.0}}))
    pullquote("quotes", "suggest", TALK, "--out", out, "--weights", weights, "--limit", "2")
    assert "near the start of the answer" in json.loads(out.read_bytes())["candidates"][0]["why"]


def show_with_reviews(root: Path, count: int) -> None:
    """Episodes of which the host kept the end of the late answers."""
    (root / "feed").mkdir()
    (root / "feed/show.toml").write_text(
        'title = "T"\ndescription = "D"\nlanguage = "en"\nauthor = "A"\nemail = "a@example.org"\n'
        'categories = ["Science"]\npeople = [{ name = "Ada Voss" }]\n'
    )
    for number in range(count):
        build = root / f"episodes/e{number}/build"
        build.mkdir(parents=True)
        (build.parent / "episode.toml").write_text(
            f'title = "E"\nguid = "{number}"\ndate = 2024-05-02T12:00:00Z\n'
        )
        (build.parent / "quotes.toml").write_text('review = "host"\n')
        words: list[list[object]] = []
        kept = []
        for turn in range(120):
            asks = turn % 2 == 0
            text = "What then was over there with it?" if asks else PLAIN_ANSWER
            if turn in (101, 103, 105):
                last = len(words) + len(text.split())
                span = Span(last - 32, last)
                kept.append(Quote("k3v9", "", text, "Bo", 0.0, 1.0, [span], [], "verbatim"))
            for word in text.split():
                at = len(words) * 0.4
                words.append([word, at, at + 0.3, None, "Ada" if asks else "Bo"])
        transcript = {"words": words, "raw_ids": [[n] for n in range(len(words))]}
        (build / "transcript.words.json").write_text(json.dumps(transcript))
        (build / "quotes.json").write_text(QUOTES.dump(Proven(quotes=kept)))


PLAIN_ANSWER = "The light went over water and came back home for one more hour of work again. " * 4


def test_fit_learns_from_the_shows_own_reviews(tmp_path: Path) -> None:
    show_with_reviews(tmp_path, 24)
    done = pullquote("quotes", "fit", "--root", tmp_path)
    assert "72 quotes of 24 episodes, each ranked by what the others teach:" in done.stdout
    assert "in the first 2000 words of candidates: 100%, with the default weights 0%" in done.stdout
    assert "candidates of 32 words or more, with weights: " in done.stderr
    learned = json.loads((tmp_path / "feed/quote-weights.json").read_bytes())
    assert learned["command"] == "pullquote quotes fit"
    assert learned["weights"]["early"] < 0
    assert learned["words"] == 32


def test_too_few_reviews_teach_nothing(tmp_path: Path) -> None:
    show_with_reviews(tmp_path, 2)
    done = pullquote("quotes", "fit", "--root", tmp_path, code=1)
    assert "too few to learn from" in done.stderr


def test_what_was_heard_is_signed_by_name(ledger: Path) -> None:
    where = ("--transcript", TALK, "--ledger", ledger)
    value = json.loads(pullquote("quotes", "check", *where, "--json", code=4).stdout)
    (question,) = value["questions"]
    assert {"id", "quote", "tier", "at", "said", "published", "edits", "why", "line", "signed"} == {
        *question
    }
    assert "third" in question["said"]
    assert "half" in question["published"]
    wrong = pullquote("quotes", "check", *where, "--sign", "zzzz", code=2)
    assert f"questions: {question['id']}" in wrong.stderr
    done = pullquote("quotes", "check", *where, "--sign", question["id"])
    assert f"signed {question['id']}, which says that you have heard it: " in done.stderr
    assert question["line"] in ledger.read_text(encoding="utf-8")
    assert "consented" in done.stdout


def test_what_was_cut_out_is_marked_by_name(ledger: Path) -> None:
    where = ("--transcript", TALK, "--ledger", ledger)
    ledger.write_text(
        '[[section]]\n[[section.quote]]\nid = "aa"\n'
        'text = "It is probably the only public building in the country, and I am prouder of that than '
        'of the stairs."\n'
    )
    asked = pullquote("quotes", "check", *where, code=4).stdout
    assert "aa:1  " in asked
    assert "why        a clause cut out: readers cannot see it: mark it as [...]" in asked
    done = pullquote("quotes", "check", *where, "--mark", "aa")
    assert "marked aa: It is probably" in done.stderr
    assert "in the country, [...] and I am prouder" in ledger.read_text()
    assert "cleaned" in done.stdout
