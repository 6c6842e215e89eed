"""Is the excellence rate the share it says it is, with its denominator?"""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careprogram.archives import ExcellenceRate, excellence_rate
from careprogram.errors import ValidationError

_GRADES = st.sampled_from(["excellent", "good", "pass", "fail", None])


def _archive(results: Sequence[tuple[str, str, str | None]]) -> dict[str, object]:
    return {
        "child": "c",
        "term_results": [{"term": term, "subject": subject, "result": result} for term, subject, result in results],
    }


_RESULTS = st.lists(st.tuples(st.sampled_from(["春", "秋"]), st.sampled_from(["语文", "数学"]), _GRADES), max_size=6)


@given(st.lists(_RESULTS, max_size=8))
def test_the_rate_is_what_a_plain_count_says(group: list[list[tuple[str, str, str | None]]]) -> None:
    """Oracle: pupils whose last graded result of that term and subject is excellent, of those who have one."""
    last = [[result for term, subject, result in one if (term, subject) == ("秋", "语文") and result] for one in group]
    rate = excellence_rate(map(_archive, group), term="秋", subject="语文", target=Fraction(1, 2))
    assert rate.graded == sum(bool(of) for of in last)
    assert rate.excellent == sum(of[-1] == "excellent" for of in last if of)
    assert rate.graded + rate.without_result == len(group)
    assert rate.rate == (Fraction(rate.excellent, rate.graded) if rate.graded else None)
    assert rate.reached is (None if rate.rate is None else rate.rate >= Fraction(1, 2))


@given(st.lists(_RESULTS, max_size=8), _RESULTS)
def test_leaving_a_pupil_without_result_out_never_raises_the_rate(
    group: list[list[tuple[str, str, str | None]]], more: list[tuple[str, str, str | None]]
) -> None:
    """A pupil without a graded result changes the count beside the rate, and not the rate."""
    ungraded = [(term, subject, None) for term, subject, _ in more]
    before = excellence_rate(map(_archive, group), term="秋", subject="语文")
    after = excellence_rate(map(_archive, [*group, ungraded]), term="秋", subject="语文")
    assert (after.rate, after.without_result) == (before.rate, before.without_result + 1)


def test_an_archive_without_results_is_counted_beside() -> None:
    """No list, and a list that is none, are no result."""
    rate = excellence_rate([{"child": "a"}, {"child": "b", "term_results": None}], term="秋", subject="语文")
    assert (rate.graded, rate.without_result, rate.rate, rate.reached) == (0, 2, None, None)
    assert rate.line("zh") == "优秀率：0 名有成绩的学生中 0 名优秀（—），2 名没有成绩"


@pytest.mark.parametrize(("excellent", "shown"), [(1, "33.3 %"), (2, "66.7 %"), (3, "100.0 %")])
def test_the_share_is_rounded_for_the_eye_only(excellent: int, shown: str) -> None:
    """Shown with one decimal, kept exact."""
    rate = ExcellenceRate(term="秋", subject="语文", excellent=excellent, graded=3, without_result=0)
    assert shown in rate.line("en")
    assert rate.rate == Fraction(excellent, 3)


@pytest.mark.parametrize("target", [Fraction(-1, 2), Fraction(35)])
def test_a_target_is_a_share(target: Fraction) -> None:
    """35 for 35 percent is refused rather than never reached."""
    with pytest.raises(ValidationError, match="share from 0 to 1"):
        excellence_rate([], term="秋", subject="语文", target=target)
