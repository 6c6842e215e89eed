"""Whom a program serves first, what a stranger's strategy may not do, and that the national table balances."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careprogram.eligibility import judge, shipped_policies
from careprogram.errors import PairingError
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.pairing import OneToMany, PairingPlan, PairingProblem, PairingRules
from careprogram.plugins import hookimpl
from careprogram.program import Program
from careprogram.program.judge import judge_all, most_urgent_tier, tiers_of
from careprogram.program.progress import SilentProgress
from careprogram.reports import check_balance, national_table
from careprogram.rules import Stage
from careprogram.testing.strategies import children
from careprogram.testing.synthetic import synthetic_county

NewCounty = Callable[..., Path]
DAY = dt.date(2026, 9, 1)
NATIONAL, COUNTY = PolicyId("cn.left-behind.2016"), PolicyId("county.education")


@given(st.lists(children(as_of=DAY), max_size=6, unique_by=lambda child: child.id))
def test_the_order_of_the_policies_is_the_order_of_urgency(surveyed: list) -> None:
    """A child of the first policy is more urgent than one of the second only; a child of neither has no tier."""
    policies = [shipped_policies()[NATIONAL], shipped_policies()[COUNTY]]
    verdicts = judge_all(surveyed, policies, as_of=DAY, progress=SilentProgress())
    ranks = tiers_of(policies, (NATIONAL, COUNTY))
    assert sorted(ranks.values()) == list(range(1, len(ranks) + 1))
    lowest_of_first = max(rank for (policy, _), rank in ranks.items() if policy == NATIONAL)
    for child in surveyed:
        tier = most_urgent_tier(child.id, verdicts, ranks)
        national, county = verdicts[NATIONAL][child.id].tier, verdicts[COUNTY][child.id].tier
        assert (tier is None) == (national is None and county is None)
        if tier is not None:
            assert (tier <= lowest_of_first) == (national is not None)


@settings(max_examples=4)
@given(st.integers(0, 10_000))
def test_the_national_table_of_every_made_up_county_balances(seed: int) -> None:
    """The balance equations of the 2016 survey hold for whatever children the national definition covers."""
    county = synthetic_county(seed, children=60, helpers=5, townships=2)
    policy = shipped_policies()[NATIONAL]
    covered = {child.id for child in county.children if judge(child, policy, as_of=DAY).tier is not None}
    table = national_table(county.children, as_of=DAY, covered=covered, places=county.places)
    assert check_balance(table) == ()
    assert covered


@attrs.frozen
class Stranger:
    """A strategy of somebody else, with a fault to choose."""

    fault: str
    id: str = "stranger"
    title: Text = Text("外来", "stranger")

    def pair(self, problem: PairingProblem, rules: PairingRules) -> PairingPlan:
        """Answer as the shipped one does, but for the fault."""
        plan = attrs.evolve(OneToMany().pair(problem, rules), strategy=self.id)
        if self.fault == "raises":
            raise KeyError("secret of a child")
        if self.fault == "overloads":
            busiest = plan.pairs[0].helper
            return attrs.evolve(plan, pairs=tuple(attrs.evolve(pair, helper=busiest) for pair in plan.pairs))
        if self.fault == "forgets":
            return attrs.evolve(plan, pairs=plan.pairs[1:])
        if self.fault == "unscreened":
            barred = next(one.helper for one in plan.idle if one.reasons[0].code.startswith("screening"))
            return attrs.evolve(plan, pairs=(attrs.evolve(plan.pairs[0], helper=barred), *plan.pairs[1:]))
        if self.fault == "invents":
            return attrs.evolve(plan, pairs=(attrs.evolve(plan.pairs[0], child=ChildId("nobody")), *plan.pairs[1:]))
        return plan

    @hookimpl
    def careprogram_strategies(self) -> tuple["Stranger", ...]:
        """Contribute it."""
        return (self,)


def with_stranger(folder: Path) -> Path:
    text = (folder / "program.toml").read_text(encoding="utf-8")
    asked = '[pairing]\nstrategies = ["stranger"]\nadopt = "stranger"\n\n[term]'
    (folder / "program.toml").write_text(text.replace("[term]", asked), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("raises", "failed with KeyError"),
        ("overloads", "and room for"),
        ("forgets", "neither paired nor told why not"),
        ("unscreened", "screening"),
        ("invents", "is not in the problem"),
    ],
)
def test_a_strangers_strategy_that_breaks_a_rule_pairs_nobody(new_county: NewCounty, fault: str, told: str) -> None:
    """Before anything is kept, the plan is checked; the refusal names the rule and no child's data."""
    folder = with_stranger(new_county())
    program = Program.load(folder, plugins=[Stranger(fault)])
    with pytest.raises(PairingError, match=told) as caught:
        program.run()
    assert "nobody was paired" in str(caught.value)
    assert "secret" not in str(caught.value)
    store = program.open_store()
    assert store.audit() == ()
    store.close()


def test_a_strangers_strategy_that_keeps_the_rules_is_carried_out(new_county: NewCounty) -> None:
    """A sound strategy from outside is used like a shipped one."""
    summary = Program.load(with_stranger(new_county()), plugins=[Stranger("")]).run()
    assert summary.pairings["stranger"].adopted
    assert summary.kept["pairing"].new > 0


def test_a_program_judges_by_the_rules_of_its_place(new_county: NewCounty) -> None:
    """In Guangdong the rules of Guangdong hold; elsewhere, and where no place is named, those of the country."""
    policy_id = PolicyId("cn.de-facto-unsupported.2020")
    file = new_county() / "program.toml"
    text = file.read_text(encoding="utf-8").replace('"township.family-planning"]', f'"{policy_id}"]')
    nationwide = shipped_policies()[policy_id]
    found = {}
    for place in ("", 'place = "440000"', 'place = "520526"'):
        file.write_text(text.replace('id = "small"', f'id = "small"\n{place}', 1), encoding="utf-8")
        found[place] = Program.load(file).policies()[2]
    deported = {place: "deported" in repr(policy.categories) for place, policy in found.items()}
    assert found['place = "440000"'] == nationwide.at(place="44", stage=Stage.ALWAYS) != nationwide
    assert found['place = "440000"'].jurisdiction == "44"
    assert found['place = "520526"'].categories == found[""].categories == nationwide.categories
    assert deported[""], "the nationwide rules name the deported"
