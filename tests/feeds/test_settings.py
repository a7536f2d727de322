"""What show.toml and episode.toml may say of the rarer tags, and what is refused with which words."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.settings.podcasting import Alternate
from pipeline.settings.show import load_episode, load_show
from pipeline.workspace import Workspace

NewShow = Callable[..., Workspace]

RICH = """
block_services = ["google"]
inline_chapters = true

[seasons]
1 = "Small things"

[[locations]]
name = "Leith"
geo = "geo:55.97,-3.17;u=100"
osm = "R148838"

[[podroll]]
guid = "9b024349-ccf0-5f69-a609-6b82873eab3c"

[value]
suggested = "0.00000015000"
[[value.recipients]]
address = "02d5"
split = 1

[spotify]
countries = ["gb"]
limit = 50

[[alternates]]
codec = "opus"
bitrate = 24
channels = "mono"
"""


def test_a_show_that_uses_every_setting(tmp_path: Path, new_show: NewShow) -> None:
    show = load_show(new_show(tmp_path, RICH))
    assert show.seasons == {"1": "Small things"}
    assert show.alternates == [Alternate(codec="opus", bitrate=24, channels="mono")]
    assert show.alternates[0].name == "opus-24-mono.opus"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[seasons]\none = "x"', r"\[seasons\] one: is no season's number"),
        ('[[locations]]\nname = "x"\ngeo = "55,3"', r"\[locations\[1\]\] geo"),
        ('[[podroll]]\nguid = "mine"', r"\[podroll\[1\]\] guid"),
        ("[value]\nrecipients = []", r"\[value\] recipients"),
        ('[spotify]\ncountries = ["GBR"]', r"\[spotify.countries\]|countries"),
        ('[[alternates]]\ncodec = "ogg"\nbitrate = 24', r"\[alternates\[1\]\] codec"),
        ("[[alternates]]\nbitrat = 24", r"did you mean 'bitrate'"),
        ('[[alternates]]\ncodec = "aac"\nbitrate = 48\n' * 2, "two have the same codec"),
        ('block_services = ["Google Podcasts"]', "block_services"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, new_show: NewShow, text: str, words: str) -> None:
    workspace = new_show(tmp_path, text)
    with pytest.raises(ConfigError, match=words):
        load_show(workspace)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('url = "file:///x.mp3"\nlength = 1\ntype = "audio/mpeg"', r"\[enclosure\] url: is no web"),
        ('url = "https://x.org/a"\nlength = -1\ntype = "audio/mpeg"', r"\[enclosure\] length"),
        ('url = "https://x.org/a"\nlength = 1\ntype = "mp3"', "'mp3' is no media type"),
        ('url = "https://x.org/a"\nlength = 1', r"\[enclosure\] type: missing"),
    ],
)
def test_a_wrong_enclosure_is_named(
    tmp_path: Path, new_show: NewShow, text: str, words: str
) -> None:
    workspace = new_show(tmp_path)
    with workspace.episode("one").toml.open("a") as toml:
        toml.write(f"[enclosure]\n{text}\n")
    with pytest.raises(ConfigError, match=words):
        load_episode(workspace, "one")
