"""Who would be paired with whom, if the program ran today?

Reads, judges and pairs, and stops there: nothing is kept, nobody is told. A person looks at the result, changes a
weight or a limit, and looks again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from careprogram.errors import NotFoundError, RosterError
from careprogram.ids import ChildId, PolicyId
from careprogram.language import Language, Text
from careprogram.pairing import Fault, Pairing, PairingPlan, PairingRules, PairingStrategy
from careprogram.people import Helper
from careprogram.ports import Store
from careprogram.program import records
from careprogram.program.consents_heeded import heeding_papers
from careprogram.program.enrollment import (
    Enrollment,
    Entitlements,
    enrollments_on_file,
    entitle_all,
    in_already,
    is_served,
)
from careprogram.program.erased_marks import ErasedMarks, without_erased
from careprogram.program.inputs import Inputs, program_key, read_inputs
from careprogram.program.judge import (
    Verdicts,
    categories_that_hold,
    facts_that_would_decide,
    judge_all,
    most_urgent_tier,
    tiers_of,
)
from careprogram.program.list_reading import office_readers
from careprogram.program.pair import PairingResult, pair_all
from careprogram.program.plan import Served
from careprogram.program.progress import Progress
from careprogram.program.summary import ErasedRow
from careprogram.reports import (
    ListReader,
    PairingSummary,
    Period,
    Remedies,
    Situation,
    pairing_book,
    pairing_json,
    render_pairing_page,
)
from careprogram.rules import Policy

if TYPE_CHECKING:
    from careprogram.program.program import Program


@attrs.frozen(kw_only=True)
class Proposal:
    """Plans that nobody has been told of.

    Attributes:
        inputs: What was read.
        policies: Those that judged.
        verdicts: What they said.
        entitled: What the verdicts mean where programs require or exclude each other.
        enrollments: Who is in which program, as it was on file.
        served: Per child what the program does with it.
        strategy: The strategy whose plan is carried out.
        rules: By which rules.
        result: The plans, and what would become of the pairings that stand.
        erased: Rows of the roster about children that were erased; they take no part.
    """

    inputs: Inputs = attrs.field(repr=False)
    policies: tuple[Policy, ...] = attrs.field(repr=False)
    verdicts: Verdicts = attrs.field(repr=False)
    entitled: Entitlements = attrs.field(repr=False)
    enrollments: tuple[Enrollment, ...] = attrs.field(repr=False)
    served: Mapping[ChildId, Served] = attrs.field(repr=False)
    strategy: PairingStrategy
    rules: PairingRules = attrs.field(repr=False)
    result: PairingResult = attrs.field(repr=False)
    erased: tuple[ErasedRow, ...] = attrs.field(default=(), repr=lambda rows: f"<{len(rows)} rows>")

    @property
    def plan(self) -> PairingPlan:
        """Who would be paired with whom."""
        return self.result.plans[self.strategy.id]


def propose_pairs(
    program: "Program",
    *,
    strategy: str | None = None,
    store: Store | None = None,
    erased: Store | None = None,
    progress: Progress,
) -> Proposal:
    """Read, judge and pair, without changing anything.

    Args:
        program: Its files, policies and plugins.
        strategy: The id of the one strategy to ask; all that the program works out if not given.
        store: Tells who is enrolled and which pairings stand; without it, as if nobody were in and nobody paired yet.
        erased: Tells which children were erased and take no part, and whose pairing was refused or withdrawn on paper;
            *store* if not given.
        progress: Told of each stage.

    Raises:
        ConfigurationError: A file is not there or may not be read.
        NotFoundError: Nobody contributes the strategy.
        PairingError: The strategy failed or broke a rule.
        PolicyNotInForceError: A policy has no rules for the program's day.
        RosterError: A file cannot be understood, or was to be refused whole.
    """
    config, as_of, serve = program.config, program.config.program.as_of, program.config.policies.serve
    strategies = program.strategies() if strategy is None else (_strategy(program, strategy),)
    adopted = config.pairing.adopt if strategy is None else strategy
    rules = program.pairing_rules()
    inputs = read_inputs(config, program.folder, catalogue=program.catalogue(), progress=progress)
    inputs, back = _without_erased(program, inputs, store if erased is None else erased)
    children, helpers = inputs.roster.children, inputs.helpers.items
    existing = () if store is None else records.pairings_on_file(store)
    _refuse_an_empty_list(config.inputs.helpers, helpers, existing)
    policies = program.policies()
    on_file = () if store is None else enrollments_on_file(store)
    inside = in_already(on_file, serve=serve, as_of=as_of)
    verdicts = judge_all(children, policies, as_of=as_of, progress=progress, staged=serve, enrolled=inside)
    entitled = entitle_all((child.id for child in children), verdicts, policies, order=serve, enrolled=inside)
    ranks = tiers_of(policies, serve)
    served = {child.id: _served(child.id, verdicts, entitled, ranks) for child in children}
    office = store if erased is None else erased
    result = pair_all(
        heeding_papers(children, office, today=program.clock.today()),
        {child: known.tier for child, known in served.items() if known.tier is not None},
        helpers,
        strategies=strategies,
        adopt=adopted,
        rules=rules,
        places=inputs.places,
        as_of=as_of,
        existing=existing,
        whole_list=not inputs.helpers.bad_rows,
        progress=progress,
        attended=program.host.attended,
    )
    _blame(program, result.faults)
    return Proposal(
        inputs=inputs,
        policies=policies,
        verdicts=verdicts,
        entitled=entitled,
        enrollments=on_file,
        served=served,
        strategy=next(one for one in strategies if one.id == adopted),
        rules=rules,
        result=result,
        erased=back,
    )


def _without_erased(program: "Program", inputs: Inputs, store: Store | None) -> tuple[Inputs, tuple[ErasedRow, ...]]:
    """Hold back the rows of children that were erased."""
    if store is None:
        return inputs, ()
    marks = ErasedMarks.of(store, program_key(program.folder / program.config.program.key_file))
    children, back = without_erased(inputs.roster.children, marks, inputs.rows)
    totals = inputs.roster.totals
    counted = attrs.evolve(totals, kept=totals.kept - len(back), held_back=totals.held_back + len(back))
    return attrs.evolve(inputs, roster=attrs.evolve(inputs.roster, children=children, totals=counted)), back


def _blame(program: "Program", faults: Iterable[Fault]) -> None:
    """Name the plugins whose constraints or scores failed while pairing; their pairs were refused."""
    for fault in faults:
        for point in ("constraints", "scores"):
            if fault.source in getattr(program.host, point)():
                program.host.blame(point, fault.source, fault.error, count=fault.count)


def _strategy(program: "Program", name: str) -> PairingStrategy:
    configured = {strategy.id: strategy for strategy in program.strategies()}
    known = {**program.host.strategies(), **configured}
    if name not in known:
        raise NotFoundError(f"no strategy is called {name!r}; known are {', '.join(sorted(known))}").also_in_chinese(
            f"没有名为“{name}”的结对方式；可写：{'、'.join(sorted(known))}"
        )
    return known[name]


def _refuse_an_empty_list(name: str, helpers: Sequence[Helper], existing: Sequence[Pairing]) -> None:
    """Refuse a list without a helper where children have one: a lost file must not end every pairing."""
    standing = sum(pairing.stands for pairing in existing)
    if standing and not helpers:
        raise RosterError(
            f"{name}: no helper could be read, while {standing} pairings stand and would all end: send the whole list",
            reason="no-helpers",
        ).also_in_chinese(f"{name}：没有读到任何帮扶人，而现有 {standing} 对结对都会因此结束；请提供完整的名单")


def _served(
    child: ChildId, verdicts: Verdicts, entitled: Entitlements, ranks: Mapping[tuple[PolicyId, int], int]
) -> Served:
    asked = tuple(dict.fromkeys(policy for policy, _ in ranks))
    return Served(
        tier=most_urgent_tier(child, verdicts, ranks, served_by=lambda policy: is_served(entitled[policy][child])),
        categories=categories_that_hold(child, verdicts),
        missing=facts_that_would_decide(child, verdicts, asked),
    )


def proposal_files(
    program: "Program",
    proposal: Proposal,
    *,
    language: Language,
    remedies: Remedies | None = None,
    readers: Mapping[str, ListReader] | None = None,
) -> Mapping[str, Callable[[], bytes]]:
    """Return how each file about *proposal* is made, by its name: a page, the lists of the office, data.

    Args:
        program: Whose proposal it is.
        proposal: What was worked out.
        language: Of the page and the lists.
        remedies: Shown on the page, see `remedies_of`.
        readers: Whom each list is for, by its name, see `list_readers`; an officer of the whole county if not given.
    """
    seen = readers or office_readers(program.config.program.as_of)
    config, inputs, plan = program.config, proposal.inputs, proposal.plan
    title, scores = Text(config.program.title, config.program.title), program.host.scores()
    situation = Situation(
        as_of=config.program.as_of,
        title=title,
        period=Period(config.program.as_of, config.program.as_of),
        children=inputs.roster.children,
        helpers=inputs.helpers.items,
        places=inputs.places,
        scores={name: score.text for name, score in scores.items()},
        pairings=(
            PairingSummary(
                strategy=plan.strategy,
                title=proposal.strategy.title,
                pairs=plan.pairs,
                unpaired=plan.unpaired,
                idle=tuple(one.helper for one in plan.idle),
            ),
        ),
    )
    return {
        "pairing.html": lambda: render_pairing_page(
            plan,
            title=title,
            strategy=proposal.strategy.title,
            as_of=config.program.as_of,
            children=inputs.roster.children,
            helpers=inputs.helpers.items,
            places=inputs.places,
            scores=situation.scores,
            remedies=remedies,
            language=language,
        ).encode(),
        "pairings.xlsx": lambda: pairing_book(situation, reader=seen["pairings.xlsx"], language=language),
        "pairing.json": lambda: pairing_json(plan, as_of=config.program.as_of).encode(),
    }
