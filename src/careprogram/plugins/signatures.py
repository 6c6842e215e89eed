"""Can this hook of this plugin be called at all?

pluggy passes arguments by name and silently leaves out those with a default, those after a ``*`` and those it does not
know to be wanted. Such a hook would run on the wrong values, so it is refused when the plugin is registered, with an
error that names plugin, hook, signature and the rule. Nothing here calls a hook.
"""

import difflib
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from careprogram.language import Text
from careprogram.plugins.failures import UnfitError

PREFIX = "careprogram_"
API_ATTRIBUTE = "careprogram_api_version"


def hooks_of(
    plugin: object,
    options_of: Callable[[str], Mapping[str, Any] | None],
    known: Mapping[str, tuple[str, ...]],
    who: str,
) -> dict[str, Callable[..., Any]]:
    """Return the hooks that *plugin* implements, each with its function, in the order of *known*.

    Args:
        plugin: A module or an instance.
        options_of: What ``@hookimpl`` left on the attribute of a name; None if it is not marked.
        known: The arguments that each hook offers.
        who: How to call the plugin in an error.

    Raises:
        UnfitError: A hook is unknown, not marked, or cannot be called as it is written.
    """
    if inspect.isclass(plugin):
        raise UnfitError(
            f"{who} is a class: register an instance of it, {plugin.__name__}()",
            f"是一个类：请注册它的实例 {plugin.__name__}()",
        )
    found: dict[str, Callable[..., Any]] = {}
    for attribute, function in _functions(plugin):
        options = options_of(attribute)
        if options is None and not attribute.startswith(PREFIX):
            continue
        hook = (options or {}).get("specname") or attribute
        if hook not in known:
            meant = _meant(hook, known)
            raise UnfitError(
                f"{who} implements {hook}, which is no hook{meant.en}", f"实现了 {hook}，但没有这个钩子{meant.zh}"
            )
        if options is None:
            raise UnfitError(
                f"{who} defines {hook} without the mark: write @hookimpl above it",
                f"定义了 {hook} 却没有标记：请在上面写 @hookimpl",
            )
        if hook in found:
            raise UnfitError(f"{who} implements {hook} twice: keep one", f"实现了两次 {hook}：请只留一个")
        if options.get("wrapper") or options.get("hookwrapper"):
            raise UnfitError(
                f"{who} wraps {hook}: a plugin cannot stand around others; implement the hook plainly",
                f"包裹了 {hook}：插件不能包裹别的插件；请直接实现该钩子",
            )
        _check_signature(function, hook, known[hook], who)
        found[hook] = function
    return {hook: found[hook] for hook in known if hook in found}


def _functions(plugin: object) -> Iterator[tuple[str, Callable[..., Any]]]:
    for attribute in dir(plugin):
        # A property must not run here: whatever it does would happen before anything is known about the plugin.
        static = inspect.getattr_static(plugin, attribute, None)
        if isinstance(static, staticmethod | classmethod) or inspect.isroutine(static):
            function = getattr(plugin, attribute, None)
            if callable(function):
                yield attribute, function


def _meant(hook: str, known: Mapping[str, tuple[str, ...]]) -> Text:
    # Without the prefix that all of them share, which would make every name look near.
    names = {name.removeprefix(PREFIX): name for name in known}
    close = difflib.get_close_matches(hook.removeprefix(PREFIX), names, n=1)
    if close:
        return Text(f"；是不是 {names[close[0]]}？", f"; did you mean {names[close[0]]}?")
    return Text(f"；可用的钩子：{'、'.join(known)}", f"; the hooks are {', '.join(known)}")


def _check_signature(function: Callable[..., Any], hook: str, offered: tuple[str, ...], who: str) -> None:
    signature = inspect.signature(function)
    rules = list(_broken_rules(function, signature, offered))
    if rules:
        wanted = f"{hook}({', '.join(offered)})"
        shown = f"{hook}{_shown(signature)}"
        broken = "; ".join(rule.en for rule in rules)
        raise UnfitError(
            f"{who} defines {shown}, which cannot be called: {broken}. Write it as {wanted}",
            f"定义了 {shown}，无法调用：{'；'.join(rule.zh for rule in rules)}。请写成 {wanted}",
        )


def _broken_rules(
    function: Callable[..., Any], signature: inspect.Signature, offered: tuple[str, ...]
) -> Iterator[Text]:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        yield Text("钩子是普通函数，不能是 async", "a hook is a plain function, not async")
    if offered and inspect.isgeneratorfunction(function):
        yield Text("收听事件的钩子不能用 yield", "a hook for an event does its work at once, it does not yield")
    for name, parameter in signature.parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            yield Text(
                f"{name!r} 收集参数，而钩子只得到写明的参数",
                f"{name!r} collects arguments, and a hook gets only those it names",
            )
        elif parameter.kind is parameter.KEYWORD_ONLY:
            yield Text(f"{name!r} 在 * 之后，不会被传入", f"{name!r} comes after a * and would silently not be passed")
        elif parameter.default is not parameter.empty:
            yield Text(f"{name!r} 有默认值，不会被传入", f"{name!r} has a default and would silently not be passed")
        elif name not in offered:
            yield Text(f"没有 {name!r} 这个参数", f"{name!r} is not offered")


def _shown(signature: inspect.Signature) -> str:
    """Return a signature with its defaults as ``...``: they may hold anything."""
    hidden = [
        parameter if parameter.default is parameter.empty else parameter.replace(default=...)
        for parameter in signature.parameters.values()
    ]
    plain = [parameter.replace(annotation=parameter.empty) for parameter in hidden]
    return str(signature.replace(parameters=plain, return_annotation=inspect.Signature.empty)).replace(
        "Ellipsis", "..."
    )


def check_api_version(plugin: object, who: str, *, oldest: int, newest: int) -> None:
    """Refuse a plugin that was written for hooks that are gone, or for some that are not there yet.

    Raises:
        UnfitError: It states a version before *oldest* or after *newest*, or none that can be read.
    """
    stated = inspect.getattr_static(plugin, API_ATTRIBUTE, newest)
    if type(stated) is not int:
        raise UnfitError(
            f"{who}: {API_ATTRIBUTE} is a whole number, such as {newest}", f"{API_ATTRIBUTE} 应是整数，例如 {newest}"
        )
    if not oldest <= stated <= newest:
        remedy = Text("请安装较新的 careprogram", "install a newer careprogram")
        if stated < oldest:
            remedy = Text("请安装较新的插件", "install a newer version of the plugin")
        these = (
            Text(f"{oldest} 到 {newest}", f"{oldest} to {newest}")
            if oldest != newest
            else Text(f"{newest}", f"{newest}")
        )
        raise UnfitError(
            f"{who} was written for version {stated} of the hooks, these are {these.en}: {remedy.en}",
            f"是为第 {stated} 版钩子写的，现在是第 {these.zh} 版：{remedy.zh}",
        )
