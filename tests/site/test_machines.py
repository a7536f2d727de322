"""What pages say to machines, read by an RDF parser that knows the words of schema.org."""

import json
import re
from typing import Any

import pytest

from pipeline.models import Quote, Span, Transcript, Word
from pipeline.site.machines import annotations, open_quotes
from pipeline.site.page import episode_page
from pipeline.site.quote import quote_page
from pipeline.site.unfurl import EpisodeFacts
from pipeline.transcript.formats import text

rdflib = pytest.importorskip("rdflib")
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader makes one

BASE = "https://media.example.org/show/"
OA = "http://www.w3.org/ns/oa#"
#: The keys of http://www.w3.org/ns/anno.jsonld that we use, as that file maps them.
ANNO = {
    "oa": OA,
    "as": "http://www.w3.org/ns/activitystreams#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "id": "@id",
    "type": "@type",
    "Annotation": "oa:Annotation",
    "AnnotationCollection": "as:OrderedCollection",
    "AnnotationPage": "as:OrderedCollectionPage",
    "TextualBody": "oa:TextualBody",
    "TextQuoteSelector": "oa:TextQuoteSelector",
    "FragmentSelector": "oa:FragmentSelector",
    "Text": "dctypes:Text",
    "Sound": "dctypes:Sound",
    "Person": "foaf:Person",
    "highlighting": "oa:highlighting",
    "body": {"@type": "@id", "@id": "oa:hasBody"},
    "target": {"@type": "@id", "@id": "oa:hasTarget"},
    "source": {"@type": "@id", "@id": "oa:hasSource"},
    "selector": {"@type": "@id", "@id": "oa:hasSelector"},
    "motivation": {"@type": "@vocab", "@id": "oa:motivatedBy"},
    "conformsTo": {"@type": "@id", "@id": "dcterms:conformsTo"},
    "creator": {"@type": "@id", "@id": "dcterms:creator"},
    "first": {"@type": "@id", "@id": "as:first"},
    "items": {"@type": "@id", "@id": "as:items", "@container": "@list"},
    "value": "rdf:value",
    "exact": "oa:exact",
    "prefix": "oa:prefix",
    "suffix": "oa:suffix",
    "format": "dc:format",
    "language": "dc:language",
    "label": "rdfs:label",
    "name": "foaf:name",
    "total": "as:totalItems",
    "startIndex": "as:startIndex",
}


def described(page: str) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def of_schema_org(record: dict[str, Any]) -> Any:
    """The record as triples; every type and property is a word of schema.org."""
    assert record["@context"] == "https://schema.org"
    offline = record | {"@context": {"@vocab": "https://schema.org/"}}
    graph = rdflib.Graph().parse(data=json.dumps(offline), format="json-ld")
    words = {predicate for _, predicate, _ in graph} - {rdflib.RDF.type}
    words |= {kind for _, _, kind in graph.triples((None, rdflib.RDF.type, None))}
    assert words
    assert all(word in rdflib.SDO for word in words), words
    return graph


def test_an_episode_has_its_chapters_and_quotes_as_parts(sample: Any) -> None:
    quotes = [
        Quote(
            "k3v9", "", "You turn a handle [...] No.", "Tomas Lind", 23.6, 44.8,
            [Span(59, 63), Span(63, 66), Span(110, 111)], [], "cleaned",
        )
    ]  # fmt: skip
    spoken = sample.spoken()
    page = episode_page(sample.facts(), quotes, sample.CHAPTERS, spoken, overrides={})
    graph = of_schema_org(described(page))
    parts = described(page)["hasPart"]
    assert [part["name"] for part in parts[:3]] == [c.title for c in sample.CHAPTERS]
    assert [(part["startOffset"], part["endOffset"]) for part in parts[:3]] == [
        (0.0, 50.8),
        (50.8, 81.2),
        (81.2, 150.0),
    ]
    words = spoken.words
    assert [(part["startOffset"], part["endOffset"]) for part in parts[3:]] == [
        (words[59].start, words[65].end),
        (words[110].start, words[110].end),
    ]
    assert {part["url"] for part in parts[3:]} == {f"{BASE}quotes/tide-machines-k3v9.html"}
    clips = list(graph.subjects(rdflib.RDF.type, rdflib.SDO.Clip))
    assert len(clips) == 5


def test_a_quote_s_page_is_a_quotation_with_who_said_it(sample: Any) -> None:
    record = described(quote_page(sample.quote_facts(), sample.QUOTES, 1, {}))
    graph = of_schema_org(record)
    (quotation,) = graph.subjects(rdflib.RDF.type, rdflib.SDO.Quotation)
    for who in (rdflib.SDO.creator, rdflib.SDO.spokenByCharacter):
        (person,) = graph.objects(quotation, who)
        assert str(graph.value(person, rdflib.SDO.name)) == "Tomas Lind"
    assert record["text"] == sample.QUOTES[1].text
    assert record["isPartOf"]["url"] == f"{BASE}episodes/tide-machines.html"
    assert record["audio"]["contentUrl"].startswith(f"{BASE}quotes/tide-machines-m2p7-")


def annotated(spoken: Transcript, *quotes: Quote) -> tuple[dict[str, Any], str]:
    plain = text.write(spoken)
    facts = EpisodeFacts(
        slug="tide-machines", title="Tides", show_title="Brass", language="en", base_url=BASE
    )
    found = annotations(
        facts, quotes, spoken.words, plain, audio_key="audio/t.mp3", clips={"k3v9": "quotes/k.mp3"}
    )
    return found, plain


def test_annotations_find_their_words_in_the_published_text(sample: Any) -> None:
    quotes = [
        Quote("k3v9", "", "One [...] two.", "Tomas Lind", 20, 45, [Span(50, 60), Span(108, 112)],
              [], "cleaned"),
        Quote("a1b2", "", "Three.", None, 1, 2, [Span(0, 3)], [], "verbatim"),
    ]  # fmt: skip
    spoken = sample.spoken()
    found, plain = annotated(spoken, *quotes)
    first, second = found["first"]["items"]
    selectors = [each["selector"] for each in first["target"]]
    exact = [each for each in selectors if each["type"] == "TextQuoteSelector"]
    assert len(exact) == 2
    for each in exact:
        assert each["prefix"] + each["exact"] + each["suffix"] in plain
    assert exact[0]["exact"] == " ".join(word.text for word in spoken.words[50:60])
    assert selectors[1]["value"] == f"t={spoken.words[50].start:.2f},{spoken.words[59].end:.2f}"
    assert second["target"][0]["selector"]["exact"] == "Welcome back. A"
    assert "creator" not in second["body"][0]
    assert [each["type"] for each in second["body"]] == ["TextualBody", "Text"]


def test_annotations_are_those_of_the_w3c(sample: Any) -> None:
    quote = Quote("k3v9", "", "One.", "Tomas Lind", 20, 24, [Span(50, 60)], [], "verbatim")
    found, _ = annotated(sample.spoken(), quote)
    assert found["@context"] == "http://www.w3.org/ns/anno.jsonld"
    offline = found | {"@context": ANNO}
    graph = rdflib.Graph().parse(data=json.dumps(offline), format="json-ld")
    oa = rdflib.Namespace(OA)
    (annotation,) = graph.subjects(rdflib.RDF.type, oa.Annotation)
    assert str(annotation) == f"{BASE}quotes/tide-machines.jsonld#k3v9"
    assert len(list(graph.objects(annotation, oa.hasBody))) == 3
    sources = {str(source) for source in graph.objects(None, oa.hasSource)}
    assert sources == {f"{BASE}transcripts/tide-machines.txt", f"{BASE}audio/t.mp3"}
    keys = {key for key in _keys(found) if key != "@context"}
    assert keys <= ANNO.keys()


def _keys(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_keys, value))
    if isinstance(value, dict):
        return {*value, *set().union(*map(_keys, value.values()))}
    return set()


def test_the_open_list_says_what_the_annotations_say(sample: Any) -> None:
    quote = Quote("k3v9", "", "One.", "Tomas Lind", 20, 24, [Span(50, 60)], [], "verbatim")
    words = sample.spoken().words
    (listed,) = open_quotes(annotated(sample.spoken(), quote)[0])
    assert listed == {
        "id": "k3v9",
        "text": "One.",
        "speaker": "Tomas Lind",
        "url": f"{BASE}quotes/tide-machines-k3v9.html",
        "sound": f"{BASE}quotes/k.mp3",
        "passages": [[words[50].start, round(words[59].end, 2)]],
    }


def test_a_speaker_s_name_is_no_word_of_theirs() -> None:
    words = [Word("Ada", 0, 1, 0.9, "Ada"), Word("said.", 1, 2, 0.9, "Ada")]
    words += [
        Word("Ada", 2, 3, 0.9, "Bo"),
        Word("風が", 3, 4, 0.9, "Ada"),
        Word("鳴る。", 4, 5, 0.9, "Ada"),
    ]
    spoken = Transcript(words, [[i] for i in range(5)])
    quote = Quote("k3v9", "", "x", "Ada", 0, 1, [Span(0, 2), Span(3, 5)], [], "verbatim")
    found, _ = annotated(spoken, quote)
    selectors = [each["selector"] for each in found["first"]["items"][0]["target"]]
    assert [each["exact"] for each in selectors if "exact" in each] == ["Ada said.", "風が鳴る。"]
