"""What does a measurement of the health archive say, by published references?

Stunting and thinness by WS/T 456, overweight by WS/T 586, blood pressure by WS/T 610, and growth by the WHO reference
of 2007. A finding is a reason to have a child looked at, never a diagnosis. A measurement that is not there gives
"unknown", an age outside the reference "no reference"; neither ever reads as healthy.
"""

from careprogram.archives.screening.growth import (
    GrowthFinding,
    GrowthIndicator,
    age_in_months,
    body_mass_index,
    growth_findings,
    growth_z_score,
)
from careprogram.archives.screening.references import (
    NOT_COMPARED,
    REFERENCES,
    WHO_2007,
    WS_T_456,
    WS_T_586,
    WS_T_610,
    ScreeningReference,
)
from careprogram.archives.screening.results import (
    HealthFinding,
    Measurement,
    ScreenedItem,
    ScreeningAnswer,
    ScreeningOutcome,
)
from careprogram.archives.screening.screen import body_mass_index_tenths, screen

__all__ = [
    "NOT_COMPARED",
    "REFERENCES",
    "WHO_2007",
    "WS_T_456",
    "WS_T_586",
    "WS_T_610",
    "GrowthFinding",
    "GrowthIndicator",
    "HealthFinding",
    "Measurement",
    "ScreenedItem",
    "ScreeningAnswer",
    "ScreeningOutcome",
    "ScreeningReference",
    "age_in_months",
    "body_mass_index",
    "body_mass_index_tenths",
    "growth_findings",
    "growth_z_score",
    "screen",
]
