"""How delicate is each field of the records that the work itself makes?

Verdicts, enrollments, pairings, plans, duties, village links, and the papers of this room: consents, grants, holds and
receipts. Reasons in words can tell of anything, so they are shown whole to those who act on them, or not at all.
"""

from collections.abc import Iterable
from typing import Final

from careprogram.privacy.classification import Classification, FieldClass
from careprogram.privacy.masks import Mask
from careprogram.privacy.sensitivity import Purpose, Sensitivity

_CARE, _PAIRING, _EDUCATION, _HEALTH = Purpose.CARE, Purpose.PAIRING, Purpose.EDUCATION, Purpose.HEALTH
_AID, _CONTACT, _SAFEGUARDING, _STATISTICS = Purpose.AID, Purpose.CONTACT, Purpose.SAFEGUARDING, Purpose.STATISTICS
_WORK: Final = frozenset({_CARE, _PAIRING, _EDUCATION, _HEALTH, _AID, _CONTACT, _SAFEGUARDING})


def _each(
    names: Iterable[str],
    sensitivity: Sensitivity,
    purposes: Iterable[Purpose],
    *,
    mask: Mask | None = None,
    whole: bool = False,
    guarded: bool = False,
) -> dict[str, FieldClass]:
    field = FieldClass(sensitivity=sensitivity, purposes=frozenset(purposes), mask=mask, whole=whole, guarded=guarded)
    return dict.fromkeys(names, field)


_VERDICT_FIELDS = (
    "policy",
    "as_of",
    "determination",
    "tier",
    "next_change",
    "categories",
    "open_categories",
    "missing",
)

VERDICT_FIELDS: Final = Classification(
    # Which policy speaks of a child says much about it: whose parents are in prison, who lives on aid. That a policy
    # about danger speaks of it at all must not reach those whom it may be about.
    _each(_VERDICT_FIELDS, Sensitivity.SENSITIVE, (_AID, _CARE, _SAFEGUARDING), guarded=True)
    | _each(("clauses", "explanation"), Sensitivity.SENSITIVE, (_AID, _SAFEGUARDING), whole=True, guarded=True)
)
"""The class of every field of a verdict's report."""

OPEN_VERDICT_FIELDS: Final = Classification(
    _each(_VERDICT_FIELDS, Sensitivity.SENSITIVE, (_AID, _CARE, _SAFEGUARDING))
    | _each(("explanation",), Sensitivity.SENSITIVE, (_AID, _SAFEGUARDING), whole=True)
    | _each(("clauses",), Sensitivity.SENSITIVE, (_AID, _SAFEGUARDING), whole=True, guarded=True)
)
"""The same where the policy asks nothing that protects a child from its family."""

ENROLLMENT_FIELDS: Final = Classification(
    # The id of an enrollment tells the policy: where a family may not know of that, nothing is shown, nor whose it is.
    _each(("child",), Sensitivity.INTERNAL, _WORK, guarded=True)
    | _each(("policy", "since", "ended_on"), Sensitivity.SENSITIVE, (_AID, _CARE, _SAFEGUARDING), guarded=True)
)
"""The class of every field of ``program.Enrollment``."""

OPEN_ENROLLMENT_FIELDS: Final = Classification(
    _each(("child",), Sensitivity.INTERNAL, _WORK)
    | _each(("policy", "since", "ended_on"), Sensitivity.SENSITIVE, (_AID, _CARE, _SAFEGUARDING))
)
"""The same where the policy asks nothing that protects a child from its family."""

PAIRING_FIELDS: Final = Classification(
    _each(
        ("id", "child", "helper", "strategy", "role", "status", "since", "until", "history", "history[].status"),
        Sensitivity.INTERNAL,
        (_CARE, _PAIRING, _SAFEGUARDING),
    )
    | _each(("history[].on",), Sensitivity.INTERNAL, (_CARE, _PAIRING, _SAFEGUARDING))
    # Why a pairing ended can tell of harm.
    | _each(("reason", "history[].reason"), Sensitivity.SENSITIVE, (_PAIRING, _SAFEGUARDING), guarded=True)
)
"""The class of every field of ``pairing.Pairing``."""

PAIR_FIELDS: Final = Classification(
    _each(("child", "helper", "role", "score"), Sensitivity.INTERNAL, (_CARE, _PAIRING, _SAFEGUARDING))
    | _each(("scores",), Sensitivity.INTERNAL, (_CARE, _PAIRING, _SAFEGUARDING), whole=True)
    # Why nobody was found can tell what a guardian refused or a child did not want.
    | _each(("reasons",), Sensitivity.PERSONAL, (_CARE, _PAIRING, _SAFEGUARDING), whole=True, guarded=True)
)
"""The class of every field of a pair that is proposed, and of a child for whom nobody was found."""

_AT_CARE: Final = (_CARE, _EDUCATION, _HEALTH, _SAFEGUARDING)

PLAN_FIELDS: Final = Classification(
    _each(
        (
            "id",
            "child",
            "term.id",
            "term.start",
            "term.end",
            "term.lessons_end",
            "drawn_up_on",
            "assignments",
            "assignments[].care",
            "assignments[].responsible",
            "assignments[].responsible.kind",
            "assignments[].responsible.id",
            "assignments[].responsible.until",
            "assignments[].rule",
            "links",
            "links[].kind",
            "links[].id",
            "links[].until",
            "supporters",
            "supporters[].helper",
            "supporters[].role",
            "supporters[].kind",
            "tier",
        ),
        Sensitivity.INTERNAL,
        _AT_CARE,
    )
    | _each(
        (
            "services",
            "services[].service",
            "services[].responsible",
            "services[].responsible.kind",
            "services[].responsible.id",
            "services[].responsible.until",
            "services[].to_confirm",
        ),
        Sensitivity.PERSONAL,
        _AT_CARE,
    )
    | _each(
        ("services[].reason", "assignments[].reason"),
        Sensitivity.SENSITIVE,
        (_CARE, _SAFEGUARDING),
        whole=True,
        guarded=True,
    )
    | _each(("supporters[].screened_until", "supporters[].standing"), Sensitivity.SENSITIVE, (_SAFEGUARDING,))
    | _each(("categories",), Sensitivity.SENSITIVE, (_AID, _CARE, _SAFEGUARDING), guarded=True)
)
"""The class of every field of ``care.CarePlan``."""

_DUTY_FIELDS = (
    "id",
    "child",
    "kind",
    "due",
    "responsible",
    "responsible.kind",
    "responsible.id",
    "responsible.until",
    "source",
    "muted",
)

DUTY_FIELDS: Final = Classification(
    # A duty can be to report harm at once: those it is about do not learn of it from their own copy.
    _each((*_DUTY_FIELDS, "urgency"), Sensitivity.INTERNAL, _AT_CARE, guarded=True)
    | _each(("title",), Sensitivity.INTERNAL, _AT_CARE, whole=True, guarded=True)
    | _each(("facts",), Sensitivity.PERSONAL, _AT_CARE, guarded=True)
    | _each(("moved",), Sensitivity.SENSITIVE, (_CARE, _SAFEGUARDING), whole=True, guarded=True)
)
"""The class of every field of ``care.Duty``."""

OPEN_DUTY_FIELDS: Final = Classification(
    _each(_DUTY_FIELDS, Sensitivity.INTERNAL, _AT_CARE)
    | _each(("title",), Sensitivity.INTERNAL, _AT_CARE, whole=True)
    | _each(("urgency",), Sensitivity.INTERNAL, _AT_CARE, guarded=True)
    | _each(("facts",), Sensitivity.PERSONAL, _AT_CARE, guarded=True)
    | _each(("moved",), Sensitivity.SENSITIVE, (_CARE, _SAFEGUARDING), whole=True, guarded=True)
)
"""The same of a duty that every family may know of, see ``care.DutyRule.told_to_family``."""

VILLAGE_LINK_FIELDS: Final = Classification(
    _each(("place", "person", "office"), Sensitivity.INTERNAL, {*_WORK, _STATISTICS})
    | _each(("name",), Sensitivity.PERSONAL, _WORK, mask=Mask.NAME)
    | _each(("phone",), Sensitivity.PERSONAL, _WORK, mask=Mask.PHONE)
)
"""The class of every field of ``people.VillageLink``."""

CONSENT_FIELDS: Final = Classification(
    _each(
        (
            "id",
            "child",
            "guardian",
            "relation",
            "purposes",
            "data_classes",
            "notice_version",
            "given",
            "refused",
            "expires",
            "withdrawn",
            "separate",
        ),
        Sensitivity.INTERNAL,
        _WORK,
    )
)
"""The class of every field of a consent record: whoever works with a child may know what was agreed."""

GRANT_FIELDS: Final = Classification(
    _each(
        (
            "id",
            "grantee",
            "child",
            "place",
            "purposes",
            "up_to",
            "approved_by",
            "approver_role",
            "from_",
            "until",
            "break_glass",
            "reviewed_by",
            "ended_on",
        ),
        Sensitivity.INTERNAL,
        (_SAFEGUARDING,),
    )
    | _each(("reason",), Sensitivity.SENSITIVE, (_SAFEGUARDING,))
)
"""The class of every field of an access grant."""

REQUEST_FIELDS: Final = Classification(
    _each(
        ("id", "grantee", "child", "place", "purposes", "up_to", "from_", "until", "asked_on"),
        Sensitivity.INTERNAL,
        (_SAFEGUARDING,),
    )
    | _each(("reason",), Sensitivity.SENSITIVE, (_SAFEGUARDING,))
)
"""The class of every field of an access request."""

HOLD_FIELDS: Final = Classification(
    # That a case is open must not reach those it is about.
    _each(
        ("child", "case", "opened_on", "opened_by", "closed_on", "closed_by"),
        Sensitivity.SENSITIVE,
        (_SAFEGUARDING,),
    )
)
"""The class of every field of a legal hold."""

RECEIPT_FIELDS: Final = Classification(
    _each(
        ("id", "erased", "at", "by", "why", "messages", "mentions", "kinds", "kinds[].kind", "kinds[].records"),
        Sensitivity.INTERNAL,
        (_CARE, _SAFEGUARDING, _STATISTICS),
    )
)
"""The class of every field of an erasure receipt; it holds nothing of what was erased."""

NOBODYS_FIELDS: Final = Classification({})
"""For records that nobody looks at, such as wrapped keys: no field is shown."""
