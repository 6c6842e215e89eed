"""Does `plugin_laws` hold a keyring and an anchor to their promises where it is told at which address to open them?"""

from pathlib import Path
from typing import Any

import pytest
from faulty_plugins import Anchor, Vault, giving

from careprogram.builtin.file_anchor import FileAnchor
from careprogram.plugins import AnchorProvider, KeyringProvider
from careprogram.testing import BrokenPluginLawError, plugin_laws
from careprogram.testing.keyrings import trial_keyring


def _opening(anchor: Any = None, keyring: Any = None) -> Any:
    if keyring is not None:
        return giving(keyrings=lambda: [KeyringProvider(name="x", schemes=("x",), open=lambda *_: keyring)])
    return giving(audit_anchors=lambda: [AnchorProvider(name="x", schemes=("x",), open=lambda *_: anchor)])


@pytest.mark.promise
@pytest.mark.parametrize(
    ("plugin", "said"),
    [
        (_opening(keyring=Vault("open")), "stands open"),
        (_opening(keyring=Vault("unbound")), "bound to one thing opens for another"),
        (_opening(keyring=Vault("index")), "another one when asked again"),
        (_opening(anchor=Anchor("forgets")), "not the latest"),
        (_opening(anchor=Anchor("back")), "a cut trail would not show"),
        (_opening(anchor=Anchor("other")), "a rewritten trail would not show"),
    ],
)
def test_a_faulty_keyring_or_anchor_is_caught(plugin: Any, said: str) -> None:
    """Opened at the address given, it is held to its promises."""
    with pytest.raises(BrokenPluginLawError) as caught:
        plugin_laws(plugin, addresses=["x:trial"])
    (broken,) = [one for one in caught.value.broken if one.where == "x:trial"]
    assert (broken.law.name, broken.where) == ("opens", "x:trial")
    assert said in broken.found.en


@pytest.mark.parametrize(
    "plugin",
    [_opening(keyring=Vault()), _opening(keyring=trial_keyring()), _opening(anchor=Anchor())],
)
def test_a_sound_keyring_or_anchor_passes(plugin: Any) -> None:
    """What keeps its promises is counted as tried."""
    report = plugin_laws(plugin, addresses=["x:trial"])
    assert report.kits[-1] == "x:trial"
    assert report.not_tried == {}


def test_an_anchor_that_was_used_before_can_be_tried_again(tmp_path: Path) -> None:
    """A trial goes on where the last one ended."""
    plugin = _opening(anchor=FileAnchor(tmp_path / "anchor"))
    for _ in range(2):
        plugin_laws(plugin, addresses=["x:trial"])
