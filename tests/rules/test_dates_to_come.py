"""What becomes of a date that lies after the day asked about: unknown, told as such, and a day of change."""

import datetime as dt
import pickle

import pytest

from careprogram.ids import PolicyId
from careprogram.language import Text
from careprogram.rules import (
    BoolFact,
    Category,
    Clause,
    DateFact,
    Determination,
    FactSchema,
    FactValues,
    GroupFact,
    Mutability,
    Policy,
    Truth,
    counterfactuals,
    critical_values,
    decision_table,
    evaluate,
    judge_facts,
    render_verdict,
)
from careprogram.rules.answers import without_future
from careprogram.rules.critical import future_dates, possible_answers, telling_values
from careprogram.unknown import UNKNOWN

AS_OF = dt.date(2026, 9, 1)
TOMORROW, TYPO = dt.date(2026, 9, 2), dt.date(2051, 3, 1)


class ParentFacts(FactSchema):
    left_on = DateFact(label=Text("离家日期", "left home"), mutability=Mutability.CHANGES_WITH_TIME)
    away = BoolFact(label=Text("外出", "away"))


class Facts(FactSchema):
    birth_date = DateFact(label=Text("出生日期", "birth date"), mutability=Mutability.IMMUTABLE)
    away_since = DateFact(label=Text("外出时长", "away"), mutability=Mutability.CHANGES_WITH_TIME)
    parents = GroupFact(label=Text("父母", "parents"), members=ParentFacts)


def policy_of(when):
    text = Text("文", "text")
    clause = Clause(id="c", citation="c", text=text, when=when)
    category = Category(id="g", tier=1, title=text, clauses=(clause,))
    return Policy(id=PolicyId("p"), title=text, citation="c", categories=(category,))


CHILD = policy_of(Facts.birth_date.age < 16)
AWAY = policy_of(Facts.away_since.months >= 6)
SOMEBODY = policy_of(Facts.parents.any_(ParentFacts.left_on.days < 30))


def judged(policy, as_of=AS_OF, **answers):
    return judge_facts(policy, FactValues(values=answers), as_of=as_of)


def test_a_slip_of_the_pen_makes_nobody_a_child():
    """2051 for 2015: the birth date is asked for again, in both languages, and never printed."""
    verdict = judged(CHILD, birth_date=TYPO)
    assert verdict.determination is Determination.UNDETERMINED
    assert verdict.missing == ("birth_date",)
    assert verdict.explanation.future == ("birth_date",)
    assert verdict.explanation.facts == ()
    zh, en = (render_verdict(verdict, CHILD, language) for language in ("zh", "en"))
    assert "出生日期（所填日期晚于基准日）" in zh
    assert "日期晚于基准日、按未知处理的事实：\n  - 出生日期" in zh
    assert "birth date (the date given lies after that day)" in en
    assert "Facts whose date lies after that day and counts as unknown:\n  - birth date" in en
    assert "2051" not in en.replace(f"Look again on: {TYPO}", "")


def test_a_gap_is_not_told_as_a_date_to_come():
    """Nobody answered is one thing, a date that cannot be is another."""
    verdict = judged(CHILD)
    assert verdict.missing == ("birth_date",)
    assert verdict.explanation.future == ()
    assert "lies after" not in render_verdict(verdict, CHILD, "en")


def test_the_day_itself_is_no_time_ago():
    """Born today is a child of no years; born tomorrow is nobody yet."""
    assert judged(CHILD, birth_date=AS_OF).determination is Determination.ELIGIBLE
    assert judged(CHILD, birth_date=TOMORROW).determination is Determination.UNDETERMINED
    assert judged(CHILD, birth_date=TOMORROW, as_of=TOMORROW).determination is Determination.ELIGIBLE


def test_the_day_on_which_a_date_has_come_is_a_day_of_change():
    """The age is unknown until then and 0 from then on; a member's date counts as well."""
    assert judged(CHILD, birth_date=TYPO).next_change == TYPO
    assert judged(SOMEBODY, parents=({"left_on": TYPO}, {"away": True})).next_change == TYPO
    # Neither 0 nor 5 months are 6, but one is a "no" where there was no answer.
    assert judged(AWAY, away_since=TOMORROW).next_change == TOMORROW
    assert judged(AWAY, away_since=TOMORROW, as_of=TOMORROW).next_change == dt.date(2027, 3, 2)


def test_a_date_that_is_no_answer_is_not_known():
    """`known` is open on the day before and true on the day; for a member it is the same."""
    rule = Facts.birth_date.known()
    assert evaluate(rule, {"birth_date": TOMORROW}, as_of=AS_OF) is Truth.UNKNOWN
    assert evaluate(rule, {"birth_date": TOMORROW}, as_of=TOMORROW) is Truth.TRUE
    member = Facts.parents.all_(ParentFacts.left_on.known())
    verdict = judged(policy_of(member), parents=({"left_on": TOMORROW},))
    assert (verdict.clauses["c"], verdict.next_change) == (Truth.UNKNOWN, TOMORROW)


def test_what_holds_without_a_date_holds_with_one_to_come():
    """No time is below zero, whatever the date."""
    assert evaluate(Facts.away_since.months >= 0, {"away_since": TYPO}, as_of=AS_OF) is Truth.TRUE
    assert evaluate(Facts.away_since.months < 0, {"away_since": TYPO}, as_of=AS_OF) is Truth.FALSE
    assert judged(policy_of(Facts.away_since.months >= 0), away_since=TYPO).determination is Determination.ELIGIBLE


def test_a_date_of_a_member_is_told_after_its_group():
    """The group is asked for as a whole, and the reader sees which of its facts is meant."""
    verdict = judged(SOMEBODY, parents=({"left_on": TYPO, "away": True},))
    assert verdict.missing == ("parents",)
    assert verdict.explanation.future == ("parents.left_on",)
    assert "父母：离家日期" in render_verdict(verdict, SOMEBODY)
    assert "parents (the date given lies after that day)" in render_verdict(verdict, SOMEBODY, "en")


def test_a_reason_never_rests_on_a_date_to_come():
    """One parent who left last week is reason enough; the other's slip of the pen is told, and is no part of it."""
    left = AS_OF - dt.timedelta(days=7)
    verdict = judged(SOMEBODY, parents=({"left_on": TYPO}, {"left_on": left}))
    assert verdict.determination is Determination.ELIGIBLE
    assert [fact.value.en for fact in verdict.explanation.facts] == ["2 persons (left home: for 7 days)"]
    assert verdict.explanation.future == ("parents.left_on",)


def test_no_advice_names_a_date_to_come():
    """What is suggested could be so today; waiting for the date to come and pass is advice of its own."""
    facts = FactValues(values={"away_since": TOMORROW})
    found = counterfactuals(AWAY, facts, as_of=AS_OF)
    assert [each.wait_until for each in found] == [None, dt.date(2027, 3, 2)]
    assert all(day <= AS_OF for each in found for day in each.changes.values())


@pytest.mark.parametrize("policy", [CHILD, AWAY])
def test_a_date_to_come_is_critical_but_no_possible_answer(policy):
    """Tests must try it; whoever fills a gap or reviews a table is not offered it."""
    (fact,) = policy.facts
    assert critical_values(policy, fact, as_of=AS_OF)[-2:] == (AS_OF, TOMORROW)
    assert max(possible_answers(policy, fact, as_of=AS_OF)) == AS_OF
    assert max(telling_values(policy, AS_OF)[fact.name]) <= AS_OF
    assert critical_values(policy, fact, as_of=dt.date.max)[-1] == dt.date.max


def test_groups_with_dates_to_come_are_critical():
    """A member's date to come stands beside the gap that it counts as, and comes out the same."""
    found = critical_values(SOMEBODY, Facts.parents, as_of=AS_OF)
    ahead = [group for group in found if any(member.get("left_on") == TOMORROW for member in group)]
    assert ahead
    for group in ahead:
        gap = tuple({k: v for k, v in member.items() if v != TOMORROW} for member in group)
        one, other = (judged(SOMEBODY, parents=each) for each in (group, gap))
        assert (one.clauses, one.missing) == (other.clauses, other.missing)
        assert gap in found


def test_a_decision_table_has_one_row_for_a_gap_and_a_date_to_come():
    """With gaps both have the row of the unknown; a table for complete answers has none for either."""
    table = decision_table(CHILD, AS_OF, gaps=True)
    assert table.row_for({"birth_date": TYPO}) == table.row_for({"birth_date": UNKNOWN})
    assert all("2026-09-02" not in entry.en for row in table.rows for entry in row.entries if entry)


def test_a_verdict_kept_and_read_again_still_knows_the_date():
    """Pickling keeps the answers as given, so that the next change is still named."""
    verdict = judged(CHILD, birth_date=TYPO)
    again = pickle.loads(pickle.dumps(verdict))
    assert (again.next_change, again.explanation) == (TYPO, verdict.explanation)


def test_dates_to_come_are_taken_out_and_named():
    """Of the child and of each member; other answers stay, and a group keeps its size; what nobody asks is not told."""
    rule = (Facts.birth_date.age < 16) & Facts.parents.any_(ParentFacts.away.is_(True))
    asked = (TYPO, ({"left_on": TYPO, "away": True}, {"left_on": AS_OF}))
    assert without_future(asked, AS_OF) == (UNKNOWN, ({"away": True}, {"left_on": AS_OF}))
    assert future_dates(policy_of(rule), asked, AS_OF) == ("birth_date",)
    both = policy_of(rule & Facts.parents.all_(ParentFacts.left_on.days > 1))
    assert future_dates(both, asked, AS_OF) == ("birth_date", "parents.left_on")
