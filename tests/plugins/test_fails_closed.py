"""Does a failing rule of a plugin ever let somebody in?"""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from careprogram.builtin.contributions import standard_host
from careprogram.eligibility import ChildFacts, shipped_policies
from careprogram.ids import ChildId, HelperId, PolicyId
from careprogram.language import Text
from careprogram.pairing import ChildNeed, HelperOffer, PairingPlan, PairingProblem, PairingRules, pair
from careprogram.people import Child, Consent, Helper, HelperKind, PlaceTree, Screening, ScreeningResult
from careprogram.plugins import PluginHost, hookimpl
from careprogram.rules import DatedValue, IntFact, Override, Parameter, Policy, Predicate
from careprogram.rules.predicates import Comparison

_DAY = dt.date(2026, 9, 1)
_CONSENT = Consent(given_on=dt.date(2026, 1, 1))
_PROBLEM = PairingProblem(
    children=(ChildNeed(child=Child(id=ChildId("c-1"), name="王小明", consent=_CONSENT)),),
    helpers=(
        HelperOffer(
            helper=Helper(
                id=HelperId("h-1"),
                kind=HelperKind.CADRE,
                birth_date=dt.date(1980, 1, 1),
                consent=_CONSENT,
                screening=Screening(
                    result=ScreeningResult.CLEAR, checked_on=dt.date(2026, 1, 1), expires_on=dt.date(2026, 12, 31)
                ),
            )
        ),
    ),
    places=PlaceTree.gb2260(),
    as_of=_DAY,
)


def _gives(hook: str, *values: object) -> object:
    return SimpleNamespace(**{hook: hookimpl(lambda: list(values))})


def _plan(host: PluginHost) -> PairingPlan:
    rules = PairingRules(constraints=tuple(host.constraints().values()), scores=tuple(host.scores().values()))
    return pair(_PROBLEM, rules=rules)


def _raises(*_: object) -> Any:
    raise KeyError("王小明")


def _leaves(*_: object) -> Any:
    raise SystemExit("王小明")


def test_without_a_fault_the_two_are_paired() -> None:
    """The pair of these tests is one that the shipped rules allow."""
    assert [(one.child, one.helper) for one in _plan(standard_host()).pairs] == [("c-1", "h-1")]


@pytest.mark.parametrize("answer", [_raises, _leaves, lambda *_: None, lambda *_: 1, lambda *_: "yes"])
def test_a_constraint_that_fails_blocks_the_pair(answer: Any) -> None:
    """A rule of a plugin that raises, or answers anything but yes or no, pairs nobody, and is named with its plugin."""
    constraint = SimpleNamespace(id="fitting", text=Text("合适", "fitting"), allows=answer)
    host = standard_host()
    host.register(_gives("careprogram_constraints", constraint), name="ngo", version="1")
    plan = _plan(host)
    assert plan.pairs == ()
    (fault,) = plan.faults
    host.blame("constraints", fault.source, fault.error, count=fault.count)
    (failure,) = host.failures
    assert (failure.plugin, failure.hook) == ("ngo", "careprogram_constraints")
    assert "王小明" not in repr(plan.faults) + str(failure)


@pytest.mark.parametrize("answer", [_raises, lambda: None, lambda: [object()]])
def test_rules_that_could_not_be_had_block_everybody(answer: Any) -> None:
    """Nobody knows what the rules of a failed plugin would have forbidden, so there is no pair, with the reason."""

    def give() -> Any:
        return answer()

    host = standard_host()
    host.register(SimpleNamespace(careprogram_constraints=hookimpl(give)), name="safeguard")
    plan = _plan(host)
    assert plan.pairs == ()
    (unpaired,) = plan.unpaired
    assert "constraints-of-safeguard" in [reason.code for reason in unpaired.reasons]
    assert "safeguard" in unpaired.reasons[0].text.zh
    assert [failure.plugin for failure in host.failures] == ["safeguard"]
    assert "constraints-of-safeguard" not in {
        name for plugin in host.describe() for names in plugin.contributions.values() for name in names
    }


def test_a_constraint_that_would_be_asked_about_nobody_is_dropped() -> None:
    """A rule with a scope that pairing does not know would allow everybody without a word."""
    constraint = SimpleNamespace(id="strict", text=Text("严格", "strict"), allows=lambda *_: False, scope="everyone")
    host = standard_host()
    host.register(_gives("careprogram_constraints", constraint), name="ngo")
    assert "strict" not in host.constraints()
    assert _plan(host).pairs == ()
    assert "whose scope is none of child, helper, pair" in host.failures[0].message


def test_a_score_that_fails_counts_nothing() -> None:
    """A measure that raises costs no pair, counts 0, and is named."""
    score = SimpleNamespace(id="mood", text=Text("心情", "mood"), score=_raises)
    host = standard_host()
    host.register(_gives("careprogram_scores", score), name="ngo")
    plan = _plan(host)
    assert [one.scores["mood"] for one in plan.pairs] == [0]
    assert [fault.source for fault in plan.faults] == ["mood"]


@attrs.frozen(kw_only=True)
class _GenerousPolicy(Policy):
    """A policy with a mind of its own."""


@attrs.frozen(kw_only=True)
class _AlwaysTrue(Predicate):
    """A condition that is not of the rule language."""


_POLICY = next(iter(shipped_policies().values()))


def test_a_policy_is_data() -> None:
    """A policy of a type of its own is not accepted: nothing in it may run."""
    values = {field.name: getattr(_POLICY, field.name) for field in attrs.fields(Policy)}
    host = PluginHost()
    host.register(_gives("careprogram_policies", _GenerousPolicy(**values)), name="generous")
    assert host.policies() == {}
    assert "type _GenerousPolicy, expected Policy itself" in host.failures[0].message


def test_a_condition_of_another_language_is_refused() -> None:
    """A policy with a condition that only its author understands is dropped and never makes anybody eligible."""
    category = _POLICY.categories[0]
    clause = attrs.evolve(category.clauses[0], when=_AlwaysTrue(), exceptions=())
    host = PluginHost()

    def give() -> list[Policy]:
        return [attrs.evolve(_POLICY, categories=(attrs.evolve(category, clauses=(clause,)),))]

    host.register(SimpleNamespace(careprogram_policies=hookimpl(give)), name="generous")
    assert host.policies() == {}
    assert [failure.plugin for failure in host.failures] == ["generous"]


def test_a_condition_of_another_language_cannot_hide_in_an_override() -> None:
    """What one place says otherwise is looked at as closely."""
    clause = attrs.evolve(_POLICY.requirements[0], when=_AlwaysTrue(), exceptions=())
    override = Override(jurisdiction="52", citation="a test", text=Text("变通", "otherwise"), clauses=(clause,))
    host = PluginHost()
    host.register(_gives("careprogram_policies", attrs.evolve(_POLICY, overrides=(override,))), name="generous")
    assert host.policies() == {}
    assert "type _AlwaysTrue" in host.failures[0].message


def test_a_policy_of_the_rule_language_is_welcome() -> None:
    """A policy made of the library's own parts takes part under its id."""
    renamed = attrs.evolve(_POLICY, id=PolicyId("county-x.trial"))
    host = standard_host(plugins=[_gives("careprogram_policies", renamed)])
    assert host.policies()[renamed.id] == renamed
    assert host.failures == ()


def test_policies_that_cannot_be_given_are_not_guessed() -> None:
    """A plugin whose policies raise gives none; the shipped ones are still there."""
    host = standard_host()
    host.register(SimpleNamespace(careprogram_policies=hookimpl(_raises_plainly)), name="broken")
    assert set(host.policies()) == set(shipped_policies())
    assert [failure.plugin for failure in host.failures] == ["broken"]


def _raises_plainly() -> Any:
    raise OSError("no disk")


class _LyingNumber(int):
    def __ge__(self, other: object) -> bool:
        return True

    def __le__(self, other: object) -> bool:
        return True


class _LyingFact(IntFact):
    def of_kind(self, value: object) -> bool:
        return True


class _LyingParameter(Parameter):
    def on(self, as_of: dt.date) -> int:
        raise KeyError(as_of)


_GRADE: Any = ChildFacts.grade
_SAYS = Text("文", "text")


def _forced(bound: object) -> Comparison:
    rule: Comparison = _GRADE >= 3
    object.__setattr__(rule, "bound", bound)
    return rule


def _parameter(kind: type[Parameter]) -> Parameter:
    return kind(name="limit", label=_SAYS, values=(DatedValue(value=3, source="a test"),))


_FORCED_VALUE = _parameter(Parameter)
object.__setattr__(_FORCED_VALUE.values[0], "value", _LyingNumber(3))


@pytest.mark.parametrize(
    "rule",
    [
        _LyingFact(label=_SAYS, name="grade") >= 3,
        _parameter(_LyingParameter) <= _GRADE,
        _forced(_LyingNumber(3)),
        _forced(_FORCED_VALUE),
    ],
    ids=["fact", "parameter", "number", "dated value"],
)
def test_what_a_condition_is_made_of_is_data_as_well(rule: Predicate) -> None:
    """A fact, a threshold or a parameter with a mind of its own makes nobody eligible."""
    category = _POLICY.categories[0]
    clause = attrs.evolve(category.clauses[0], when=rule, exceptions=())
    policy = attrs.evolve(_POLICY, categories=(attrs.evolve(category, clauses=(clause,)),))
    host = PluginHost()
    host.register(_gives("careprogram_policies", policy), name="lying")
    assert host.policies() == {}
    assert "type _Lying" in host.failures[0].message


def test_a_policy_that_was_forced_open_is_refused() -> None:
    """What was taken out of a frozen policy is seen when it is given, not when it judges."""
    forced = attrs.evolve(_POLICY, id=PolicyId("forced"))
    object.__setattr__(forced, "categories", ())
    host = PluginHost()
    host.register(_gives("careprogram_policies", forced), name="forcing")
    assert host.policies() == {}
    assert "it has no categories" in host.failures[0].message
