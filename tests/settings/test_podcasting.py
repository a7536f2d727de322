from pipeline.settings.podcasting import Person, credited


def test_the_episode_s_word_on_a_person_goes_before_the_show_s() -> None:
    show = [Person(name="Ines"), Person(name="Bo", role="producer")]
    own = [Person(name="INES", role="guest"), Person(name="Tomas", role="guest")]
    assert [(p.name, p.role) for p in credited(show, own, guest_hosted=False)] == [
        ("Bo", "producer"),
        ("INES", "guest"),
        ("Tomas", "guest"),
    ]
    assert credited(show, own, guest_hosted=True) == own
