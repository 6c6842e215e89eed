"""What does the plan say, and why?

Turns the working state of a run into a plan with a reason for every child without a helper and every helper without
a child, and a plan into text. It decides nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from careprogram.ids import ChildId, HelperId, stable_hash
from careprogram.language import Language, Text
from careprogram.pairing.plan import (
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
from careprogram.pairing.planning import Answer, PlanningRun
from careprogram.people import HelperKind


def describe(run: PlanningRun, answer: Answer) -> PairingPlan:
    """Return the plan of a finished run."""
    teams = _teams(run, answer)
    pairs = _all_pairs(run, teams)
    loads = Counter(pair.helper for pair in pairs)
    held = Counter(helper for own in run.settled for helper in own)
    shortages = tuple(
        Shortage(
            children=tuple(run.needs[i].id for i in group.children),
            helpers=tuple(run.offers[v].id for v in group.helpers),
            places=sum(run.free[v] for v in group.helpers),
            held=sum(held[v] for v in group.helpers),
            tier=group.tier,
        )
        for group in run.bottlenecks
    )
    return PairingPlan(
        strategy=run.strategy,
        pairs=pairs,
        unpaired=_unpaired(run, teams, shortages),
        idle=_idle(run, loads),
        short_teams=_short_teams(run, teams),
        light_loads=tuple(sorted(helper for helper, load in loads.items() if load < run.shape.load_minimum)),
        shortages=shortages,
        faults=run.judge.faults,
        totals=_totals(run, pairs),
        settled=tuple((run.needs[i].id, run.offers[v].id) for i, own in enumerate(run.settled) for v in sorted(own)),
        problem=answer.flow,
        certificate=answer.certificate(),
    )


def _teams(run: PlanningRun, answer: Answer) -> list[list[int]]:
    teams = [list(own) for own in run.settled]
    for edge in answer.found.edges:
        teams[int(answer.flow.edge_children[edge])].append(int(answer.flow.edge_helpers[edge]))
    return teams


def _all_pairs(run: PlanningRun, teams: Sequence[Sequence[int]]) -> tuple[ProposedPair, ...]:
    """Return the pairs of all children; single scores are asked for of these alone."""
    chosen = [(child, helper) for child, team in enumerate(teams) for helper in team]
    shown = dict(zip(chosen, run.search.shown(chosen), strict=True))
    return tuple(pair for child, team in enumerate(teams) for pair in _pairs(run, child, team, shown))


def _pairs(
    run: PlanningRun, child: int, team: Sequence[int], shown: Mapping[tuple[int, int], tuple[int, tuple[int, ...]]]
) -> list[ProposedPair]:
    """Return the pairs of one child, the lead first."""
    need = run.needs[child]

    def rank(helper: int) -> tuple[bool, bool, int, int]:
        offer = run.offers[helper]
        led = run.earlier_roles.get((need.id, offer.id)) is PairingRole.LEAD
        proxy = offer.helper.kind is HelperKind.PROXY_PARENT
        return not led, not proxy, -shown[child, helper][0], stable_hash(need.id, offer.id)

    # Supporters stand in the order of ids: their scores change once they are tied, their order must not.
    leads = min(team, key=rank) if len(team) > 1 else None
    found = []
    for place, helper in enumerate(sorted(team, key=lambda one: (one != leads, one))):
        score, scores = shown[child, helper]
        offer = run.offers[helper]
        found.append(
            ProposedPair(
                child=need.id,
                helper=offer.id,
                role=_role(run, offer.helper.kind, place),
                score=score,
                scores=dict(zip(run.judge.score_ids, scores, strict=True)),
                kept=(need.id, offer.id) in run.context.standing,
            )
        )
    return found


def _role(run: PlanningRun, kind: HelperKind, place: int) -> PairingRole:
    if run.shape.peer:
        return PairingRole.PEER
    if run.shape.team:
        return PairingRole.SUPPORTER if place else PairingRole.LEAD
    return PairingRole.LEAD if kind is HelperKind.PROXY_PARENT else PairingRole.HELPER


def _unpaired(
    run: PlanningRun, teams: Sequence[Sequence[int]], shortages: Sequence[Shortage]
) -> tuple[UnpairedChild, ...]:
    of_child = {i: number for number, group in enumerate(run.bottlenecks) for i in group.waiting}
    found = []
    for child, team in enumerate(teams):
        if team:
            continue
        if child in of_child:
            reasons: tuple[Reason, ...] = (shortage_reason(shortages[of_child[child]]),)
        else:
            reasons = run.judge.reasons(run.search.tally_of_child(child)) or (_NOBODY,)
        found.append(UnpairedChild(child=run.needs[child].id, reasons=reasons, shortage=of_child.get(child)))
    return tuple(found)


_NOBODY = Reason(code="no-helpers", text=Text("名单中没有帮扶人", "there is no helper at all"), count=0)


def shortage_reason(shortage: Shortage) -> Reason:
    """Return a shortage as the reason of each child that waits."""
    # A child whose tie was kept shares the places too: a plan reads the same when it is made again a day later.
    children, helpers = len(shortage.children) + shortage.held, len(shortage.helpers)
    places = shortage.places + shortage.held
    return Reason(
        code="shortage",
        text=Text(
            f"{children}名儿童只能共用{helpers}名帮扶人的{places}个名额",
            f"these {children} children share only {places} places of {helpers} helpers",
        ),
        count=children - places,
    )


def _short_teams(run: PlanningRun, teams: Sequence[Sequence[int]]) -> tuple[ShortTeam, ...]:
    minimum = run.shape.team_minimum
    found = []
    for child, team in enumerate(teams):
        if 0 < len(team) < minimum:
            others = len(run.search.helpers_of(child)) - len(team)
            full = Text("其余合适的帮扶人名额已满", "the other allowed helpers have no place left")
            taken = (Reason(code="helpers-full", text=full, count=others),) if others else ()
            reasons = taken + run.judge.reasons(run.search.tally_of_child(child))
            only = Reason(code="no-more-helpers", text=Text("没有更多帮扶人", "there are no more helpers"), count=0)
            found.append(
                ShortTeam(child=run.needs[child].id, helpers=len(team), minimum=minimum, reasons=reasons or (only,))
            )
    return tuple(found)


def _idle(run: PlanningRun, loads: Mapping[HelperId, int]) -> tuple[IdleHelper, ...]:
    _, wanted = run.search.counts()
    found = []
    for v, offer in enumerate(run.offers):
        if not loads.get(offer.id):
            reasons = _idle_reasons(run, v, wanted[v])
            found.append(IdleHelper(helper=offer.id, reasons=reasons))
    return tuple(found)


def _idle_reasons(run: PlanningRun, v: int, wanted: int) -> tuple[Reason, ...]:
    if not run.needs:
        return (Reason(code="no-children", text=Text("没有需要结对的儿童", "no child needs a helper"), count=0),)
    code = run.search.helper_no[v]
    if code is not None:
        return run.judge.reasons({code: len(run.needs)})
    if run.free[v] == 0:
        text = Text("名额已被其他结对占用", "other pairings take all the places")
        return (Reason(code="places-taken", text=text, count=run.offers[v].capacity),)
    if wanted:
        text = Text("合适的儿童均已有帮扶人", "every child it could have has a helper already")
        return (Reason(code="not-needed", text=text, count=wanted),)
    tally = run.judge.reasons(run.search.tally_of_helper(v))
    text = Text("附近没有需要结对的儿童", "no child was near enough to ask")
    return tally or (Reason(code="not-asked", text=text, count=len(run.needs)),)


def _totals(run: PlanningRun, pairs: Sequence[ProposedPair]) -> PairingTotals:
    with_helper = {pair.child for pair in pairs}
    covered, wanting = Counter[int](), Counter[int]()
    for need in run.needs:
        wanting[need.tier] += 1
        covered[need.tier] += need.id in with_helper
    kept = sum(pair.kept for pair in pairs)
    return PairingTotals(
        children=len(run.needs),
        covered=dict(sorted(covered.items())),
        wanting=dict(sorted(wanting.items())),
        pairs=len(pairs),
        kept=kept,
        broken=len(run.context.standing) - kept,
        score=sum(pair.score for pair in pairs),
        candidates=sum(run.search.counts()[0]),
        left_out=run.search.left_out(),
    )


def render_pair(pair: ProposedPair, texts: Mapping[str, Text], *, language: Language = "zh") -> str:
    """Return why this helper, in one line.

    Args:
        pair: A pair of a plan.
        texts: Names of the scores by id, see `score_texts`.
        language: Of the reader.
    """
    ranked = sorted(pair.scores.items(), key=lambda item: (-item[1], item[0]))
    named = [(texts[name].in_(language) if name in texts else name, value) for name, value in ranked if value]
    if language == "zh":
        parts = "、".join(f"{name} {value}" for name, value in named) or "无得分"
        return f"儿童 {pair.child} — 帮扶人 {pair.helper}（{pair.role.zh}）：{pair.score} 分（{parts}）"
    parts = ", ".join(f"{name} {value}" for name, value in named) or "nothing scored"
    return f"child {pair.child} — helper {pair.helper} ({pair.role.label('en')}): score {pair.score} ({parts})"


def render_unpaired(unpaired: UnpairedChild, *, language: Language = "zh") -> str:
    """Return why a child has no helper, in one line."""
    return _line("儿童", "child", unpaired.child, unpaired.reasons, language)


def render_idle(idle: IdleHelper, *, language: Language = "zh") -> str:
    """Return why a helper has no child, in one line."""
    return _line("帮扶人", "helper", idle.helper, idle.reasons, language)


def _line(zh: str, en: str, name: ChildId | HelperId, reasons: Sequence[Reason], language: Language) -> str:
    if language == "zh":
        return f"{zh} {name}：" + "；".join(f"{one.text.zh}（{one.count}）" for one in reasons)
    return f"{en} {name}: " + "; ".join(f"{one.text.en} ({one.count})" for one in reasons)


def render_plan(plan: PairingPlan, *, language: Language = "zh") -> str:
    """Return the plan in numbers and the reasons by frequency; no ids, fit for a log or a summary."""
    totals = plan.totals
    blocked = Counter(one.reasons[0].text.in_(language) for one in plan.unpaired)
    idle = Counter(one.reasons[0].text.in_(language) for one in plan.idle)
    with_helper = sum(totals.covered.values())
    zh = language == "zh"
    lines = [
        f"{totals.children}名儿童中{with_helper}名已结对，共{totals.pairs}对"
        if zh
        else f"{with_helper} of {totals.children} children have a helper, in {totals.pairs} pairs"
    ]
    for tier, wanting in totals.wanting.items():
        label = f"  第{tier}档" if zh else f"  tier {tier}"
        lines.append(f"{label}: {totals.covered[tier]}/{wanting}")
    groups = (("未结对儿童", "children without a helper", blocked), ("未用帮扶人", "helpers without a child", idle))
    for name_zh, name_en, tally in groups:
        if tally:
            lines.append(f"{name_zh if zh else name_en}:")
            lines += [
                f"  {count} × {text}" for text, count in sorted(tally.items(), key=lambda item: (-item[1], item[0]))
            ]
    for fault in plan.faults:
        failed = (
            f"规则或评分“{fault.source}”出错 {fault.count} 次" if zh else f"{fault.source!r} failed {fault.count} times"
        )
        lines.append(f"{failed}: {fault.count} × {fault.error}")
    return "\n".join(lines)
