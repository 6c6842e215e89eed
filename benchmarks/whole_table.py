"""What do others make of the same rule over a whole table?

The rule: 12 clauses, 4 categories in 3 tiers, gaps in 5 % of the cells, and dates of which none may lie ahead. By hand
in Polars and in SQL with the same outputs (determination, tier, categories, the truth of each clause, gaps kept, a date
that has not come as good as none), and in OpenFisca, which has no gaps: for the same answers each fact and each clause
is two variables there. Nothing is measured here.
"""

import datetime as dt
import enum
from typing import Any

import numpy as np
import polars as pl

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    FactSchema,
    IntFact,
    Policy,
    Predicate,
    constant,
)

AS_OF = dt.date(2026, 9, 1)
AGE_16, AGE_8, SIX_MONTHS = dt.date(2010, 9, 1), dt.date(2018, 9, 1), dt.date(2026, 3, 1)
"""The cutoffs, counted by hand."""

MONTH = "2026-09"
"""The period that OpenFisca is asked about."""

_TEXT = Text("文", "text")


class Status(enum.Enum):
    """What is known of a parent."""

    HOME = "at-home"
    AWAY = "away-working"
    DEAD = "deceased"
    MISSING = "missing"
    PRISON = "imprisoned"
    OTHER = "other"


class Facts(FactSchema):
    """The twelve facts."""

    birth_date = DateFact(label=_TEXT)
    rural = BoolFact(label=_TEXT)
    father = ChoiceFact(label=_TEXT, choices=Status)
    mother = ChoiceFact(label=_TEXT, choices=Status)
    father_since = DateFact(label=_TEXT)
    mother_since = DateFact(label=_TEXT)
    father_able = BoolFact(label=_TEXT)
    mother_able = BoolFact(label=_TEXT)
    poor = BoolFact(label=_TEXT)
    disabled = BoolFact(label=_TEXT)
    alone = BoolFact(label=_TEXT)
    grade = IntFact(label=_TEXT)


CATEGORIES = {"key": (1, 3), "left": (2, 2), "difficulty": (1, 3), "lesson": (3, 2)}
"""Tier and number of clauses; two requirements come before them."""

DATES = ("birth_date", "father_since", "mother_since")
GONE = ("deceased", "missing", "imprisoned")
CODES = [one.value for one in Status]
DETERMINATIONS = pl.Enum(["eligible", "ineligible", "undetermined"])


def policy() -> Policy:
    """Return the rule as a policy."""
    away, gone = Status.AWAY, (Status.DEAD, Status.MISSING, Status.PRISON)
    limit = constant("age_limit", 16, label=_TEXT, source="a made-up rule")
    either = Facts.father.is_(away) | Facts.mother.is_(away)
    both = Facts.father.is_(away) & Facts.mother.is_(away)
    rules: list[Predicate] = [
        Facts.birth_date.age < limit,
        Facts.rural.is_(True),
        both & (Facts.father_since.months >= 6) & (Facts.mother_since.months >= 6),
        Facts.father.is_(away) & Facts.mother_able.is_(False),
        Facts.mother.is_(away) & Facts.father_able.is_(False),
        either,
        Facts.alone.is_(True) & (Facts.birth_date.age < limit),
        Facts.disabled.is_(True),
        Facts.poor.is_(True) & either,
        Facts.father.one_of(*gone) & Facts.mother.one_of(*gone),
        (Facts.grade >= 5) & either,
        (Facts.birth_date.age < 8) & Facts.alone.is_(True),
    ]
    clauses = iter(Clause(id=f"c{at}", citation="none", text=_TEXT, when=rule) for at, rule in enumerate(rules))
    required = (next(clauses), next(clauses))
    categories = tuple(
        Category(id=name, tier=tier, title=_TEXT, clauses=tuple(next(clauses) for _ in range(count)))
        for name, (tier, count) in CATEGORIES.items()
    )
    return Policy(id=PolicyId("benchmark"), title=_TEXT, citation="none", requirements=required, categories=categories)


def table(rows: int, *, gaps: float = 0.05, to_come: bool = False) -> pl.DataFrame:
    """Return *rows* made-up children, some of them born after the day asked about if dates *to_come* are wanted."""
    rng = np.random.default_rng(2026)

    def holed(cells: pl.Series) -> pl.Series:
        asked = pl.Series(rng.random(rows, dtype=np.float32) >= gaps)
        return pl.select(pl.when(asked).then(cells)).to_series()

    def yes(share: float) -> pl.Series:
        return holed(pl.Series(rng.random(rows, dtype=np.float32) < share))

    def day(first: int, last: int) -> pl.Series:
        return holed(pl.Series(rng.integers(first, last, rows, dtype=np.int32)).cast(pl.Date))

    def status() -> pl.Series:
        return holed(pl.Series(rng.integers(0, len(CODES), rows, dtype=np.uint8)).cat.to(pl.Enum(CODES)))

    return pl.DataFrame(
        {
            "child": pl.Series(np.arange(rows, dtype=np.uint32)),
            "birth_date": day(12_000, 20_400 if not to_come else 20_900),
            "rural": yes(0.7),
            "father": status(),
            "mother": status(),
            "father_since": day(19_000, 20_500),
            "mother_since": day(19_000, 20_500),
            "father_able": yes(0.6),
            "mother_able": yes(0.6),
            "poor": yes(0.2),
            "disabled": yes(0.05),
            "alone": yes(0.03),
            "grade": holed(pl.Series(rng.integers(0, 13, rows, dtype=np.int8))),
        }
    )


def by_hand(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Return the same columns, written by somebody who knows Polars."""
    c = pl.col
    frame = frame.with_columns(pl.when(c(day) <= AS_OF).then(c(day)) for day in DATES)
    father, mother = c("father") == "away-working", c("mother") == "away-working"
    either, minor = father | mother, c("birth_date") > AGE_16
    clauses = [
        minor,
        c("rural"),
        father & mother & (c("father_since") <= SIX_MONTHS) & (c("mother_since") <= SIX_MONTHS),
        father & c("mother_able").not_(),
        mother & c("father_able").not_(),
        either,
        c("alone") & minor,
        c("disabled"),
        c("poor") & either,
        c("father").is_in(GONE) & c("mother").is_in(GONE),
        (c("grade") >= 5) & either,
        (c("birth_date") > AGE_8) & c("alone"),
    ]
    told = frame.select("child", *(clause.alias(f"clause.c{at}") for at, clause in enumerate(clauses)))
    met, begin, held = c("clause.c0") & c("clause.c1"), 2, {}
    for name, (_, count) in CATEGORIES.items():
        held[f"category.{name}"] = met & pl.any_horizontal(*(f"clause.c{at}" for at in range(begin, begin + count)))
        begin += count
    told = told.with_columns(**held)
    some = pl.any_horizontal(*held)
    urgent = c("category.key") | c("category.difficulty")
    rank = pl.when(urgent).then(pl.lit(1, pl.Int8)).when("category.left").then(pl.lit(2, pl.Int8))
    word = {one: pl.lit(one, DETERMINATIONS) for one in DETERMINATIONS.categories}
    return told.with_columns(
        determination=pl.when(some)
        .then(word["eligible"])
        .when(some.is_null())
        .then(word["undetermined"])
        .otherwise(word["ineligible"]),
        tier=rank.when("category.lesson").then(pl.lit(3, pl.Int8)),
    )


_COME = ", ".join(f"case when {day} <= date '{AS_OF}' then {day} end as {day}" for day in DATES)

SQL = f"""
with come as (select * replace ({_COME}) from children),
clauses as (select child, birth_date > date '{AGE_16}' as c0, rural as c1,
  father = 'away-working' and mother = 'away-working' and father_since <= date '{SIX_MONTHS}'
    and mother_since <= date '{SIX_MONTHS}' as c2,
  father = 'away-working' and not mother_able as c3, mother = 'away-working' and not father_able as c4,
  father = 'away-working' or mother = 'away-working' as c5, alone and birth_date > date '{AGE_16}' as c6,
  disabled as c7, poor and (father = 'away-working' or mother = 'away-working') as c8,
  father in {GONE} and mother in {GONE} as c9,
  grade >= 5 and (father = 'away-working' or mother = 'away-working') as c10,
  birth_date > date '{AGE_8}' and alone as c11 from come),
held as (select *, c0 and c1 and (c2 or c3 or c4) as k0, c0 and c1 and (c5 or c6) as k1,
  c0 and c1 and (c7 or c8 or c9) as k2, c0 and c1 and (c10 or c11) as k3 from clauses)
select *, case when k0 or k1 or k2 or k3 then 1 when (k0 or k1 or k2 or k3) is null then 2 else 0 end::utinyint as d,
  case when k0 or k2 then 1 when k1 then 2 when k3 then 3 end::utinyint as tier from held
"""


def known_and_answers(frame: pl.DataFrame) -> dict[str, np.ndarray]:
    """Return the table as OpenFisca takes it: for each fact an array of answers and one of whether it is known."""
    columns = {}
    for name in Facts.facts():
        cells = frame[name]
        columns[f"{name}_known"] = cells.is_not_null().to_numpy()
        if cells.dtype == pl.Boolean:
            columns[name] = cells.fill_null(False).to_numpy()
        elif cells.dtype == pl.Date:
            columns[name] = cells.fill_null(AS_OF).to_numpy()
        else:
            columns[name] = (cells.to_physical() if name != "grade" else cells).cast(pl.Int8).fill_null(0).to_numpy()
    return columns


class _Formula:
    """What OpenFisca computes: the half of a rule that says "true" or the half that says "false".

    It has no third value, so that whoever wants one gives each fact a second variable, and each clause too.
    """

    def __init__(self, value: Any, half: str) -> None:
        self.value, self.half = value, half

    def fact(self, name: str, test: Any, of: str = "") -> Any:
        """Return where the answer to a fact, or what is counted from it, passes *test*; for the other half, fails."""
        passed = test(self.value(of or name))
        return self.value(f"{name}_known") & (passed if self.half == "true" else ~passed)

    def rule(self, name: str) -> Any:
        """Return where another rule is true; for the other half, false."""
        return self.value(f"{name}_{self.half}")

    def every(self, *parts: Any) -> Any:
        """Return the conjunction."""
        return (np.logical_and if self.half == "true" else np.logical_or).reduce(parts)

    def some(self, *parts: Any) -> Any:
        """Return the disjunction."""
        return (np.logical_or if self.half == "true" else np.logical_and).reduce(parts)


def completed_years(birth: np.ndarray) -> np.ndarray:
    """Return completed years, as OpenFisca's country template counts them."""
    years = birth.astype("datetime64[Y]").astype(int) + 1970
    months = birth.astype("datetime64[M]").astype(int) % 12 + 1
    days = (birth - birth.astype("datetime64[M]") + 1).astype(int)
    past = (months < AS_OF.month) | ((months == AS_OF.month) & (days <= AS_OF.day))
    return AS_OF.year - years - np.where(past, 0, 1)


def completed_months(since: np.ndarray) -> np.ndarray:
    """Return whole months in the same way."""
    months = since.astype("datetime64[M]").astype(int)
    days = (since - since.astype("datetime64[M]") + 1).astype(int)
    return (AS_OF.year - 1970) * 12 + AS_OF.month - 1 - months - np.where(days <= AS_OF.day, 0, 1)


def _rules(*, cutoffs: bool) -> dict[str, Any]:
    def yes(name: str) -> Any:
        return lambda f: f.fact(name, lambda cells: cells)

    def no(name: str) -> Any:
        return lambda f: f.fact(name, lambda cells: ~cells)

    def away(name: str) -> Any:
        return lambda f: f.fact(name, lambda cells: cells == 1)

    def gone(name: str) -> Any:
        return lambda f: f.fact(name, lambda cells: (cells >= 2) & (cells <= 4))

    def long(name: str) -> Any:
        if cutoffs:
            return lambda f: f.fact(name, lambda cells: cells <= np.datetime64(SIX_MONTHS))
        return lambda f: f.fact(name, lambda months: months >= 6, of=f"{name}_months")

    def below(years: int, cutoff: dt.date) -> Any:
        if cutoffs:
            return lambda f: f.fact("birth_date", lambda cells: cells > np.datetime64(cutoff))
        return lambda f: f.fact("birth_date", lambda age: age < years, of="age")

    def grade(f: _Formula) -> Any:
        return f.fact("grade", lambda cells: cells >= 5)

    def every(*parts: Any) -> Any:
        return lambda f: f.every(*(part(f) for part in parts))

    def some(*parts: Any) -> Any:
        return lambda f: f.some(*(part(f) for part in parts))

    def rule(name: str) -> Any:
        return lambda f: f.rule(name)

    clauses = [
        below(16, AGE_16),
        yes("rural"),
        every(away("father"), away("mother"), long("father_since"), long("mother_since")),
        every(away("father"), no("mother_able")),
        every(away("mother"), no("father_able")),
        some(away("father"), away("mother")),
        every(yes("alone"), rule("c0")),
        yes("disabled"),
        every(yes("poor"), rule("c5")),
        every(gone("father"), gone("mother")),
        every(grade, rule("c5")),
        every(below(8, AGE_8), yes("alone")),
    ]
    rules = {f"c{at}": clause for at, clause in enumerate(clauses)}
    begin = 2
    for at, (_, count) in enumerate(CATEGORIES.values()):
        own = (rule(f"c{number}") for number in range(begin, begin + count))
        rules[f"k{at}"] = every(rule("c0"), rule("c1"), some(*own))
        begin += count
    return {**rules, "eligible": some(*(rule(f"k{at}") for at in range(len(CATEGORIES))))}


def openfisca(*, generous: bool) -> Any:
    """Return the rule as an OpenFisca system: for each clause and category two variables, true and false.

    A *generous* one has no gaps, one variable each, and is given our cutoff dates instead of counting years and months.
    """
    from openfisca_core import entities, periods, taxbenefitsystems, variables

    person = entities.Entity("person", "persons", "A child", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])

    def add(name: str, kind: type, formula: Any = None) -> None:
        body = {"value_type": kind, "entity": person, "definition_period": periods.DateUnit.MONTH, "label": name}
        if formula is not None:
            # Two arguments and no more: OpenFisca counts them.
            body["formula"] = lambda people, period: formula(lambda other: people(other, period))
        system.add_variable(type(name, (variables.Variable,), body))

    for name, fact in Facts.facts().items():
        kinds = {DateFact: dt.date, BoolFact: bool, IntFact: int, ChoiceFact: int}
        add(name, next(kind for of, kind in kinds.items() if isinstance(fact, of)))
        add(f"{name}_known", bool)
    add("age", int, lambda value: completed_years(value("birth_date")))
    for name in ("father_since", "mother_since"):
        add(f"{name}_months", int, lambda value, name=name: completed_months(value(name)))
    for name, rule in _rules(cutoffs=generous).items():
        for half in ("true",) if generous else ("true", "false"):
            add(f"{name}_{half}", bool, lambda value, rule=rule, half=half: rule(_Formula(value, half)))
    add("tier", int, lambda v: np.select([v("k0_true") | v("k2_true"), v("k1_true"), v("k3_true")], [1, 2, 3], 0))
    return system


def ask_openfisca(system: Any, columns: dict[str, np.ndarray]) -> tuple[np.ndarray, ...]:
    """Return who is eligible and, of a system with gaps, who is not, having computed every clause and category."""
    from openfisca_core.simulation_builder import SimulationBuilder

    simulation = SimulationBuilder().build_default_simulation(system, count=len(columns["grade"]))
    for name, cells in columns.items():
        simulation.set_input(name, MONTH, cells)
    simulation.calculate("tier", MONTH)
    halves = [half for half in ("eligible_true", "eligible_false") if half in system.variables]
    return tuple(simulation.calculate(half, MONTH) for half in halves)
