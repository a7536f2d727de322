"""`post` before anything is sent: what is shown, and what is refused."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

SAMPLE = "why-bridges-hum"
ACCOUNTS = {
    "bluesky": ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD"),
    "mastodon": ("MASTODON_SERVER", "MASTODON_ACCESS_TOKEN"),
    "ghost": ("GHOST_URL", "GHOST_ADMIN_KEY"),
    "wordpress": ("WORDPRESS_URL", "WORDPRESS_USER", "WORDPRESS_APP_PASSWORD"),
}


@pytest.fixture(autouse=True)
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for names in ACCOUNTS.values():
        for name in names:
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTODON_SERVER", "https://social.example")
    monkeypatch.setenv("MASTODON_ACCESS_TOKEN", "token")


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_without_now_it_is_shown_and_said(host: Any, options: list[str]) -> None:
    done = host.run("post", SAMPLE, "--to", "mastodon", *options)
    assert done.stdout.startswith("Why bridges hum\n")
    assert "of 500 characters" in done.stderr
    assert (
        f"nothing was sent; to post it: pullquote post {SAMPLE} --to mastodon --now" in done.stderr
    )
    assert not host.posted.exists()


@pytest.mark.parametrize("house", ACCOUNTS)
def test_what_the_environment_lacks_is_named(host: Any, house: str) -> None:
    told = host.post(house, code=2).stderr
    assert all(name in told.splitlines()[0] for name in ACCOUNTS[house])
    assert "export" in told.splitlines()[1]
    shown = host.run("post", "--help").stdout
    assert all(name in shown for name in ACCOUNTS[house])


def test_a_house_without_an_api_is_told_honestly(host: Any) -> None:
    told = host.run("post", SAMPLE, "--to", "lesswrong", code=2).stderr
    assert told.splitlines() == [
        "LessWrong has no API that anybody can get",
        f"  copy and paste: pullquote posts {SAMPLE} --to lesswrong --copy",
    ]
    assert "did you mean 'bluesky'" in host.run("post", SAMPLE, "--to", "blusky", code=2).stderr


def test_an_episode_that_is_not_published_is_refused(host: Any, account: None) -> None:
    (host.root / "feed/build/published.json").write_text('{"version": 1, "episodes": []}')
    told = host.post("mastodon", code=4).stderr
    assert f"{SAMPLE} is not published: its links would be dead" in told


def test_changes_that_were_not_released_are_refused(
    host: Any, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("MASTODON_SERVER", "http://127.0.0.1:9")
    monkeypatch.setenv("MASTODON_ACCESS_TOKEN", "token")
    host.mend("Why bridges hum", "Why wires sing")
    told = host.post("mastodon", code=4).stderr
    assert f"{SAMPLE} has changes that were not released" in told
    assert f"pullquote publish {SAMPLE}" in told


def test_an_episode_that_only_this_machine_serves_is_refused(host: Any, account: None) -> None:
    told = host.post("mastodon", code=4).stderr
    assert (
        f"{SAMPLE} is published on this machine only: nobody could follow http://127.0.0.1" in told
    )


def test_a_library_that_is_missing_is_named(
    host: Any, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MASTODON_SERVER", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "mastodon", None)
    told = host.post("mastodon", code=2).stderr
    assert "posting to Mastodon needs mastodon, which is not installed" in told
    assert "pip install 'pullquote[mastodon]'" in told


def test_a_server_that_is_not_there_is_told(
    host: Any, account: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mastodon", reason="the extra [mastodon] is not installed")
    monkeypatch.setenv("MASTODON_SERVER", "http://127.0.0.1:9")
    told = host.post("mastodon", code=1).stderr
    assert told.startswith("the account on 127.0.0.1:9: there is no connection")
    assert not host.posted.exists(), "nothing was about to be sent"


@pytest.mark.network
@pytest.mark.parametrize(
    ("house", "names", "values"),
    [
        ("mastodon", ACCOUNTS["mastodon"], ["token"]),
        ("ghost", ACCOUNTS["ghost"], ["abc:1234"]),
        ("wordpress", ACCOUNTS["wordpress"], ["ada", "password"]),
    ],
)
def test_a_server_that_is_none_of_that_kind_is_told(
    host: Any,
    serving: Any,
    monkeypatch: pytest.MonkeyPatch,
    no_proxy: None,
    house: str,
    names: tuple[str, ...],
    values: list[str],
) -> None:
    pytest.importorskip("mastodon", reason="the extra [mastodon] is not installed")

    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>\x1b[31m Hello")

        def log_message(self, *_: Any) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Stranger)) as address:
        for name, value in zip(names, [address, *values], strict=True):
            monkeypatch.setenv(name, value)
        told = host.post(house, code=1).stderr
    assert "\x1b" not in told
    assert "that is no answer of its API; is the address right?" in told
    assert not host.posted.exists()
