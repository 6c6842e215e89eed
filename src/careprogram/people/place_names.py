"""In which forms do people write the name of a place?

威宁彝族回族苗族自治县 is written 威宁县 or 威宁, 贵州省 is written 贵州. This file knows the endings of
names and nothing about any particular place.
"""

import re
import unicodedata
from typing import Final

from careprogram.people.place_code import PlaceLevel

_ETHNIC_GROUPS: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|"
    "布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_AUTONOMOUS = re.compile(
    rf"^(.{{2,}}?)(?:各族|(?:{_ETHNIC_GROUPS})族|蒙古|哈萨克|柯尔克孜|维吾尔|塔吉克)*(自治区|自治州|自治县|自治旗|民族乡|族乡)$"
)
_ENDINGS: Final = {
    PlaceLevel.PROVINCE: ("特别行政区", "省", "市"),
    PlaceLevel.PREFECTURE: ("地区", "市", "州", "盟"),
    PlaceLevel.COUNTY: ("林区", "特区", "县", "市", "区", "旗"),
    PlaceLevel.TOWNSHIP: ("街道办事处", "街道", "民族乡", "镇", "乡", "苏木"),
    PlaceLevel.VILLAGE: ("社区居民委员会", "居民委员会", "村民委员会", "村委会", "居委会", "社区", "嘎查", "村"),
}
_SHORT_AGAIN: Final = {"自治州": "州", "自治县": "县", "自治旗": "旗", "民族乡": "乡", "族乡": "乡"}
_SAME_ENDING: Final = {
    PlaceLevel.TOWNSHIP: {"街道办事处": ("街道",), "街道": ("街道办事处", "街道办"), "民族乡": ("乡",)},
    PlaceLevel.VILLAGE: {
        "村民委员会": ("村", "村委会"),
        "村委会": ("村", "村民委员会"),
        "村": ("村委会", "村民委员会"),
        "社区": ("社区居委会", "社区居民委员会"),
        "社区居民委员会": ("社区", "居委会"),
        "居委会": ("社区",),
    },
}


def plain_address(text: str) -> str:
    """Return *text* without spaces, separators and full-width forms, as the matching compares it."""
    return re.sub(r"[\s/\\>·・,,。;、\-—_|()]+", "", unicodedata.normalize("NFKC", text))


def stem(name: str, level: PlaceLevel) -> str:
    """Return a name without its ending, or the whole name where less than two characters would be left.

    Examples:
        >>> stem("威宁彝族回族苗族自治县", PlaceLevel.COUNTY), stem("毕节市", PlaceLevel.PREFECTURE)
        ('威宁', '毕节')
        >>> stem("赵县", PlaceLevel.COUNTY)
        '赵县'
    """
    if (match := _AUTONOMOUS.match(name)) is not None:
        return match.group(1)
    for ending in _ENDINGS[level]:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def written_forms(name: str, level: PlaceLevel) -> tuple[str, ...]:
    """Return every form in which a place called *name* is written, the full one first.

    Examples:
        >>> written_forms("威宁彝族回族苗族自治县", PlaceLevel.COUNTY)
        ('威宁彝族回族苗族自治县', '威宁', '威宁自治县', '威宁县')
    """
    root = stem(name, level)
    forms = [name, root]
    if (match := _AUTONOMOUS.match(name)) is not None:
        ending = match.group(2)
        forms += [root + ending, root + _SHORT_AGAIN.get(ending, ending)]
    for ending, others in _SAME_ENDING.get(level, {}).items():
        if name == root + ending:
            forms.extend(root + other for other in others)
    return tuple(dict.fromkeys(forms))
