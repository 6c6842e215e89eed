"""What are the rows and columns of the figures called?

The fixed headings of the figures in Chinese and English, with the condition under which something is counted there.
Ids are stable, because files keep them. Nothing here counts.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from careprogram.dates import add_months
from careprogram.language import Text
from careprogram.people import CaregiverRelation, HelperKind, SchoolingStatus, Sex
from careprogram.people.enums import Answer
from careprogram.reports.figure import Heading
from careprogram.reports.situation import Period

UNKNOWN_ID: Final = "unknown"
NOBODY_ID: Final = "nobody"
NOT_JUDGED_ID: Final = "not-judged"

AGE_BANDS: Final[tuple[tuple[int, str, Text], ...]] = (
    (18, "18+", Text("18岁及以上", "18 and over")),
    (16, "16-17", Text("16—17岁", "16-17 years")),
    (14, "14-15", Text("14—15岁", "14-15 years")),
    (6, "6-13", Text("6—13岁", "6-13 years")),
    (0, "0-5", Text("0—5岁", "0-5 years")),
)
"""From the oldest: the first age of the band, its id and its name."""

DETERMINATIONS: Final[Mapping[str, Text]] = {
    "eligible": Text("符合", "eligible"),
    "ineligible": Text("不符合", "not eligible"),
    "undetermined": Text("待定", "undetermined"),
    NOT_JUDGED_ID: Text("未判定", "not judged"),
}

CARES: Final[Mapping[str, Text]] = {
    "life": Text("生活有人管", "daily life"),
    "study": Text("学习有人教", "study"),
    "growth": Text("成长有人导", "growth"),
    "mind": Text("心灵有人抚", "mind"),
}
"""The four cares, by the ids that plans of care use."""

LOADS: Final[tuple[tuple[int, str, Text], ...]] = (
    (5, "5+", Text("5名及以上", "5 or more")),
    (3, "3-4", Text("3—4名", "3-4 children")),
    (2, "2", Text("2名", "2 children")),
    (1, "1", Text("1名", "1 child")),
    (0, "0", Text("未结对", "no child")),
)

_UNKNOWN = Text("未填", "not known")


def heading(dimension: str, name: str, label: Text) -> Heading:
    """Return a heading that counts those whose *dimension* is *name*."""
    return Heading(id=name, label=label, where=frozenset({f"{dimension}:{name}"}))


def answers(dimension: str, kind: type[Answer], *more: tuple[str, Text]) -> tuple[Heading, ...]:
    """Return a heading for each answer that a form allows, further ones, and one for those who gave none."""
    named = [(str(member.value), Text(member.zh, member.label("en"))) for member in kind]
    return tuple(heading(dimension, name, label) for name, label in (*named, *more, (UNKNOWN_ID, _UNKNOWN)))


SEXES: Final = answers("sex", Sex)
SCHOOLING: Final = answers("schooling", SchoolingStatus)
CAREGIVERS: Final = answers("caregiver", CaregiverRelation, (NOBODY_ID, Text("无人照看", "nobody")))
HELPER_KINDS: Final = tuple(heading("helper", str(kind.value), Text(kind.zh, kind.label("en"))) for kind in HelperKind)
AGES: Final = (
    *(heading("age", name, label) for _, name, label in reversed(AGE_BANDS)),
    heading("age", UNKNOWN_ID, _UNKNOWN),
)
CHILDREN: Final = Heading(id="children", label=Text("儿童", "children"))


def months(period: Period) -> tuple[Heading, ...]:
    """Return a heading for each month of *period*, with one before for what is overdue and one for what comes later."""
    first = period.start.replace(day=1)
    count = (period.end.year - first.year) * 12 + period.end.month - first.month + 1
    days = [add_months(first, place) for place in range(count)]
    return (
        heading("month", "before", Text("此前", "before")),
        *(heading("month", f"{day:%Y-%m}", Text(f"{day.year}年{day.month}月", f"{day:%Y-%m}")) for day in days),
        heading("month", "later", Text("此后", "later")),
    )


def month_of(day: dt.date, period: Period) -> str:
    """Return the id of the heading under which *day* is counted."""
    if day < period.start:
        return "before"
    return "later" if day > period.end else f"{day:%Y-%m}"
