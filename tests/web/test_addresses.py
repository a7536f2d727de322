import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.web import addresses

SLUGS = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?", fullmatch=True)
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(SLUGS, HASHES)
def test_keys_need_no_escaping(slug: str, sha256: str) -> None:
    keys = [
        addresses.audio_key(slug, sha256),
        addresses.clip_key(slug, "k3v9", sha256),
        addresses.page_key(slug),
        addresses.post_key(slug),
        addresses.chapters_key(slug),
        addresses.transcript_key(slug, ".vtt"),
        addresses.artwork_key(sha256, ".jpg"),
        addresses.asset_key("page.css", sha256),
    ]
    assert len(set(keys)) == len(keys)
    for key in keys:
        assert re.fullmatch(r"[a-z0-9._/-]+", key)  # requirement H-09
        assert addresses.public_url("https://a.example/x/", key) == f"https://a.example/x/{key}"


def test_an_episode_called_index_does_not_replace_the_index_page() -> None:
    assert addresses.page_key("index") != addresses.INDEX_KEY


def test_media_keys_change_with_their_bytes() -> None:
    assert addresses.audio_key("a", "0" * 64) == "audio/a-00000000.mp3"
    assert addresses.audio_key("a", "0" * 64) != addresses.audio_key("a", "1" * 64)
