"""What a machine does with a parcel, over a real store, and what is left of it when it ends early."""

import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipeline.engine.running import parcels
from pipeline.engine.running.parcels import Parcel
from pipeline.engine.running.runner import Runner
from pipeline.errors import SpeechError
from pipeline.settings.production import StorageSettings
from pipeline.settings.show import load_show
from pipeline.show.backfilling import work as module
from pipeline.show.backfilling.work import work
from pipeline.speech.recognising import engine
from pipeline.stages import all_stages
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.release_object import ReleaseObject
from pipeline.web.addresses import work_key
from tests.show.backfilling.faults import Relay

SPEECH = Path(__file__).parents[2] / "data/speech/lighthouse.mp3"


class Place(NamedTuple):
    """A parcel up to the transcript, whose recording is in the store, and the show that it is from."""

    parcel: Parcel
    bucket: StorageSettings
    runner: Runner
    relay: Relay


@pytest.fixture
def place(
    new_show: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bucket: dict[str, str],
) -> Iterator[Place]:
    relay = Relay(int(bucket["endpoint_url"].rpartition(":")[2]))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, bucket[name])
    (tmp_path / "show").mkdir()
    workspace = new_show(
        tmp_path / "show",
        f'[storage]\nendpoint_url = "http://127.0.0.1:{relay.port}"\nbucket = "{bucket["bucket"]}"\n'
        f'public_url = "{bucket["public_url"]}"\nprefix = "t-{secrets.token_hex(6)}"\n',
    )
    recording = workspace.episode("one").directory / "audio.mp3"
    shutil.copy(SPEECH, recording)
    runner = Runner(workspace, all_stages())
    parcel = runner.pack("one", "transcribe")
    store = load_show(workspace).store
    sha256 = parcel.media["audio.mp3"]
    key = work_key(sha256, ".mp3")
    ObjectStore(store).upload(
        [ReleaseObject(key, recording, sha256, "audio/mpeg")], lambda *_: None
    )
    on_machine(tmp_path / "first", monkeypatch)
    monkeypatch.setattr(module, "_EVERY", 0.01)
    yield Place(parcel, store, runner, relay)
    relay.close()


def on_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _: folder)


def dying(error: BaseException, after: int = 0) -> Callable[..., Any]:
    """Of a recogniser: `error` when it has heard so many batches; it hears one chunk at once."""
    real = engine.load

    def load(*given: Any, **options: Any) -> engine.Recogniser:
        found = real(*given, **options)
        chunks: Any = found._engine
        heard: list[Any] = []
        chunks.batch, chunks.workers = 1, 0

        def hear(sounds: Any, language: str) -> Any:
            if len(heard) == after:
                raise error
            heard.append(sounds)
            return type(chunks).hear(chunks, sounds, language)

        chunks.hear = hear
        return found

    return load


class Gone(BaseException):
    """The machine is."""


def test_another_machine_goes_on_where_one_that_is_gone_ended(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engine, "load", dying(Gone(), after=1))
        with pytest.raises(Gone):
            work(place.parcel, place.bucket)
    on_machine(tmp_path / "second", monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(engine, "load", dying(SpeechError("that was not the last chunk"), after=1))
        result, returned = work(place.parcel, place.bucket)
    assert (result.ran, result.error) == (("transcribe",), None)
    assert returned
    assert place.runner.take_in(place.parcel, returned) == ("master", "transcribe")
    assert not ObjectStore(place.bucket).list("work/unfinished/")


def test_what_a_run_has_finished_that_failed_comes_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "load", dying(SpeechError("no more")))
    result, returned = work(place.parcel, place.bucket)
    assert str(result.error) == "no more"
    assert returned
    assert place.runner.take_in(place.parcel, returned) == ("master",)


def test_a_file_is_named_as_the_show_has_it(place: Place, tmp_path: Path) -> None:
    broken = tmp_path / "show/episodes/one/audio.mp3"
    broken.write_bytes(b"no sound")
    parcel = place.runner.pack("one", "transcribe")
    sha256 = parcel.media["audio.mp3"]
    recording = ReleaseObject(work_key(sha256, ".mp3"), broken, sha256, "audio/mpeg")
    ObjectStore(place.bucket).upload([recording], lambda *_: None)
    assert str(work(parcel, place.bucket)[0].error).startswith("episodes/one/audio.mp3: not an")


@pytest.fixture
def held(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """From when the parcel is there the store answers nothing."""

    def unpack_and_hold(*given: Any) -> None:
        parcels.unpack(*given)
        place.relay.held.set()

    monkeypatch.setenv("PULLQUOTE_TIMEOUT", "3")
    monkeypatch.setattr(module, "unpack", unpack_and_hold)


@pytest.mark.usefixtures("held")
@pytest.mark.slow
def test_a_store_that_does_not_answer_for_a_while_costs_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.load

    def load(*given: Any, **options: Any) -> engine.Recogniser:
        place.relay.held.clear()
        monkeypatch.delenv("PULLQUOTE_TIMEOUT")
        return real(*given, **options)

    monkeypatch.setattr(engine, "load", load)
    result, returned = work(place.parcel, place.bucket)
    assert (result.ran, result.error) == (("master", "transcribe"), None)
    assert returned
    assert place.runner.take_in(place.parcel, returned) == ("master", "transcribe")


@pytest.mark.usefixtures("held")
@pytest.mark.slow
def test_a_store_that_answers_nothing_is_named_and_loses_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, returned = work(place.parcel, place.bucket)
    assert "has not answered within 3 s" in str(result.error)
    assert returned is None
    place.relay.held.clear()
    monkeypatch.delenv("PULLQUOTE_TIMEOUT")
    result, returned = work(place.parcel, place.bucket)
    assert (result.ran, result.error) == ((), None)
    assert returned
    assert place.runner.take_in(place.parcel, returned) == ("master", "transcribe")
