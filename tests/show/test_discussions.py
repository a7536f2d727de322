"""`discuss`: a thread elsewhere becomes a line of the host's file, and of what is written from it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.settings.show import load_episode
from pipeline.show.discussions import discuss as add
from pipeline.show.discussions import site_of
from pipeline.show.episode import LocalEpisode
from pipeline.workspace import Workspace

HEAD = 'title = "One"  # mine\r\nguid = "one"\r\ndate = 2024-05-02T12:00:00Z\r\n\r\n# [[links]]\r\n'
THREAD = "https://www.lesswrong.com/posts/abc/one"


@pytest.fixture
def show(tmp_path: Path, new_show: Callable[..., Workspace]) -> Workspace:
    workspace = new_show(tmp_path)
    workspace.episode("one").toml.write_bytes(HEAD.encode())
    return workspace


def discuss(show: Workspace, *arguments: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["discuss", "one", *arguments, "--root", str(show.root)])
    assert done.exit_code == code, done.output
    return done


def threads(show: Workspace) -> list[tuple[str, str]]:
    return [(each.title, each.url) for each in load_episode(show, "one").discussions]


def test_a_thread_is_added_and_every_other_byte_stays(show: Workspace) -> None:
    done = discuss(show, THREAD)
    assert done.stdout == f"episodes/one/episode.toml now lists LessWrong: {THREAD}\n"
    assert "from the next release on: pullquote publish one" in done.stderr
    written = show.episode("one").toml.read_bytes().decode()
    assert written == HEAD + (f'\r\n[[discussions]]\r\ntitle = "LessWrong"\r\nurl = "{THREAD}"\r\n')
    discuss(show, "https://social.example/@ada/12", "--title", 'On "Mastodon"')
    assert threads(show)[1:] == [('On "Mastodon"', "https://social.example/@ada/12")]
    assert show.episode("one").toml.read_bytes().decode().startswith(written)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "url: is no web address"),
        ("javascript:alert(1)", "url: is no web address"),
        ("ftp://example.org/a", "url: is no web address"),
        ("https://[::1", "url: is no web address"),
        ("http://forum.example.org/t/4", "must begin with https://"),
    ],
)
def test_what_is_no_link_is_refused(show: Workspace, url: str, told: str) -> None:
    assert told in discuss(show, url, code=2).stderr
    assert "title: is empty" in discuss(show, THREAD, "--title", " ", code=2).stderr
    assert show.episode("one").toml.read_bytes() == HEAD.encode()


def test_a_thread_is_listed_once(show: Workspace) -> None:
    discuss(show, THREAD)
    before = show.episode("one").toml.read_bytes()
    assert "lists" in discuss(show, f"{THREAD}/#comments").stderr
    assert show.episode("one").toml.read_bytes() == before


def test_many_at_once_add_all_threads(show: Workspace) -> None:
    wanted = [f"https://www.lesswrong.com/posts/{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as hosts:
        assert all(hosts.map(partial(add, LocalEpisode(show, "one")), wanted))
    assert sorted(threads(show)) == [("LessWrong", url) for url in wanted]


def test_a_list_on_one_line_grows(show: Workspace) -> None:
    toml = show.episode("one").toml
    toml.write_text(f'discussions = []\n{HEAD}[[links]]\ntitle = "A"\nurl = "https://a.example"\n')
    discuss(show, THREAD)
    discuss(show, "https://bsky.app/profile/ada.example/post/3k")
    assert [title for title, _ in threads(show)] == ["LessWrong", "Bluesky"]
    assert load_episode(show, "one").links[0].title == "A"


def test_a_site_without_a_name_is_called_by_its_domain() -> None:
    assert site_of("https://forum.example.org/t/4") == "forum.example.org"
