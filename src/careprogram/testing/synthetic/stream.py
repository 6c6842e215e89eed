"""How does a roster of a whole prefecture arrive?

Lines of CSV, made one after another, for benchmarks and tests of bounded memory. Ages and sexes follow the published
shares by chance, not by quota; every row is right. Nothing is kept: a million rows take as little memory as one.
"""

import csv
import datetime as dt
import io
import random
from collections.abc import Iterator
from typing import Final

from careprogram.people import SchoolingStatus, Sex
from careprogram.people.identity_number import check_digit
from careprogram.testing.synthetic.names import ETHNICITIES, SURNAMES, person_name, phone_number
from careprogram.testing.synthetic.villages import COUNTY

STREAM_HEADINGS: Final = (
    "序号", "姓名", "性别", "民族", "出生日期", "公民身份证号码", "是否登记户口", "户口性质", "户籍所在地",
    "现居住地", "居住地类型", "身体情况", "是否学校寄宿", "就学情况", "学校", "父亲姓名", "父亲状况",
    "父亲外出起始日期", "父亲联系电话", "母亲姓名", "母亲状况", "母亲外出起始日期", "委托监护人姓名",
    "与被监护人关系", "监护类型",
)  # fmt: skip
"""Twenty-five columns, of which the sequence number is the first."""

_FIRST_DAY: Final = dt.date(2010, 9, 2)
_DAYS: Final = 15 * 365
_COUNTY_NAME: Final = "贵州省毕节市威宁彝族回族苗族自治县"


def synthetic_roster_csv(seed: int, rows: int, *, as_of: dt.date = dt.date(2026, 9, 1)) -> Iterator[bytes]:
    """Yield the lines of a CSV roster in UTF-8, the headings first.

    Args:
        seed: The same seed gives the same lines.
        rows: Children; identity numbers stay unique up to 2.7 million.
        as_of: The day of the survey.

    Yields:
        One line with its line break.
    """
    rng = random.Random(f"stream {seed}")  # noqa: S311 - the same lines from the same seed
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(STREAM_HEADINGS)
    for number in range(rows + 1):
        if number:
            writer.writerow(_row(rng, number, as_of))
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _identity(number: int, sex: Sex) -> tuple[str, dt.date]:
    """Count through days first and sequences then, so that no number is given twice."""
    day = _FIRST_DAY + dt.timedelta(days=number % _DAYS)
    sequence = number // _DAYS * 2 + (sex is Sex.MALE)
    seventeen = f"{COUNTY.text}{day:%Y%m%d}{sequence % 1000:03d}"
    return seventeen + check_digit(seventeen), day


def _schooling(years: int) -> SchoolingStatus:
    if years < 6:
        return SchoolingStatus.KINDERGARTEN if years >= 3 else SchoolingStatus.NOT_IN_KINDERGARTEN
    if years < 12:
        return SchoolingStatus.PRIMARY
    return SchoolingStatus.JUNIOR if years < 15 else SchoolingStatus.SENIOR


def _row(rng: random.Random, number: int, as_of: dt.date) -> tuple[str, ...]:
    sex = Sex.MALE if rng.random() < 0.545 else Sex.FEMALE
    identity, born = _identity(number, sex)
    schooling = _schooling(max(0, (as_of - born).days // 366))
    surname = rng.choice(SURNAMES)
    village = f"{_COUNTY_NAME}演示{number % 40 + 1}乡第{number % 400 + 1}村"
    father_away, mother_away = rng.random() < 0.85, rng.random() < 0.7
    since = [(as_of - dt.timedelta(days=rng.randint(30, 2000))).isoformat() for _ in range(2)]
    both = father_away and mother_away
    return (
        str(number),
        person_name(rng, sex, surname=surname),
        sex.zh,
        rng.choice(ETHNICITIES),
        born.isoformat(),
        identity,
        "是",
        "农业户口",
        village,
        village,
        "农村",
        "健康",
        "否",
        schooling.zh,
        f"第{number % 60 + 1}学校" if schooling is not SchoolingStatus.NOT_IN_KINDERGARTEN else "",
        person_name(rng, Sex.MALE, surname=surname),
        "外出务工" if father_away else "在家",
        since[0] if father_away else "",
        phone_number(rng).text,
        person_name(rng, Sex.FEMALE),
        "外出务工" if mother_away else "在家",
        since[1] if mother_away else "",
        person_name(rng, Sex.FEMALE, elder=True) if both else "",
        "祖父母" if both else "",
        "监护情况一般" if both else "",
    )
