"""Which grade is a pupil in?

Grades are counted through: 1-6 primary, 7-9 junior, 10-12 senior or vocational school, so that rules such as "from
grade 5" compare numbers. Kindergarten has no grade.
"""

import re
import unicodedata

import attrs

from careprogram.errors import ValidationError
from careprogram.people.enums import SchoolingStatus

_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_STAGES = {"小": range(1, 7), "初": range(7, 10), "高": range(10, 13), "中": range(10, 13), "职": range(10, 13)}
_NAME = re.compile(
    "(?P<stage>小学|小|初中|初|高中|高|中职|职高|)(?P<number>[一二三四五六七八九]|1[0-2]|[1-9])(年级|年|级|)"
)
_ZH = "一二三四五六七八九"


@attrs.frozen(order=True)
class Grade:
    """A school grade, counted through from primary school.

    Attributes:
        number: 1-12.

    Examples:
        >>> Grade.parse("初二").number, str(Grade(5))
        (8, '五年级')
    """

    number: int = attrs.field()

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise ValidationError("a grade is a number from 1 to 12, primary school first", reason="grade")

    @classmethod
    def parse(cls, text: str) -> "Grade":
        """Read a grade as schools write it: 五年级, 小学5年级, 初二, 七年级, 高一, 11.

        Raises:
            ValidationError: The text names no grade; ``reason`` is ``"grade"``.
        """
        match = _NAME.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
        if match is None:
            raise ValidationError("no grade can be read: write it as 五年级, 初二 or 8", reason="grade")
        digit = match["number"]
        number = _DIGITS[digit] if digit in _DIGITS else int(digit)
        stage = _STAGES.get(match["stage"][:1], range(1, 13))
        # 初中七年级 counts through already; 初一 counts within the stage. 初四 is refused: which grade it is depends on
        # whether primary school has five years there.
        for counted in (number, number + stage.start - 1):
            if counted in stage:
                return cls(counted)
        raise ValidationError("that stage of school has no such grade: write it as 五年级, 初二 or 8", reason="grade")

    @property
    def stage(self) -> SchoolingStatus:
        """The stage of school this grade belongs to; senior stands for vocational school too."""
        if self.number <= 6:
            return SchoolingStatus.PRIMARY
        return SchoolingStatus.JUNIOR if self.number <= 9 else SchoolingStatus.SENIOR

    def __str__(self) -> str:
        return f"{_ZH[self.number - 1]}年级" if self.number <= 9 else f"高{_ZH[self.number - 10]}"
