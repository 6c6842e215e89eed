"""The check of a plan that somebody else made."""

import datetime as dt

import attrs
import pytest

from careprogram.pairing import PairingRules, pair, pairings_of, plan_faults
from careprogram.people import Screening, ScreeningResult

TODAY = dt.date(2026, 9, 1)


@pytest.mark.parametrize(
    "screening",
    [
        None,
        Screening(result=ScreeningResult.BARRED, checked_on=TODAY, expires_on=TODAY),
        Screening(
            result=ScreeningResult.CLEAR, checked_on=dt.date(2025, 8, 31), expires_on=TODAY - dt.timedelta(days=1)
        ),
    ],
)
def test_a_pair_that_stands_is_asked_about_like_a_new_one(make_need, make_offer, make_problem, screening):
    """That they were paired yesterday excuses no helper who may not serve today."""
    needs, offers = [make_need()], [make_offer()]
    plan = pair(make_problem(needs, offers))
    assert plan_faults(make_problem(needs, offers), PairingRules(), plan) == ()
    unfit = [make_offer(screening=screening)]
    problem = make_problem(needs, unfit, existing=pairings_of(plan, on=TODAY))
    stubborn = attrs.evolve(plan, pairs=tuple(attrs.evolve(one, kept=True) for one in plan.pairs))
    (fault,) = plan_faults(problem, PairingRules(), stubborn)
    assert fault.startswith("pair child with helper: screening-")
    assert plan_faults(problem, PairingRules(), pair(problem)) == ()
