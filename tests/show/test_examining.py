import json
import re
import shutil
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.settings.show import load_show
from pipeline.show.examining import Subject, _artwork, _disk, _language, _other_accounts
from pipeline.storage.local.store import LocalStore, open_store
from pipeline.workspace import Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    CliRunner().invoke(main, ["init", str(tmp_path)])
    return tmp_path


def doctor(root: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["doctor", "--root", str(root), *options])


def verdicts(result: Result) -> dict[str, str]:
    return {row["name"]: row["verdict"] for row in json.loads(result.stdout)["findings"]}


@pytest.mark.slow
def test_a_new_show_is_well_but_for_its_placeholders(root: Path) -> None:
    result = doctor(root, "--json")
    assert result.exit_code == 0
    found = verdicts(result)
    assert {name for name, verdict in found.items() if verdict == "warn"} <= {
        "texts",
        "owner",
        "artwork",
        "weights",
    }
    assert [found[name] for name in ("texts", "owner", "artwork")] == ["warn"] * 3
    assert found["conditional writes"] == found["public read"] == found["ffmpeg"] == "ok"
    status = CliRunner().invoke(main, ["store", "status", "--json", "--root", str(root)])
    assert json.loads(status.stdout)["running"] is False, "it did not run before"
    secret = json.loads((root / ".pullquote" / "store" / "keys.json").read_text())["secret_key"]
    assert secret not in result.output


def test_a_disk_with_little_room_is_said_of_show_and_temporary_folder(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(root)
    little = usage._replace(free=1_500_000_000)
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    elsewhere.mkdir()
    told = {str(root): usage._replace(free=9_000_000_000), str(elsewhere): little}
    monkeypatch.setattr(shutil, "disk_usage", lambda path: told[str(path)])
    found = _disk(Subject(Workspace(root), load_show(Workspace(root))))
    assert found.verdict == "warn"
    assert "9.0 GB of" in found.message
    assert "1.5 GB of" in found.message


def test_what_must_be_mended_is_said_and_fails(root: Path) -> None:
    toml = root / "feed" / "show.toml"
    text = toml.read_text().replace('model = "tiny.en"', 'model = "large-v3-turbo"')
    (root / "feed" / "artwork.jpg").write_bytes(b"no picture")
    bucket = (
        '[storage]\nendpoint_url = "http://127.0.0.1:9"\nbucket = "mine"\n'
        'public_url = "https://media.example.org"\n'
    )
    toml.write_text(text + bucket)
    result = doctor(root)
    assert result.exit_code == 1
    assert "FAIL  artwork: artwork.jpg: the picture is neither JPEG nor PNG" in result.stdout
    assert "warn  weights: 'large-v3-turbo' is not on this machine yet" in result.stdout
    assert "FAIL  reachable: " in result.stdout


def test_a_cover_that_could_be_better_is_said(root: Path) -> None:
    small = struct.pack(">I4sIIBB", 13, b"IHDR", 1400, 1400, 8, 2) + b"...IDAT"
    (root / "feed" / "artwork.jpg").unlink()
    (root / "feed" / "artwork.png").write_bytes(b"\x89PNG\r\n\x1a\n" + small + bytes(600_000))
    (root / "feed" / "artwork.svg").write_text("<svg/>")  # the drawing that it was made from
    finding = _artwork(Subject(Workspace.at(root), load_show(Workspace.at(root))))
    assert finding.verdict == "warn"
    assert "is 1400 pixels wide; 3000 is sharper" in finding.message
    assert "under 512,000 loads faster" in finding.message


def test_words_that_stay_english_are_counted(root: Path) -> None:
    def speaks(language: str) -> tuple[str, str]:
        toml = root / "feed" / "show.toml"
        text = re.sub('language = "[^"]*"', f'language = "{language}"', toml.read_text(), count=1)
        toml.write_text(text)
        found = _language(Subject(Workspace.at(root), load_show(Workspace.at(root))))
        return found.verdict, found.message

    assert [speaks(language)[0] for language in ("en-GB", "de-AT", "es-MX", "fr")] == ["ok"] * 4
    verdict, before = speaks("nl")
    assert verdict == "warn"
    own = root / "feed" / "templates" / "nl.po"
    own.parent.mkdir(exist_ok=True)
    own.write_text('msgid "Subscribe"\nmsgstr "Abonneren"\n')
    verdict, after = speaks("nl")
    assert int(after.split()[0]) == int(before.split()[0]) - 1


def test_a_folder_that_takes_no_store_is_a_finding_among_others(root: Path) -> None:
    (root / ".pullquote" / "store" / "lock").mkdir(parents=True)
    result = doctor(root, "--json")
    assert result.exit_code == 1
    found = verdicts(result)
    assert (found["store"], found["ffmpeg"]) == ("fail", "ok")
    assert "a folder stands where a file must be" in result.stdout


def test_a_disk_without_rights_is_said_to_show_the_keys_of_the_store(root: Path) -> None:
    local = LocalStore(Workspace.at(root))
    local.keys()
    assert _other_accounts(local).verdict == "ok"
    local.workspace.store.chmod(0o755)  # as all is on a stick
    assert _other_accounts(local).verdict == "warn"


def test_a_missing_cover_is_said(root: Path) -> None:
    (root / "feed" / "artwork.jpg").unlink()
    toml = root / "feed" / "show.toml"
    toml.write_text(
        toml.read_text()
        + '[storage]\nendpoint_url = "http://127.0.0.1:9"\nbucket = "b"\npublic_url = "https://a.b"\n'
    )
    assert verdicts(doctor(root, "--json"))["artwork"] == "fail"


def test_a_wrong_setting_ends_the_examination(root: Path) -> None:
    toml = root / "feed" / "show.toml"
    toml.write_text("titel = 1\n" + toml.read_text())
    result = doctor(root, "--json")
    assert result.exit_code == 1
    (row,) = json.loads(result.stdout)["findings"]
    assert row["name"] == "show"
    assert "did you mean 'title'?" in row["message"]


def test_owner_and_address_are_somebody_s(root: Path) -> None:
    toml = root / "feed" / "show.toml"
    wrong = (
        '[storage]\nendpoint_url = "http://127.0.0.1:9"\nbucket = "b"\npublic_url = "https://a.b"\n'
    )
    text = toml.read_text().replace('"The host"', '"Ada"')
    for address, said in (
        ("ada@tea.example.org", "warn  owner: nobody reads ada@tea.example.org"),
        ("ada@show.test", "warn  owner: nobody reads ada@show.test"),
        ("ada@teashow.org", "ok    owner: Ada, ada@teashow.org"),
    ):
        toml.write_text(text.replace("host@example.org", address) + wrong)
        assert said in doctor(root).stdout


def test_the_least_policy_is_printed_without_asking_anybody(root: Path) -> None:
    toml = root / "feed" / "show.toml"
    toml.write_text(
        toml.read_text()
        + '[storage]\nendpoint_url = "http://127.0.0.1:9"\nbucket = "mine"\nprefix = "tea"\n'
        'public_url = "https://media.teashow.org"\n'
    )
    result = doctor(root, "--policy")
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert set(printed) == {"bucket", "credentials", "cors"}
    (anybody,) = printed["bucket"]["Statement"]
    assert (anybody["Action"], anybody["Resource"]) == (
        ["s3:GetObject"],
        ["arn:aws:s3:::mine/tea/*"],
    )
    allowed = [action for each in printed["credentials"]["Statement"] for action in each["Action"]]
    assert "s3:PutObject" in allowed
    assert not any("*" in action for action in allowed)
    assert not any("Bucket" in action and "List" not in action for action in allowed)


def test_fix_mends_what_a_setting_of_the_bucket_can_mend(
    root: Path, kill_store: Callable[[Path], None]
) -> None:
    workspace = Workspace.at(root)
    store = open_store(workspace, load_show(workspace))
    try:
        store.set_cors({"AllowedMethods": ["GET"], "AllowedOrigins": ["https://mine.teashow.org"]})
        before = doctor(root, "--json")
        assert verdicts(before)["cors"] == "warn"
        (hint,) = [r["hint"] for r in json.loads(before.stdout)["findings"] if r["name"] == "cors"]
        assert "pullquote doctor --fix" in hint
        fixed = doctor(root, "--fix", "--json")
        assert fixed.exit_code == 0
        assert (verdicts(fixed)["cors"], verdicts(fixed)["fix cors"]) == ("ok", "ok")
        again = doctor(root, "--fix", "--json")
        assert verdicts(again)["fix"] == "ok", "nothing is left"
        rules = store.client.get_bucket_cors(Bucket=store.bucket)["CORSRules"]
        assert ["https://mine.teashow.org"] in [rule["AllowedOrigins"] for rule in rules]
        assert store.list("doctor/") == {}
    finally:
        kill_store(root)


def test_secrets_of_those_to_tell_are_missed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toml = root / "feed" / "show.toml"
    toml.write_text(
        toml.read_text()
        + '[storage]\nendpoint_url = "http://127.0.0.1:9"\nbucket = "b"\npublic_url = "https://a.b"\n'
        '[notify]\nwebsub = ["https://hub.example.org/"]\n'
        'podping = { url = "https://podping.example.org/", token_env = "PODPING_TOKEN" }\n'
    )
    monkeypatch.delenv("PODPING_TOKEN", raising=False)
    assert "warn  notify: not in the environment: PODPING_TOKEN" in doctor(root).stdout
    monkeypatch.setenv("PODPING_TOKEN", "hidden-token")
    told = doctor(root).stdout
    assert "ok    notify: 2 to tell after a release" in told
    assert "hidden-token" not in told
