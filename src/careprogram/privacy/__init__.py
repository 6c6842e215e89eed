"""How delicate is a field, and who sees it for which purpose?

Every field of every record has a class: a sensitivity and the purposes it was gathered for. `view` shows a viewer what
their role may see for the purpose they name, masks what they may only recognize, and leaves the rest out. Nothing here
decides who works where, keeps a record, or writes the audit trail.
"""

from careprogram.privacy.classification import Classification, FieldClass, field_paths
from careprogram.privacy.masks import Mask, mask_date, mask_identity_number, mask_name, mask_phone
from careprogram.privacy.people_fields import CHILD_FIELDS, HELPER_FIELDS
from careprogram.privacy.roles import CLEARANCES, Clearance, Role, Viewer, clearance
from careprogram.privacy.sensitivity import Purpose, Retention, RetentionStart, Sensitivity
from careprogram.privacy.view import Disclosure, disclosure, disclosures, view

__all__ = [
    "CHILD_FIELDS",
    "CLEARANCES",
    "HELPER_FIELDS",
    "Classification",
    "Clearance",
    "Disclosure",
    "FieldClass",
    "Mask",
    "Purpose",
    "Retention",
    "RetentionStart",
    "Role",
    "Sensitivity",
    "Viewer",
    "clearance",
    "disclosure",
    "disclosures",
    "field_paths",
    "mask_date",
    "mask_identity_number",
    "mask_name",
    "mask_phone",
    "view",
]
