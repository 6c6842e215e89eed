"""In which row and column is one child counted?

Looks at each child once and writes down its place in every figure. Unknown facts are places of their own.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from careprogram.dates import birth_cutoff
from careprogram.people import Child
from careprogram.reports.headings import AGE_BANDS, NOBODY_ID, NOT_JUDGED_ID, UNKNOWN_ID
from careprogram.reports.localities import Localities, Locality
from careprogram.reports.situation import Situation, VerdictLike
from careprogram.unknown import Unknown


class Profile(NamedTuple):
    """The ids of the headings under which one child is counted.

    Attributes:
        age: Age band.
        sex: Sex.
        schooling: Kind of school.
        caregiver: Who looks after it.
        locality: Township and village.
        answers: The determination of each policy, in the order of the situation's policies.
        paired: Whether the first strategy found somebody for it.
    """

    age: str
    sex: str
    schooling: str
    caregiver: str
    locality: Locality
    answers: tuple[str, ...]
    paired: bool


def profiles_of(situation: Situation) -> list[Profile]:
    """Return one profile a child, in the order of the roster."""
    localities = Localities(situation.places)
    cutoffs = [(birth_cutoff(age, situation.as_of), band) for age, band, _ in AGE_BANDS if age]
    verdicts = [situation.verdicts.get(policy, {}) for policy in situation.policies]
    paired = {pair.child for pair in situation.pairings[0].pairs} if situation.pairings else set()
    return [
        Profile(
            _age_band(child, cutoffs),
            _answer(child.sex),
            _answer(child.schooling.status),
            _caregiver(child),
            localities.of(child),
            tuple(_determination(given.get(child.id)) for given in verdicts),
            child.id in paired,
        )
        for child in situation.children
    ]


def _age_band(child: Child, cutoffs: Sequence[tuple[dt.date, str]]) -> str:
    born = child.birth_date
    if isinstance(born, Unknown):
        return UNKNOWN_ID
    return next((band for latest, band in cutoffs if born <= latest), AGE_BANDS[-1][1])


def _answer(value: object) -> str:
    return UNKNOWN_ID if isinstance(value, Unknown) else str(value)


def _caregiver(child: Child) -> str:
    if child.caregiver is None:
        return NOBODY_ID
    return UNKNOWN_ID if isinstance(child.caregiver, Unknown) else _answer(child.caregiver.relation)


def _determination(verdict: VerdictLike | None) -> str:
    return NOT_JUDGED_ID if verdict is None else str(verdict.determination.value)
