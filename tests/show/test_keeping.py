"""What is told of that a released episode keeps."""

from pipeline.engine.state.freshness import Reason, StageState
from pipeline.show.keeping import kept_in_short, kept_lines

OURS = (Reason("version", "version 6 to 7"), Reason("added", "build/suspects.json"))


def test_that_we_work_otherwise_is_no_news_to_a_host() -> None:
    state = StageState("chapter", "fresh", kept=OURS)
    assert kept_in_short([state]) == ""
    assert kept_lines("one", [state]) == []


def test_what_the_host_changed_is_told() -> None:
    state = StageState("chapter", "fresh", kept=(*OURS, Reason("changed", "show.toml chapters")))
    assert kept_in_short([state]) == "keeps the chapter titles of its release"
    (line,) = kept_lines("one", [state])
    assert "changed: show.toml chapters" in line
    assert line.endswith("pullquote run one --retag")
