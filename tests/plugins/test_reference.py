"""Is every hook in the reference, with all that its page promises?"""

import inspect
import re
from pathlib import Path

import attrs
import pytest

from careprogram.plugins import ARGUMENTS, EVENT_HOOKS, hookspecs

_PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "hooks.md").read_text(encoding="utf-8")
_CALLS = {hook: f"{hook}({', '.join(arguments)})" for hook, arguments in ARGUMENTS.items()}


def _sections() -> dict[str, str]:
    parts = re.split(r"^### `(.*)`$", _PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_page_has_the_hooks_and_no_others() -> None:
    """The headings are the literal calls of all hooks, in the order in which the library lists them."""
    assert list(_sections()) == list(_CALLS.values())


@pytest.mark.parametrize("hook", _CALLS)
def test_a_hook_has_all_parts_of_its_page(hook: str) -> None:
    """Each hook says when it fires, its arguments, what happens if it raises, and has an example that implements it."""
    section = _sections()[_CALLS[hook]]
    for part in ("**When it fires.**", "**Arguments.**", "**If it raises.**"):
        assert section.count(part) == 1
    (example,) = re.findall(r"^```python\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    assert "@hookimpl" in example
    assert f"def {hook}(self" in example
    assert "assert " in example


@pytest.mark.parametrize("hook", _CALLS)
def test_the_example_of_a_hook_runs_alone(hook: str) -> None:
    """Whoever copies one example, without the rest of the page, has a plugin that works."""
    (example,) = re.findall(r"^```python\n(.*?)^```$", _sections()[_CALLS[hook]], flags=re.MULTILINE | re.DOTALL)
    exec(compile(example, f"example of {hook}", "exec"), {"__name__": "example"})


def test_every_hook_has_one_specification() -> None:
    """The typed specifications, the arguments the host passes and the events agree."""
    specified = {
        name: tuple(inspect.signature(function).parameters)
        for name, function in vars(hookspecs).items()
        if name.startswith("careprogram_")
    }
    assert specified == ARGUMENTS
    for event, hook in EVENT_HOOKS.items():
        assert inspect.signature(getattr(hookspecs, hook)).parameters["event"].annotation is event


@pytest.mark.parametrize("event", EVENT_HOOKS, ids=lambda event: event.__name__)
def test_the_page_names_every_field_of_an_event(event: type[attrs.AttrsInstance]) -> None:
    """What an event carries is listed with its hook."""
    section = _sections()[_CALLS[EVENT_HOOKS[event]]]  # type: ignore[index]
    arguments = section.split("**Arguments.**")[1].split("```")[0]
    assert f"`{event.__name__}`" in arguments
    for field in attrs.fields(event):
        assert f"`{field.name}`" in arguments
