"""What has a run worked out, before any of it is kept?"""

import attrs

from careprogram.care import CarePlan, Duty
from careprogram.program.enrollment import Enrollment, Entitlements
from careprogram.program.inputs import Inputs
from careprogram.program.judge import Verdicts
from careprogram.program.pair import PairingResult
from careprogram.program.summary import ErasedRow
from careprogram.rules import Policy


@attrs.frozen(kw_only=True)
class Findings:
    """Everything that a run worked out, before any of it is kept.

    Attributes:
        inputs: What was read.
        policies: Those that judged.
        verdicts: What they said.
        entitled: What the verdicts mean where programs require or exclude each other.
        enrollments: Who is in which program after this run.
        pairing: The plans of the strategies and the pairings that follow.
        plans: Plans of care.
        duties: What is due.
        erased: Rows of the roster about children that were erased; they take no part.
    """

    inputs: Inputs
    policies: tuple[Policy, ...]
    verdicts: Verdicts
    entitled: Entitlements
    enrollments: tuple[Enrollment, ...]
    pairing: PairingResult
    plans: tuple[CarePlan, ...]
    duties: tuple[Duty, ...]
    erased: tuple[ErasedRow, ...] = ()
