"""Care programs for left-behind children: explained eligibility, proven pairing, care plans, reports, plugins.

The names below are the public face. Each is loaded when it is first used, so that importing the package costs next to
nothing and pulls in no other library.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from careprogram.care import Care, CarePlan, Duty, Term, draw_up_plan, duties_for_term
    from careprogram.eligibility import facts_of, judge, load_policy, shipped_policies
    from careprogram.errors import CareProgramError
    from careprogram.pairing import ChildNeed, HelperOffer, Pairing, PairingPlan, PairingProblem, verify
    from careprogram.people import (
        Child,
        Grade,
        Helper,
        IdentityNumber,
        Parent,
        Phone,
        PlaceCode,
        PlaceTree,
        VillageLink,
        VillageLinks,
    )
    from careprogram.plugins import PluginHost, hookimpl
    from careprogram.ports import ChangeSet, Clock, Message, Notifier, Put, Query, Record, Store
    from careprogram.program import Program
    from careprogram.rosters import read_helpers, read_roster, write_roster
    from careprogram.rules import Determination, Policy, Verdict, render_verdict
    from careprogram.unknown import UNKNOWN, Maybe

_ROOMS = {
    "care": ("Care", "CarePlan", "Duty", "Term", "draw_up_plan", "duties_for_term"),
    "eligibility": ("facts_of", "judge", "load_policy", "shipped_policies"),
    "errors": ("CareProgramError",),
    "pairing": ("ChildNeed", "HelperOffer", "Pairing", "PairingPlan", "PairingProblem", "verify"),
    "people": (
        "Child",
        "Grade",
        "Helper",
        "IdentityNumber",
        "Parent",
        "Phone",
        "PlaceCode",
        "PlaceTree",
        "VillageLink",
        "VillageLinks",
    ),
    "plugins": ("PluginHost", "hookimpl"),
    "ports": ("ChangeSet", "Clock", "Message", "Notifier", "Put", "Query", "Record", "Store"),
    "program": ("Program",),
    "rosters": ("read_helpers", "read_roster", "write_roster"),
    "rules": ("Determination", "Policy", "Verdict", "render_verdict"),
    "unknown": ("UNKNOWN", "Maybe"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "UNKNOWN",
    "Care",
    "CarePlan",
    "CareProgramError",
    "ChangeSet",
    "Child",
    "ChildNeed",
    "Clock",
    "Determination",
    "Duty",
    "Grade",
    "Helper",
    "HelperOffer",
    "IdentityNumber",
    "Maybe",
    "Message",
    "Notifier",
    "Pairing",
    "PairingPlan",
    "PairingProblem",
    "Parent",
    "Phone",
    "PlaceCode",
    "PlaceTree",
    "PluginHost",
    "Policy",
    "Program",
    "Put",
    "Query",
    "Record",
    "Store",
    "Term",
    "Verdict",
    "VillageLink",
    "VillageLinks",
    "draw_up_plan",
    "duties_for_term",
    "facts_of",
    "hookimpl",
    "judge",
    "load_policy",
    "read_helpers",
    "read_roster",
    "render_verdict",
    "shipped_policies",
    "verify",
    "write_roster",
]


def __getattr__(name: str) -> Any:
    """Load the public *name* from its room on first use."""
    room = _ROOM_OF.get(name)
    if room is None:
        raise AttributeError(f"module 'careprogram' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"careprogram.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
