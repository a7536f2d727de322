"""An episode that nobody recorded: templates are tried with it before the first minute of work.

Every value that may be absent is there, so a template fails with it only where it would with any other.
"""

from pipeline.models import Chapter, Quote, Span, Transcript, Word

_SPEAKERS = ("Ada", "Joe")
_PASSAGES = 12  # a template may show the first few of something
_SAID = ["A", "wire", "in", "the", "wind", "sings", "higher", "when", "it", "is", "pulled."]
_SECONDS = 60.0  # of a passage

TRANSCRIPT = Transcript(
    words=[
        Word(text, passage * _SECONDS + number, passage * _SECONDS + number + 0.5, 0.9, speaker)
        for passage in range(_PASSAGES)
        for speaker in [_SPEAKERS[passage % 2]]
        for number, text in enumerate(_SAID)
    ],
    raw_ids=[[number] for number in range(_PASSAGES * len(_SAID))],
)

CHAPTERS = [
    Chapter(passage * _SECONDS, f"Part {passage + 1}", "https://example.org/", "images/part.jpg")
    for passage in range(_PASSAGES)
]

QUOTES = [
    Quote(
        id=f"quote-{passage}",
        heading=f"Heading {passage // 4 + 1}",
        text=" ".join(_SAID) + " [1]",
        speaker=_SPEAKERS[passage % 2],
        start=passage * _SECONDS,
        end=passage * _SECONDS + len(_SAID),
        spans=[Span(passage * len(_SAID), (passage + 1) * len(_SAID))],
        edits=[],
        status="verbatim",
        question="What does the wind do?",
        footnotes={"1": "On every bridge."},
        soundbite=True,
    )
    for passage in range(_PASSAGES)
]
DURATION = _PASSAGES * _SECONDS
