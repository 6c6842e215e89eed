"""What a survey answers raises the danger that a child is known to be in, with its reason, and never lowers it."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import RiskIndicator, Sign, risk_indicators
from careprogram.builtin.contributions import standard_host
from careprogram.care import (
    SHIPPED_DUTY_RULES,
    SHIPPED_RISK_RULES,
    SHIPPED_SCALE,
    SURVEY_LEVELS,
    RiskAssessment,
    Term,
    assess_risk,
    survey_risk_rules,
)
from careprogram.ids import ChildId
from careprogram.people import Child, VillageLinks
from careprogram.program import SilentProgress
from careprogram.program.plan import Served, plan_all
from careprogram.testing import strategies

_DAY = dt.date(2026, 9, 1)
_FREQUENCY = st.sampled_from(["never", "seldom", "sometimes", "often"])
_SURVEYS = st.fixed_dictionaries(
    {"child": st.just("c-1"), "survey": st.just("s"), "asked_on": st.sampled_from(["2026-03-01", "2026-06-01"])},
    optional={
        "days_since_contact": st.sampled_from([0, 7, 8, 400]),
        "days_truant": st.integers(0, 2),
        "lying": _FREQUENCY,
        "fighting": _FREQUENCY,
        "silence": _FREQUENCY,
        "dropped_out": st.booleans(),
        "guardian_knows_class": st.booleans() | st.none(),
    },
)
Survey = dict[str, object]


def _assessed(child: Child, *surveys: Survey) -> RiskAssessment:
    rules = survey_risk_rules(surveys, as_of=_DAY)
    return assess_risk(child, as_of=_DAY, rules=(*SHIPPED_RISK_RULES, *rules))


def _rank(found: RiskAssessment) -> int:
    return SHIPPED_SCALE.rank(found.level.id)


@given(child=strategies.children(as_of=_DAY, personal=False), survey=_SURVEYS)
def test_a_survey_only_raises(child: Child, survey: Survey) -> None:
    """The level is never lower, every reason stays, each sign that is there is a reason, and each gap a question."""
    before, after = assess_risk(child, as_of=_DAY), _assessed(child, survey)
    assert _rank(after) >= _rank(before)
    assert set(before.reasons) <= set(after.reasons)
    told = {reason.rule: reason.level for reason in after.reasons}
    for indicator, sign in risk_indicators(survey).items():
        rule = f"survey-{indicator.value}"
        assert (rule in told) is (sign is Sign.PRESENT)
        if sign is Sign.PRESENT:
            assert told[rule] == SURVEY_LEVELS[indicator]
            assert _rank(after) >= SHIPPED_SCALE.rank(SURVEY_LEVELS[indicator])
        higher = SHIPPED_SCALE.rank(SURVEY_LEVELS[indicator]) > max(
            (SHIPPED_SCALE.rank(reason.level) for reason in after.reasons), default=0
        )
        assert (rule in {one.rule for one in after.open_questions}) is (sign is Sign.UNKNOWN and higher)


@given(child=strategies.children(as_of=_DAY, personal=False), surveys=st.lists(_SURVEYS, min_size=1, max_size=3))
def test_the_newest_answer_counts_whatever_the_order(child: Child, surveys: list[Survey]) -> None:
    """Each question has its newest answer; of two of one day that which is a sign; the order on file is nothing."""
    found = {reason.rule for reason in _assessed(child, *surveys).reasons}
    assert {reason.rule for reason in _assessed(child, *surveys[::-1]).reasons} == found
    for indicator in RiskIndicator:
        answers = [(str(one["asked_on"]), risk_indicators(one)[indicator]) for one in surveys]
        known = [answer for answer in answers if answer[1] is not Sign.UNKNOWN]
        newest = max((day for day, _ in known), default="")
        present = any(day == newest and sign is Sign.PRESENT for day, sign in known)
        assert (f"survey-{indicator.value}" in found) is present


def test_every_sign_has_a_level_and_later_surveys_are_not_read() -> None:
    """No indicator is forgotten; without a survey, or with one asked after the day, nothing is added."""
    assert set(SURVEY_LEVELS) == set(RiskIndicator)
    assert {SHIPPED_SCALE.rank(level) for level in SURVEY_LEVELS.values()} <= {1, 2}
    assert survey_risk_rules([], as_of=_DAY) == ()
    assert survey_risk_rules([{"asked_on": "2026-09-02", "dropped_out": True}], as_of=_DAY) == ()


def test_a_plan_reads_the_surveys_on_file() -> None:
    """A truant child gets more visits than the same child without the survey."""
    child = Child(id=ChildId("c-1"))
    term = Term(id="t", start=_DAY, end=dt.date(2027, 1, 20))

    def visits(surveys: dict[ChildId, list[Survey]]) -> int:
        _, duties = plan_all(
            [child],
            {child.id: Served(tier=1)},
            {},
            {},
            links=VillageLinks(()),
            term=term,
            as_of=_DAY,
            catalogue=standard_host().services(),
            rules=SHIPPED_DUTY_RULES,
            progress=SilentProgress(),
            surveys=surveys,
        )
        return sum(duty.child == child.id and duty.kind == "home-visit" for duty in duties)

    out: Survey = {"child": "c-1", "asked_on": "2026-06-01", "dropped_out": True}
    assert visits({child.id: [out]}) > visits({})
