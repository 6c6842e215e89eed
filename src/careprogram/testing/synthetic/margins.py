"""Which published figures does a made-up county reproduce, and how are shares dealt out exactly?

Shares are dealt by quota (largest remainder), not drawn, so that a county of any size shows the published margins to
the nearest child. Sources: the national survey of 2016 (9.02 million children), the ministry's figures of 2018 and a
study of 27 poor counties of 2017. The survey covers the children of the national definition; others are surveyed
beside them.
"""

import random
from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Final, TypeVar

from careprogram.people import Education, Sex

K = TypeVar("K", bound=Hashable)


class Circumstance(Enum):
    """Why a child is on the roster. The first four are what the national definition of 2016 covers."""

    GRANDPARENTS = "both parents away, with grandparents"
    RELATIVES_OR_FRIENDS = "both parents away, with relatives or friends"
    NOBODY = "both parents away, nobody in charge"
    OTHER_UNABLE = "one parent away, the other unable"
    OTHER_CAPABLE = "one parent away, the other at home and capable"
    OTHER_DEAD = "one parent away, the other dead"
    TEENAGER = "both parents away, sixteen or seventeen years old"
    URBAN = "both parents away, urban registration"
    IN_TOWN = "moved to town with the parents"
    AT_HOME = "nobody away"

    @property
    def covered(self) -> bool:
        """Whether the national definition of 2016 covers it, so that the published margins are about it."""
        return self in GUARDIANS_2016


GUARDIANS_2016: Final[Mapping[Circumstance, int]] = {
    Circumstance.GRANDPARENTS: 893,
    Circumstance.RELATIVES_OR_FRIENDS: 33,
    Circumstance.NOBODY: 40,
    Circumstance.OTHER_UNABLE: 34,
}
"""Who looks after the child, per mille of 9.02 million (2016)."""

OTHERS_SURVEYED: Final[Mapping[Circumstance, int]] = {
    Circumstance.OTHER_CAPABLE: 400,
    Circumstance.OTHER_DEAD: 40,
    Circumstance.TEENAGER: 160,
    Circumstance.URBAN: 80,
    Circumstance.IN_TOWN: 170,
    Circumstance.AT_HOME: 150,
}
"""Our own choice, per mille of the children whom the definition does not cover; nothing is published about them."""

COVERED_SHARE: Final = 700
"""Our own choice: per mille of the surveyed children whom the national definition covers."""

AGE_BANDS_2016: Final[Mapping[tuple[int, int], int]] = {(0, 5): 278, (6, 13): 620, (14, 15): 102}
"""Completed years, per mille (2016); the survey's band 14 to 16 ends below the sixteenth birthday."""

SEXES_2018: Final[Mapping[Sex, int]] = {Sex.MALE: 545, Sex.FEMALE: 455}
"""Per mille (2018)."""

ABOVE_COMPULSORY_2018: Final = 31
"""Children in senior or vocational school, per mille (2018).

The shares before school (25.5 %) and at compulsory school (71.4 %) of 2018 belong to an age structure with fewer
children under six than that of 2016, so they cannot hold beside `AGE_BANDS_2016`: these two follow from the age
bands.
"""

GUARDIAN_MEAN_AGE_2017: Final = 58.2
"""Years, of those who look after a child whose parents are both away."""

GUARDIAN_EDUCATION_2017: Final[Mapping[Education, int]] = {
    Education.NONE: 270,
    Education.PRIMARY: 460,
    Education.JUNIOR: 230,
    Education.SENIOR: 40,
}
"""Per mille. Published is only that more than 70 % have primary school or less; the rest is our own choice."""

WEEKLY_CONTACT_2017: Final = 404
"""Children who talk with their parents at least once a week, per mille."""


def quotas(total: int, shares: Mapping[K, int]) -> dict[K, int]:
    """Divide *total* by *shares* with the largest remainders rounded up; earlier keys win ties.

    Examples:
        >>> quotas(10, {"a": 278, "b": 620, "c": 102})
        {'a': 3, 'b': 6, 'c': 1}
    """
    whole = sum(shares.values())
    counts = {key: total * share // whole for key, share in shares.items()}
    by_remainder = sorted(shares, key=lambda key: total * shares[key] % whole, reverse=True)
    for key in by_remainder[: total - sum(counts.values())]:
        counts[key] += 1
    return counts


def deal(rng: random.Random, total: int, shares: Mapping[K, int]) -> list[K]:
    """Return *total* keys in random order, each as often as its quota says."""
    hand = [key for key, count in quotas(total, shares).items() for _ in range(count)]
    rng.shuffle(hand)
    return hand
