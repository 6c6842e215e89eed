"""A table of a million children says of each what the interpreter says, and a million judgments fill no memory.

By default the tables are small; `--hypothesis-profile=deep` asks for the million.
"""

import datetime as dt
import enum
import random
from collections import Counter
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import rules_kit as kit
from hypothesis import settings

import careprogram.rules.kept as kept
import careprogram.rules.shown as shown
from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.program.tables import judge_table
from careprogram.rules import (
    BoolFact,
    Category,
    ChoiceFact,
    Clause,
    DateFact,
    Determination,
    FactSchema,
    FactValues,
    GroupFact,
    IntFact,
    Policy,
    compile_policy,
    judge_facts,
)
from careprogram.testing.engine_tables import KEY, answers_in, arrow_tables, tables_of
from careprogram.testing.engines import Interpreter
from careprogram.testing.random_answers import random_rows
from careprogram.testing.random_rules import random_day, random_policy

DEEP = settings.default.max_examples > 1_000
ROWS, SAMPLE = (1_000_000, 5_000) if DEEP else (20_000, 500)
AT_ONCE = 100_000 if DEEP else 5_000
AS_OF = dt.date(2026, 9, 1)
TEXT = Text("文", "text")


def wide_policy():
    """Return a random policy that asks of children and of their parents, and its day."""
    for seed in range(100):
        rng = random.Random(f"large {seed}")
        found = random_policy(rng, kit.Facts, max_leaves=6)
        as_of = random_day(rng, found)
        told = {
            verdict.determination for verdict in Interpreter().judge(found, random_rows(rng, found, as_of, 50), as_of)
        }
        groups = any(isinstance(fact, GroupFact) for fact in found.facts)
        if len(found.facts) >= 6 and groups and told == set(Determination):
            return found, as_of
    raise AssertionError("no such policy")


def written_in_parts(policy, as_of, folder):
    """Write the table and that of each group, part by part, and return the rows of a sample by their keys."""
    rng, chosen = random.Random("large rows"), set(random.Random("sample").sample(range(ROWS), SAMPLE))
    sampled, files = {}, {}
    for begin in range(0, ROWS, AT_ONCE):
        rows = random_rows(rng, policy, as_of, AT_ONCE)
        sampled |= {begin + at: row for at, row in enumerate(rows) if begin + at in chosen}
        children, members = arrow_tables(tables_of(policy, rows))
        for name, table in {"children": children, **members}.items():
            keys = [key + begin for key in table[KEY].to_pylist()]
            table = table.set_column(0, KEY, [keys])  # noqa: PLW2901 - the same with other keys
            if name not in files:
                files[name] = pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            files[name].write_table(table)
    for file in files.values():
        file.close()
    return dict(sorted(sampled.items()))


@pytest.mark.timeout(1_500 if DEEP else 300)
def test_a_large_table_says_of_each_child_what_the_interpreter_says(tmp_path):
    """Streamed from Parquet with its groups to Parquet: a random sample, row by row, and the counts of all."""
    policy, as_of = wide_policy()
    sampled = written_in_parts(policy, as_of, tmp_path)
    groups = {fact.name: tmp_path / f"{fact.name}.parquet" for fact in policy.facts if isinstance(fact, GroupFact)}
    target = tmp_path / "judged.parquet"
    counts = judge_table(policy, tmp_path / "children.parquet", target, as_of=as_of, groups=groups)
    judged = pl.scan_parquet(target)
    asked = judged.filter(pl.col(KEY).is_in(list(sampled))).collect()
    found = answers_in(policy, asked.iter_rows())
    expected = Interpreter().judge(policy, list(sampled.values()), as_of)
    assert len(found) == len(expected) == SAMPLE
    wrong = [key for key, one, other in zip(sampled, found, expected, strict=True) if one != other]
    assert not wrong, f"{len(wrong)} of {SAMPLE} differ, the first of them child {wrong[0]}"
    assert set(Counter(answer.determination for answer in found)) == set(Determination), "a sample that shows little"
    assert counts.rows == ROWS == judged.select(pl.col(KEY).n_unique()).collect().item()
    told = judged.group_by(pl.col("determination").cast(pl.String)).len().collect()
    assert {one.value: count for one, count in counts.determinations.items()} == dict(told.iter_rows())
    open_clauses = judged.select(pl.col(f"clause.{clause.id}").null_count() for clause in policy.clauses).collect()
    assert [open_ for _, open_ in counts.clauses.values()] == list(open_clauses.row(0))


class Status(enum.Enum):
    """Where a parent is."""

    AWAY = "away"
    HOME = "home"
    DEAD = "dead"


class Facts(FactSchema):
    """Facts of which children seldom have the same answers."""

    birth_date = DateFact(label=TEXT)
    away_since = DateFact(label=TEXT)
    father = ChoiceFact(label=TEXT, choices=Status)
    mother = ChoiceFact(label=TEXT, choices=Status)
    income = IntFact(label=TEXT, minimum=0)
    debts = IntFact(label=TEXT, minimum=0)
    poor = BoolFact(label=TEXT)
    ill = BoolFact(label=TEXT)


def many_codes():
    """Return a policy that tells hundreds of thousands of children apart."""
    away = Facts.father.is_(Status.AWAY) & (Facts.away_since.months >= 6)
    rules = [away & (Facts.birth_date.age < 3 * step) & (Facts.income < 4_000 * step) for step in range(1, 7)]
    rules += [Facts.mother.is_(Status.DEAD) & (Facts.debts >= 5_000 * step) for step in range(1, 9)]
    rules += [Facts.poor.is_(True) & Facts.ill.is_(True), ~Facts.ill.is_(False) & (Facts.away_since.days < 90)]
    clauses = [Clause(id=f"c{at}", citation="art.", text=TEXT, when=rule) for at, rule in enumerate(rules)]
    categories = [Category(id=f"k{at}", tier=at + 1, title=TEXT, clauses=tuple(clauses[at::4])) for at in range(4)]
    return Policy(id=PolicyId("many"), title=TEXT, citation="law", categories=tuple(categories))


def child(rng):
    """Return somebody who is hardly like anybody else, now and then with gaps."""
    answers = {
        "birth_date": AS_OF - dt.timedelta(days=rng.randrange(18 * 365)),
        "away_since": AS_OF - dt.timedelta(days=rng.randrange(3 * 365)),
        "father": rng.choice(list(Status)),
        "mother": rng.choice(list(Status)),
        "income": rng.randrange(30_000),
        "debts": rng.randrange(50_000),
        "poor": rng.random() < 0.5,
        "ill": rng.random() < 0.5,
    }
    return FactValues(values={name: answer for name, answer in answers.items() if rng.random() > 0.05})


def resident():
    """Return the bytes of memory that this process holds; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


@pytest.mark.filterwarnings("ignore:record_property is incompatible")
@pytest.mark.timeout(1_500 if DEEP else 300)
def test_what_is_remembered_of_many_distinct_judgments_is_bounded(monkeypatch, record_property):
    """However many children with however many codes: what is kept has a bound, and memory does not grow beyond it."""
    count = 1_000_000 if DEEP else 3_000
    if not DEEP:
        monkeypatch.setattr(kept, "MOST_KEPT", 200)
        monkeypatch.setattr(shown, "MOST_KEPT", 50)
    policy, rng, codes = many_codes(), random.Random("many"), set()
    compile_policy.cache_clear()
    compiled = compile_policy(policy, AS_OF)
    most, words, held = 0, 0, {}
    for number in range(1, count + 1):
        facts = child(rng)
        verdict = judge_facts(policy, facts, as_of=AS_OF)
        assert verdict.explanation.clauses
        assert len(verdict.clauses) == len(policy.clauses)
        codes.add(hash(compiled.code(compiled.asked(facts.values))))
        most = max(most, len(compiled.worked_out))
        if number % (count // 10) == 0:
            held[number] = resident()
            tellings = [getattr(telling, "__self__", None) for telling in compiled.tellings]
            words = max(words, *(len(each) for each in tellings if isinstance(each, dict)))
    record_property("distinct codes, most kept, megabytes", (len(codes), most, [v >> 20 for v in held.values()]))
    assert len(codes) > kept.MOST_KEPT, "too few children differ to reach the bound"
    assert most <= kept.MOST_KEPT
    assert 0 < words <= shown.MOST_KEPT
    if DEEP:
        assert held[count] - held[count * 3 // 10] < 60_000_000, held
