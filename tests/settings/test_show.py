from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.settings.production import LocalStorage
from pipeline.settings.show import LOCAL_PORT, load_episode, load_show
from pipeline.workspace import Workspace, write_text

SHOW = """
title = "Ordinary Physics"
description = "About everyday things."
language = "en"
author = "Mara Quill"
email = "host@example.org"
categories = ["Science > Physics"]
"""
EPISODE = """
title = "Why bridges hum"
guid = "5a0c"
date = 2026-05-01T08:00:00+02:00
"""


def workspace(tmp_path: Path, show: str = SHOW, episode: str = EPISODE) -> Workspace:
    write_text(tmp_path / "feed" / "show.toml", show)
    write_text(tmp_path / "episodes" / "hum" / "episode.toml", episode)
    return Workspace(tmp_path)


def problems(tmp_path: Path, show: str = SHOW, episode: str = EPISODE) -> list[str]:
    there = workspace(tmp_path, show, episode)
    with pytest.raises(ConfigError) as caught:
        load_show(there)
        load_episode(there, "hum")
    assert caught.value.exit_code == 2
    return caught.value.message.splitlines()


def test_a_plain_show_loads(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    assert load_show(there).audio.lufs == -16
    assert load_episode(there, "hum").date.utcoffset() is not None


def test_without_storage_the_local_store_is_used(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    assert load_show(there).store.base_url == f"http://127.0.0.1:{LOCAL_PORT}/show/"
    write_text(there.store_port, "9001\n")
    store = load_show(there).store
    assert isinstance(store, LocalStorage)
    assert store.endpoint_url == "http://127.0.0.1:9001"


def test_a_bucket_with_a_prefix(tmp_path: Path) -> None:
    table = '[storage]\nbucket = "b"\npublic_url = "https://cdn.example.org/"\nprefix = "/pod/"\n'
    assert load_show(workspace(tmp_path, SHOW + table)).store.base_url == (
        "https://cdn.example.org/pod/"
    )


def test_every_problem_is_one_line_with_file_and_key(tmp_path: Path) -> None:
    lines = problems(tmp_path, SHOW + 'mood = "red"\n[audio]\nlufs = "loud"\nbitrat = 128\n')
    assert lines == [
        "feed/show.toml: [audio] lufs: must be a valid number (it is 'loud')",
        "feed/show.toml: [audio] bitrat: unknown key; did you mean 'bitrate'?",
        "feed/show.toml: mood: unknown key",
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("titel", "title"), "titel: unknown key; did you mean 'title'?"),
        (('"en"', '"english"'), "language: 'english' is no BCP 47 language tag; did you mean 'en'?"),
        (('"en"', '"en_US"'), "did you mean 'en-US'?"),
        (("Physics\"]", "Phisics\"]"), "did you mean 'Science > Physics'?"),
        (('"Science > Physics"', '"Physics"'), "did you mean 'Science > Physics'?"),
        (('"Science > Physics"', '"society"'), "did you mean 'Society & Culture'?"),
        (('"Mara Quill"', '"Mara\\u0000"'), "author: holds a character that nobody sees (U+0000)"),
        (("author =", 'link = "https://[::1"\nauthor ='), "link: is no web address: write it whole"),
        (("author =", 'link = "https://a:99999/"\nauthor ='), "link: is no web address: write it"),
        (("author =", 'link = "https://a\\u0007"\nauthor ='), "it holds a character that nobody sees"),
        (("author =", 'explicit = "no"\nauthor ='), "explicit: must be true or false (it is 'no')"),
        (('language = "en"', 'language = "en"\nlanguage = "de"'), "this key stands twice (at line"),
        (("host@example.org", "host"), "email: is no e-mail address"),
        (('"Mara Quill"', "7"), "author: must be a valid string (it is 7)"),
        (('"Mara Quill"', '"  "'), "author: is empty"),
        (('"Mara Quill"', '"R&amp;D"'), "author: holds the HTML code &amp;: write '&' itself"),
        (('"Mara Quill"', '"it&#39;s"'), 'author: holds the HTML code &#39;: write "\'" itself'),
        (('"Mara Quill"', '"<![CDATA[x"'), "author: holds a CDATA marker"),
        (("author =", 'guid = "mine"\nauthor ='), "guid: 'mine' is no UUID"),
        (("author =", 'license = "CC0-1.0"\nauthor ='), "license: 'CC0-1.0' is not one of arr, cc-by-4.0"),
        (("author =", 'license = "mine"\nlicense_url = "http://a.example/"\nauthor ='), "license_url: 'http://a"),
        (('"About everyday', '"' + "é" * 2001), "description: has 4,"),
    ],
)  # fmt: skip
def test_show_problems(tmp_path: Path, change: tuple[str, str], line: str) -> None:
    old, new = change
    text = SHOW.replace(old, new) if old in SHOW else SHOW.replace(new, old)
    assert any(line in problem for problem in problems(tmp_path, show=text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (EPISODE.replace("+02:00", ""), "date: has no zone; write it as 2026-05-01T08:00:00+02:00"),
        (
            EPISODE.replace("T08:00:00+02:00", ""),
            "date: must be a day with its time and zone, as 2026-05-01T08:00:00+02:00 (it is 2026-05-01)",
        ),
        (
            EPISODE + 'publish_at = "2026-03-29 08:00"',
            "publish_at: has no zone: write it as 2026-03-29 08:00 Europe/Berlin",
        ),
        (
            EPISODE + 'type = "ful"',
            "type: must be 'full', 'trailer' or 'bonus'; did you mean 'full'?",
        ),
        (EPISODE + "season = -1", "season: "),
        (
            EPISODE + '[[chapters]]\nat = "soon"\ntitle = "x"',
            "[chapters[1]] at: 'soon' is no time: write it as hh:mm:ss",
        ),
        (
            EPISODE + '[[links]]\ntitle = "x"\nulr = "https://a.example"',
            "[links[1]] ulr: unknown key",
        ),
        (EPISODE + 'video = "javascript:alert(1)"', "video: is no web address"),
        (EPISODE.replace("2026", "0001"), "date: 1 is no year of a podcast"),
        (EPISODE.replace("2026", "9999"), "date: 9999 is no year of a podcast"),
        ('title = "x"', "guid: missing"),
        (EPISODE + "x = [", "Invalid value"),
        (EPISODE + "<<<<<<< HEAD\n", "holds two versions that git could not merge (line "),
        (EPISODE + "x = " + "[" * 5000, "lists in lists, too deep to be read"),
        (EPISODE + "season = " + "9" * 5000, "a number in it is too long to be read"),
    ],
)
def test_episode_problems(tmp_path: Path, text: str, line: str) -> None:
    found = problems(tmp_path, episode=text)
    assert all(problem.startswith("episodes/hum/episode.toml: ") for problem in found)
    assert any(line in problem for problem in found)


@pytest.mark.parametrize(
    "more",
    [
        'author = "Q&A; AT&T &c; &unknown;"',  # no code of HTML
        'video = "http://127.0.0.1:8333/show/video.mp4"',  # the local store needs no https
        'license = "POD-V4V-1.0"',
        'license = "CC0-1.0"\nlicense_url = "https://example.org/cc0"',
        'link = "http://a.example/"\n[enclosure]\nurl = "http://a.example/1"\nlength = 1\ntype = "a/b"',
        f'summary = "{"x" * 5000}"\n[enclosure]\nurl = "http://a.example/1"\nlength = 1\ntype = "a/b"',
    ],
)
def test_what_feeds_hold_is_taken(tmp_path: Path, more: str) -> None:
    load_episode(workspace(tmp_path, episode=EPISODE + more), "hum")


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ('link = "http://a.example/"', "link: 'http://a.example/' must begin with https://"),
        (
            '[[people]]\nname = "Ada"\nhref = "http://a.example/"',
            "[people[1]] href: 'http://a.example/' must",
        ),
        ('[[people]]\nname = "Ada"\nrole = "geust"', "did you mean 'guest'?"),
        ('[txt]\nverify = " "', "[txt] verify: is empty"),
        (
            '[txt]\nverify = ["a", "' + "x" * 4001 + '"]',
            "[txt] verify: has 4001 characters; feeds allow 4000",
        ),
        (f'thesis = "{"x" * 3999}"', "thesis: has 4,006 bytes as HTML; feeds allow 4,000"),
    ],
)
def test_what_no_feed_holds_is_refused_when_it_is_read(
    tmp_path: Path, more: str, line: str
) -> None:
    (found,) = problems(tmp_path, episode=EPISODE + more)
    assert line in found


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    there = workspace(tmp_path)
    there.show_toml.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_show(there)


def test_a_value_of_several_kinds_is_one_problem_under_its_key(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, SHOW + '[transcribe]\nlanguage = "klingonish"\n')
    assert line.startswith("feed/show.toml: [transcribe] language: 'klingonish' is no BCP 47")


def test_a_novel_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, SHOW.replace('"en"', f'"{"x" * 100_000}"'))
    assert line.startswith("feed/show.toml: language: 'xxx")
    assert line.endswith("write it as 'en' or 'pt-BR'")
    assert len(line) < 400


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("\u200b\u2060", "title: holds nothing that can be seen"),
        ("\u3164 \u2800", "title: holds nothing that can be seen"),
        ("a\ufffe", "title: holds a character that nobody sees (U+FFFE): delete it"),
        ("a\x85b", ""),  # a line's end to some editors: it becomes a blank
        ("a" * 256, "title: has 256 characters; feeds allow 255"),
        ("👩\u200d🚀", ""),
    ],
)
def test_a_title_is_something_that_listeners_can_read(
    tmp_path: Path, title: str, told: str
) -> None:
    episode = EPISODE.replace("Why bridges hum", title)
    if told:
        assert problems(tmp_path, episode=episode) == [f"episodes/hum/episode.toml: {told}"]
    else:
        assert load_episode(workspace(tmp_path, episode=episode), "hum").title == title
