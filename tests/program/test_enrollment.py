"""Who enters a program, who stays, and that a day looked at twice ends as it ended before."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import attrs
from hypothesis import given
from hypothesis import strategies as st

from careprogram.eligibility import Entitlement, EntitlementState
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Text
from careprogram.program import Program
from careprogram.program.enrollment import Enrollment, enroll, enrollments_on_file, in_already, is_served

CHILD, OURS, COUNTY = ChildId("c"), PolicyId("ours"), PolicyId("county.education")
DAYS = [dt.date(2026, 9, 1) + dt.timedelta(days=day) for day in range(5)]
OURS_FILE = """
format = 1
id = "ours"
title = { zh = "本县项目", en = "our program" }
citation = "本县"
excludes = ["county.education"]

[parameters.entry_limit]
label = { zh = "纳入年龄上限（不满）", en = "age limit on entry (under)" }

[[parameters.entry_limit.values]]
value = 16
source = "本县"

[[parameters.entry_limit.values]]
since = 2026-09-02
value = 1
source = "本县"

[[requirements]]
id = "enters-under"
citation = "本县"
text = { zh = "纳入时不满年龄上限", en = "under the age limit on entry" }
when = "birth_date.age < entry_limit"
stage = "entry"

[[requirements]]
id = "stays-under"
citation = "本县"
text = { zh = "不满十八周岁", en = "under 18" }
when = "birth_date.age < 18"
stage = "continuing"

[[categories]]
id = "away"
tier = 1
title = { zh = "父亲外出", en = "father away" }

[[categories.clauses]]
id = "father-away"
citation = "本县"
text = { zh = "父亲外出务工", en = "the father is away" }
when = "father_status is away-working"
"""


def found(state: EntitlementState, *, enrolled: bool) -> dict:
    return {OURS: {CHILD: Entitlement(policy=OURS, state=state, enrolled=enrolled, text=Text("文", "text"))}}


@given(st.lists(st.tuples(st.sampled_from(DAYS), st.booleans()), max_size=8))
def test_a_day_looked_at_twice_ends_as_it_ended_before(looks: list) -> None:
    """Whatever was found on which day: found once more, nothing changes, and who is in was let in on some day."""
    on_file: tuple[Enrollment, ...] = ()
    for day, covered in sorted(looks, key=lambda look: look[0]):
        inside = in_already(on_file, serve=(OURS,), as_of=day)
        enrolled = OURS in inside.get(CHILD, frozenset())
        state = EntitlementState.ENTITLED if covered else EntitlementState.NOT_COVERED
        if enrolled and not covered:
            state = EntitlementState.REVIEW
        entitled = found(state, enrolled=enrolled)
        after = enroll(on_file, entitled, serve=(OURS,), as_of=day)
        assert in_already(after, serve=(OURS,), as_of=day) == inside
        assert enroll(after, entitled, serve=(OURS,), as_of=day) == after
        tomorrow = in_already(after, serve=(OURS,), as_of=day + dt.timedelta(days=1))
        assert bool(tomorrow) == (enrolled or covered)
        on_file = after


def test_nobody_is_put_out_but_by_a_person() -> None:
    """Who was in before and is under review stays in; an end that a person set counts from its day."""
    old = Enrollment(child=CHILD, policy=OURS, since=DAYS[0])
    under_review = found(EntitlementState.REVIEW, enrolled=True)
    assert enroll([old], under_review, serve=(OURS,), as_of=DAYS[1]) == (old,)
    assert is_served(under_review[OURS][CHILD])
    ended = attrs.evolve(old, ended_on=DAYS[2])
    assert [bool(in_already([ended], serve=(OURS,), as_of=day)) for day in DAYS[:4]] == [False, True, False, False]
    again = enroll([ended], found(EntitlementState.ENTITLED, enrolled=False), serve=(OURS,), as_of=DAYS[3])
    assert [(one.since, one.ended_on) for one in again] == [(DAYS[3], None)]


def test_only_who_is_entitled_or_in_is_served() -> None:
    """Excluded, waiting and open newcomers are not served, although the policy covers them."""
    states = [state for state in EntitlementState if is_served(found(state, enrolled=False)[OURS][CHILD])]
    assert states == [EntitlementState.ENTITLED]


def test_a_run_asks_those_who_are_in_for_staying_and_the_others_for_entering(
    new_county: Callable[..., Path],
) -> None:
    """On the second day nobody may enter any more: who entered on the first stays, and no child is in two programs."""
    county = new_county()
    (county / "ours.toml").write_text(OURS_FILE, encoding="utf-8")
    file = county / "program.toml"
    text = file.read_text("utf-8")
    before = 'judge = ["cn.left-behind.2016", "county.education", "township.family-planning"]'
    text = text.replace(before, 'files = ["ours.toml"]\njudge = ["ours", "county.education"]')
    text = text.replace('serve = ["cn.left-behind.2016", "county.education"]', 'serve = ["ours", "county.education"]')
    file.write_text(text, encoding="utf-8")
    first = Program.load(county).run()
    inside = on_file(county)
    assert {one.since for one in inside} == {DAYS[0]}
    ours, others = ({one.child for one in inside if one.policy == name} for name in (OURS, COUNTY))
    assert len(ours) == first.policies[OURS].eligible > 0
    assert others
    assert not ours & others
    assert not Program.load(county).run().changed
    file.write_text(text.replace("as_of = 2026-09-01", "as_of = 2026-09-02"), encoding="utf-8")
    second = Program.load(county).run()
    assert second.policies[OURS].eligible == len(ours)
    assert on_file(county) == inside
    assert not Program.load(county).run().changed


def on_file(county: Path) -> tuple[Enrollment, ...]:
    store = Program.load(county).open_store()
    try:
        return enrollments_on_file(store)
    finally:
        store.close()
