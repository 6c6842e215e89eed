"""How delicate is each field of a child and of a helper, and what was it gathered for?

The two tables that every list, message and page about people goes through. A field of the models that is missing here
fails a test, and is shown to nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from careprogram.privacy.classification import Classification, FieldClass
from careprogram.privacy.masks import Mask
from careprogram.privacy.sensitivity import DataClass, Purpose, Sensitivity

_CARE, _PAIRING, _EDUCATION, _HEALTH = Purpose.CARE, Purpose.PAIRING, Purpose.EDUCATION, Purpose.HEALTH
_AID, _CONTACT, _SAFEGUARDING, _STATISTICS = Purpose.AID, Purpose.CONTACT, Purpose.SAFEGUARDING, Purpose.STATISTICS
_WORK: Final = (_CARE, _PAIRING, _EDUCATION, _HEALTH, _AID, _CONTACT, _SAFEGUARDING)
_EVERYTHING: Final = (*_WORK, _STATISTICS)


def _internal(purposes: Iterable[Purpose]) -> FieldClass:
    return FieldClass(sensitivity=Sensitivity.INTERNAL, purposes=frozenset(purposes))


def _personal(purposes: Iterable[Purpose], mask: Mask | None = None) -> FieldClass:
    return FieldClass(sensitivity=Sensitivity.PERSONAL, purposes=frozenset(purposes), mask=mask)


def _sensitive(purposes: Iterable[Purpose], mask: Mask | None = None) -> FieldClass:
    return FieldClass(sensitivity=Sensitivity.SENSITIVE, purposes=frozenset(purposes), mask=mask)


def _inside(container: str, fields: dict[str, FieldClass]) -> dict[str, FieldClass]:
    return {f"{container}.{name}": field for name, field in fields.items()}


def _residence() -> dict[str, FieldClass]:
    return {
        "place": _internal(_EVERYTHING),
        "settlement": _internal(_EVERYTHING),
        "address": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
    }


_ON_A_CONSENT: Final = ("given_on", "expires_on", "withdrawn_on", "given_by", "notice")


def _consent(container: str, purposes: Iterable[Purpose]) -> dict[str, FieldClass]:
    field = _internal(purposes)
    return {container: field} | _inside(container, dict.fromkeys(_ON_A_CONSENT, field))


_PARENT_AID: Final = (
    "disability",
    "disability.kind",
    "disability.degree",
    "confinement",
    "confined_since",
    "confinement_months",
    "lost_contact",
    "search_reported_on",
    "declared_missing",
    "guardianship_revoked",
    "deported",
)
"""What makes a child de facto unsupported: asked for aid and protection, and for nothing else."""


def _parent() -> dict[str, FieldClass]:
    return {
        "status": _sensitive((_CARE, _AID, _SAFEGUARDING)),
        "name": _personal((_CARE, _CONTACT, _AID, _SAFEGUARDING), Mask.NAME),
        "birth_date": _personal((_AID,), Mask.DATE),
        "identity_number": _sensitive((_AID,), Mask.IDENTITY_NUMBER),
        "phone": _personal((_CARE, _CONTACT, _SAFEGUARDING), Mask.PHONE),
        "away_since": _internal((_CARE, _AID, _CONTACT, _SAFEGUARDING, _STATISTICS)),
        "work_place": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
        "guardianship_capacity": _sensitive((_CARE, _AID, _SAFEGUARDING)),
        "health": _sensitive((_AID, _SAFEGUARDING)),
        "last_contact": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
        "last_contact.on": _personal((_CARE, _CONTACT, _SAFEGUARDING), Mask.DATE),
        "last_contact.means": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
        "last_contact_with_caregiver": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
        "last_contact_with_caregiver.on": _personal((_CARE, _CONTACT, _SAFEGUARDING), Mask.DATE),
        "last_contact_with_caregiver.means": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
        "away_to": _internal((_CARE, _AID, _CONTACT, _SAFEGUARDING, _STATISTICS)),
    } | dict.fromkeys(_PARENT_AID, _sensitive((_AID, _SAFEGUARDING)))


def _grandparent() -> dict[str, FieldClass]:
    return {
        "name": _personal((_CARE, _CONTACT, _SAFEGUARDING), Mask.NAME),
        "birth_date": _personal((_SAFEGUARDING,), Mask.DATE),
        "deceased": _sensitive((_CARE, _SAFEGUARDING)),
    }


def _caregiver() -> dict[str, FieldClass]:
    at_home = (_CARE, _CONTACT, _AID, _SAFEGUARDING)
    return {
        "relation": _internal((*at_home, _EDUCATION, _STATISTICS)),
        "name": _personal((*at_home, _EDUCATION, _HEALTH), Mask.NAME),
        "birth_date": _personal((_AID, _SAFEGUARDING), Mask.DATE),
        "identity_number": _sensitive((_AID,), Mask.IDENTITY_NUMBER),
        "phone": _personal((*at_home, _EDUCATION, _HEALTH), Mask.PHONE),
        "address": _personal((_CARE, _CONTACT, _SAFEGUARDING)),
        "education": _internal((_CARE, _EDUCATION, _STATISTICS)),
        "capacity": _sensitive((_CARE, _SAFEGUARDING)),
        "knows_class": _internal((_CARE, _EDUCATION, _STATISTICS)),
        "written_delegation": _internal((_CARE, _SAFEGUARDING, _STATISTICS)),
    }


def _household() -> dict[str, FieldClass]:
    return {
        "family_planning": _sensitive((_AID,)),
        "only_child": _internal((_AID, _STATISTICS)),
        "girls_only": _internal((_AID, _STATISTICS)),
        "income_sources": _sensitive((_AID,)),
        "aid": _sensitive((_AID,)),
        "in_poverty": _sensitive((_AID,)),
        "poverty_hinders": _sensitive((_AID,)),
    }


def _schooling() -> dict[str, FieldClass]:
    return {
        "status": _internal(_EVERYTHING),
        "boarding": _internal(_EVERYTHING),
        "school": _internal(_EVERYTHING),
        "grade": _internal(_EVERYTHING),
        "class_name": _internal(_WORK),
        "homeroom_teacher": _personal((_CARE, _EDUCATION, _SAFEGUARDING), Mask.NAME),
        "full_time": _internal(_EVERYTHING),
    }


def _health() -> dict[str, FieldClass]:
    field = _sensitive((_HEALTH, _AID, _SAFEGUARDING))
    return dict.fromkeys(("status", "disability", "disability.kind", "disability.degree", "illness"), field)


def _child_wishes() -> dict[str, FieldClass]:
    return {
        "sex": _internal((_PAIRING,)),
        "kinds": _internal((_PAIRING,)),
        "preferred": _personal((_PAIRING,)),
        # Whom a child does not want can point at harm: it is for those who protect it, not for the list of pairs.
        "excluded": _sensitive((_SAFEGUARDING,)),
    }


def _child() -> dict[str, FieldClass]:
    fields = {
        "id": _internal(_EVERYTHING),
        "name": _personal(_WORK, Mask.NAME),
        "sex": _internal(_EVERYTHING),
        "ethnicity": _sensitive((_CARE, _AID)),
        "birth_date": _personal((*_WORK, _STATISTICS), Mask.DATE),
        "identity_number": _sensitive((_AID, _SAFEGUARDING), Mask.IDENTITY_NUMBER),
        "registration.registered": _internal((_CARE, _AID, _SAFEGUARDING, _STATISTICS)),
        "registration.kind": _internal((_CARE, _AID, _STATISTICS)),
        "registration.place": _internal((_CARE, _AID, _STATISTICS)),
        "registration.left_on": _internal((_CARE, _AID, _STATISTICS)),
        "caregiver": _internal((_CARE, _CONTACT, _AID, _EDUCATION, _HEALTH, _SAFEGUARDING, _STATISTICS)),
        "guardianship": _sensitive((_CARE, _AID, _SAFEGUARDING)),
        "siblings": _internal((_CARE, _PAIRING, _AID, _SAFEGUARDING)),
        "languages": _internal((_CARE, _PAIRING, _EDUCATION)),
        "moved_with_parents": _internal((_CARE, _EDUCATION, _STATISTICS)),
        "moved_with_guardian": _internal((_CARE, _EDUCATION, _STATISTICS)),
        "looked_after": _sensitive((_CARE, _SAFEGUARDING)),
        "lives_alone": _sensitive((_CARE, _SAFEGUARDING)),
        "harmed_by_guardian": _sensitive((_SAFEGUARDING,)),
        "in_danger": _sensitive((_SAFEGUARDING,)),
    }
    fields |= _inside("residence", _residence()) | _inside("health", _health()) | _inside("schooling", _schooling())
    fields |= _inside("father", _parent()) | _inside("mother", _parent()) | _inside("caregiver", _caregiver())
    for relation in ("paternal_grandfather", "paternal_grandmother", "maternal_grandfather", "maternal_grandmother"):
        fields |= _inside(f"grandparents.{relation}", _grandparent())
    fields |= _inside("household", _household()) | _inside("wishes", _child_wishes())
    return fields | _consent("consent", (_CARE, _PAIRING, _SAFEGUARDING))


def _helper() -> dict[str, FieldClass]:
    at_work = (_CARE, _PAIRING, _EDUCATION, _SAFEGUARDING)
    fields = {
        "id": _internal(_EVERYTHING),
        "kind": _internal(_EVERYTHING),
        "name": _personal(at_work, Mask.NAME),
        "sex": _internal((*at_work, _STATISTICS)),
        "birth_date": _personal((_PAIRING, _SAFEGUARDING, _STATISTICS), Mask.DATE),
        "phone": _personal(at_work, Mask.PHONE),
        "school": _internal((*at_work, _STATISTICS)),
        "grade": _internal((_PAIRING, _EDUCATION)),
        "class_name": _internal((_PAIRING, _EDUCATION)),
        "skills": _internal((*at_work, _STATISTICS)),
        "languages": _internal(at_work),
        "availability": _internal((_CARE, _PAIRING, _EDUCATION)),
        "capacity": _internal((_PAIRING, _STATISTICS)),
        "trained": _internal((_PAIRING, _SAFEGUARDING, _STATISTICS)),
        "wishes.sex": _internal((_PAIRING,)),
        "wishes.farthest_m": _internal((_PAIRING,)),
        "wishes.excluded": _sensitive((_SAFEGUARDING,)),
    }
    screening = _sensitive((_SAFEGUARDING,))
    fields |= {"screening": screening}
    fields |= _inside("screening", dict.fromkeys(("result", "checked_on", "expires_on"), screening))
    fields |= _inside("residence", _residence())
    return fields | _consent("consent", (_PAIRING, _SAFEGUARDING))


_KINDS_OF_FACTS: Final = {
    DataClass.IDENTITY: ("id", "name", "sex", "ethnicity", "birth_date", "identity_number", "registration", "siblings"),
    DataClass.CONTACT: ("residence", "phone"),
    DataClass.FAMILY: ("father", "mother", "grandparents", "caregiver", "guardianship", "moved_with_"),
    DataClass.SCHOOLING: ("schooling", "languages", "school", "grade", "class_name"),
    DataClass.HEALTH: ("health",),
    DataClass.HARDSHIP: ("household",),
    DataClass.PROTECTION: ("looked_after", "lives_alone", "harmed_by_guardian", "in_danger", "wishes.excluded"),
}
"""By the beginning of a path; what is not here is about the work itself."""


def _with_kinds_of_facts(fields: Mapping[str, FieldClass]) -> dict[str, FieldClass]:
    starts = [(start, kind) for kind, every in _KINDS_OF_FACTS.items() for start in every]

    def kind_of(path: str) -> DataClass:
        # The longest beginning wins, so that `grandparents` is no `grade` and `school` no `schooling`.
        return max(
            ((len(start), kind) for start, kind in starts if path.startswith(start)), default=(0, DataClass.CARE)
        )[1]

    return {path: attrs.evolve(field, data_class=kind_of(path)) for path, field in fields.items()}


CHILD_FIELDS: Final = Classification(_with_kinds_of_facts(_child()))
"""The class of every field of ``people.Child``."""

HELPER_FIELDS: Final = Classification(_with_kinds_of_facts(_helper()))
"""The class of every field of ``people.Helper``."""
