"""Who a numbered voice may be: compared with voices that a host has named in earlier episodes.

A proposal only: two people may sound alike, and a wrong name under a quote is worse than none.
"""

from collections.abc import Mapping, Sequence

import numpy as np

#: Cosine from which on two typical voices are proposed to be one person's. Two of one kind of voice come
#: to 0.68 (two synthetic men), one of them in two halves of an episode to 0.99.
LIKE = 0.75

#: Typical voices of a person, by the slug of the episode that each was heard in.
References = Mapping[str, Mapping[str, Sequence[float]]]


def propose(
    voices: Mapping[str, Sequence[float]], references: References
) -> dict[str, tuple[str, float]]:
    """The name and its likeness (cosine) for each voice that is like a known one; nobody twice."""
    pairs = [
        (_likeness(voice, list(heard.values())), label, name)
        for label, voice in voices.items()
        for name, heard in references.items()
        if heard
    ]
    found: dict[str, tuple[str, float]] = {}
    for likeness, label, name in sorted(pairs, key=lambda pair: (-pair[0], *pair[1:])):
        if likeness < LIKE:
            break
        if label not in found and name not in {named for named, _ in found.values()}:
            found[label] = (name, round(likeness, 3))
    return found


def _likeness(voice: Sequence[float], heard: Sequence[Sequence[float]]) -> float:
    """The cosine to the mean of what was heard."""
    one, mean = np.asarray(voice), np.mean(np.asarray(heard), axis=0)
    return float(one @ mean / max(1e-9, float(np.linalg.norm(one) * np.linalg.norm(mean))))
