"""How is a change of policy told to whoever has to tell the families?

Puts what `compare` found into words, in Chinese and in English. No answer of a child is told, only which facts count.
"""

from careprogram.language import Language, Text
from careprogram.rules.review.compare import Change, ChangeSummary, Standing
from careprogram.rules.truth import Truth

_TRUTHS = {
    Truth.TRUE: Text("符合", "holds"),
    Truth.FALSE: Text("不符合", "does not hold"),
    Truth.UNKNOWN: Text("待定", "open"),
    None: Text("无此条款", "not there"),
}


def render_change(change: Change, language: Language = "zh") -> str:
    """Return *change* as a few lines for whoever has to tell the family."""
    colon, comma = ("：", "、") if language == "zh" else (": ", ", ")
    reason, missing = ("依据事实", "还需核实") if language == "zh" else ("rests on", "still to be asked")
    opening, closing = ("（", "）") if language == "zh" else (" (", ")")
    lines = [f"{change.child}{colon}{change.kind.label(language)}{opening}{_moved(change, language)}{closing}"]
    for clause in change.clauses:
        said = " → ".join(_TRUTHS[truth].in_(language) for truth in (clause.before, clause.after))
        lines.append(f"  [{clause.id}] {clause.text.in_(language)}{colon}{said}")
    for threshold in change.thresholds:
        sides = (threshold.before, threshold.after)
        values = " → ".join(f"{each.value}{opening}{each.source}{closing}" if each else "—" for each in sides)
        lines.append(f"  {threshold.label.in_(language)}{colon}{values}")
    for heading, named in ((reason, change.after.reason), (missing, change.after.missing)):
        if named:
            lines.append(f"  {heading}{colon}{comma.join(label.in_(language) for label in named.values())}")
    return "\n".join(lines)


def render_change_summary(summary: ChangeSummary, language: Language = "zh") -> str:
    """Return *summary* as one line and one more for each way of changing."""
    zh = language == "zh"
    first = (
        f"共判断{summary.judged}名儿童，{summary.changed}名结论改变"
        if zh
        else f"{summary.changed} of {summary.judged} children are judged otherwise"
    )
    lines = [f"  {kind.label(language)}{'：' if zh else ': '}{count}" for kind, count in summary.kinds.items()]
    return "\n".join([first, *lines])


def _moved(change: Change, language: Language) -> str:
    return " → ".join(_told(standing, language) for standing in (change.before, change.after))


def _told(standing: Standing, language: Language) -> str:
    if standing.tier is None:
        return standing.determination.label(language)
    titles = ("、" if language == "zh" else ", ").join(title.in_(language) for title in standing.categories.values())
    return f"{titles}，第{standing.tier}档" if language == "zh" else f"{titles}, tier {standing.tier}"
