"""Which laws does every plugin keep?

Each law has a name, says what holds and what to do where it does not, in both languages. This file only states them:
``plugin_trial`` tries those that any program relies on, ``plugin_kits`` those about what a plugin contributes.
"""

from typing import Final

import attrs

from careprogram.language import Language, Text


@attrs.frozen(kw_only=True)
class PluginLaw:
    """A law.

    Attributes:
        name: Stable.
        says: What should hold.
        remedy: What to do where it does not.
    """

    name: str
    says: Text
    remedy: Text


@attrs.frozen(kw_only=True)
class BrokenPluginLaw:
    """A law that a plugin does not keep.

    Attributes:
        law: Which.
        where: The hook, or the contribution that shows it.
        found: What was seen instead. Never the text of an error that the plugin raised.
    """

    law: PluginLaw
    where: str
    found: Text

    def in_(self, language: Language) -> str:
        """Return it in *language*: what holds, what was found, what to do."""
        law, found, remedy = self.law, self.found.in_(language), self.law.remedy.in_(language)
        if language == "zh":
            return f"{self.where}：不符合“{law.name}”（{law.says.zh}）\n  发现：{found}\n  改正：{remedy}"
        return f"{self.where}: breaks {law.name!r} ({law.says.en})\n  found:  {found}\n  remedy: {remedy}"

    def __str__(self) -> str:
        return self.in_("en")


def _law(name: str, says: tuple[str, str], remedy: tuple[str, str]) -> PluginLaw:
    return PluginLaw(name=name, says=Text(*says), remedy=Text(*remedy))


PLUGIN_LAWS: Final = {
    law.name: law
    for law in (
        _law("loads", ("能够导入", "it can be imported"),
             ("先单独导入这个模块，改正它的错误", "import the module alone, and mend what it raises")),
        _law("registers", ("能够注册", "it can be registered"),
             ("按“发现”中的规则改写，参见钩子参考", "follow the rule that is named, see the reference of hooks")),
        _law("returns", ("每个钩子按时返回", "every hook returns in time"),
             ("把耗时的工作放到别处，钩子中只做登记", "do slow work elsewhere; a hook only takes notes of it")),
        _law("answers", ("被询问时不出错", "a provider hook answers without raising"),
             ("在出错的那一行改正；缺少的东西应少给，而不是出错",
              "mend the line that is named; where something is missing, give less instead of raising")),
        _law("fits", ("给出的内容合乎要求", "what it gives is what its hook asks for"),
             ("对照钩子参考中的例子改写", "compare it with the example in the reference of hooks")),
        _law("same-names", ("再问一次，名称和顺序不变", "asked again, it gives the same names in the same order"),
             ("不要使用随机数、时钟、集合的顺序或只能用一次的迭代器",
              "use no random numbers, no clock, no order of a set, and no iterator that is used up")),
        _law("own-names", ("不占用随库提供的名称", "it claims no name that ships with the library"),
             ("在名称前加上自己的前缀", "begin its names with a prefix of your own")),
        _law("both-languages", ("给人看的文字有中英两种", "what people read is there in Chinese and in English"),
             ("在 Text(zh, en) 中两种都写上", "give both to Text(zh, en)")),
        _law("hears", ("收到任何事件都不出错", "a listener bears every event"),
             ("想一想零、空值和没有级别的情形", "think of zero, of nothing, and of a child without a tier")),
        _law("hears-twice", ("同一事件收到两次不出错", "a listener bears the same event twice"),
             ("按事件中的编号记录，已有的不再处理",
              "keep notes by the ids of the event, and do nothing for what is there")),
        _law("answers-nothing", ("收到事件后不返回内容", "a listener answers nothing"),
             ("删去 return 后面的内容", "take away what stands behind return")),
        _law("changes-nothing", ("不改动 careprogram、环境变量和工作目录",
                                 "it changes nothing of careprogram, of the environment or the working folder"),
             ("把状态保存在插件自己的对象中", "keep its state in objects of its own")),
        _law("keeps-its-kit", ("每项内容通过自己的一套检查", "each contribution passes the kit of its kind"),
             ("按那一套检查的说明改正", "follow what the kit says")),
        _law("opens", ("在所给地址能够打开", "what it opens at an address keeps its promises"),
             ("对照 careprogram.ports 中的约定改正", "compare it with the promises in careprogram.ports")),
    )
}  # fmt: skip
"""Every law by its name, in the order in which they are tried."""
