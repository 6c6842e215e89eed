"""By which ways does anything about a person leave the program, and what may each carry?

One table of every way out: what goes through the reading desk, what is a list for one reader with chosen fields, and
what carries nothing of a person at all. A test puts canaries into every field and searches what comes out of every way;
a file of a report, a message, a command or a section that is not in the table fails it.
"""

import enum
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from careprogram.privacy import CHILD_FIELDS, Purpose, Role


class Through(enum.Enum):
    """How a way out is kept from showing too much."""

    DESK = "desk"
    """Through ``Access``: each field is decided on for the viewer."""
    CHOSEN = "chosen"
    """A list for one reader, with the fields named here and no other; each is decided on for them (`ListReader`)."""
    NOTHING = "nothing"
    """No classified field of a person at all, or figures only."""


@attrs.frozen(kw_only=True)
class WayOut:
    """One way out.

    Attributes:
        id: Such as ``"report/duties.xlsx"``.
        through: How it is kept from showing too much.
        reader: Whom a chosen list is for; None otherwise.
        fields: What a chosen list may hold: paths behind ``child.``, ``helper.``, ``link.`` or ``verdict.``.
    """

    id: str
    through: Through
    reader: Role | None = None
    fields: frozenset[str] = frozenset()


OFFICE_PURPOSES: Final = frozenset(
    {Purpose.CARE, Purpose.AID, Purpose.PAIRING, Purpose.SAFEGUARDING, Purpose.CONTACT, Purpose.EDUCATION}
)
"""What the lists of the office are for; its reader may see their fields for one of these."""

_WHOLE_CHILD: Final = frozenset(f"child.{path}" for path in CHILD_FIELDS.classes)

_CHOSEN: Final[Mapping[str, frozenset[str]]] = {
    # The roster is for the office that answers for it. Bad rows are no records: they go back as they were sent.
    "report/roster.xlsx": _WHOLE_CHILD,
    "report/bad-rows.xlsx": _WHOLE_CHILD,
    "report/bad-helpers.xlsx": frozenset({"helper.name", "helper.phone", "helper.residence.address", "helper.school"}),
    "report/verdicts.xlsx": frozenset({"child.name"}),
    "report/verdicts.json": frozenset(
        f"verdict.{name}" for name in ("policy", "determination", "categories", "tier", "clauses", "missing")
    ),
    "report/pairings.xlsx": frozenset({"child.name", "child.schooling.school", "helper.name"}),
    "report/duties.xlsx": frozenset({"child.name", "helper.name", "link.name"}),
    "pair/pairings.xlsx": frozenset({"child.name", "child.schooling.school", "helper.name"}),
    # The address to which a message goes is that of whoever it is for.
    "message/proposal": frozenset({"helper.phone"}),
    "message/duties": frozenset({"link.phone"}),
}

_DESK: Final = (
    "access/get",
    "access/find",
    "access/history",
    "access/export/csv",
    "access/export/xlsx",
    "access/export/json",
    "access/subject_report/json",
    "access/subject_report/text",
    "access/subject_report/page",
    "access/break_glass",
    "command/consent list",
    "command/grant list",
    "command/glass list",
    "command/hold list",
)

_NOTHING: Final = (
    "report/index.html",
    "report/index.en.html",
    "report/report.json",
    "report/national-table.xlsx",
    "pair/pairing.html",
    "pair/pairing.json",
    *(
        f"section/{name}"
        for name in (
            "summary",
            "eligibility",
            "questions",
            "pairing",
            "care",
            "duties",
            "children",
            "places",
            "national",
        )
    ),
    *(
        f"command/{name}"
        for name in (
            "run",
            "demo",
            "roster",
            "judge",
            "pair",
            "policy check",
            "policy explain",
            "policy diff",
            "policy table",
            "policy list",
            "policy print",
            "policy schema",
            "policy sql",
            "archive list",
            "archive schema",
            "archive import",
            "consent add",
            "consent withdraw",
            "grant ask",
            "grant approve",
            "grant end",
            "glass review",
            "hold open",
            "hold close",
            "subject-report",
            "erase",
            "audit verify",
            "audit keep",
            "backup",
            "keys new",
            "keys rotate",
            "keys destroy-old",
            "plugins list",
            "plugins new",
            "plugins check",
        )
    ),
    "audit",
    "log",
    "repr",
    "exception",
)


def _ways() -> Iterable[WayOut]:
    yield from (WayOut(id=name, through=Through.DESK) for name in _DESK)
    for name, fields in _CHOSEN.items():
        yield WayOut(id=name, through=Through.CHOSEN, reader=Role.COUNTY_OFFICER, fields=fields)
    yield from (WayOut(id=name, through=Through.NOTHING) for name in _NOTHING)


WAYS_OUT: Final[Mapping[str, WayOut]] = MappingProxyType({way.id: way for way in _ways()})
"""Every way out, by id. What a command writes into a file is listed as that file."""
