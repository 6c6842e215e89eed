"""Which children go into which columns of the national statistics table?

A child is counted only where every fact that the table asks for is known and the facts fit together; the others are
listed by what is missing. Nothing is guessed, and nobody is judged here: who is covered, the caller says.
"""

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable
from typing import Final, TypeAlias

import attrs

from careprogram.dates import birth_cutoff
from careprogram.ids import ChildId
from careprogram.language import Text
from careprogram.people import (
    CapacityRating,
    Child,
    GuardianshipKind,
    Parent,
    ParentStatus,
    PlaceTree,
    SchoolingStatus,
    Sex,
)
from careprogram.reports.localities import UNPLACED, Localities, Locality
from careprogram.reports.national import COLUMNS, TOTAL, NationalRow, NationalTable, NotCounted
from careprogram.unknown import UNKNOWN, Unknown

REASONS: Final = {
    "birth-date": Text("出生日期未填", "birth date not known"),
    "age": Text("截止日年龄不在统计范围", "age outside the table on the cut-off date"),
    "sex": Text("性别未填", "sex not known"),
    "schooling": Text("就学情况未填", "schooling not known"),
    "boarding": Text("是否寄宿未填", "boarding not known"),
    "parents-away": Text("父母外出或监护能力情况未填", "absence or capacity of the parents not known"),
    "not-away": Text("父母情况不符合统计表口径", "the parents' situation is none of the table's two"),
    "caregiver": Text("实际监护人未填", "actual guardian not known"),
    "caregiver-away": Text("实际监护人与父母外出情况矛盾", "the actual guardian contradicts the parents' absence"),
    "rating": Text("监护情况评价未填", "rating of the guardianship not known"),
}
"""Why a covered child could not be counted."""

_Found: TypeAlias = int | str
"""A column number, or the reason why there is none."""

_SCHOOLING: Final = {status: 11 + place for place, status in enumerate(SchoolingStatus)}
_RATING: Final = {CapacityRating.GOOD: 30, CapacityRating.FAIR: 31, CapacityRating.POOR: 32}
_GONE: Final = {ParentStatus.DECEASED, ParentStatus.MISSING, ParentStatus.IMPRISONED}


@attrs.frozen
class _Bands:
    """The columns of ages, decided by birth dates so that no age is computed twice."""

    columns: tuple[tuple[dt.date, int], ...]
    oldest: dt.date
    cutoff: dt.date

    @classmethod
    def on(cls, cutoff: dt.date, age_limit: int) -> "_Bands":
        bands = tuple((birth_cutoff(age, cutoff), column) for age, column in ((14, 8), (6, 5)))
        return cls((*bands, (cutoff, 2)), birth_cutoff(age_limit, cutoff), cutoff)

    def column(self, child: Child) -> _Found:
        born = child.birth_date
        if isinstance(born, Unknown):
            return "birth-date"
        if born > self.cutoff or born <= self.oldest:
            return "age"
        return next(column for latest, column in self.columns if born <= latest)


def national_table(
    children: Iterable[Child],
    *,
    as_of: dt.date,
    covered: Container[ChildId],
    places: PlaceTree | None = None,
    age_limit: int = 16,
) -> NationalTable:
    """Count the national statistics table of 2016.

    Actual guardianship goes by who looks after the child: grandparents; relatives, friends, neighbors and others; the
    parent at home who is unable; nobody. Where the survey gave no rating, nobody and an unable parent are poor, as the
    form says, and an entrusted guardian has the rating of their capacity.

    Args:
        children: The roster.
        as_of: The cut-off date for ages; 31 July 2016 in the survey.
        covered: The ids of the children that the policy calls left behind.
        places: Names of places; the packaged tree if left out.
        age_limit: Only children under this age in whole years on the cut-off date are counted (不满十六周岁).

    Returns:
        A table whose balance equations hold.
    """
    localities = Localities(places if places is not None else PlaceTree.gb2260())
    bands = _Bands.on(as_of, age_limit)
    counts: dict[Locality, Counter[int]] = {}
    reasons: Counter[str] = Counter()
    whole = left_out = 0
    for child in children:
        if child.id not in covered:
            continue
        whole += 1
        columns = _columns(child, bands)
        missing = {found for found in columns if isinstance(found, str)}
        if missing:
            left_out += 1
            reasons.update(missing)
        else:
            counts.setdefault(localities.of(child), Counter()).update(columns)  # type: ignore[arg-type]
    return NationalTable(
        cutoff=as_of,
        rows=_rows(counts),
        covered=whole,
        left_out=left_out,
        not_counted=tuple(
            NotCounted(fact=fact, title=REASONS[fact], count=count)
            for fact, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        ),
    )


def _columns(child: Child, bands: _Bands) -> list[_Found]:
    """Return every column that counts the child, or the reasons why it cannot be counted."""
    band, absence = bands.column(child), _absence(child)
    found: list[_Found] = [1, band, absence]
    if isinstance(child.sex, Unknown):
        found.append("sex")
    elif isinstance(band, int):
        found.append(band + (1 if child.sex is Sex.MALE else 2))
    schooling = child.schooling
    found.append("schooling" if isinstance(schooling.status, Unknown) else _SCHOOLING[schooling.status])
    if schooling.status in {SchoolingStatus.PRIMARY, SchoolingStatus.JUNIOR}:
        found.append("boarding" if isinstance(schooling.boarding, Unknown) else 24 if schooling.boarding else 25)
    guardian = _guardian(child, absence)
    found += [guardian, _rating(child, guardian)]
    return found


def _absence(child: Child) -> _Found:
    away = [parent.status is ParentStatus.AWAY_WORKING for parent in child.parents]
    if all(away):
        return 19
    if any(isinstance(parent.status, Unknown) for parent in child.parents):
        return "parents-away"
    if not any(away):
        return "not-away"
    able = _able(child.mother if away[0] else child.father)
    if isinstance(able, Unknown):
        return "parents-away"
    return "not-away" if able else 20


def _able(parent: Parent) -> bool | Unknown:
    """Whether a parent who is not away can be a guardian; the dead, missing and imprisoned cannot."""
    return False if parent.status in {ParentStatus.UNABLE, *_GONE} else parent.guardianship_capacity


def _guardian(child: Child, absence: _Found) -> _Found:
    caregiver, kind = child.caregiver, child.guardianship
    unable_parent = absence == 20 and not any(parent.status in _GONE for parent in child.parents)
    if isinstance(caregiver, Unknown):
        if kind is GuardianshipKind.NOBODY:
            return 28
        return 29 if kind is GuardianshipKind.PARENT_WITHOUT_CAPACITY and unable_parent else "caregiver"
    if caregiver is None:
        return 29 if unable_parent and kind is not GuardianshipKind.NOBODY else 28
    relation = caregiver.relation
    if isinstance(relation, Unknown):
        return "caregiver"
    if relation.is_grandparent:
        return 26
    if relation.is_parent:
        return 29 if unable_parent else "caregiver-away"
    return 27


def _rating(child: Child, guardian: _Found) -> _Found:
    if child.guardianship is not UNKNOWN:
        return _RATING[CapacityRating.of(child.guardianship)]
    if guardian in {28, 29}:
        return _RATING[CapacityRating.POOR]
    if isinstance(child.caregiver, Unknown) or child.caregiver is None or child.caregiver.capacity is UNKNOWN:
        return "rating"
    return _RATING[child.caregiver.capacity]


def _rows(counts: dict[Locality, Counter[int]]) -> tuple[NationalRow, ...]:
    townships: dict[str, list[Locality]] = {}
    for locality in sorted(counts, key=lambda one: (one.township == UNPLACED, one.township, one.village)):
        townships.setdefault(locality.township, []).append(locality)
    rows: list[NationalRow] = []
    for township, localities in townships.items():
        label, whole = localities[0].township_label, Counter[int]()
        for locality in localities:
            whole.update(counts[locality])
        rows.append(_row(township, label, "township", whole, TOTAL))
        rows += [
            _row(locality.village, locality.village_label, "village", counts[locality], township)
            for locality in localities
            if locality.village != township
        ]
    everything = sum(counts.values(), Counter[int]())
    return (_row(TOTAL, Text("合计", "total"), "total", everything, None), *rows)


def _row(row_id: str, label: Text, level: str, counts: Counter[int], inside: str | None) -> NationalRow:
    return NationalRow(
        id=row_id, label=label, level=level, cells={column: counts[column] for column in COLUMNS}, inside=inside
    )
