"""A thread on Bluesky's own server: written once, never doubled, replaced as a whole."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from pipeline.errors import PullquoteError
from pipeline.settings.show import load_episode
from pipeline.show.episode import LocalEpisode
from pipeline.show.sending import bluesky as client
from pipeline.show.sending.account import Letter
from pipeline.show.sending.sending import letter_for
from pipeline.writing.posting.post import Part

pytestmark = pytest.mark.network

SAMPLE = "why-bridges-hum"
Posts = Callable[[], list[tuple[str, Any]]]


@pytest.fixture
def account(bluesky: Posts) -> Iterator[Callable[[], client.Bluesky]]:
    """Makes what speaks to the server, and closes it."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(contextlib.closing(client.Bluesky()))


def letter(host: Any) -> Letter:
    return letter_for(LocalEpisode(host.workspace, SAMPLE), "bluesky")


def test_a_thread_is_posted_once(host: Any, colleague: Any, bluesky: Posts) -> None:
    done = host.post("bluesky")
    thread = bluesky()
    assert [post.text for _, post in thread] == letter(host).texts
    assert all(post.reply.root.uri == thread[0][0] for _, post in thread[1:])
    assert [post.reply.parent.uri for _, post in thread[1:]] == [uri for uri, _ in thread[:-1]]
    assert thread[0][1].embed.external.uri == letter(host).post.address
    key = thread[0][0].rpartition("/")[2]
    address = f"https://bsky.app/profile/{os.environ['BLUESKY_HANDLE']}/post/{key}"
    assert done.stdout == f"posted  {address}\n"
    assert f"pullquote discuss {SAMPLE} {address}" in done.stderr
    assert os.environ["BLUESKY_APP_PASSWORD"] not in done.output + host.posted.read_text()
    (entry,) = json.loads(host.posted.read_bytes())["posts"]
    assert (entry["address"], len(entry["ids"])) == (address, len(thread))

    before = host.posted.read_bytes()
    assert host.post("bluesky").stdout == f"unchanged  {address}\n"
    assert host.posted.read_bytes() == before
    host.posted.unlink()  # as where the command was killed before it could note it
    assert host.post("bluesky").stdout == f"unchanged  {address}\n"
    assert json.loads(host.posted.read_bytes())["posts"][0]["ids"] == entry["ids"]
    assert json.loads(before)["posts"][0]["version"] == entry["version"]
    assert (
        colleague.post("bluesky", "--json").stdout
        == json.dumps(
            {"slug": SAMPLE, "house": "bluesky", "done": "unchanged", "address": address}, indent=1
        )
        + "\n"
    )
    assert bluesky() == thread


def test_links_lead_where_their_words_say(host: Any, bluesky: Posts) -> None:
    host.mend("Why bridges hum", "Warum Brücken “summen” 🏳️‍🌈")
    host.post("bluesky")
    first, *_, last = [post for _, post in bluesky()]
    (facet,) = first.facets
    start, end = facet.index.byte_start, facet.index.byte_end
    assert first.text.encode()[start:end].decode() == facet.features[0].uri
    assert facet.features[0].uri.endswith("/episodes/why-bridges-hum.html")
    assert "#q-" in last.facets[0].features[0].uri


def test_other_words_are_told_and_put_there_only_when_asked(host: Any, bluesky: Posts) -> None:
    host.post("bluesky", "--discuss")
    before = bluesky()
    host.mend("musical instrument", "church organ")
    told = host.post("bluesky", code=4).stderr
    assert "was posted with other words, and nobody would see an edit" in told
    assert (
        "  -“Thousands of thin slats, all the same, all at the same spacing, are a musical" in told
    )
    assert "--replace takes it down and posts it anew" in told
    assert bluesky() == before
    assert host.post("bluesky", "--replace").stdout.startswith("changed  https://bsky.app/")
    after = bluesky()
    assert [post.text for _, post in after] == letter(host).texts
    assert not {uri for uri, _ in before} & {uri for uri, _ in after}
    (thread,) = load_episode(host.workspace, SAMPLE).discussions
    assert thread.url.rpartition("/")[2] == after[0][0].rpartition("/")[2], "no link is dead"
    assert host.post("bluesky").stdout.startswith("unchanged  ")


def test_of_two_at_once_one_posts(
    host: Any, colleague: Any, bluesky: Posts, account: Callable[[], client.Bluesky]
) -> None:
    accounts = [account(), account()]
    letters = [letter(host), letter(colleague)]
    assert [one.find(each, None) for one, each in zip(accounts, letters, strict=True)] == [None] * 2
    accounts[0].put(letters[0], None, print)
    with pytest.raises(PullquoteError, match="something else was posted there in this very moment"):
        accounts[1].put(letters[1], None, print)
    assert [post.text for _, post in bluesky()] == letters[0].texts


def test_two_commands_in_one_clone(host: Any, bluesky: Posts) -> None:
    from pipeline.show.sending.sending import send

    def post(_: int) -> str:
        try:
            return send(LocalEpisode(host.workspace, SAMPLE), "bluesky").what
        except PullquoteError as error:
            return error.message

    with ThreadPoolExecutor(3) as hosts:
        said = list(hosts.map(post, range(3)))
    assert said.count("posted") == 1, said
    assert [post.text for _, post in bluesky()] == letter(host).texts


def test_301_graphemes_are_refused_whole(
    host: Any, bluesky: Posts, account: Callable[[], client.Bluesky]
) -> None:
    sent = letter(host)
    parts = [*sent.post.parts, Part("ü" * 301)]
    there = account()
    assert there.find(sent, None) is None
    with pytest.raises(PullquoteError, match=r"grapheme too big \(maximum 300, got 301\)"):
        there.put(replace(sent, post=replace(sent.post, parts=parts)), None, print)
    assert bluesky() == [], "not even the parts that fit"
    there.put(replace(sent, post=replace(sent.post, parts=[Part("🏳️‍🌈" * 200)])), None, print)


def test_a_password_goes_nowhere_else(
    host: Any, serving: Any, monkeypatch: pytest.MonkeyPatch, no_proxy: None
) -> None:
    pytest.importorskip("atproto_client", reason="the extra [bluesky] is not installed")
    asked: list[str] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.send_response(307)
            self.send_header("Location", "/another")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    monkeypatch.setenv("BLUESKY_HANDLE", "ada.test")
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "a-password")
    with serving(HTTPServer(("127.0.0.1", 0), Elsewhere)) as address:
        monkeypatch.setenv("BLUESKY_PDS", address)
        assert "its server sends us elsewhere" in host.post("bluesky", code=1).stderr
    assert asked == ["/xrpc/com.atproto.server.createSession"]
    monkeypatch.setenv("BLUESKY_PDS", "http://bluesky.example")
    told = host.post("bluesky", code=2).stderr
    assert "BLUESKY_PDS is no address that begins with https://" in told


def test_a_wrong_password_is_told_without_it(
    host: Any, bluesky: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESKY_APP_PASSWORD", "no-such-word")
    told = host.post("bluesky", "-v", code=1).output
    assert "on Bluesky: Invalid identifier or password" in told
    assert "no-such-word" not in told
    assert "no-such-word" not in host.posted.read_text() if host.posted.exists() else True
