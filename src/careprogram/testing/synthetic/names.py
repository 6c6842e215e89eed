"""What are made-up people and places called?

Common surnames and given characters, put together at random: no name here is anybody's on purpose, and none says
anything about a family but the father's surname.
"""

import datetime as dt
import random
from typing import Final

from careprogram.people import IdentityNumber, Phone, PlaceCode, Sex

SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许"
    "傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆"
)
_BOYS: Final = "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢阳建亮成峰志文兴海天泽晨博"
_GIRLS: Final = "芳娜敏静丽艳娟霞秀燕玲桂丹萍红玉兰英梅莉秋月珍晶雪慧婷颖琳欣怡蓉倩妍露洁萱彤思雨菲瑶"
_ELDERS: Final = {Sex.MALE: "国华德明永福正光发贵荣祥全顺忠义", Sex.FEMALE: "秀英兰珍凤桂芬莲琴仙菊玉翠淑"}
ETHNICITIES: Final = ("汉族", "汉族", "汉族", "汉族", "汉族", "彝族", "彝族", "苗族", "回族", "布依族")
DIALECTS: Final = {"彝族": "彝语", "苗族": "苗语", "布依族": "布依语"}
WORK_PLACES: Final = (
    "广东省深圳市", "广东省东莞市", "广东省广州市", "广东省佛山市", "浙江省温州市", "浙江省宁波市", "浙江省杭州市",
    "浙江省义乌市", "福建省泉州市", "福建省厦门市", "江苏省苏州市", "上海市", "云南省昆明市", "贵州省贵阳市",
    "重庆市", "四川省成都市",
)  # fmt: skip
_UNASSIGNED: Final = ("154", "160", "161", "163", "164")
"""Beginnings of mobile numbers that no operator has been given, so that nobody is ever called."""

RESERVED_SEQUENCES: Final = range(900, 996)
"""Sequences of identity numbers that counties hardly reach."""


def person_name(rng: random.Random, sex: Sex, *, surname: str = "", elder: bool = False) -> str:
    """Return a name of two or three characters."""
    characters = _ELDERS[sex] if elder else (_BOYS if sex is Sex.MALE else _GIRLS)
    given = "".join(rng.sample(characters, 2 if elder or rng.random() < 0.8 else 1))
    return (surname or rng.choice(SURNAMES)) + given


def phone_number(rng: random.Random) -> Phone:
    """Return a mobile number that is formed rightly and was given to nobody."""
    return Phone(rng.choice(_UNASSIGNED) + f"{rng.randrange(10**8):08d}")


class IdentityOffice:
    """Gives identity numbers with valid check digits, each one once.

    The county had the code 522427 until 2011 and 520526 since, so people born before 2011 have the historic one.
    """

    def __init__(self, rng: random.Random, *, county: PlaceCode, former: PlaceCode, changed: dt.date) -> None:
        self._rng, self._county, self._former, self._changed = rng, county, former, changed
        self._given: set[IdentityNumber] = set()

    def number(self, birth_date: dt.date, sex: Sex) -> IdentityNumber:
        """Return a new number for somebody born on *birth_date*.

        Raises:
            ValueError: All 48 numbers of that day and sex are given.
        """
        place = self._county if birth_date >= self._changed else self._former
        sequences = [number for number in RESERVED_SEQUENCES if (number % 2 == 1) is (sex is Sex.MALE)]
        self._rng.shuffle(sequences)
        for sequence in sequences:
            number = IdentityNumber.from_parts(place, birth_date, sequence)
            if number not in self._given:
                self._given.add(number)
                return number
        raise ValueError("the reserved numbers of one day are used up: ask for fewer people")

    def reopened(self) -> "IdentityOffice":
        """Return an office with the same rules that has given out nothing yet."""
        return IdentityOffice(self._rng, county=self._county, former=self._former, changed=self._changed)
