"""What does a child's record say about each of its parents, on a given day?

The national form asks one question about a parent, with one answer. Where that answer settles a further question it is
taken: who is at home is not in prison. Where it does not, the question stays open. Nothing is guessed.
"""

import datetime as dt
from collections.abc import Mapping

from careprogram.people import ConfinementKind, Contact, HealthStatus, Parent, ParentStatus
from careprogram.rules import FactValue
from careprogram.rules.facts import Member
from careprogram.unknown import UNKNOWN, Maybe, Unknown

_AT_HOME, _AWAY, _UNABLE = ParentStatus.AT_HOME, ParentStatus.AWAY_WORKING, ParentStatus.UNABLE
_DEAD, _MISSING, _IN_PRISON = ParentStatus.DECEASED, ParentStatus.MISSING, ParentStatus.IMPRISONED

_FOUND: Member = {"confinement": ConfinementKind.NONE, "lost_contact": False, "declared_missing": False}
_SAYS: Mapping[Maybe[ParentStatus], Member] = {
    _AT_HOME: {**_FOUND, "deported": False},
    _UNABLE: {**_FOUND, "deported": False},
    _DEAD: {**_FOUND, "deported": False},
    _AWAY: _FOUND,
    _IN_PRISON: {**_FOUND, "confinement": ConfinementKind.IMPRISONED},
    _MISSING: {"lost_contact": True},
    UNKNOWN: {},
}
"""What the status settles. Nobody knows where a parent is who cannot be reached."""


def parent_answers(parent: Parent, as_of: dt.date) -> Member:
    """Return what is known of *parent* on *as_of*, by the name of the fact; gaps are left out.

    A date after *as_of* is given as it is, and rules count it as unknown; that something happened is open until then.

    Args:
        parent: The father or the mother.
        as_of: The day asked about.
    """
    kind, degree = _disability(parent)
    child_on, caregiver_on = _day_of(parent.last_contact), _day_of(parent.last_contact_with_caregiver)
    recorded: dict[str, FactValue | None] = {
        "status": parent.status,
        "away_since": parent.away_since,
        "away_to": parent.away_to,
        "capacity": parent.guardianship_capacity,
        "health": parent.health,
        "disability_kind": kind,
        "disability_degree": degree,
        "confinement": parent.confinement,
        "confined_since": parent.confined_since,
        "confinement_months": parent.confinement_months,
        "lost_contact": parent.lost_contact,
        "search_reported": _happened(parent.search_reported_on, as_of),
        "search_reported_on": parent.search_reported_on,
        "declared_missing": parent.declared_missing,
        "guardianship_revoked": parent.guardianship_revoked,
        "deported": parent.deported,
        "contacted_child": _happened(child_on, as_of),
        "contacted_child_on": child_on,
        "contacted_caregiver": _happened(caregiver_on, as_of),
        "contacted_caregiver_on": caregiver_on,
    }
    told = {name: answer for name, answer in recorded.items() if answer is not UNKNOWN and answer is not None}
    return {**_SAYS[parent.status], **told}


def _disability(parent: Parent) -> tuple[FactValue, Maybe[int]]:
    disability = parent.disability
    if disability is None or (disability is UNKNOWN and parent.health is HealthStatus.HEALTHY):
        return UNKNOWN, 0
    return (UNKNOWN, UNKNOWN) if isinstance(disability, Unknown) else (disability.kind, disability.degree)


def _day_of(contact: Maybe[Contact] | None) -> Maybe[dt.date] | None:
    return contact.on if isinstance(contact, Contact) else contact


def _happened(day: Maybe[dt.date] | None, as_of: dt.date) -> Maybe[bool]:
    """Return whether there is such a day; what is only recorded later leaves open what there was on *as_of*."""
    if day is None:
        return False
    return UNKNOWN if isinstance(day, Unknown) or day > as_of else True
