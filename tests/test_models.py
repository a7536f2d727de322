import json

import pytest

from pipeline.errors import PullquoteError
from pipeline.models import (
    Edit,
    Quote,
    Recognition,
    Segment,
    Span,
    Transcript,
    Word,
    decode,
    encode,
)


def test_records_round_trip_through_json() -> None:
    recognition = Recognition(
        words=[Word("Hello,", 0.1, 0.4, 0.9, None), Word("you.", 0.5, 0.7, 0.8, "Ada")],
        segments=[Segment(0, 2, 0.1, 0.7, -0.2, 0.01, 1.1)],
        language="en",
        duration=1.0,
        engine="openai-whisper",
        model="tiny.en",
        model_sha256="0" * 64,
        options={"batch": 8},
    )
    plain = json.loads(json.dumps(encode(recognition)))
    assert plain["words"][0] == ["Hello,", 0.1, 0.4, 0.9, None]
    assert decode(Recognition, json.dumps(plain).encode(), "x.json") == recognition


def test_a_quote_round_trips() -> None:
    quote = Quote(
        id="k3v9", heading="On hums", text="A bridge hums.", speaker="Joe", start=1.0, end=2.0,
        spans=[Span(3, 6)], edits=[Edit("filler dropped", "um", "", 1.2)], status="cleaned",
    )  # fmt: skip
    assert decode(Quote, json.dumps(encode(quote)).encode(), "q") == quote


def test_a_damaged_file_names_itself_and_the_place() -> None:
    with pytest.raises(PullquoteError, match=r"transcript\.words\.json: words\.0\.1") as caught:
        decode(
            Transcript,
            b'{"words": [["a", "soon", 1]], "raw_ids": [[0]]}',
            "transcript.words.json",
        )
    assert "run again" in caught.value.hint
