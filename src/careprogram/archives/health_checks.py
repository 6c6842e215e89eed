"""How does a measurement become an entry of the health archive, and of what do the parents not know yet?

Measured, screened by every reference that ships, and written down with the reference and its citation, so that a later
reader sees by which standard something was found, and whether anybody compared its figures with the print. Nothing here
stores.
"""

from collections.abc import Collection, Mapping

from careprogram.archives.screening import REFERENCES, Measurement, ScreeningReference, screen
from careprogram.archives.validation import Document


def health_check(
    measurement: Measurement,
    *,
    term: str,
    checked_by: str | None = None,
    references: Collection[ScreeningReference] = REFERENCES,
) -> dict[str, object]:
    """Return the entry of ``checks`` for *measurement*; what was not measured is left out.

    Args:
        measurement: What was measured, with sex and birth date of the child.
        term: The term it counts for.
        checked_by: Who measured.
        references: Those in use, see `screen`.

    Examples:
        >>> import datetime as dt
        >>> entry = health_check(Measurement(measured_on=dt.date(2026, 9, 10), height_mm=1_310), term="2026-autumn")
        >>> sorted(entry), entry["screening"][0]["outcome"]
        (['height', 'measured_on', 'screening', 'term'], 'unknown')
    """
    measured = {
        "height": measurement.height_mm,
        "weight": measurement.weight_g,
        "systolic": measurement.systolic,
        "diastolic": measurement.diastolic,
        "checked_by": checked_by,
    }
    return {
        "term": term,
        "measured_on": measurement.measured_on.isoformat(),
        **{name: value for name, value in measured.items() if value is not None},
        "screening": [
            {
                "item": answer.item.value,
                "outcome": answer.outcome.value,
                **({} if answer.finding is None else {"finding": answer.finding.value}),
                "reference": answer.reference.id,
                "citation": answer.citation,
            }
            for answer in screen(measurement, references=references)
        ],
    }


def not_told_since(archive: Document) -> tuple[str, ...]:
    """Return the days on which something was found, by a screening or by somebody, of which no parent was told since.

    Args:
        archive: A health archive of the current version.

    Returns:
        Days as texts, sorted; a finding that was settled meanwhile is left out.

    Examples:
        >>> archive = {"child": "c-1", "findings": [{"on": "2026-09-10", "finding": "龋齿"}],
        ...            "parents_told": [{"on": "2026-09-01"}]}
        >>> not_told_since(archive)
        ('2026-09-10',)
    """
    found = {
        str(check["measured_on"])
        for check in _list(archive.get("checks"))
        if any(answer.get("finding") is not None for answer in _list(check.get("screening")))
    }
    found |= {str(finding["on"]) for finding in _list(archive.get("findings")) if finding.get("settled_on") is None}
    told = max((str(entry["on"]) for entry in _list(archive.get("parents_told"))), default="")
    return tuple(sorted(day for day in found if day > told))


def _list(value: object) -> list[Mapping[str, object]]:
    return list(value) if isinstance(value, list | tuple) else []
