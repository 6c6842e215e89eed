"""The catalogue of services."""

import pytest

from careprogram.care import SHIPPED_NEED_RULES, SHIPPED_SERVICES, Care, Service, service_catalogue
from careprogram.errors import ConflictError
from careprogram.ids import ServiceId
from careprogram.language import Text

# Requirement E1, in its own order.
REQUIRED = [
    "study-tutoring",
    "education-aid",
    "medical-aid",
    "poverty-aid",
    "living-aid",
    "daily-life-help",
    "emotional-comfort",
    "conduct-guidance",
    "mental-health-counseling",
    "law-education",
    "safety-education",
    "gratitude-education",
    "adolescence-education",
    "health-check",
    "family-contact",
    "festival-company",
    "policy-information",
    "guardian-guidance",
]


def library_visit(name: str = "library-visit") -> Service:
    return Service(
        id=ServiceId(name),
        title=Text("图书馆", "library visit"),
        care=Care.STUDY,
        description=Text("读书", "Reading."),
        source="a plugin",
    )


def test_every_service_of_the_two_plans_is_there():
    """Nothing that the plans name is missing, and the four kinds of aid are told apart."""
    assert [str(service) for service in service_catalogue()] == REQUIRED


def test_every_care_has_a_service():
    """No care is an empty word."""
    assert {service.care for service in SHIPPED_SERVICES} >= set(Care)


@pytest.mark.parametrize("service", SHIPPED_SERVICES, ids=lambda service: service.id)
def test_every_service_is_described_in_both_languages_with_its_source(service: Service):
    """A reader of either language learns what is done and who asks for it."""
    for text in (service.title, service.description):
        assert text.zh
        assert text.en
        assert any("一" <= letter <= "鿿" for letter in text.zh)
        assert text.en.isascii()
    assert "essay" in service.source


def test_a_plugin_adds_a_service():
    """Added services come after the shipped ones."""
    catalogue = service_catalogue([library_visit()])
    assert list(catalogue)[-1] == "library-visit"
    assert len(catalogue) == len(REQUIRED) + 1


def test_two_services_under_one_id_are_refused_naming_both():
    """A plugin cannot quietly replace what the program relies on."""
    with pytest.raises(ConflictError, match=r"'health-check'.*'health check'.*'library visit'"):
        service_catalogue([library_visit("health-check")])


def test_the_four_cares_carry_the_words_of_the_plan():
    """The labels are the plan's own."""
    assert [care.label() for care in Care] == ["生活有人管", "学习有人教", "成长有人导", "心灵有人抚"]


def test_every_shipped_service_has_a_child_that_needs_it():
    """A service that no rule asks for would never reach a plan: poverty aid (扶贫救助) was such a one."""
    assert {rule.service for rule in SHIPPED_NEED_RULES} == {service.id for service in SHIPPED_SERVICES}
