"""What does a measurement of the health archive say, by published references?

Growth by the WHO reference of 2007. A finding is a reason to have a child looked at, never a diagnosis; a measurement
that is not there, or lies outside the reference, gives none.
"""

from careprogram.archives.screening.growth import (
    GrowthFinding,
    GrowthIndicator,
    age_in_months,
    body_mass_index,
    growth_findings,
    growth_z_score,
)

__all__ = [
    "GrowthFinding",
    "GrowthIndicator",
    "age_in_months",
    "body_mass_index",
    "growth_findings",
    "growth_z_score",
]
