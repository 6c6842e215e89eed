"""Who should help whom?

Children with a need are paired with helpers who may help them: as many as can be, the most urgent first, near and
familiar where there is a choice, with a proof that no other plan is better and a reason for everybody left out. It
proposes; people accept or decline.
"""

from careprogram.pairing.answering import Answered, accept_pair, decline_pair
from careprogram.pairing.assignment import Assignment, AssignmentProblem
from careprogram.pairing.certificate import Certificate, Verification, bound, verify
from careprogram.pairing.checking import plan_faults
from careprogram.pairing.columns import ChildColumns, HelperColumns, PairColumns, ProgramColumns
from careprogram.pairing.constraints import (
    Blocked,
    ChildConsentConstraint,
    ClassmateConstraint,
    ColumnConstraint,
    ConflictConstraint,
    ConstraintScope,
    DistanceConstraint,
    ExclusionConstraint,
    HelperConsentConstraint,
    LanguageConstraint,
    LoadConstraint,
    MinorHelperConstraint,
    PairingConstraint,
    ScreeningConstraint,
    SexConstraint,
    default_constraints,
)
from careprogram.pairing.context import PairingContext
from careprogram.pairing.curve import CurvePoint, coverage_curve, render_curve
from careprogram.pairing.disruption import BrokenTie, broken_ties, render_broken_tie
from careprogram.pairing.explain import render_idle, render_pair, render_plan, render_unpaired
from careprogram.pairing.flow import Flow, FlowProblem, FlowVerification, solve_flow, verify_flow
from careprogram.pairing.lifecycle import (
    OrphanCause,
    OrphanedPairing,
    Pairing,
    PairingEvent,
    PairingStatus,
    accept,
    decline,
    end_pairing,
    hand_over,
    orphans,
    pairings_of,
    propose,
    resume,
    start,
    suspend,
)
from careprogram.pairing.live_plan import LivePlan
from careprogram.pairing.obstacles import OBSTACLES, obstacle_class
from careprogram.pairing.options import (
    PairExplanation,
    PairOption,
    explain_pair,
    render_explanation,
    render_option,
    shortlist,
)
from careprogram.pairing.place_columns import PlaceColumns
from careprogram.pairing.plan import (
    Fault,
    IdleHelper,
    PairingPlan,
    PairingRole,
    PairingTotals,
    ProposedPair,
    Reason,
    Shortage,
    ShortTeam,
    UnpairedChild,
)
from careprogram.pairing.planning import Shape, plan_by_flow
from careprogram.pairing.problem import ChildNeed, HelperOffer, PairingProblem
from careprogram.pairing.ranking import ranks_first
from careprogram.pairing.remedies import remedies_for_child, remedies_for_helper, render_remedy
from careprogram.pairing.remedy import Remedy, RemedyKind, apply_remedy
from careprogram.pairing.rings import Alternative, alternatives
from careprogram.pairing.rules import ExistingTies, PairingRules
from careprogram.pairing.scores import (
    DEFAULT_WEIGHTS,
    ColumnScore,
    ContinuityScore,
    ConvenienceScore,
    FamiliarityScore,
    PairingScore,
    ProximityScore,
    SkillScore,
    WishScore,
    default_scores,
)
from careprogram.pairing.solve import ENGINES, EngineName, solve
from careprogram.pairing.stable import RankedProblem, blocking_pairs, solve_stable
from careprogram.pairing.stable_strategy import StablePairing
from careprogram.pairing.strategies import (
    ManyToOne,
    OneToMany,
    OneToOne,
    PairingStrategy,
    PeerPairing,
    pair,
    shipped_strategies,
)
from careprogram.pairing.updating import AssignmentChange, LiveAssignment, Moved

__all__ = [
    "DEFAULT_WEIGHTS",
    "ENGINES",
    "OBSTACLES",
    "Alternative",
    "Answered",
    "Assignment",
    "AssignmentChange",
    "AssignmentProblem",
    "Blocked",
    "BrokenTie",
    "Certificate",
    "ChildColumns",
    "ChildConsentConstraint",
    "ChildNeed",
    "ClassmateConstraint",
    "ColumnConstraint",
    "ColumnScore",
    "ConflictConstraint",
    "ConstraintScope",
    "ContinuityScore",
    "ConvenienceScore",
    "CurvePoint",
    "DistanceConstraint",
    "EngineName",
    "ExclusionConstraint",
    "ExistingTies",
    "FamiliarityScore",
    "Fault",
    "Flow",
    "FlowProblem",
    "FlowVerification",
    "HelperColumns",
    "HelperConsentConstraint",
    "HelperOffer",
    "IdleHelper",
    "LanguageConstraint",
    "LiveAssignment",
    "LivePlan",
    "LoadConstraint",
    "ManyToOne",
    "MinorHelperConstraint",
    "Moved",
    "OneToMany",
    "OneToOne",
    "OrphanCause",
    "OrphanedPairing",
    "PairColumns",
    "PairExplanation",
    "PairOption",
    "Pairing",
    "PairingConstraint",
    "PairingContext",
    "PairingEvent",
    "PairingPlan",
    "PairingProblem",
    "PairingRole",
    "PairingRules",
    "PairingScore",
    "PairingStatus",
    "PairingStrategy",
    "PairingTotals",
    "PeerPairing",
    "PlaceColumns",
    "ProgramColumns",
    "ProposedPair",
    "ProximityScore",
    "RankedProblem",
    "Reason",
    "Remedy",
    "RemedyKind",
    "ScreeningConstraint",
    "SexConstraint",
    "Shape",
    "ShortTeam",
    "Shortage",
    "SkillScore",
    "StablePairing",
    "UnpairedChild",
    "Verification",
    "WishScore",
    "accept",
    "accept_pair",
    "alternatives",
    "apply_remedy",
    "blocking_pairs",
    "bound",
    "broken_ties",
    "coverage_curve",
    "decline",
    "decline_pair",
    "default_constraints",
    "default_scores",
    "end_pairing",
    "explain_pair",
    "hand_over",
    "obstacle_class",
    "orphans",
    "pair",
    "pairings_of",
    "plan_by_flow",
    "plan_faults",
    "propose",
    "ranks_first",
    "remedies_for_child",
    "remedies_for_helper",
    "render_broken_tie",
    "render_curve",
    "render_explanation",
    "render_idle",
    "render_option",
    "render_pair",
    "render_plan",
    "render_remedy",
    "render_unpaired",
    "resume",
    "shipped_strategies",
    "shortlist",
    "solve",
    "solve_flow",
    "solve_stable",
    "start",
    "suspend",
    "verify",
    "verify_flow",
]
