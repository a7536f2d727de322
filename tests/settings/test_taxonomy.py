import pytest

from pipeline.settings.taxonomy import classify, taxonomy


@pytest.mark.parametrize(
    ("role", "group", "expected"),
    [
        ("Guest ", "Cast", ("guest", "cast")),
        ("producer", "cast", ("producer", "creative direction")),
        ("Fact  Checker", "writing", ("fact checker", "writing")),
        ("editor", "video post-production", ("editor", "video post-production")),
    ],
)
def test_classify(role: str, group: str, expected: tuple[str, str]) -> None:
    assert classify(role, group) == expected


@pytest.mark.parametrize(
    ("role", "group", "message"),
    [
        ("gest", "cast", "did you mean 'guest'?"),
        ("host", "casts", "did you mean 'cast'?"),
        ("host", "writing", "'host' belongs to the group 'cast'"),
        ("zzzz", "cast", "is no role of the Podcasting 2.0 taxonomy"),
    ],
)
def test_a_role_outside_the_taxonomy_is_refused(role: str, group: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classify(role, group)


def test_every_role_is_spelled_as_it_is_written() -> None:
    for group, roles in taxonomy().items():
        for role in roles:
            assert classify(role, group) == (role, group)
