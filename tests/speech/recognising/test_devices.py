"""The choice of device, precision and batch, for machines that need not be here."""

import pytest

from pipeline.errors import ConfigError
from pipeline.speech.recognising import devices
from pipeline.speech.recognising.devices import Machine

LAPTOP = Machine(cuda=False, bfloat16=False, threads=2)
SERVER = Machine(cuda=False, bfloat16=True, threads=32)
MAC = Machine(cuda=False, bfloat16=False, threads=8)
GAMER = Machine(cuda=True, bfloat16=False, threads=8)

TINY = {"n_text_layer": 4, "n_audio_ctx": 1500, "n_text_state": 384}
TURBO = {"n_text_layer": 4, "n_audio_ctx": 1500, "n_text_state": 1280}
LARGE = {"n_text_layer": 32, "n_audio_ctx": 1500, "n_text_state": 1280}


@pytest.mark.parametrize(
    ("machine", "device", "precision"),
    [
        (LAPTOP, "cpu", "float32"),
        (SERVER, "cpu", "bfloat16"),
        (MAC, "cpu", "float32"),
        (GAMER, "cuda", "float16"),
    ],
)
def test_each_machine_gets_its_device_and_precision(
    machine: Machine, device: str, precision: str
) -> None:
    assert machine.best == device
    assert devices.precision(device, machine) == precision


def test_an_apple_gpu_is_used_when_it_is_asked_for() -> None:
    assert devices.kind_of("mps") == "mps"
    assert devices.precision("mps", MAC) == "float16"
    assert devices.sizes("mps", MAC, devices.cache_bytes(TURBO, 2), 16) == (16, 1)


@pytest.mark.parametrize(
    ("kind", "machine", "dims", "itemsize", "expected"),
    [
        ("cpu", LAPTOP, TINY, 4, (8, 2)),
        ("cpu", SERVER, TINY, 2, (8, 4)),
        ("cpu", LAPTOP, LARGE, 4, (1, 1)),  # half a gigabyte a chunk: one at a time
        ("cuda", GAMER, TURBO, 2, (8, 1)),
        ("cuda", GAMER, LARGE, 2, (8, 1)),
    ],
)
def test_batches_fit_the_memory(
    kind: str, machine: Machine, dims: dict[str, int], itemsize: int, expected: tuple[int, int]
) -> None:
    room = devices.cache_bytes(dims, itemsize)
    assert devices.sizes(kind, machine, room, 8) == expected
    batch, workers = expected
    assert batch * workers * room <= {"cpu": 3e8, "cuda": 6e9}[kind] or expected == (1, 1)


def test_batches_fit_what_a_card_has_left() -> None:
    room = devices.cache_bytes(LARGE, 2)  # 246 MB
    assert devices.sizes("cuda", GAMER, room, 32, free=4_000_000_000) == (8, 1)
    assert devices.sizes("cuda", GAMER, room, 32, free=100_000_000) == (1, 1)
    assert devices.sizes("cuda", GAMER, room, 32, free=80_000_000_000) == (24, 1)


def test_why_torch_finds_no_card_is_one_line() -> None:
    assert len(devices.why_no_card().splitlines()) == 1


@pytest.mark.parametrize(
    ("kind", "supported", "expected"),
    [
        ("cpu", {"int8", "int8_float32", "float32"}, "int8"),
        ("cuda", {"int8", "float16", "float32"}, "float16"),
        ("cuda", {"int8_float32", "float32"}, "int8_float32"),  # a card without fast halves
        ("cpu", {"float32"}, "float32"),
    ],
)
def test_ctranslate2_gets_the_fastest_precision_it_supports(
    kind: str, supported: set[str], expected: str
) -> None:
    assert devices.compute_type(kind, supported) == expected


def test_a_card_by_its_number_is_of_its_kind() -> None:
    assert devices.kind_of("cuda:1") == "cuda"
    with pytest.raises(ConfigError, match="'meta' is not supported"):
        devices.kind_of("meta")


def test_this_machine_can_be_asked() -> None:
    here = Machine.here()
    assert here.threads >= 1
    assert here.best in devices.KINDS
