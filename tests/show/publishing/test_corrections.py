"""Published words that change: refused while nothing tells it, and told to all who read them.

Episodes are small files made by `make_item`; store, feeds, the show's page and commands are real.
"""

from datetime import date
from typing import Any

import pytest

from pipeline.errors import StorageError
from pipeline.feeds.contents.live_feed import read_feed
from pipeline.settings.podcasting import Erratum

SAID, SAYS = "It fell in 1938.", "It fell in 1940."
TOLD = Erratum(date=date(2024, 6, 1), said="1938", says="1940", why="Misheard.", quote="k3v9")
GONE = Erratum(date=date(2024, 6, 2), said="It fell in 1940.", why="He asked.", quote="k3v9")
ALLOWED = ("--allow=silent-correction:ea",)


@pytest.fixture
def quoted(show: Any) -> Any:
    """The show after `ea` was released with a quote."""
    show.build("ea", "old", quotes={"k3v9": SAID})
    publish(show, "ea")
    return show


def publish(clone: Any, slug: str, *options: str, code: int = 0) -> Any:
    return clone.run("publish", slug, "--review", "none", *options, code=code)


def corrected(clone: Any, *errata: Erratum, **quotes: str) -> None:
    """Build `ea` with other quotes, and write the corrections where a host does."""
    clone.build("ea", "old", quotes=quotes, errata=errata)
    rows = [
        f'\n[[erratum]]\ndate = {each.date}\nsaid = "{each.said}"\nsays = "{each.says}"\nwhy = "w"\n'
        for each in errata
    ]
    toml = clone.root / "episodes/ea/episode.toml"
    toml.write_text(toml.read_text() + "".join(rows))


def told(clone: Any) -> list[str]:
    """What the public feed of corrections says, the newest first."""
    items = read_feed(clone.public("corrections.xml").encode()).items
    return [f"{guid.rpartition(':')[2]}: {item.title}" for guid, item in items.items()]


def test_a_silent_change_is_refused_until_it_has_its_line(quoted: Any) -> None:
    corrected(quoted, k3v9=SAYS)
    refused = quoted.run("plan", "ea", code=4).stdout
    assert "  ! ea: published words of a quote change, and no [[erratum]] tells it: " in refused
    assert (
        "      tell it in episodes/ea/episode.toml, and write why:\n          [[erratum]]"
        in refused
    )
    assert '          said = "It fell in 1938."\n          says = "It fell in 1940."' in refused
    assert "      allow with: --allow silent-correction:ea\n" in refused
    stopped = publish(quoted, "ea", code=4).stderr
    assert stopped.endswith(
        "pullquote plan prints an [[erratum]] to paste; if that is meant: "
        "--allow silent-correction:ea\n"
    )
    assert SAID in quoted.public("episodes/ea.html")
    assert not quoted.store.head("corrections.xml"), (
        "a show without corrections has no feed of them"
    )
    assert "orrections" not in quoted.public("index.html")
    corrected(quoted, TOLD, k3v9=SAYS)
    first = publish(quoted, "ea").stderr
    assert "the show has a feed of corrections from now on, corrections.xml: " in first
    assert SAYS in quoted.public("episodes/ea.html")
    assert told(quoted) == ["guid-ea: About ea"]
    assert 'href="corrections.xml"' in quoted.public("index.html")
    (item,) = (each for each in quoted.public("feed.xml").split("<item>") if "guid-ea" in each)
    assert "2024-06-01: “1938” → “1940”: Misheard. " in item
    assert "nothing to release" in publish(quoted, "ea").stderr


def test_a_day_that_has_not_come_is_a_slip(quoted: Any) -> None:
    corrected(quoted, TOLD.model_copy(update={"date": date(2199, 1, 1)}), k3v9=SAYS)
    for command in (["plan", "ea"], ["publish", "ea", "--review", "none"]):
        refused = quoted.run(*command, code=4).stderr
        assert "episodes/ea/episode.toml: erratum: 2199-01-01 is in the future\n" in refused


def test_what_is_meant_is_allowed_by_name(quoted: Any) -> None:
    corrected(quoted, k3v9=SAYS)
    publish(quoted, "ea", *ALLOWED)
    assert SAYS in quoted.public("episodes/ea.html")
    assert not quoted.store.head("corrections.xml")


def test_a_quote_that_is_taken_out_is_told_too(quoted: Any) -> None:
    corrected(quoted, TOLD, k3v9=SAYS)
    publish(quoted, "ea")
    corrected(quoted, TOLD)
    assert "“It fell in 1940.” goes" in publish(quoted, "ea", code=4).stderr
    corrected(quoted, TOLD, GONE)
    publish(quoted, "ea")
    assert len(told(quoted)) == 2
    corrected(quoted, GONE)  # a line about a quote that is gone, and one that was taken back
    lost = "'About ea': a correction is told no more: 2024-06-01: “1938” → “1940”: Misheard.\n"
    assert lost in publish(quoted, "ea").stderr
    assert len(told(quoted)) == 1
    assert "no more" not in publish(quoted, "ea").stderr


def test_a_fresh_clone_and_a_colleague_see_what_was_published(quoted: Any, colleague: Any) -> None:
    """The colleague's clone knows of no correction yet, and has never released anything."""
    corrected(quoted, TOLD, k3v9=SAYS)
    publish(quoted, "ea")
    colleague.build("eb", "old", aside="a new look")
    publish(colleague, "eb")
    assert told(quoted) == ["guid-ea: About ea"]
    assert 'href="corrections.xml"' in colleague.public("index.html")
    assert (colleague.root / "feed/build/corrections.json").is_file(), "its pages link to it now"
    assert "nothing to release" in publish(quoted, "ea").stderr
    corrected(colleague, k3v9="It stood in 1940.")
    refused = publish(colleague, "ea", code=4).stderr
    assert "“It fell in 1940.” becomes “It stood in 1940.”" in refused
    assert SAYS in quoted.public("episodes/ea.html")


def test_two_clones_tell_their_corrections_in_one_feed(quoted: Any, colleague: Any) -> None:
    corrected(quoted, TOLD, k3v9=SAYS)
    publish(quoted, "ea")
    other = TOLD.model_copy(update={"quote": None})
    colleague.build("eb", "old", errata=[other])
    toml = colleague.root / "episodes/eb/episode.toml"
    toml.write_text(toml.read_text() + '[[erratum]]\ndate = 2024-06-01\nsaid = "a"\nwhy = "w"\n')
    publish(colleague, "eb")
    assert sorted(told(quoted)) == ["guid-ea: About ea", "guid-eb: About eb"]
    colleague.run("unpublish", "eb", "--allow", "item-gone:eb")
    assert told(quoted) == ["guid-ea: About ea"]


def test_an_episode_that_was_not_released_leaks_no_correction(quoted: Any) -> None:
    corrected(quoted, TOLD, k3v9=SAYS)
    quoted.build("eb", "old", aside="a new look")
    publish(quoted, "eb")
    assert SAID in quoted.public("episodes/ea.html")
    assert "<item>" not in quoted.public("corrections.xml")


def test_a_rollback_puts_the_words_back_and_publishing_tells_them_again(quoted: Any) -> None:
    corrected(quoted, TOLD, k3v9=SAYS)
    publish(quoted, "ea")
    assert "'About ea': a correction is told no more: " in quoted.run("rollback").stderr
    assert SAID in quoted.public("episodes/ea.html")
    assert "“1938” → “1940”" not in quoted.public("feed.xml")
    corrected(quoted, k3v9=SAYS)
    publish(quoted, "ea", code=4)
    corrected(quoted, TOLD, k3v9=SAYS)
    publish(quoted, "ea")
    assert told(quoted) == ["guid-ea: About ea"]
    corrected(quoted, TOLD, GONE)
    publish(quoted, "ea")
    quoted.run("rollback")
    assert told(quoted) == ["guid-ea: About ea"], "the feed of corrections goes back with it"
    quoted.run("gc", "--dry-run")


def test_an_episode_that_got_another_name_is_known_by_its_guid(quoted: Any) -> None:
    moved = [f"--allow={what}:ez" for what in ("renamed", "enclosure-changed", "date-moved")]
    quoted.build("ez", "old", quotes={"k3v9": SAYS})
    for name in ("episode.toml", "build/item.json"):
        file = quoted.root / "episodes/ez" / name
        file.write_text(file.read_text().replace("guid-ez", "guid-ea"))
    (quoted.root / "episodes/ea").rename(quoted.root / "away")
    refused = publish(quoted, "ez", *moved, code=4).stderr
    assert "--allow silent-correction:ez" in refused
    publish(quoted, "ez", *moved, "--allow=silent-correction:guid-ea")
    assert "About ez" in quoted.public("feed.xml")


def test_a_release_that_was_killed_after_its_pages_is_finished(
    quoted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    corrected(quoted, TOLD, k3v9=SAYS)
    with monkeypatch.context() as patch:
        killed = "pipeline.storage.release.release.swap_feed"
        patch.setattr(killed, lambda *_: (_ for _ in ()).throw(StorageError("gone")))
        publish(quoted, "ea", code=1)
    assert SAYS in quoted.public("episodes/ea.html")
    assert "“1938” → “1940”" not in quoted.public("feed.xml")
    publish(quoted, "ea")
    assert "“1938” → “1940”" in quoted.public("feed.xml")
    assert told(quoted) == ["guid-ea: About ea"]
