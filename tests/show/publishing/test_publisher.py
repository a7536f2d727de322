"""Week two: episodes half built, changed or from elsewhere, and releases that are taken back.

Episodes are small files made by `make_item`; store, feed, pages of the show and commands are real.
"""

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pipeline.artefacts import PUBLISHED
from pipeline.errors import Refused
from pipeline.show.public.publication import published_slugs


def test_an_episode_that_is_not_published_stays_as_it_was_released(show: Any) -> None:
    show.build("ea", "new")
    show.build("eb", "new")
    report = show.release("eb")
    assert show.heard("ea") == {"old"}
    assert show.heard("eb") == {"new"}
    assert "ea has changes that were not released: pullquote publish ea sends them" in report.notes
    assert not any("/ea" in key for key in report.sent)
    assert show.release("eb").nothing_to_release
    show.release("ea")
    assert show.heard("ea") == {"new"}
    assert not any("not released" in note for note in show.release("eb").notes)


def test_a_half_built_episode_neither_blocks_another_nor_leaks(show: Any) -> None:
    """`item.json` is as it was released, what it names is not any more."""
    build = show.root / "episodes/ea/build"
    for name in ("chapters.json", "transcript.vtt", "site/page.html", "posts/link-post.html"):
        (build / name).write_text(f"half built, new and longer than before: {name}" * 9)
    show.build("eb", "new")
    report = show.release("eb")
    assert show.heard("ea") == {"old"}
    assert show.heard("eb") == {"new"}
    assert "ea has changes that were not released: pullquote publish ea sends them" in report.notes
    planned = show.json("plan", "eb")
    assert planned["uploads"] == []
    assert any("ea has changes" in note for note in planned["notes"])


def test_an_episode_whose_toml_is_broken_stays_and_hides_no_other(show: Any) -> None:
    """Its GUID is told by what was built, so that none of its files goes out with another's."""
    show.build("ea", "old", aside="a new look")
    toml = show.root / "episodes/ea/episode.toml"
    toml.write_text(toml.read_text() + "\ntitle")
    show.build("eb", "new")
    assert not any("/ea" in key for key in show.release("eb").sent)
    assert show.release("eb").nothing_to_release
    show.build("ea", "new")
    toml.write_text("title")
    listed = show.run("status")
    assert listed.exit_code == 0
    assert "ea  " in listed.stdout
    assert "eb  2" in listed.stdout


def test_a_date_that_is_not_released_does_not_stop_another_episode(show: Any) -> None:
    show.build("ea", "old", date="2199-05-02T12:00:00+00:00")
    show.build("eb", "new")
    show.release("eb")
    assert show.heard("eb") == {"new"}
    assert "2199" not in show.public("feed.xml")
    with pytest.raises(Refused, match="ea: the feed would say Thu, 02 May 2199"):
        show.release("ea")


def test_a_plan_names_the_episode_whose_files_change_while_the_feed_does_not(show: Any) -> None:
    show.build("ea", "old", aside="a new look")
    planned = show.json("plan", "ea")
    assert [(each["change"], each["slug"]) for each in planned["episodes"]] == [("files", "ea")]
    assert [each["key"] for each in planned["uploads"]] == ["episodes/ea.html"]
    shown = show.run("plan", "ea").stdout
    assert "its page, transcripts or chapters; the feed says the same of it" in shown
    assert "(1 episode unchanged)" in shown
    assert "Plan: 0 new, 1 changed, 0 removed. Upload 1 object" in shown


def test_into_a_new_store_goes_what_is_finished_and_the_rest_is_named(
    colleague: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = colleague.root / "feed/show.toml"
    toml.write_text(toml.read_text().replace('prefix = "t-', 'prefix = "moved-'))
    (colleague.root / "episodes/ea/build/chapters.json").write_text("half built")
    colleague.release("eb")
    assert colleague.feed() == {"eb": "old"}
    assert "ea is not finished here: pullquote publish ea puts it in" in capsys.readouterr().err
    colleague.build("ea", "new")
    colleague.release("ea")
    assert colleague.heard("ea") == {"new"}


def test_a_move_names_what_only_others_have_published(
    show: Any, colleague: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    colleague.build("ec", "new")
    colleague.release("ec")
    old = show.store.base_url
    toml = show.root / "feed/show.toml"
    toml.write_text(toml.read_text().replace('prefix = "t-', 'prefix = "moved-'))
    capsys.readouterr()
    show.run("plan")
    told = capsys.readouterr().err
    show.release("ea", "eb")
    told += capsys.readouterr().err
    line = f"'About ec' is in the feed at {old}feed.xml and not here: git pull first"
    assert told.count(line) == 1, told
    assert "About e" not in told.replace(line, "")


def test_two_commands_in_one_clone_keep_each_others_list(show: Any) -> None:
    """A plan put the list back as it was before the other had published."""
    show.build("ec", "new")
    with ThreadPoolExecutor() as pool:
        with show.desk.offer(keep=False):
            published = pool.submit(show.release, "ec")
            time.sleep(0.5)
            assert not published.done()
        published.result()
    assert published_slugs(show.workspace) == ["ea", "eb", "ec"]
    late = show.desk
    assert len(late.live.items) == 3
    show.build("ed", "new")
    show.release("ed")
    with late.offer({"ea"}, keep=True) as offer:
        offer.release((), announce=lambda plan: None, what="test")
    assert published_slugs(show.workspace) == ["ea", "eb", "ec", "ed"]
    assert set(show.feed()) == {"ea", "eb", "ec", "ed"}


def test_a_draft_that_a_colleague_published_is_from_elsewhere(show: Any, colleague: Any) -> None:
    colleague.build("ec", "new")
    colleague.release("ec")
    draft = show.root / "episodes/ec"
    draft.mkdir()
    shutil.copy(colleague.root / "episodes/ec/episode.toml", draft)
    assert show.json("plan")["uploads"] == []
    show.build("eb", "new")
    report = show.release("eb")
    assert show.feed() == {"ea": "old", "eb": "new", "ec": "new"}
    assert show.heard("ec") == {"new"}
    assert "About ec" in show.public("index.html")
    assert any("'About ec' was published from elsewhere" in note for note in report.notes)
    assert "nothing is due" in show.run("publish", "--due").stderr
    states = {each["slug"]: each["state"] for each in show.json("status")}
    assert states["ec"] == "published from elsewhere, and not here: git pull"
    exported = show.run("export", str(show.root / "out")).stderr
    assert "ec was published from elsewhere and is left out: git pull" in exported
    show.json("gc")
    show.run("rollback")
    assert show.feed() == {"ea": "old", "eb": "old", "ec": "new"}
    colleague.release("ec")
    assert show.feed() == {"ea": "old", "eb": "old", "ec": "new"}


def test_a_clone_that_is_behind_takes_no_change_back(show: Any, colleague: Any) -> None:
    """Also after a release of its own, with which it has seen the colleague's."""
    colleague.build("eb", "new")
    colleague.release("eb")
    show.build("ea", "new")
    show.release("ea")
    planned = show.json("plan", "eb")
    assert (planned["episodes"], planned["uploads"]) == ([], [])
    report = show.release("eb")
    assert report.nothing_to_release
    assert "'About eb' was changed from elsewhere and stays so" in report.notes[0]
    assert show.heard("eb") == {"new"}


def test_what_both_changed_is_decided_once_for_feed_and_files(show: Any, colleague: Any) -> None:
    colleague.build("eb", "new")
    colleague.release("eb")
    show.build("ea", "new")
    show.release("ea")  # and takes the colleague's item over
    show.build("eb", "old", aside="another look")
    with pytest.raises(Refused) as caught:
        show.release("eb")
    assert "--allow changed-elsewhere:eb" in caught.value.hint
    assert "file-changed" not in caught.value.hint
    show.release("eb", allow=["changed-elsewhere:eb"])
    assert show.heard("eb") == {"old"}
    assert "another look" in show.public("episodes/eb.html")


def test_a_clone_that_has_never_released_and_is_behind_does_not_rename_the_show(
    show: Any, colleague: Any
) -> None:
    toml = show.root / "feed/show.toml"
    toml.write_text(toml.read_text().replace("An untitled show", "Iron & Air"))
    show.build("ea", "new")
    show.release("ea")
    colleague.build("ec", "new")
    with pytest.raises(Refused) as caught:
        colleague.release("ec")
    assert "the show's title is here as an earlier release had it" in caught.value.message
    assert caught.value.hint.endswith("--allow show-changed-elsewhere")
    report = colleague.release("ec", allow=["show-changed-elsewhere"])
    assert (
        "ea is not as it was released: git pull if others changed it; "
        "pullquote publish ea sends it as it is here"
    ) in report.notes
    assert "An untitled show" in show.public("feed.xml")
    show.run("rollback")
    toml.write_text(toml.read_text().replace("Iron & Air", "Iron"))
    assert not show.json("plan")["refused"], "a title that nobody had yet is a change of ours"


def test_what_git_cannot_merge_of_the_whole_show_is_made_anew(show: Any, tmp_path: Path) -> None:
    """Two people publish an episode each, and one pulls: nobody merges a feed by hand."""

    def git(root: Path, *arguments: str, code: int = 0) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "pull.rebase=false"]
        done = subprocess.run(["git", *who, *arguments], cwd=root, capture_output=True)
        assert done.returncode == code, done.stderr.decode()

    git(show.root, "init", "--quiet")
    colleague = type(show)(tmp_path / "colleague")
    for step in ("first", "second"):
        git(show.root, "add", "--all")
        git(show.root, "commit", "--quiet", "--message", step)
        if step == "first":
            git(tmp_path, "clone", "--quiet", str(show.root), str(colleague.root))
            show.build("ec", "new")
            show.release("ec")
    colleague.build("ed", "new")
    colleague.release("ed")
    git(colleague.root, "add", "--all")
    git(colleague.root, "commit", "--quiet", "--message", "third")
    git(colleague.root, "pull", "--quiet", "--no-edit", code=1)
    made = colleague.root / "feed/build"
    assert "<<<<<<<" in (made / "published.json").read_text()
    assert "nothing to release" in colleague.run("plan").stdout
    assert PUBLISHED.of(colleague.workspace).episodes == ["ea", "eb", "ec", "ed"]
    torn = [path for path in made.rglob("*") if path.is_file() and b"<<<<<<<" in path.read_bytes()]
    assert not torn, "to be committed as it is"


def test_who_rolls_back_may_publish_again_what_was_taken_back(show: Any) -> None:
    toml = show.root / "feed/show.toml"
    toml.write_text(toml.read_text().replace("An untitled show", "Iron & Air"))
    show.build("ea", "new")
    show.release("ea")
    show.run("rollback")
    show.release("ea")
    assert "Iron &amp; Air" in show.public("feed.xml")


def test_an_episode_that_a_colleague_took_out_comes_back_whole(show: Any, colleague: Any) -> None:
    colleague.run("unpublish", "eb")
    assert "taken out of the feed" in show.public("episodes/eb.html")
    assert not any("elsewhere" in note for note in show.release("eb").notes)
    assert show.heard("eb") == {"old"}
    assert "taken out of the feed" not in show.public("episodes/eb.html")


def test_a_rollback_takes_back_all_that_a_release_changed(show: Any) -> None:
    show.build("ea", "new")
    show.release("ea")
    assert show.heard("ea") == {"new"}
    done = show.run("rollback")
    assert show.heard("ea") == {"old"}
    assert "is live again (2 episodes; 10 files put back)" in done.stdout
    assert [each["unreleased"] for each in show.json("status")] == [True, False]
    show.release("eb")
    assert show.heard("ea") == {"old"}, "another release does not bring it back"
    show.run("rollback")
    assert show.heard("ea") == {"new"}
    show.run("rollback")
    assert show.heard("ea") == {"old"}
    show.release("ea")
    assert show.heard("ea") == {"new"}
    assert not any(each["unreleased"] for each in show.json("status"))


def test_a_rollback_past_unpublish_brings_the_page_back(show: Any) -> None:
    show.run("unpublish", "ea")
    assert "taken out of the feed" in show.public("episodes/ea.html")
    assert "About ea" not in show.public("index.html")
    show.run("rollback")
    assert show.feed() == {"ea": "old", "eb": "old"}
    assert "taken out" not in show.public("episodes/ea.html")
    assert "About ea" in show.public("index.html")
    assert [each["published"] for each in show.json("status")] == [True, True]
    show.run("rollback")
    assert show.feed() == {"eb": "old"}
    assert "taken out of the feed" in show.public("episodes/ea.html")
    assert [each["published"] for each in show.json("status")] == [False, True]


def test_an_episode_that_a_rollback_takes_out_says_so(show: Any, colleague: Any) -> None:
    show.build("ec", "new")
    show.release("ec")
    shutil.copytree(show.root / "episodes/ec", colleague.root / "episodes/ec")
    shutil.copy(PUBLISHED.path(show.workspace), PUBLISHED.path(colleague.workspace))
    show.run("rollback")
    assert "taken out of the feed" in show.public("episodes/ec.html")
    assert "About ec" not in show.public("index.html")
    assert "About ec" not in show.public("posts.xml")
    assert [each["published"] for each in show.json("status")] == [True, True, False]
    colleague.release("eb")
    assert set(show.feed()) == {"ea", "eb"}, "a clone from before does not bring it back"
    show.release("ec")
    assert set(show.feed()) == {"ea", "eb", "ec"}
    assert "taken out" not in show.public("episodes/ec.html")


def test_an_episode_with_a_fault_can_be_taken_out(show: Any) -> None:
    toml = show.root / "episodes/ea/episode.toml"
    toml.write_text(toml.read_text() + 'video = "http://example.org/v"\n')
    show.run("unpublish", "ea")
    assert "ea" not in show.feed()
