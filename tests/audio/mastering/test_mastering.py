import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.artefacts import Audio
from pipeline.audio.decoding import ffmpeg
from pipeline.audio.decoding.decode import probe, stream_pcm
from pipeline.audio.mastering import mastering
from pipeline.audio.mastering.loudness import inspect, measure
from pipeline.audio.mastering.mastering import master
from pipeline.audio.mastering.programme import Programme
from pipeline.errors import AudioError, for_people
from pipeline.settings.production import AudioSettings

Samples = NDArray[np.float32]
Voice = Callable[..., Samples]
WriteWav = Callable[..., Path]
Convert = Callable[..., Path]
RATE = 44_100


def loudnorm(path: Path) -> tuple[float, float]:
    """LUFS and dBTP as ffmpeg's other meter prints them: a second opinion with two decimals.

    Its loudness of files below a minute is off by up to 0.7 LU (pyloudnorm agrees with ebur128).
    """
    run = [ffmpeg.executable(), "-nostdin", "-nostats", "-i", str(path)]
    log = subprocess.run(
        [*run, "-af", "loudnorm=print_format=json", "-f", "null", "-"],
        capture_output=True,
        text=True,
    ).stderr
    values = dict(re.findall(r'"(input_\w+)" : "([-\d.]+)"', log))
    return float(values["input_i"]), float(values["input_tp"])


def run(path: Path, out: Path, target: AudioSettings = AudioSettings()) -> Audio:  # noqa: B008 - frozen
    return master(Programme([inspect(path)]), target, out)


def heard(path: Path, rate: int = 16_000) -> Samples:
    return np.concatenate(list(stream_pcm(path, rate)))


def assert_on_target(path: Path, target: AudioSettings = AudioSettings()) -> None:  # noqa: B008 - frozen
    """Measured on the file, not taken from what the code says of it."""
    loudness = measure(path)
    assert abs(loudness.lufs - target.lufs) <= 0.45
    assert loudness.true_peak <= target.true_peak


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("24.wav", ["-c:a", "pcm_s24le", "-ar", "96000"]),
        pytest.param("float.wav", ["-c:a", "pcm_f32le", "-ac", "2"], marks=pytest.mark.slow),
        ("tele.wav", ["-ar", "8000"]),
        pytest.param("hires.wav", ["-ar", "192000"], marks=pytest.mark.slow),
        ("six.flac", ["-af", "pan=5.1|c0=c0|c1=c0|c2=c0"]),
        pytest.param("four.wav", ["-ac", "4"], marks=pytest.mark.slow),
        ("a.m4a", []),
        ("a.opus", ["-c:a", "libopus"]),
    ],
)
def test_any_input_reaches_the_target(
    name: str, options: list[str], tmp_path: Path, speech_wav: Path, convert: Convert
) -> None:
    result = run(convert(speech_wav, tmp_path / name, *options), tmp_path / "out.mp3")
    info = probe(tmp_path / "out.mp3")
    assert (info.codec, info.sample_rate, info.channels) == (
        "mp3",
        result.sample_rate,
        result.channels,
    )
    assert info.bitrate == result.bitrate == 128
    assert result.encoded
    assert result.duration == pytest.approx(8, abs=0.05)
    assert_on_target(tmp_path / "out.mp3")


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gain=st.floats(-44, 6),
    lufs=st.sampled_from([-23.0, -19.0, -16.0]),
    peak=st.sampled_from([-2.0, -1.0]),
    bitrate=st.sampled_from([64, 128, 192, 320]),
    channels=st.sampled_from(["mono", "stereo"]),
)
@pytest.mark.slow
def test_the_target_is_met_from_any_level(
    tmp_path: Path, voice: Voice, write_wav: WriteWav, gain: float, lufs: float, peak: float,
    bitrate: int, channels: str,
) -> None:  # fmt: skip
    sound = voice(5, seed=7) * np.float32(10 ** (gain / 20))  # above 0 dB it clips, as recorders do
    target = AudioSettings.model_validate(
        {"lufs": lufs, "true_peak": peak, "bitrate": bitrate, "channels": channels}
    )
    result = run(write_wav(tmp_path / "in.wav", sound), tmp_path / "out.mp3", target)
    loudness = measure(tmp_path / "out.mp3")
    assert (result.lufs, result.true_peak) == (loudness.lufs, loudness.true_peak)
    assert_on_target(tmp_path / "out.mp3", target)


def test_quiet_speech_with_loud_knocks(tmp_path: Path, voice: Voice, write_wav: WriteWav) -> None:
    """No gain alone can do it: the knocks would pass the ceiling by 26 dB."""
    sound = voice(10) * np.float32(0.05)
    for place in range(RATE, len(sound), 3 * RATE):
        sound[place : place + 40] += np.hanning(40).astype(np.float32)
    source = write_wav(tmp_path / "in.wav", sound)
    assert inspect(source).loudness.true_peak - inspect(source).loudness.lufs > 30
    run(source, tmp_path / "out.mp3")
    assert_on_target(tmp_path / "out.mp3")


def test_both_meters_agree_on_a_long_file(
    tmp_path: Path, voice: Voice, write_wav: WriteWav
) -> None:
    run(write_wav(tmp_path / "in.wav", np.tile(voice(20), 2)), tmp_path / "out.mp3")
    lufs, peak = loudnorm(tmp_path / "out.mp3")
    assert abs(lufs + 16) <= 0.5
    assert peak <= -1


@pytest.mark.slow
def test_recordings_of_others(shared: Path, tmp_path: Path) -> None:
    names = ["ami-en2001b-0-30s/*.flac", "wnyc-glazed-donut-27s/*.mp3",
             "vad-aeneas-nsn/*.wav", "normalize-quiet-m4a/*.m4a", "name-emoji/*"]  # fmt: skip
    for name in names:
        path = next(p for p in shared.glob(name) if p.suffix not in {".json", ".txt"})
        run(path, tmp_path / "out.mp3")
        assert_on_target(tmp_path / "out.mp3")


def test_the_same_input_gives_the_same_bytes(tmp_path: Path, speech_wav: Path) -> None:
    run(speech_wav, tmp_path / "one.mp3")
    run(speech_wav, tmp_path / "two.mp3")
    content = (tmp_path / "one.mp3").read_bytes()
    assert content == (tmp_path / "two.mp3").read_bytes()
    assert not content.startswith(b"ID3")


@pytest.fixture(scope="module")
def finished(speech_wav: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MP3 at the default target."""
    path = tmp_path_factory.mktemp("finished") / "finished.mp3"
    run(speech_wav, path)
    return path


def test_a_finished_mp3_passes_byte_for_byte(finished: Path, tmp_path: Path) -> None:
    result = run(finished, tmp_path / "out.mp3")
    assert not result.encoded
    assert (result.bitrate, result.sample_rate, result.channels) == (128, 44_100, 1)
    assert (tmp_path / "out.mp3").read_bytes() == finished.read_bytes()


def test_its_tags_and_cover_do_not_matter(finished: Path, tmp_path: Path, convert: Convert) -> None:
    tagged = convert(finished, tmp_path / "tagged.mp3", "-c", "copy", "-metadata", "title=Other")
    assert not run(tagged, tmp_path / "out.mp3").encoded
    assert (tmp_path / "out.mp3").read_bytes() == tagged.read_bytes()


@pytest.mark.parametrize(
    "options",
    [
        ["-af", "volume=1dB"],
        ["-ar", "22050"],
        ["-b:a", "32k"],
    ],
    ids=["loudness", "rate", "bitrate"],
)
def test_what_is_not_finished_is_encoded(
    options: list[str], finished: Path, tmp_path: Path, convert: Convert
) -> None:
    other = convert(finished, tmp_path / "other.mp3", "-b:a", "128k", *options)
    assert run(other, tmp_path / "out.mp3").encoded
    assert_on_target(tmp_path / "out.mp3")


def test_another_target_encodes_a_finished_mp3(finished: Path, tmp_path: Path) -> None:
    for target in (
        AudioSettings(lufs=-19.0),
        AudioSettings(true_peak=-3.0),
        AudioSettings(channels="stereo"),
    ):
        result = run(finished, tmp_path / "out.mp3", target)
        assert result.encoded
        assert_on_target(tmp_path / "out.mp3", target)
    assert result.channels == 2


def test_an_mp3_whose_header_lies_about_its_length_is_encoded(
    finished: Path, tmp_path: Path
) -> None:
    """Two files in one: the header tells the length of the first, and players seek by it."""
    double = tmp_path / "double.mp3"
    double.write_bytes(finished.read_bytes() * 2)
    result = run(double, tmp_path / "out.mp3")
    assert result.encoded
    assert result.duration == pytest.approx(16, abs=0.1)


def test_silence_is_refused(tmp_path: Path, write_wav: WriteWav) -> None:
    silent = write_wav(tmp_path / "silent.wav", np.zeros(3 * RATE, dtype=np.float32))
    with pytest.raises(AudioError, match=r"silent\.wav: silent") as caught:
        run(silent, tmp_path / "out.mp3")
    assert "muted" in caught.value.hint


def test_what_cannot_reach_the_target_is_told(
    tmp_path: Path, write_wav: WriteWav, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A click a second has no loudness to raise."""
    sound = np.zeros(6 * RATE, dtype=np.float32)
    sound[::RATE] = 0.9
    monkeypatch.setattr(mastering, "_ATTEMPTS", 2)
    with pytest.raises(AudioError, match=r"cannot be brought to -8\.0 LUFS"):
        run(
            write_wav(tmp_path / "clicks.wav", sound),
            tmp_path / "out.mp3",
            AudioSettings(lufs=-8.0),
        )


def test_a_recording_that_changes_while_it_is_encoded(tmp_path: Path, speech_wav: Path) -> None:
    path = tmp_path / "in.wav"
    shutil.copy(speech_wav, path)
    programme = Programme([inspect(path)])
    with pytest.raises(AudioError, match="changed while it was read"):
        master(programme, AudioSettings(), tmp_path / "out.mp3", lambda *report: path.touch())


@pytest.fixture
def tracks(tmp_path: Path, voice: Voice, write_wav: WriteWav) -> dict[str, Path]:
    """Two speakers in turn, one 20 dB softer than the other, and one who never speaks."""
    loud, soft = np.zeros((2, 8 * RATE), dtype=np.float32)
    loud[: 4 * RATE] = voice(4, seed=2)
    soft[4 * RATE :] = voice(4, seed=3, pitch=220) * np.float32(0.3)
    sounds = {"loud": loud, "soft": soft, "mute": np.zeros(RATE * 8, dtype=np.float32)}
    return {name: write_wav(tmp_path / f"{name}.wav", sound) for name, sound in sounds.items()}


def test_tracks_are_mixed_equally_loud(tracks: dict[str, Path], tmp_path: Path) -> None:
    programme = Programme([inspect(path) for path in tracks.values()])
    result = master(programme, AudioSettings(), tmp_path / "out.mp3")
    assert_on_target(tmp_path / "out.mp3")
    assert result.channels == 1
    mix = heard(tmp_path / "out.mp3")
    first, second = (np.sqrt(np.mean(np.square(part))) for part in np.split(mix[:128_000], 2))
    assert 20 * np.log10(first / second) == pytest.approx(0, abs=3)  # 10 dB apart before


def test_only_mute_tracks_are_refused(tracks: dict[str, Path], tmp_path: Path) -> None:
    silent = inspect(tracks["mute"])
    with pytest.raises(AudioError, match="silent"):
        master(Programme([silent, silent]), AudioSettings(), tmp_path / "out.mp3")


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory, write_wav: WriteWav) -> Path:
    """Three seconds of a stereo chord at 48 kHz, soft."""
    time = np.arange(3 * 48_000) / 48_000
    chord = sum(np.sin(2 * np.pi * tone * time) for tone in (220, 277, 330)) * 0.02
    both = np.stack((chord, chord), axis=1).astype(np.float32)
    return write_wav(tmp_path_factory.mktemp("music") / "music.wav", both, 48_000)


def test_intro_and_outro_are_joined_with_fades(
    music: Path, speech_wav: Path, tmp_path: Path
) -> None:
    plain = Programme([inspect(speech_wav)])
    told: list[tuple[float, float, str]] = []
    whole = replace(plain, intro=inspect(music), outro=inspect(music))
    result = master(
        whole, AudioSettings(fade=1.0), tmp_path / "all.mp3", lambda *seen: told.append(seen)
    )
    assert result.offset == pytest.approx(2.0)
    assert result.duration == pytest.approx(2 + 8 + 2, abs=0.03)
    assert (result.channels, result.sample_rate) == (2, 48_000)
    assert_on_target(tmp_path / "all.mp3")
    assert max(seen[0] for seen in told) == pytest.approx(12, abs=0.05)

    master(plain, AudioSettings(channels="stereo"), tmp_path / "plain.mp3")
    sound, voice = heard(tmp_path / "all.mp3"), heard(tmp_path / "plain.mp3")
    middle = sound[16_000 * 4 : 16_000 * 8]
    expected = voice[16_000 * 2 : 16_000 * 6]
    similarity = np.corrcoef(middle, expected)[0, 1]
    assert similarity > 0.99  # the voice lies where `offset` says, and no music is under it


def test_music_fades_under_the_voice_and_the_voice_does_not(
    music: Path, tmp_path: Path, write_wav: WriteWav
) -> None:
    """With a tone for a voice, the two can be told apart by frequency."""
    time = np.arange(6 * RATE) / RATE
    tone = write_wav(
        tmp_path / "tone.wav", (0.1 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)
    )
    master(
        Programme([inspect(tone)], inspect(music)), AudioSettings(fade=2.0), tmp_path / "out.mp3"
    )
    sound = heard(tmp_path / "out.mp3")

    def strength(frequency: float, second: float) -> float:
        part = sound[round(second * 16_000) :][:3200]
        wave = np.exp(2j * np.pi * frequency * np.arange(3200) / 16_000)
        return float(np.abs(np.dot(part, wave)) / 1600)

    assert strength(1000, 0.5) < 0.02 * strength(1000, 4)  # not yet
    assert strength(1000, 1.3) == pytest.approx(strength(1000, 4), rel=0.1)  # at once in full
    assert strength(220, 0.5) > 1.5 * strength(220, 1.9) > 3 * strength(220, 2.7)
    assert strength(220, 3.5) < 0.02 * strength(220, 0.5)


def test_a_short_recording_shortens_the_fades(
    music: Path, tmp_path: Path, write_wav: WriteWav, voice: Voice
) -> None:
    short = write_wav(tmp_path / "short.wav", voice(2))
    programme = Programme([inspect(short)], inspect(music), inspect(music))
    result = master(programme, AudioSettings(fade=30), tmp_path / "out.mp3")
    assert result.offset == pytest.approx(2.0)
    assert result.duration == pytest.approx(6, abs=0.03)


def test_fades_longer_than_the_music(music: Path, speech_wav: Path, tmp_path: Path) -> None:
    programme = Programme([inspect(speech_wav)], inspect(music), inspect(music))
    result = master(programme, AudioSettings(fade=30), tmp_path / "out.mp3")
    assert result.offset == pytest.approx(0.0, abs=0.03)
    assert result.duration == pytest.approx(8, abs=0.06)


def test_a_full_disk_is_not_the_recordings_fault(speech_wav: Path, tmp_path: Path) -> None:
    full = tmp_path / "out.mp3"
    full.symlink_to("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        run(speech_wav, full)
    assert "out.mp3: the disk is full" in str(for_people(caught.value))


def test_without_fades_the_parts_follow_each_other(
    music: Path, speech_wav: Path, tmp_path: Path
) -> None:
    programme = Programme([inspect(speech_wav)], inspect(music), inspect(music))
    result = master(programme, AudioSettings(fade=0), tmp_path / "out.mp3")
    assert result.offset == pytest.approx(3.0)
    assert result.duration == pytest.approx(14, abs=0.03)


def test_music_that_is_silent_or_too_long_is_refused(
    music: Path, speech_wav: Path, tmp_path: Path, write_wav: WriteWav
) -> None:
    silent = inspect(write_wav(tmp_path / "hush.wav", np.zeros(2 * RATE, dtype=np.float32)))
    with pytest.raises(AudioError, match=r"hush\.wav: silent"):
        master(Programme([inspect(speech_wav)], silent), AudioSettings(), tmp_path / "out.mp3")
    long = inspect(music)
    long = replace(long, loudness=replace(long.loudness, seconds=301.0))
    with pytest.raises(AudioError, match="too long for an intro or outro"):
        master(Programme([inspect(speech_wav)], outro=long), AudioSettings(), tmp_path / "out.mp3")


def test_tracks_of_clocks_that_differ_stay_together(tmp_path: Path, write_wav: WriteWav) -> None:
    random = np.random.default_rng(2)
    bursts = random.normal(0, 0.2, 6 * RATE) * np.repeat([1.0, 0.0, 0.0, 0.0, 0.0, 1.0], RATE)
    paths = [write_wav(tmp_path / f"{name}.wav", bursts.astype(np.float32)) for name in "ab"]
    voices = [inspect(path) for path in paths]
    for rate in (1.01, 0.99):
        out = tmp_path / f"{rate}.mp3"
        programme = Programme(voices, starts=[0.0, 6.0], rates=[1.0, rate])
        master(programme, AudioSettings(), out)
        sound = np.abs(heard(out)[16_000 * 6 :])
        loud = np.flatnonzero(np.convolve(sound, np.ones(80) / 80, "same") > 0.02)
        later = loud[loud > 16_000 * 3][0] / 16_000
        assert later == pytest.approx(5 * rate, abs=0.012)
        assert measure(out).seconds == pytest.approx(6 + 6 * rate, abs=0.08)
