"""How delicate is a field, and who sees it for which purpose?

Every field of every record has a class: a sensitivity, a kind of fact, and the purposes it was gathered for. `decide`
says of each field whether a viewer may see it on a day, and why: by role and scope or by a grant, as far as the law of
the child's age and the consents on file allow. `view` shows just that. Nothing here decides who works where, keeps a
record, or writes the audit trail.
"""

from careprogram.people import ConsentRelation
from careprogram.privacy.ages import AgeBand, band_on
from careprogram.privacy.bases import LegalBasis, legal_basis
from careprogram.privacy.classification import Classification, FieldClass, field_paths
from careprogram.privacy.consents import ConsentRecord, Say, next_switch, say_on, withdraw
from careprogram.privacy.decisions import Decision, Disclosure, FieldDecision, Reason, decide, most_of
from careprogram.privacy.grants import AccessGrant, break_glass, check_approval, ended, reviewed
from careprogram.privacy.masks import Mask, mask_date, mask_identity_number, mask_name, mask_phone
from careprogram.privacy.notices import ConsentGap, ConsentNotice, stated_consent
from careprogram.privacy.people_fields import CHILD_FIELDS, HELPER_FIELDS
from careprogram.privacy.recording import recording_basis, recording_say, usual_purpose
from careprogram.privacy.requests import AccessRequest, granted
from careprogram.privacy.roles import CLEARANCES, Clearance, Role, Viewer, clearance
from careprogram.privacy.scope import Scope, Subject
from careprogram.privacy.sensitivity import DataClass, Purpose, Retention, RetentionStart, Sensitivity
from careprogram.privacy.view import NOT_SEEN, seen_by, seen_field, view

__all__ = [
    "CHILD_FIELDS",
    "CLEARANCES",
    "HELPER_FIELDS",
    "NOT_SEEN",
    "AccessGrant",
    "AccessRequest",
    "AgeBand",
    "Classification",
    "Clearance",
    "ConsentGap",
    "ConsentNotice",
    "ConsentRecord",
    "ConsentRelation",
    "DataClass",
    "Decision",
    "Disclosure",
    "FieldClass",
    "FieldDecision",
    "LegalBasis",
    "Mask",
    "Purpose",
    "Reason",
    "Retention",
    "RetentionStart",
    "Role",
    "Say",
    "Scope",
    "Sensitivity",
    "Subject",
    "Viewer",
    "band_on",
    "break_glass",
    "check_approval",
    "clearance",
    "decide",
    "ended",
    "field_paths",
    "granted",
    "legal_basis",
    "mask_date",
    "mask_identity_number",
    "mask_name",
    "mask_phone",
    "most_of",
    "next_switch",
    "recording_basis",
    "recording_say",
    "reviewed",
    "say_on",
    "seen_by",
    "seen_field",
    "stated_consent",
    "usual_purpose",
    "view",
    "withdraw",
]
