"""Cells that are no answers, or answers in another guise, and facts of every kind that they may stand for."""

import datetime as dt
import decimal
import enum
import uuid

import pyarrow as pa

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    GroupFact,
    IntFact,
    Policy,
)

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)
SECRET = "王小明１１０"
"""Stands in cells; no message may show it."""


class Place(enum.Enum):
    AWAY = "away"
    HOME = "at-home"
    NAN = "nan"
    INF = "infinity"


class PersonFacts(FactSchema):
    able = BoolFact(label=TEXT)
    left_on = DateFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT)
    place = ChoiceFact(label=TEXT, choices=Place)
    born = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=PersonFacts)


def policy_of(*rules):
    clauses = tuple(Clause(id=f"c{at}", citation="c", text=TEXT, when=rule) for at, rule in enumerate(rules))
    category = Category(id="k", tier=1, title=TEXT, clauses=clauses)
    return Policy(id=PolicyId("p"), title=TEXT, citation="c", categories=(category,))


RULES = {
    "poor": (Facts.poor.is_(True), Facts.poor.is_(False)),
    "grade": (Facts.grade >= 5, ~(Facts.grade >= 5), Facts.grade < 2**40, Facts.grade.is_(5)),
    "place": (Facts.place.one_of(Place.AWAY, Place.NAN, Place.INF), ~Facts.place.is_(Place.AWAY)),
    "born": (Facts.born.age >= 10, ~(Facts.born.age >= 10), Facts.born.days < 0, Facts.born.months < 40_000),
}
ABOUT = {name: policy_of(*rules, Facts.facts()[name].known()) for name, rules in RULES.items()}
ABLE = PersonFacts.able.is_(True)
GROUPED = policy_of(
    Facts.parents.any_(ABLE),
    Facts.parents.all_(ABLE),
    Facts.parents.all_(PersonFacts.left_on.months >= 6),
    Facts.parents.known(),
)


DAY, NOON = dt.date(2016, 9, 1), dt.datetime(2016, 9, 1, 12)  # noqa: DTZ001 - without a zone on purpose
ARROW = {
    "text": pa.array([SECRET, "1", "true", "５", "away", "2016-01-01", "", "a\0b", "away\0", " away", "AWAY", None]),
    "long text": pa.array(["away" * 25_000, "away", None]),
    "large text": pa.array(["away", SECRET, None], pa.large_string()),
    "text view": pa.array(["away", SECRET, None], pa.string_view()),
    "dictionary": pa.array(["away", SECRET, "at-home", None]).dictionary_encode(),
    "dictionary of numbers": pa.array([1, 5, None]).dictionary_encode(),
    "dictionary of days": pa.array([DAY, None]).dictionary_encode(),
    "bytes": pa.array([SECRET.encode(), b"away", b"\xff", None]),
    "float": pa.array([float("nan"), float("inf"), float("-inf"), 5.0, 5.5, 0.0, None]),
    "half": pa.array([5.0, None], pa.float32()),
    "decimal": pa.array([decimal.Decimal("5"), None]),
    "yes or no": pa.array([True, False, None]),
    "byte": pa.array([5, 4, 1, 0, -128, None], pa.int8()),
    "number": pa.array([5, 1, 0, 2**63 - 1, -(2**63), None]),
    "unsigned": pa.array([5, 1, 2**64 - 1, None], pa.uint64()),
    "moment": pa.array([NOON, None]),
    "moment in a zone": pa.array([NOON, None], pa.timestamp("us", "Asia/Shanghai")),
    "day": pa.array([DAY, DAY + dt.timedelta(1), AS_OF, dt.date.min, dt.date.max, None]),
    "day without end": pa.array([2**31 - 1, -(2**31), -719_163, -800_000, None], pa.int32()).cast(pa.date32()),
    "day in milliseconds": pa.array([DAY, None], pa.date64()),
    "time": pa.array([dt.time(1), None]),
    "duration": pa.array([dt.timedelta(1), None]),
    "nothing": pa.nulls(3),
    "list": pa.array([[5], [], None]),
    "record": pa.array([{"a": SECRET}, None], pa.struct([("a", pa.string())])),
    "no row": pa.array([], pa.int64()),
    "no row of text": pa.array([], pa.string()),
    "no row of nothing": pa.nulls(0),
}
BEYOND_PYTHON = {"day without end"}
"""Days that Python has no date for: no answers, as far as rules are concerned."""


def cells_of(name):
    """Return the cells of a column as Python reads them."""
    return [None] * len(ARROW[name]) if name in BEYOND_PYTHON else ARROW[name].to_pylist()


class Number(int):
    """A number whose class answers as it likes."""

    def __ge__(self, other):
        return True

    def __lt__(self, other):
        raise RuntimeError(SECRET)

    def __add__(self, other):
        return 10**9

    __eq__ = __ge__
    __hash__ = int.__hash__


class Day(dt.date):
    """A day whose class answers as it likes."""

    def __le__(self, other):
        raise RuntimeError(SECRET)

    def __gt__(self, other):
        return False

    def toordinal(self):
        return 1

    __lt__ = __ge__ = __le__


class Pretender:
    """Says that it is a number, and yes, and a day."""

    __class__ = property(lambda _: bool)

    def __bool__(self):
        raise RuntimeError(SECRET)


class OtherPlace(enum.Enum):
    AWAY = "away"


class Unhashable(str):
    """A code that cannot be looked up."""

    __hash__ = None


CELLS = [
    *(True, False, 0, 1, 2, 5, -1, 2**63 - 1, 2**63, -(2**80), 10**400, 5.0, 5.5, 0.0),
    *(float("nan"), float("inf"), float("-inf"), decimal.Decimal("NaN"), decimal.Decimal(5), 5 + 0j, Number(5)),
    *(SECRET, "", "1", "５", "true", "away", "AWAY", "away ", "away\0", "\ud800", "away\ud800", "a" * 100_000, "nan"),
    *(b"away", bytearray(b"1"), Unhashable("away"), Place.AWAY, Place.NAN, OtherPlace.AWAY, Place, None, ...),
    *(DAY, dt.date.min, dt.date.max, Day(2016, 9, 1), NOON, NOON.replace(tzinfo=dt.UTC), dt.time(1), dt.timedelta(1)),
    *("2016-09-01", "2016-9-1", "２０１６-09-01", "2016-02-30", "0000-06-01", "20160901", "2016-09-01T00:00:00"),
    *([], (), {}, [True], {"able": True}, {SECRET}, Pretender(), object(), lambda: SECRET, uuid.UUID(int=1)),
]
