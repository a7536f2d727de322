"""A thread on Mastodon: edited in its place, finished after a kill, never doubled."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.settings.show import load_episode
from pipeline.show.episode import LocalEpisode
from pipeline.show.sending.sending import letter_for
from tests.show.sending.mastodon_server import TOKEN, Server

pytestmark = pytest.mark.network
SAMPLE = "why-bridges-hum"


@pytest.fixture
def mastodon(serving: Any, monkeypatch: pytest.MonkeyPatch, no_proxy: None) -> Iterator[Server]:
    pytest.importorskip("mastodon", reason="the extra [mastodon] is not installed")
    server = Server()
    with serving(server) as address:
        monkeypatch.setenv("MASTODON_SERVER", address)
        monkeypatch.setenv("MASTODON_ACCESS_TOKEN", TOKEN)
        yield server


def texts(host: Any) -> list[str]:
    return letter_for(LocalEpisode(host.workspace, SAMPLE), "mastodon").texts


def test_a_thread_is_posted_once_and_edited_in_its_place(host: Any, mastodon: Server) -> None:
    told = host.post("mastodon").stdout
    first, *rest = mastodon.statuses.values()
    assert told == f"posted  {first['url']}\n"
    assert mastodon.texts == texts(host)
    assert [each["in_reply_to_id"] for each in rest] == [*mastodon.statuses][:-1]
    assert host.post("mastodon").stdout == f"unchanged  {first['url']}\n"

    before = [*mastodon.statuses]
    host.mend("musical instrument", "church organ")
    assert (
        host.post("mastodon", "--json").stdout
        == json.dumps(
            {"slug": SAMPLE, "house": "mastodon", "done": "changed", "address": first["url"]},
            indent=1,
        )
        + "\n"
    )
    assert [*mastodon.statuses] == before
    assert mastodon.texts == texts(host)
    assert any("church organ" in each for each in mastodon.texts)


def test_what_was_changed_there_is_left_alone(host: Any, mastodon: Server) -> None:
    host.post("mastodon")
    number = next(iter(mastodon.statuses))
    mastodon.write(number, "In the host's own words, typed there")
    told = host.post("mastodon", code=4).stderr
    assert f"the post about {SAMPLE} was changed there since" in told
    assert mastodon.statuses[number]["text"] == "In the host's own words, typed there"
    assert host.post("mastodon", "--replace").stdout.startswith("changed  ")
    assert mastodon.texts == texts(host)


def test_a_thread_that_was_killed_in_the_middle_is_finished(host: Any, mastodon: Server) -> None:
    mastodon.loses_answer = lambda: len(mastodon.statuses) == 3
    host.post("mastodon", code=1)
    assert len(mastodon.statuses) == 3
    mastodon.loses_answer = lambda: False
    mastodon.keys.clear()  # an hour later
    assert host.post("mastodon").stdout.startswith("posted  ")
    assert mastodon.texts == texts(host)
    assert host.post("mastodon").stdout.startswith("unchanged  ")


def test_words_that_change_after_a_kill_make_no_second_thread(host: Any, mastodon: Server) -> None:
    mastodon.loses_answer = lambda: len(mastodon.statuses) == 3
    host.post("mastodon", code=1)
    mastodon.keys.clear()
    mastodon.loses_answer = lambda: False
    host.mend("Why bridges hum", "Why wires sing")
    host.post("mastodon")
    assert [text for text in mastodon.texts if "Why bridges hum" in text] == []
    assert [text for text in mastodon.texts if "Why wires sing" in text] == texts(host)[:1]
    assert host.post("mastodon").stdout.startswith("unchanged  ")


def test_an_edit_whose_answer_was_lost_is_ours(host: Any, mastodon: Server) -> None:
    host.post("mastodon")
    host.mend("musical instrument", "church organ")
    mastodon.loses_answer = lambda: True
    assert "or no answer in time" in host.post("mastodon", code=1).stderr
    mastodon.loses_answer = lambda: False
    assert host.post("mastodon").stdout.startswith("changed  ")
    assert mastodon.texts == texts(host)
    assert host.post("mastodon").stdout.startswith("unchanged  ")


def test_the_post_becomes_a_link_of_the_episode(host: Any, mastodon: Server) -> None:
    told = host.post("mastodon", "--discuss").stderr
    (thread,) = load_episode(host.workspace, SAMPLE).discussions
    assert thread.url == next(iter(mastodon.statuses.values()))["url"]
    assert "from the next release on the episode links to it" in told


def test_a_colleague_adopts_what_stands_there(host: Any, colleague: Any, mastodon: Server) -> None:
    host.post("mastodon")
    assert colleague.post("mastodon").stdout.startswith("unchanged  ")
    assert mastodon.texts == texts(host)


def test_a_token_goes_nowhere_else(
    host: Any, mastodon: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    mastodon.redirect = "http://127.0.0.1:9/"
    assert "Exceeded 0 redirects" in host.post("mastodon", code=1).stderr
    mastodon.redirect = ""
    monkeypatch.setenv("MASTODON_ACCESS_TOKEN", "another-token")
    told = host.post("mastodon", "-v", code=1).output
    assert "The access token is invalid" in told
    assert "another-token" not in told
    monkeypatch.setenv("MASTODON_SERVER", "http://social.example")
    told = host.post("mastodon", code=2).stderr
    assert "MASTODON_SERVER is no address that begins with https://" in told


def test_what_is_too_long_for_the_server_is_told(
    host: Any, mastodon: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.show.sending.mastodon_server.LIMIT", 5)
    assert "Text character limit of 5 exceeded" in host.post("mastodon", code=1).stderr
    assert not host.posted.exists(), "nothing was done there"
