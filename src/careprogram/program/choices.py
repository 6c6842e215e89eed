"""What may a person choose instead of a proposal, at what cost, and what would help those who go without?

Tells in words what `pairing` works out, for one child or for the largest shortages. It chooses nothing.
"""

from collections.abc import Sequence

from careprogram.errors import NotFoundError
from careprogram.ids import ChildId
from careprogram.language import Language, Text
from careprogram.pairing import (
    LivePlan,
    RemedyFinder,
    explain_pair,
    render_explanation,
    render_option,
    render_pair,
    render_remedy,
    render_unpaired,
    shortlist,
)
from careprogram.program.progress import Progress, counted
from careprogram.program.proposal import Proposal
from careprogram.reports import Remedies

_MOST_SHORTAGES = 5
"""Shortages for which remedies are looked for: some remedies are tried by pairing everybody again."""


def explain_child(proposal: Proposal, child: ChildId, *, language: Language, most: int = 5) -> str:
    """Return in words why a child has its helpers, or none, and what other choices or remedies there are.

    Args:
        proposal: What was worked out.
        child: The child.
        language: Of the reader.
        most: How many choices are told.

    Raises:
        NotFoundError: The child is not among those who are served.
    """
    unpaired = next((one for one in proposal.plan.unpaired if one.child == child), None)
    if unpaired is not None:
        return "\n".join((render_unpaired(unpaired, language=language), *_remedies(proposal, child, language)))
    if not any(pair.child == child for pair in proposal.plan.pairs):
        raise NotFoundError(
            f"no child with the id {child!r} is served: take it from pairing.json or the lists"
        ).also_in_chinese(f"没有编号为 {child!r} 的服务对象；编号请从 pairing.json 或名单中取")
    return "\n".join(_choices(proposal, child, language, most))


def _remedies(proposal: Proposal, child: ChildId, language: Language) -> list[str]:
    problem = proposal.result.problem
    found = RemedyFinder(problem, proposal.rules, proposal.strategy, proposal.plan).for_child(child)
    if not found:
        return [Text("没有可以建议的办法", "Nothing that may be suggested would help.").in_(language)]
    heading = Text("可行的办法：", "What would help:").in_(language)
    return [heading, *(f"  {render_remedy(one, problem, language=language)}" for one in found)]


def _choices(proposal: Proposal, child: ChildId, language: Language, most: int) -> list[str]:
    plan, texts = proposal.plan, {score.id: score.text for score in proposal.rules.scores}
    pairs = [pair for pair in plan.pairs if pair.child == child]
    if plan.problem is None or plan.certificate is None:
        return [render_pair(pair, texts, language=language) for pair in pairs]
    live = LivePlan.of(proposal.result.problem, proposal.rules, plan, strategy=proposal.strategy)
    told = [render_explanation(explain_pair(live, child, pair.helper), texts, language=language) for pair in pairs]
    heading = Text("可选的帮扶人及其代价：", "Who could be chosen, and at what cost:").in_(language)
    options = shortlist(live, child, most=most)
    return [*told, heading, *(f"  {render_option(one, texts, language=language)}" for one in options)]


def remedies_of(proposal: Proposal, progress: Progress) -> Remedies:
    """Return what would mend the largest shortages of *proposal*, each remedy tried out.

    Args:
        proposal: What was worked out.
        progress: Told of each shortage.
    """
    plan, problem = proposal.plan, proposal.result.problem
    waiting: dict[int, list[ChildId]] = {}
    for one in plan.unpaired:
        if one.shortage is not None:
            waiting.setdefault(one.shortage, []).append(one.child)
    largest = sorted(waiting, key=lambda number: (-len(waiting[number]), number))[:_MOST_SHORTAGES]
    finder = RemedyFinder(problem, proposal.rules, proposal.strategy, plan, tries=3)
    found: dict[int, Sequence[Text]] = {}
    for number in counted(largest, progress, Text("寻找办法", "looking for remedies")):
        found[number] = [remedy.text(problem) for remedy in finder.for_child(waiting[number][0])]
    return Remedies(of_shortages=found, examples={number: waiting[number][0] for number in largest})
