"""A roster judged in columns gets the verdicts that its children get one by one."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.eligibility import judge, shipped_policies
from careprogram.eligibility.columns import facts_frame
from careprogram.ids import ChildId
from careprogram.people import Child
from careprogram.rules.columns import judge_frame, truths_in
from careprogram.testing.strategies.people import children

POLICIES = list(shipped_policies().values())
AS_OF = dt.date(2026, 9, 1)


@settings(max_examples=25)
@given(st.lists(children(personal=False), max_size=4), st.sampled_from([AS_OF, dt.date(2016, 2, 3)]))
def test_every_shipped_policy_says_the_same_in_columns(drawn, as_of):
    """Every clause of every policy in force, for children with gaps, future dates and groups."""
    keyed = list({child.id: child for child in drawn}.values())
    frame, groups = facts_frame(keyed, as_of=as_of)
    assert frame.height == len(keyed)
    for policy in (policy for policy in POLICIES if policy.in_force_on(as_of)):
        judged = judge_frame(policy, frame, as_of=as_of, groups=groups)
        for child, row in zip(keyed, judged.to_dicts(), strict=True):
            verdict = judge(child, policy, as_of=as_of)
            assert row["child"] == child.id
            assert row["determination"] == verdict.determination.value
            assert row["tier"] == verdict.tier
            assert truths_in(policy, row) == tuple(verdict.clauses.values())


def test_nobody_is_a_table_too():
    """The columns have their types without a single row."""
    frame, groups = facts_frame([], as_of=AS_OF)
    assert frame.height == 0
    assert frame.schema["birth_date"] == pl.Date
    assert all("child" in table.columns for table in groups.values())
    for policy in (policy for policy in POLICIES if policy.in_force_on(AS_OF)):
        assert judge_frame(policy, frame, as_of=AS_OF, groups=groups).height == 0


@pytest.mark.parametrize("born", [dt.date(2026, 9, 2), dt.date(2026, 9, 1)])
def test_a_date_to_come_is_no_fact_of_that_day(born):
    """As for one child: somebody wrote it down wrongly, so it is asked for again."""
    frame, _ = facts_frame([Child(id=ChildId("a"), birth_date=born)], as_of=AS_OF)
    assert frame["birth_date"].to_list() == [born if born <= AS_OF else None]
