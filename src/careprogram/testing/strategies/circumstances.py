"""What may hold of a parent or a child that the national form does not ask?

Only some policies ask for it: who is confined, out of reach or harmed. Whole cases, one choice each, because they are
drawn with every child.
"""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from careprogram.people import ConfinementKind, Contact, ContactMeans, Disability, DisabilityKind, WorkArea
from careprogram.testing.strategies.values import made_once
from careprogram.unknown import UNKNOWN


@made_once
def parent_circumstances(as_of: dt.date, *, away: bool, gaps: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Return further fields of a parent."""
    long_ago, lately = as_of - dt.timedelta(days=400), as_of - dt.timedelta(days=20)
    free: dict[str, Any] = {
        "last_contact_with_caregiver": Contact(on=lately, means=ContactMeans.CALL) if away else None,
        "away_to": WorkArea.OTHER_COUNTY if away else None,
        "disability": None,
        "confinement": ConfinementKind.NONE,
        "confined_since": None,
        "confinement_months": None,
        "lost_contact": False,
        "search_reported_on": None,
        "declared_missing": False,
        "guardianship_revoked": False,
        "deported": False,
    }
    cases = [free]
    confined = {"confined_since": lately, "confinement_months": 36}
    cases += [free | confined | {"confinement": kind} for kind in tuple(ConfinementKind)[1:]]
    cases.append(free | {"lost_contact": True, "search_reported_on": long_ago})
    cases += [free | {flag: True} for flag in ("declared_missing", "guardianship_revoked", "deported")]
    cases.append(free | {"disability": Disability(kind=DisabilityKind.MENTAL, degree=3)})
    if away:
        cases += [free | {"away_to": area} for area in WorkArea]
    if gaps:
        cases += [{}, free | {"confinement_months": UNKNOWN, "confinement": ConfinementKind.OTHER}]
        cases += [{name: answer for name, answer in free.items() if name != left} for left in free]
    return st.sampled_from(cases)


@made_once
def child_circumstances(*, gaps: bool) -> st.SearchStrategy[dict[str, Any]]:
    """Return further fields of a child."""
    names = ("moved_with_guardian", "lives_alone", "harmed_by_guardian", "in_danger")
    well: dict[str, Any] = {**dict.fromkeys(names, False), "looked_after": True}
    cases = [well, *(well | {name: True} for name in names), well | {"looked_after": False}]
    if gaps:
        cases += [{}, *({name: True} for name in names), dict.fromkeys(names, False)]
    return st.sampled_from(cases)
