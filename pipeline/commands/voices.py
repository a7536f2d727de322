"""`transcript speakers`: who the numbered voices of an episode are, proposed and then confirmed."""

import click

from pipeline.commands.app import App, command, emit_json, note, say
from pipeline.errors import ConfigError
from pipeline.show.words.voices import Voice, name_voices, nothing_tells, voices_of
from pipeline.times import clock


@command("speakers")
@click.argument("slug")
@click.option(
    "--name", "named", metavar="LABEL=NAME", multiple=True, help="Name a voice: 'Speaker 1=Ada'."
)
@click.option("--accept", "accepted", is_flag=True, help="Take the names that are proposed.")
@click.option("--json", "as_json", is_flag=True, help="Print the voices as JSON.")
def speakers(app: App, slug: str, named: tuple[str, ...], accepted: bool, as_json: bool) -> None:
    """List the numbered voices of the episode SLUG, with who each may be.

    Proposed are people whose voice you have named in another episode, then those of show.toml and
    episode.toml in the order in which they first speak, hosts first. Names that you give or accept go
    into corrections.toml; what the voices are like lies in .pullquote/ and never leaves this machine.
    """
    episode = app.episode(slug)
    voices = voices_of(episode)
    chosen = dict(_given(text, voices) for text in named)
    if accepted:
        proposals = {v.label: v.proposed for v in voices if v.proposed and not v.name}
        chosen = {label: name for label, name in proposals.items() if name} | chosen
    if chosen:
        name_voices(episode, chosen)
        voices = voices_of(episode)
    if as_json:
        emit_json({"slug": slug, "speakers": voices})
        return
    for voice in voices:
        say(_line(voice))
    if not voices and nothing_tells(episode):
        note(
            f"{slug}: nothing says who speaks: record tracks/<name>.wav, or set [transcribe] "
            "diarise = true in feed/show.toml"
        )
        return
    _advise(slug, voices, bool(chosen))


def _given(text: str, voices: list[Voice]) -> tuple[str, str]:
    label, _, name = (part.strip() for part in text.partition("="))
    labels = [voice.label for voice in voices]
    if label not in labels or not name:
        raise ConfigError(
            f"--name '{text}': not a voice and its name",
            f"write --name '{labels[0]}=Ada Lovelace'" if labels else "no voice waits for a name",
        )
    return label, name


def _line(voice: Voice) -> str:
    who = voice.name or (f"{voice.proposed}? ({voice.why})" if voice.proposed else "nobody knows")
    return f"{voice.label:<11}  from {clock(voice.first)}, {voice.seconds:5.0f} s  {who}"


def _advise(slug: str, voices: list[Voice], written: bool) -> None:
    unnamed = [voice for voice in voices if not voice.name]
    if not voices:
        note(f"{slug}: no voice waits for a name")
    elif any(voice.proposed for voice in unnamed):
        note(f"listen, then: pullquote transcript speakers {slug} --accept, or --name LABEL=NAME")
    elif unnamed:
        note(
            f"add who speaks to episodes/{slug}/episode.toml, or say it here: pullquote transcript"
            f" speakers {slug} --name '{unnamed[0].label}=NAME'"
        )
    if written:
        note(f"written to episodes/{slug}/corrections.toml; now: pullquote run {slug}")
