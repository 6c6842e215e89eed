"""How many pupils of a group are excellent in a subject (优秀率), of how many, and was the target reached?

The rate is the number of pupils whose result of that term and subject is ``excellent``, divided by the number of those
who have a graded result of that term and subject. Who has none is not in the denominator and is counted beside it, so
that nobody can raise the rate by leaving out results unseen. Nothing here knows who the pupils are.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

import attrs

from careprogram.archives.validation import Document
from careprogram.errors import ValidationError
from careprogram.language import Language, Text

EXCELLENT: Final = "excellent"
_REACHED: Final = {
    True: Text("已达到", "reached"),
    False: Text("未达到", "not reached"),
    None: Text("无法判断", "cannot be told"),
}


def _share(_: object, __: object, target: Fraction | None) -> None:
    if target is not None and not 0 <= target <= 1:
        raise ValidationError("a target is a share from 0 to 1, such as Fraction(35, 100)", reason="target")


@attrs.frozen(kw_only=True)
class ExcellenceRate:
    """The excellence rate of a group.

    Attributes:
        term: Of which term.
        subject: In which subject.
        excellent: Pupils with the top grade.
        graded: Pupils with a graded result: the denominator.
        without_result: Pupils of the group without one.
        target: The share that was aimed at; None if there was no target.

    Raises:
        ValidationError: The target is no share.
    """

    term: str
    subject: str
    excellent: int
    graded: int
    without_result: int
    target: Fraction | None = attrs.field(default=None, validator=_share)

    @property
    def rate(self) -> Fraction | None:
        """The exact share; None where nobody has a graded result."""
        return Fraction(self.excellent, self.graded) if self.graded else None

    @property
    def reached(self) -> bool | None:
        """Whether the target was reached; None where there is no target or no rate."""
        return None if self.rate is None or self.target is None else self.rate >= self.target

    def line(self, language: Language = "zh") -> str:
        """Return the rate with its denominator in one line.

        Examples:
            >>> rate = ExcellenceRate(term="2026-autumn", subject="语文", excellent=12, graded=40, without_result=3,
            ...                       target=Fraction(35, 100))
            >>> rate.line("en")
            'excellent: 12 of 40 graded (30.0 %), 3 without a result; target 35.0 %: not reached'
        """
        shown = "—" if self.rate is None else _percent(self.rate)
        zh = f"优秀率：{self.graded} 名有成绩的学生中 {self.excellent} 名优秀（{shown}）"
        zh += f"，{self.without_result} 名没有成绩"
        en = f"excellent: {self.excellent} of {self.graded} graded ({shown}), {self.without_result} without a result"
        if self.target is not None:
            told = _REACHED[self.reached]
            zh += f"；目标 {_percent(self.target)}：{told.zh}"
            en += f"; target {_percent(self.target)}: {told.en}"
        return zh if language == "zh" else en


def _percent(share: Fraction) -> str:
    permille = (2_000 * share.numerator + share.denominator) // (2 * share.denominator)
    return f"{permille // 10}.{permille % 10} %"


def excellence_rate(
    archives: Iterable[Document], *, term: str, subject: str, target: Fraction | None = None
) -> ExcellenceRate:
    """Return the excellence rate of the group whose learning archives are given, one a pupil.

    Where an archive holds several results of that term and subject, the last one counts.

    Args:
        archives: Learning archives of the current version.
        term: As it stands in the results.
        subject: As it stands in the results.
        target: What was aimed at.
    """
    excellent = graded = pupils = 0
    for archive in archives:
        pupils += 1
        result = _result(archive, term, subject)
        graded += result is not None
        excellent += result == EXCELLENT
    return ExcellenceRate(
        term=term,
        subject=subject,
        excellent=excellent,
        graded=graded,
        without_result=pupils - graded,
        target=target,
    )


def _result(archive: Document, term: str, subject: str) -> object:
    entries = archive.get("term_results")
    of_it = [
        entry.get("result")
        for entry in (entries if isinstance(entries, list | tuple) else ())
        if isinstance(entry, Mapping) and entry.get("term") == term and entry.get("subject") == subject
    ]
    told = [result for result in of_it if result is not None]
    return told[-1] if told else None
