"""What do the answers of a survey add to the danger that a child is known to be in?

Each warning sign of a survey becomes an indicator beside those of the registration form, with its reason: a sign that
is there raises the level, one that nobody answered is an open question, and one that is not there changes nothing. No
answer takes back what another finding says. Of several surveys the newest answer to each question counts.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from careprogram.archives import IndicatorLimits, RiskIndicator, Sign, risk_indicators
from careprogram.archives.indicators import USUAL_LIMITS
from careprogram.care.risk import RiskRule
from careprogram.language import Text
from careprogram.people import Child
from careprogram.unknown import UNKNOWN, Maybe

SURVEY_LEVELS: Final[Mapping[RiskIndicator, str]] = MappingProxyType(
    {
        RiskIndicator.CONTACT_GAP: "blue",
        RiskIndicator.TRUANCY: "blue",
        RiskIndicator.LYING: "blue",
        RiskIndicator.FIGHTING: "blue",
        RiskIndicator.SILENCE: "blue",
        RiskIndicator.DROPPED_OUT: "yellow",
        RiskIndicator.CLASS_UNKNOWN_TO_GUARDIAN: "blue",
    }
)
"""The level that a child has at least, by the sign; a place with a scale of its own names its own levels."""

_ASKED: Final[Mapping[RiskIndicator, str]] = {
    RiskIndicator.CONTACT_GAP: "survey.days_since_contact",
    RiskIndicator.TRUANCY: "survey.days_truant",
    RiskIndicator.LYING: "survey.lying",
    RiskIndicator.FIGHTING: "survey.fighting",
    RiskIndicator.SILENCE: "survey.silence",
    RiskIndicator.DROPPED_OUT: "survey.dropped_out",
    RiskIndicator.CLASS_UNKNOWN_TO_GUARDIAN: "survey.guardian_knows_class",
}


def survey_risk_rules(
    surveys: Iterable[Mapping[str, object]],
    *,
    as_of: dt.date,
    limits: IndicatorLimits = USUAL_LIMITS,
    levels: Mapping[RiskIndicator, str] = SURVEY_LEVELS,
) -> tuple[RiskRule, ...]:
    """Return the indicators that the surveys of one child answer, for `assess_risk` beside the shipped ones.

    Args:
        surveys: Survey archives of one child, of the current version, in any order; none gives no indicator.
        as_of: The day; surveys asked later are not read.
        limits: From where on something is a sign.
        levels: What each sign asks for; one that is not in it is left out.

    Examples:
        >>> from careprogram.care import SHIPPED_RISK_RULES, assess_risk
        >>> survey = {"child": "c-1", "survey": "2026", "asked_on": "2026-06-01", "dropped_out": True}
        >>> rules = survey_risk_rules([survey], as_of=dt.date(2026, 9, 1))
        >>> found = assess_risk(Child(id="c-1"), as_of=dt.date(2026, 9, 1), rules=(*SHIPPED_RISK_RULES, *rules))
        >>> [(reason.rule, reason.level) for reason in found.reasons]
        [('survey-dropped-out', 'yellow')]
    """
    read = [survey for survey in surveys if _day(survey) <= as_of]
    if not read:
        return ()
    # Two surveys of one day are read as one another's later: what is there in any of them counts first.
    newest_first = sorted(read, key=_day, reverse=True)
    signs = [(_day(survey), risk_indicators(survey, limits=limits)) for survey in newest_first]
    return tuple(_rule(indicator, level, _newest(indicator, signs)) for indicator, level in levels.items())


def _day(survey: Mapping[str, object]) -> dt.date:
    try:
        return dt.date.fromisoformat(str(survey.get("asked_on")))
    except ValueError:
        return dt.date.min


def _newest(indicator: RiskIndicator, signs: Iterable[tuple[dt.date, Mapping[RiskIndicator, Sign]]]) -> Sign:
    answered = [(day, found[indicator]) for day, found in signs if found[indicator] is not Sign.UNKNOWN]
    same_day = {sign for day, sign in answered if day == answered[0][0]}
    return Sign.PRESENT if Sign.PRESENT in same_day else answered[0][1] if answered else Sign.UNKNOWN


def _rule(indicator: RiskIndicator, level: str, sign: Sign) -> RiskRule:
    answer: Maybe[bool] = UNKNOWN if sign is Sign.UNKNOWN else sign is Sign.PRESENT

    def holds(_child: Child, _day: dt.date) -> Maybe[bool]:
        return answer

    return RiskRule(
        id=f"survey-{indicator.value}",
        level=level,
        title=Text(f"问卷显示：{indicator.zh}", f"survey: {indicator.label('en')}"),
        facts=(_ASKED[indicator],),
        source="survey archive; seed text, essays 4 and 5",
        holds=holds,
    )
