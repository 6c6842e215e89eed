"""Who does what for a child, and when is it due?

Services, the four cares, plans for a term, duties with their days and hands, festivals, and how much danger a child is
in. All of it is worked out from facts that are passed in; nothing here reads a clock, a file or a store.
"""

from careprogram.care.calendar import Festival, FestivalDay, festival_date, festivals_between
from careprogram.care.care_rules import SHIPPED_CARE_RULES, CareRule, CareSituation, Standing, Supporter
from careprogram.care.cares import Care
from careprogram.care.duties import (
    Duty,
    DutyContext,
    DutyParameters,
    DutyRule,
    Occurrence,
    Urgency,
    overdue,
    unassigned,
)
from careprogram.care.duty_rules import SHIPPED_DUTY_RULES
from careprogram.care.follow_up import follow_up_rules, settle_verdict
from careprogram.care.needs import SHIPPED_NEED_RULES, NeededService, NeedRule, needed_services
from careprogram.care.phases import SHIPPED_PHASES, ProgramPhase, YearDay, phases_on, program_duties
from careprogram.care.plan import CareAssignment, CarePlan, PlannedService, PlannedSupporter, draw_up_plan
from careprogram.care.responsible import ResponsibleKind, ResponsiblePerson, chain_of_office, office_holder
from careprogram.care.risk import (
    SHIPPED_RISK_RULES,
    SHIPPED_SCALE,
    RiskAssessment,
    RiskLevel,
    RiskReason,
    RiskRule,
    RiskScale,
    assess_risk,
)
from careprogram.care.schedule import duties_for_term
from careprogram.care.services import SHIPPED_SERVICES, Service, service_catalogue
from careprogram.care.survey_risk import SURVEY_LEVELS, survey_risk_rules
from careprogram.care.suspension import Suspension, SuspensionReason
from careprogram.care.term import Term, autumn_term, spring_term, term_containing

__all__ = [
    "SHIPPED_CARE_RULES",
    "SHIPPED_DUTY_RULES",
    "SHIPPED_NEED_RULES",
    "SHIPPED_PHASES",
    "SHIPPED_RISK_RULES",
    "SHIPPED_SCALE",
    "SHIPPED_SERVICES",
    "SURVEY_LEVELS",
    "Care",
    "CareAssignment",
    "CarePlan",
    "CareRule",
    "CareSituation",
    "Duty",
    "DutyContext",
    "DutyParameters",
    "DutyRule",
    "Festival",
    "FestivalDay",
    "NeedRule",
    "NeededService",
    "Occurrence",
    "PlannedService",
    "PlannedSupporter",
    "ProgramPhase",
    "ResponsibleKind",
    "ResponsiblePerson",
    "RiskAssessment",
    "RiskLevel",
    "RiskReason",
    "RiskRule",
    "RiskScale",
    "Service",
    "Standing",
    "Supporter",
    "Suspension",
    "SuspensionReason",
    "Term",
    "Urgency",
    "YearDay",
    "assess_risk",
    "autumn_term",
    "chain_of_office",
    "draw_up_plan",
    "duties_for_term",
    "festival_date",
    "festivals_between",
    "follow_up_rules",
    "needed_services",
    "office_holder",
    "overdue",
    "phases_on",
    "program_duties",
    "service_catalogue",
    "settle_verdict",
    "spring_term",
    "survey_risk_rules",
    "term_containing",
    "unassigned",
]
