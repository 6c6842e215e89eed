"""The SELECT of a policy: on both databases it says what the query in text says, and can be built upon."""

import datetime as dt
import enum

import pytest
import sqlalchemy as sa

from careprogram.eligibility import shipped_policies
from careprogram.errors import PolicyError, PolicyNotInForceError
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import BoolFact, Category, ChoiceFact, Clause, DateFact, FactSchema, GroupFact, IntFact, Policy
from careprogram.rules.sql import policy_sql
from careprogram_sql.policies import policy_select

TEXT = Text("文", "text")
AS_OF = dt.date(2026, 9, 1)


class Place(enum.Enum):
    AWAY = "away"
    HOME = "at-home"


class ParentFacts(FactSchema):
    away = BoolFact(label=TEXT)


class Facts(FactSchema):
    poor = BoolFact(label=TEXT)
    grade = IntFact(label=TEXT)
    place = ChoiceFact(label=TEXT, choices=Place)
    born = DateFact(label=TEXT)
    parents = GroupFact(label=TEXT, members=ParentFacts)


def policy_of(*rules):
    clauses = tuple(Clause(id=f"c{at}", citation="art. 1", text=TEXT, when=rule) for at, rule in enumerate(rules, 1))
    category = Category(id="g", tier=2, title=TEXT, clauses=clauses)
    return Policy(id=PolicyId("p"), title=TEXT, citation="law", categories=(category,))


POLICY = policy_of(
    Facts.poor.is_(True),
    Facts.grade >= 5,
    ~Facts.place.is_(Place.AWAY),
    Facts.born.age >= 10,
    Facts.parents.any_(ParentFacts.away.is_(True)),
    Facts.parents.all_(ParentFacts.away.is_(True)),
)
METADATA = sa.MetaData()
CHILDREN = sa.Table(
    'odd 100% "children"',
    METADATA,
    sa.Column("child", sa.BigInteger),
    sa.Column("poor", sa.Boolean),
    sa.Column("grade", sa.Integer),
    sa.Column("place", sa.String(20)),
    sa.Column("born", sa.Date),
    sa.Column("parents", sa.Boolean),
)
PARENTS = sa.Table("parents", METADATA, sa.Column("child", sa.BigInteger), sa.Column("away", sa.Boolean))
ROWS = [
    (1, True, 5, "away", dt.date(2016, 9, 1), True),
    (2, False, 4, "at-home", dt.date(2016, 9, 2), True),
    (3, None, None, "elsewhere", None, True),
    (4, False, 4, "away", dt.date(2016, 9, 2), None),
]
MEMBERS = [(1, True), (1, False), (3, True), (3, None), (4, True)]
EXPECTED = {
    1: ("eligible", 2, True, True, True, False, True, True, False),
    2: ("eligible", 2, True, False, False, True, False, False, True),
    3: ("eligible", 2, True, None, None, None, None, True, None),
    4: ("undetermined", None, None, False, False, False, False, None, None),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(request):
    """Return a connection to each database, filled; nothing of it stays."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgresql").url
    engine = sa.create_engine(url)
    with engine.connect() as found:
        METADATA.create_all(found)
        names = [column.name for column in CHILDREN.columns]
        found.execute(CHILDREN.insert(), [dict(zip(names, row, strict=True)) for row in ROWS])
        found.execute(PARENTS.insert(), [{"child": child, "away": away} for child, away in MEMBERS])
        yield found
        found.rollback()
        METADATA.drop_all(found)
    engine.dispose()


def test_unknown_stays_unknown_and_nobody_is_left_out(connection):
    """Every child comes out, with true, false or None for each clause, and members count only where they are listed."""
    query = policy_select(POLICY, CHILDREN, as_of=AS_OF, groups={"parents": PARENTS})
    assert {row[0]: tuple(row)[1:] for row in connection.execute(query)} == EXPECTED
    assert tuple(query.selected_columns.keys()) == policy_sql(POLICY, as_of=AS_OF, dialect="sqlite").columns


def test_the_select_can_be_built_upon(connection):
    """It joins back to its table and counts, as any other SELECT does."""
    judged = policy_select(POLICY, CHILDREN, as_of=AS_OF, groups={"parents": PARENTS}).subquery()
    counted = sa.select(judged.c.determination, sa.func.count()).group_by(judged.c.determination)
    assert dict(map(tuple, connection.execute(counted))) == {"eligible": 3, "undetermined": 1}
    grades = sa.select(CHILDREN.c.grade).join(judged, judged.c.child == CHILDREN.c.child).where(judged.c.tier == 2)
    assert sorted(connection.scalars(grades), key=str) == [4, 5, None]


def test_dirty_columns_of_sqlite_count_as_unknown():
    """What SQLite keeps beside answers in a column lets nobody in and turns nobody away."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        METADATA.create_all(connection)
        name = CHILDREN.name.replace('"', '""').replace("%", "%%")
        connection.exec_driver_sql(
            f"INSERT INTO \"{name}\" VALUES (1, 2, 'five', 'AWAY', '2016-2-30', 0)".replace("%%", "%")
        )
        query = policy_select(POLICY, CHILDREN, as_of=AS_OF, groups={"parents": PARENTS})
        assert tuple(connection.execute(query).one()) == (1, "undetermined", None, None, *[None] * 6)
    engine.dispose()


def test_a_year_that_no_calendar_has_is_no_answer_in_sqlite():
    """SQLite counts a year 0; a birth in it would be the oldest of all children."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        METADATA.create_all(connection)
        name = CHILDREN.name.replace('"', '""')
        connection.exec_driver_sql(f"INSERT INTO \"{name}\" (child, born) VALUES (1, '0000-06-01'), (2, '0001-01-01')")
        query = policy_select(policy_of(Facts.born.age >= 10), CHILDREN, as_of=AS_OF)
        assert [row[1] for row in connection.execute(query.order_by("child"))] == ["undetermined", "eligible"]
    engine.dispose()


def test_large_thresholds_fit(connection):
    """A bound beyond 32 bits is bound as a large number."""
    query = policy_select(policy_of(Facts.grade < 10**15), CHILDREN, as_of=AS_OF)
    assert [row[1] for row in connection.execute(query.order_by("child"))][:2] == ["eligible", "eligible"]


def test_what_is_missing_is_named():
    """A column, a group's table or rules for that day: each refusal says which."""
    with pytest.raises(PolicyError, match="no column poor"):
        policy_select(policy_of(Facts.poor.is_(True)), PARENTS, as_of=AS_OF)
    with pytest.raises(PolicyError, match=r"members of parents: give their table in groups"):
        policy_select(POLICY, CHILDREN, as_of=AS_OF)
    old = shipped_policies()["cn.left-behind.pre-2016"]
    with pytest.raises(PolicyNotInForceError):
        policy_select(old, CHILDREN, as_of=AS_OF)
