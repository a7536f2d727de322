from pipeline.models import Quote
from pipeline.settings.episode import EpisodeTexts
from pipeline.settings.podcasting import Person
from pipeline.writing.facts import heard, names_speakers, sections


def test_headings_gather_what_stands_together(quotes: list[Quote]) -> None:
    found = sections([*quotes, quotes[0]])
    assert [(s.heading, len(s.quotes)) for s in found] == [
        ("Arithmetic you can touch", 1),
        ("On what three people knew", 2),
        ("Arithmetic you can touch", 1),  # the host's order, even where a heading comes back
    ]
    assert sections([]) == []


def test_one_speaker_needs_no_names(quotes: list[Quote]) -> None:
    assert not names_speakers(quotes)
    assert not names_speakers([])


def test_the_episode_s_word_on_a_person_goes_before_the_show_s() -> None:
    show = [Person(name="Ines"), Person(name="Bo", role="producer")]
    own = [Person(name="Ines", role="guest"), Person(name="Tomas", role="guest")]
    episode = EpisodeTexts(title="One", people=own)
    assert heard(episode.model_copy(update={"guest_hosted": True}), show) == own
    assert [(p.name, p.role) for p in heard(episode, show)] == [
        ("Bo", "producer"),
        ("Ines", "guest"),
        ("Tomas", "guest"),
    ]
