"""Which thresholds were in force, with their sources?

For everything that has to name the numbers it rests on. It picks values by the day and judges nothing.
"""

import datetime as dt
from collections.abc import Iterable

from careprogram.rules.parameters import Parameter
from careprogram.rules.verdict import ThresholdInForce


def thresholds_on(
    parameters: Iterable[Parameter], as_of: dt.date, until: dt.date | None = None
) -> tuple[ThresholdInForce, ...]:
    """Return each value of *parameters* in force on *as_of*, or on a day from then *until*."""
    found: dict[ThresholdInForce, None] = {}
    for parameter in parameters:
        days = [as_of, *(day for day in parameter.change_days() if until and as_of < day <= until)]
        for dated in (parameter.dated_on(day) for day in days):
            threshold = ThresholdInForce(
                name=parameter.name,
                label=parameter.label,
                value=dated.value,
                unit=parameter.unit,
                since=dated.since,
                source=dated.source,
            )
            found.setdefault(threshold)
    return tuple(found)
