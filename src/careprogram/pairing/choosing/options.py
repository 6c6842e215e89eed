"""Which helpers could this child have, how good is each, and what would each choice cost the others?

A plan proposes; people choose. Every option is told with its scores and with the best plan that has it: what the child
would win or lose, what the others would, and who would be left without a helper. It decides nothing.
"""

from collections.abc import Iterable, Mapping

import attrs

from careprogram.ids import ChildId, HelperId
from careprogram.language import Language, Text
from careprogram.pairing.choosing.live_plan import LivePlan
from careprogram.pairing.solving.rings import Alternative
from careprogram.pairing.solving.updating import Moved


@attrs.frozen(kw_only=True)
class PairOption:
    """A helper that a child could have.

    Attributes:
        child: The child.
        helper: The helper.
        score: The weighted mean of the scores, 0-1000.
        scores: Each score by id, 0-1000.
        chosen: Whether the plan has this pair.
        own_loss: Points of score that the child itself would lose by the choice; below 0 if it would win.
        others_loss: Points of score that all others would lose together; below 0 if they would win.
        without: Children that would be left without any helper.
        newly_helped: Children that would get a helper and have none in the plan.
        moved: Every other child whose helpers would change.
    """

    child: ChildId
    helper: HelperId
    score: int
    scores: Mapping[str, int]
    chosen: bool = False
    own_loss: int = 0
    others_loss: int = 0
    without: tuple[ChildId, ...] = ()
    newly_helped: tuple[ChildId, ...] = ()
    moved: tuple[Moved, ...] = ()

    @property
    def loss(self) -> int:
        """Points of score that the plan as a whole would lose, children left without not counted."""
        return self.own_loss + self.others_loss


@attrs.frozen(kw_only=True)
class PairExplanation:
    """Why a child has this helper.

    Attributes:
        option: The pair with its scores.
        settled: Whether it stood before anything was weighed: it is kept, not chosen.
        alternative: The best plan in which another helper takes its place; None if there is none, or if it is settled.
    """

    option: PairOption
    settled: bool
    alternative: PairOption | None


def shortlist(live_plan: LivePlan, child: ChildId, *, most: int = 5) -> tuple[PairOption, ...]:
    """Return the helpers that *child* could have, those of the plan first, then by what the plan would lose.

    Args:
        live_plan: A plan.
        child: A child of it.
        most: How many at the most.

    Raises:
        PairingError: The child is not in the plan.
    """
    own = [pair for pair in live_plan.pairs if pair.child == child]
    chosen = (
        PairOption(child=child, helper=pair.helper, score=pair.score, scores=pair.scores, chosen=True) for pair in own
    )
    others = live_plan.alternatives(child, most=max(1, most - len(own)))
    return (*chosen, *(_option(live_plan, one) for one in others))[:most]


def explain_pair(live_plan: LivePlan, child: ChildId, helper: HelperId) -> PairExplanation:
    """Return why *child* has *helper*: its scores, and the best alternative with what it would cost.

    Raises:
        PairingError: The plan does not have this pair.
    """
    if (child, helper) in live_plan.settled:
        score, scores = live_plan.score(child, helper)
        option = PairOption(child=child, helper=helper, score=score, scores=scores, chosen=True)
        return PairExplanation(option=option, settled=True, alternative=None)
    found = live_plan.alternatives(child, instead_of=helper, most=1)
    score, scores = live_plan.score(child, helper)
    return PairExplanation(
        option=PairOption(child=child, helper=helper, score=score, scores=scores, chosen=True),
        settled=False,
        alternative=_option(live_plan, found[0]) if found else None,
    )


def _option(live_plan: LivePlan, alternative: Alternative) -> PairOption:
    child, helper = ChildId(alternative.child), HelperId(alternative.helper)
    score, scores = live_plan.score(child, helper)
    losses = {one.child: _loss(live_plan, one) for one in alternative.moved}
    return PairOption(
        child=child,
        helper=helper,
        score=score,
        scores=scores,
        own_loss=losses.pop(child),
        others_loss=sum(losses.values()),
        without=tuple(map(ChildId, alternative.without)),
        newly_helped=tuple(map(ChildId, alternative.newly_helped)),
        moved=tuple(one for one in alternative.moved if one.child != child),
    )


def _loss(live_plan: LivePlan, moved: Moved) -> int:
    child = ChildId(moved.child)
    before, after = ({HelperId(helper) for helper in own} for own in (moved.before, moved.after))
    lost = sum(live_plan.score(child, helper)[0] for helper in before - after)
    return lost - sum(live_plan.score(child, helper)[0] for helper in after - before)


def render_option(option: PairOption, texts: Mapping[str, Text], *, language: Language = "zh") -> str:
    """Return an option in one line, fit for a village director.

    Args:
        option: A helper that a child could have.
        texts: Names of the scores by id.
        language: Of the reader.
    """
    zh = language == "zh"
    named = sorted(((value, name) for name, value in option.scores.items() if value), reverse=True)
    parts = [f"{texts[name].in_(language) if name in texts else name} {value}" for value, name in named]
    head = (
        f"帮扶人 {option.helper}：{option.score} 分（{'、'.join(parts) or '无得分'}）"
        if zh
        else f"helper {option.helper}: score {option.score} ({', '.join(parts) or 'nothing scored'})"
    )
    return f"{head}{'；' if zh else '; '}{_consequences(option, zh)}"


def _consequences(option: PairOption, zh: bool) -> str:
    if option.chosen:
        return "方案所选" if zh else "chosen by the plan"
    told = [
        _points(option.own_loss, "本人", "this child", zh),
        _points(option.others_loss, "其他儿童合计", "the others together", zh),
    ]
    if option.without:
        told.append(("将无人帮扶：" if zh else "left without: ") + _listed(option.without, zh))
    if option.newly_helped:
        told.append(("新获帮扶：" if zh else "newly helped: ") + _listed(option.newly_helped, zh))
    return ("，" if zh else ", ").join(told)


def _points(loss: int, who_zh: str, who_en: str, zh: bool) -> str:
    if loss == 0:
        return f"{who_zh}不变" if zh else f"{who_en}: no change"
    if zh:
        return f"{who_zh}{'少' if loss > 0 else '多'} {abs(loss)} 分"
    return f"{who_en}: {abs(loss)} points {'less' if loss > 0 else 'more'}"


def _listed(ids: Iterable[str], zh: bool) -> str:
    return ("、" if zh else ", ").join(ids)


def render_explanation(explanation: PairExplanation, texts: Mapping[str, Text], *, language: Language = "zh") -> str:
    """Return why a child has this helper, in two or three lines."""
    zh = language == "zh"
    first = render_option(explanation.option, texts, language=language).rsplit("；" if zh else "; ", 1)[0]
    child = f"儿童 {explanation.option.child} — {first}" if zh else f"child {explanation.option.child} — {first}"
    if explanation.settled:
        return f"{child}\n" + ("  该结对已成立，予以保留" if zh else "  the pair stands already and is kept")
    if explanation.alternative is None:
        return f"{child}\n" + ("  没有其他可选的帮扶人" if zh else "  no other helper can be had")
    other = render_option(explanation.alternative, texts, language=language)
    return f"{child}\n" + (f"  次优选择：{other}" if zh else f"  next best: {other}")
