"""Whom do the law and the two plans cover, written down a second time, in plain Python?

Each function restates one row of the tables of the law over plain values: days, numbers and the codes of a survey. It
returns the categories that hold; none means not covered. It knows no policy file and none of the rule language, so that
a mistake in a file is not repeated here. All facts are known: what unknown ones do is asked by filling them in.
"""

import calendar
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]


def years_old(birth: dt.date, day: dt.date) -> int:
    """Return the completed years; who was born on 29 February grows older on 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def whole_months(start: dt.date, day: dt.date) -> int:
    """Return the largest n whose corresponding day, or the month's last where there is none, is not after *day*."""
    count = (day.year - start.year) * 12 + (day.month - start.month)
    last = calendar.monthrange(day.year, day.month)[1]
    return count if day.day >= min(start.day, last) else count - 1


def is_away(parent: Facts) -> bool:
    """Working away from home."""
    return parent["status"] == "away-working"


def lacks_capacity(parent: Facts) -> bool:
    """No guardianship capacity: recorded so, unable, or not there to be a guardian at all."""
    return parent["capacity"] is False or parent["status"] in ("unable", "deceased", "missing", "imprisoned")


def _left_behind(facts: Facts, day: dt.date, away: Callable[[Facts], bool]) -> set[str]:
    one, other = facts["parents"]
    apart = (
        (away(one) and away(other)) or (away(one) and lacks_capacity(other)) or (away(other) and lacks_capacity(one))
    )
    in_town_with_them = facts["moved_with_parents"] and facts["settlement"] == "urban"
    together = in_town_with_them and facts["caregiver_relation"] in ("father", "mother")
    young, rural = years_old(facts["birth_date"], day) < 16, facts["registration_kind"] == "rural"
    return {"left-behind"} if young and rural and apart and not together else set()


def left_behind_2016(facts: Facts, day: dt.date) -> set[str]:
    """Both away, or one away and the other without capacity; not living with them; rural registration; under 16."""
    return _left_behind(facts, day, is_away)


def left_behind_before_2016(facts: Facts, day: dt.date) -> set[str]:
    """Either parent away; under 18."""
    young = years_old(facts["birth_date"], day) < 18
    return {"left-behind"} if young and any(is_away(parent) for parent in facts["parents"]) else set()


def left_behind_ningxia(facts: Facts, day: dt.date) -> set[str]:
    """The national definition, where "away" is six months or more in a row in another county."""

    def long_away(parent: Facts) -> bool:
        far = is_away(parent) and parent["away_to"] == "other-county"
        return far and whole_months(parent["away_since"], day) >= 6

    return _left_behind(facts, day, long_away)


def county_education(facts: Facts, day: dt.date) -> set[str]:
    """One or both away and the child stays in the countryside; or moved to town with them and lacks care."""
    found = set()
    if facts["settlement"] == "rural" and any(is_away(parent) for parent in facts["parents"]):
        found.add("stays-in-countryside")
    lacks_care = not facts["has_caregiver"] or facts["care_rating"] == "poor"
    if facts["moved_with_parents"] and facts["settlement"] == "urban" and lacks_care:
        found.add("moved-and-lacks-care")
    return found


def family_planning(facts: Facts, day: dt.date) -> set[str]:
    """A rural family-planning household with a parent away; key targets and special hardship among these."""
    parents = facts["parents"]
    rural = facts["registration_kind"] == "rural" or facts["settlement"] == "rural"
    if not (rural and facts["family_planning"] and any(is_away(parent) for parent in parents)):
        return set()
    found = {"general"}
    if (facts["only_child"] or facts["girls_only"]) and all(is_away(parent) for parent in parents):
        found.add("key-target")
    disabled = facts["disability_degree"] >= 1 or any(parent["disability_degree"] >= 1 for parent in parents)
    ailing = any(health in ("disabled", "ill") for health in (facts["health_status"], *(p["health"] for p in parents)))
    if disabled or ailing or any(parent["status"] == "deceased" for parent in parents):
        found.add("special-hardship")
    return found


def migrant_2024(facts: Facts, day: dt.date) -> set[str]:
    """Left the place of registration with a parent or guardian, six months or more in another county; under 16."""
    young = years_old(facts["birth_date"], day) < 16
    moved = facts["moved_with_guardian"] and facts["away_from_registration"]
    return {"migrant"} if young and moved and whole_months(facts["away_from_registration_since"], day) >= 6 else set()


def in_difficulty_2016(facts: Facts, day: dt.date) -> set[str]:
    """Poverty that hinders; own disability; missing or harmful guardianship with danger; under 18."""
    if years_old(facts["birth_date"], day) >= 18:
        return set()
    found = {"poverty"} if facts["poverty_hinders"] else set()
    if facts["health_status"] == "disabled" or facts["disability_degree"] >= 1:
        found.add("disability")
    if (not facts["has_caregiver"] or facts["harmed_by_guardian"]) and facts["in_danger"]:
        found.add("guardianship")
    return found


SIX = frozenset(
    ("severely disabled", "severely ill", "imprisoned", "drug treatment", "otherwise confined", "out of contact")
)
EIGHT = SIX | {"revoked", "deported"}
GONE = frozenset(("dead", "declared missing"))


def situations(parent: Facts, day: dt.date) -> set[str]:
    """Return in which of the situations of the law, of 2019 or of 2020, *parent* is; the dead are dead only."""
    if parent["status"] == "deceased":
        return {"dead"}
    degree, kind = parent["disability_degree"], parent["disability_kind"]
    months = max(parent["confinement_months"], whole_months(parent["confined_since"], day))
    searched = parent["search_reported"] and whole_months(parent["search_reported_on"], day) >= 6
    holds = {
        "declared missing": parent["declared_missing"],
        "severely disabled": degree in (1, 2) or (degree in (3, 4) and kind in ("mental", "intellectual")),
        "severely ill": parent["health"] == "ill",
        "imprisoned": parent["confinement"] == "imprisoned" and months >= 6,
        "drug treatment": parent["confinement"] == "drug-treatment" and months >= 6,
        "otherwise confined": parent["confinement"] == "other" and months >= 6,
        "out of contact": parent["lost_contact"] and searched,
        "revoked": parent["guardianship_revoked"],
        "deported": parent["deported"],
    }
    return {name for name, held in holds.items() if held}


def combined(parents: Sequence[set[str]], *, both: frozenset[str], beside_gone: frozenset[str]) -> bool:
    """Return whether the situations of two parents make one of the accepted combinations.

    Two who are gone, dead or declared missing, are no combination: their child is an orphan.
    """
    gone = [bool(held & GONE) for held in parents]
    if all(gone):
        return False
    if not any(gone):
        return all(held & both for held in parents)
    (other,) = (held for held in parents if not held & GONE)
    # Who is declared missing may be known to be ill as well: then both are in a situation of the first kind, too.
    return bool(other & beside_gone) or all(held & both for held in parents)


def de_facto_unsupported(
    both: frozenset[str], beside_gone: frozenset[str], *, at_school_past_18: bool = False
) -> Callable[[Facts, dt.date], set[str]]:
    """Return the rule for these situations: both parents in *both*, or one gone and the other in *beside_gone*."""

    def rule(facts: Facts, day: dt.date) -> set[str]:
        young = years_old(facts["birth_date"], day) < 18 or (at_school_past_18 and facts["full_time_schooling"])
        held = [situations(parent, day) for parent in facts["parents"]]
        covered = young and combined(held, both=both, beside_gone=beside_gone)
        return {"de-facto-unsupported"} if covered else set()

    return rule


def minors_law_21(facts: Facts, day: dt.date) -> set[str]:
    """Under 8 and nobody cares, or under 16 and living alone."""
    age = years_old(facts["birth_date"], day)
    found = {"unattended"} if age < 8 and not facts["has_caregiver"] else set()
    return found | ({"living-alone"} if age < 16 and facts["lives_alone"] else set())


def minors_law_23(facts: Facts, day: dt.date) -> set[str]:
    """Nobody at home: how long all who are away were silent to the child, and to the caregiver if there is one.

    The silence of a parent who was never in touch began on the day it left.
    """
    away = [parent for parent in facts["parents"] if is_away(parent)]
    at_home = any(parent["status"] == "at-home" for parent in facts["parents"])
    if not away or at_home or years_old(facts["birth_date"], day) >= 18:
        return set()
    found = set()
    for whom in ("child", "caregiver") if facts["has_caregiver"] else ("child",):
        last = [p[f"contacted_{whom}_on"] if p[f"contacted_{whom}"] else p["away_since"] for p in away]
        silence = min((day - each).days for each in last)
        rung = next((days for days in (30, 14, 7) if silence > days), None)
        found |= {f"{whom}-silent-{rung}"} if rung else set()
    return found
