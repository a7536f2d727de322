"""A post on a real WordPress and a real Ghost: put there once, edited, never written over unasked."""

import html
import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import PullquoteError
from pipeline.show.episode import LocalEpisode
from pipeline.show.sending.blog import Blog
from pipeline.show.sending.ghost import Ghost
from pipeline.show.sending.sending import letter_for
from pipeline.show.sending.wordpress import WordPress
from tests.show.sending import blog_servers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.network,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("no_proxy"),
]
SAMPLE = "why-bridges-hum"
KINDS = {"wordpress": (blog_servers.wordpress, WordPress), "ghost": (blog_servers.ghost, Ghost)}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    if not all(map(shutil.which, blog_servers.DATABASE)):
        pytest.skip("MariaDB is not installed: .ci/run all")
    with blog_servers.mariadb(tmp_path_factory.mktemp("database")) as there:
        yield there


@pytest.fixture(scope="module", params=list(KINDS))
def server(
    request: pytest.FixtureRequest, database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, str]]]:
    """The house, and the environment that names the account."""
    kind = request.param
    here = {"wordpress": blog_servers.WORDPRESS, "ghost": blog_servers.GHOST}[kind]
    if not here.is_dir() or (kind == "wordpress" and not shutil.which("php")):
        pytest.skip(f"{kind} is not installed: .ci/run all")
    with KINDS[kind][0](tmp_path_factory.mktemp(kind), database) as environment:
        yield kind, dict(environment)


class Site:
    """What is on the site, seen and changed as somebody does who works there."""

    def __init__(self, house: str, host: Any) -> None:
        self.house = house
        self.blog: Blog = KINDS[house][1]()
        self.letter = letter_for(LocalEpisode(host.workspace, SAMPLE), house)

    def all(self) -> list[Any]:
        """The posts about the episode."""
        return list(self.blog._alike(self.letter))

    @property
    def text(self) -> str:
        (found,) = self.all()
        if self.house == "wordpress":
            return str(found["content"]["raw"])
        path = f"/ghost/api/admin/posts/{found['id']}/"
        return str(self.blog._call("GET", path, {"formats": "html"})["posts"][0]["html"])

    def retitle(self, title: str) -> None:
        (found,) = self.all()
        if self.house == "wordpress":
            query = {"rest_route": f"/wp/v2/posts/{found['id']}"}
            # A second later: WordPress keeps no parts of a second.
            date = {"title": title, "content": f"{found['content']['raw']}\n<!-- mine -->"}
            self.blog._call("POST", "/", query, date)
        else:
            post = {"title": title, "updated_at": found["updated_at"]}
            self.blog._call("PUT", f"/ghost/api/admin/posts/{found['id']}/", {}, {"posts": [post]})

    def clear(self) -> None:
        for each in self.all():
            self.blog._delete(self.blog._standing(each))


@pytest.fixture
def site(
    server: tuple[str, dict[str, str]], host: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    house, environment = server
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    site = Site(house, host)
    yield site
    site.clear()


def test_a_post_stands_there_once_and_is_edited(host: Any, site: Site) -> None:
    done = host.post(site.house)
    (found,) = site.all()
    address = found["link"] if site.house == "wordpress" else found["url"]
    assert done.stdout == f"posted  {address}\n"
    assert "are a musical instrument" in site.text
    assert "Why bridges hum" in json.dumps(found["title"])
    assert host.post(site.house).stdout == f"unchanged  {address}\n"
    host.mend("musical instrument", "church organ")
    assert host.post(site.house).stdout == f"changed  {address}\n"
    assert "are a church organ" in site.text
    assert site.blog._values[-1] not in host.posted.read_text() + done.output


def test_the_episode_s_page_is_the_canonical_one(host: Any, site: Site) -> None:
    host.post(site.house)
    (found,) = site.all()
    if site.house == "ghost":
        assert found["canonical_url"] == site.letter.post.address
    assert f'{site.letter.post.address}"' in site.text, (
        "WordPress has no field for it: it is a link"
    )


def test_what_looks_like_code_comes_out_as_text(host: Any, site: Site) -> None:
    typed = "Rock & <b>roll</b> <script>alert(1)</script> [gallery]"
    host.mend("Why bridges hum", typed)
    host.mend("A hum is not the first step", f"{typed} is no step")
    host.post(site.house)
    (found,) = site.all()
    if site.house == "wordpress":  # Debian brings it without a theme: what a theme would show
        page = found["title"]["rendered"] + found["content"]["rendered"]
    else:
        with urllib.request.urlopen(found["url"]) as answer:
            page = answer.read().decode()
    assert "<script>alert" not in page
    assert "<b>roll" not in page
    read = " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())
    assert read.count(typed) >= 2, "as title and as thesis"


def test_what_was_changed_there_is_left_alone(host: Any, site: Site) -> None:
    host.post(site.house)
    forget_version(host)  # an edit within the second of ours is not seen by its time
    site.retitle("In the host's own words")
    told = host.post(site.house, code=4).stderr
    assert f"the post about {SAMPLE} was changed there since" in told
    assert "own words" in json.dumps(site.all()[0]["title"])
    assert host.post(site.house, "--replace").stdout.startswith("changed  ")
    assert "Why bridges hum" in json.dumps(site.all()[0]["title"])


def forget_version(host: Any) -> None:
    value = json.loads(host.posted.read_bytes())
    value["posts"][0]["version"] = "2026-01-01T00:00:00"
    host.posted.write_text(json.dumps(value))


def test_a_post_that_nobody_noted_is_no_second_one(host: Any, colleague: Any, site: Site) -> None:
    host.post(site.house)
    told = colleague.post(site.house, code=4).stderr
    assert f"a post about {SAMPLE} stands there that posted.json does not know" in told
    assert len(site.all()) == 1
    assert colleague.post(site.house, "--replace").stdout.startswith("changed  ")
    assert len(site.all()) == 1


def test_a_run_that_was_killed_before_it_heard_is_found_out(
    host: Any, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = type(site.blog)._create

    def killed(blog: Any, letter: Any) -> Any:
        create(blog, letter)
        raise SystemExit(1)

    with monkeypatch.context() as patch:
        patch.setattr(type(site.blog), "_create", killed)
        host.post(site.house, code=1)
    assert len(site.all()) == 1
    assert host.post(site.house).stdout.startswith("changed  ")
    assert len(site.all()) == 1
    assert host.post(site.house).stdout.startswith("unchanged  ")


def test_of_two_at_once_the_later_one_steps_back(host: Any, site: Site) -> None:
    first, second = KINDS[site.house][1](), KINDS[site.house][1]()
    assert (first.find(site.letter, None), second.find(site.letter, None)) == (None, None)
    there = first.put(site.letter, None, print)
    with pytest.raises(PullquoteError, match="somebody else posted"):
        second.put(site.letter, None, print)
    assert [site.blog._standing(each).ids for each in site.all()] == [there.ids]


def test_what_was_deleted_there_is_posted_again(host: Any, site: Site) -> None:
    host.post(site.house)
    if site.house == "wordpress":  # whose own button puts it into the bin
        query = {"rest_route": f"/wp/v2/posts/{site.all()[0]['id']}"}
        site.blog._call("DELETE", "/", query)
    site.clear()
    assert host.post(site.house).stdout.startswith("posted  ")
    assert len(site.all()) == 1


def test_a_wrong_secret_is_told_without_it(
    host: Any, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "0123456789abcdef:0123456789abcdef"
    monkeypatch.setenv(site.blog.variables[-1], wrong)
    told = host.post(site.house, "-v", code=1).output
    assert "answers 40" in told
    assert wrong not in told
    assert wrong.partition(":")[0] not in told
