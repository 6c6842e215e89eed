"""What was claimed about rules, for which days, and what came of it?

A claim names its days and the thresholds it rests on, because tomorrow's rules may be others. A refuted one shows a
child as a witness; the interpreter has looked at that child, too. Nothing is proven here.
"""

import datetime as dt
import enum

import attrs

from careprogram.language import Language, Text
from careprogram.rules.facts import FactValues
from careprogram.rules.verdict import ThresholdInForce


class Finding(enum.Enum):
    """What came of a claim."""

    PROVEN = "proven"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    """The solver ran out of time: nothing is known, and nothing may be concluded."""

    @property
    def zh(self) -> str:
        """The Chinese label."""
        return {"proven": "已证明", "refuted": "不成立", "undecided": "未能判定"}[self.value]

    def label(self, language: Language) -> str:
        """Return the label in *language*."""
        return self.zh if language == "zh" else self.value


@attrs.frozen(kw_only=True)
class Claim:
    """One statement about rules, and what came of it.

    Attributes:
        statement: What is claimed of every child.
        finding: Proven, refuted, or undecided.
        as_of: The day it is claimed for; of a period its first day, and where it was refuted the day of the witness.
        until: The last day of a period, every day of which was looked at; None for a claim about one day.
        thresholds: The parameters of the rules, each with the values in force on those days.
        witness: Answers that refute it: no more than the rules need to come out that way. None unless refuted.
        gaps_allowed: Whether the claim is about children of whom something is unknown as well.
    """

    statement: Text
    finding: Finding
    as_of: dt.date
    until: dt.date | None = None
    thresholds: tuple[ThresholdInForce, ...] = ()
    witness: FactValues | None = None
    gaps_allowed: bool = False

    @property
    def holds(self) -> bool:
        """Whether it was proven. False does not mean refuted: see `finding`."""
        return self.finding is Finding.PROVEN

    def rendered(self, language: Language = "zh") -> str:
        """Return the claim as a sentence or two, with its days and thresholds and without the witness's answers."""
        zh = language == "zh"
        until = f"{'至' if zh else ' to '}{self.until.isoformat()}" if self.until else ""
        about = f"{self.statement.in_(language)}{'（' if zh else ' ('}{self.as_of.isoformat()}{until}"
        used = (f"{each.label.in_(language)} {each.value}" for each in self.thresholds)
        listed = "".join(f"{'；' if zh else '; '}{each}" for each in used)
        return f"{about}{listed}{'）：' if zh else '): '}{self.finding.label(language)}"
