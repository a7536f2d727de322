"""Who does what in a podcast: groups and roles of the Podcasting 2.0 person taxonomy.

Source: `taxonomy.json` of the podcast namespace (requirement P-08). Apps compare without regard to
letter case; the feed carries lower case.
"""

import difflib

#: Group to its roles.
TAXONOMY: dict[str, tuple[str, ...]] = {
    "cast": (
        "host", "co-host", "guest host", "guest", "voice actor", "narrator", "announcer", "reporter",
    ),
    "creative direction": (
        "director", "assistant director", "executive producer", "senior producer", "producer",
        "associate producer", "development producer", "creative director",
    ),
    "writing": (
        "author", "editorial director", "co-writer", "writer", "songwriter", "guest writer",
        "story editor", "managing editor", "script editor", "script coordinator", "researcher",
        "editor", "fact checker", "translator", "transcriber", "logger",
    ),
    "audio production": (
        "studio coordinator", "technical director", "technical manager", "audio engineer",
        "remote recording engineer", "post production engineer",
    ),
    "audio post-production": (
        "audio editor", "sound designer", "foley artist", "composer", "theme music",
        "music production", "music contributor",
    ),
    "administration": (
        "production coordinator", "booking coordinator", "production assistant", "content manager",
        "marketing manager", "sales representative", "sales manager",
    ),
    "visuals": ("graphic designer", "cover art designer"),
    "community": ("social media manager",),
    "misc.": ("consultant", "intern"),
    "video production": (
        "camera operator", "lighting designer", "camera grip", "assistant camera",
    ),
    "video post-production": ("editor", "assistant editor"),
}  # fmt: skip

DEFAULT_GROUP = "cast"


def classify(role: str, group: str) -> tuple[str, str]:
    """The role and group as the feed writes them; ValueError with the nearest spelling.

    A role that "cast", the default group, does not have is looked for in the others, so that
    nobody has to know that a producer belongs to "creative direction".
    """
    role, group = _fold(role), _fold(group)
    if group not in TAXONOMY:
        raise ValueError(f"'{group}' is no group of the Podcasting 2.0 taxonomy{_hint(group)}")
    if role in TAXONOMY[group]:
        return role, group
    homes = [name for name, roles in TAXONOMY.items() if role in roles]
    if not homes:
        raise ValueError(f"'{role}' is no role of the Podcasting 2.0 taxonomy{_hint(role)}")
    if group != DEFAULT_GROUP:
        raise ValueError(f"the role '{role}' belongs to the group '{homes[0]}', not '{group}'")
    return role, homes[0]


def _fold(name: str) -> str:
    return " ".join(name.lower().split())


def _hint(name: str) -> str:
    known = [*TAXONOMY, *(role for roles in TAXONOMY.values() for role in roles)]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""
