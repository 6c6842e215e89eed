"""A program seals what it keeps, and its master key can be changed while it works."""

import base64
import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from careprogram.cli.main import main
from careprogram.errors import CareProgramError, ConfigurationError
from careprogram.plugins import KeyringProvider, hookimpl
from careprogram.ports import ChangeSet, Keyring, Put
from careprogram.program import Program
from careprogram.program.keys import rotate_keys
from careprogram.testing.keyrings import trial_keyring

NewCounty = Callable[..., Path]


@pytest.fixture(scope="module")
def sealed_county(county_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small county after its first run, with its key file beside it."""
    root = tmp_path_factory.mktemp("sealed")
    folder = Path(shutil.copytree(county_files, root / "county"))
    assert main(["keys", "new", str(root / "keys" / "county.keys"), "--language", "en"]) == 0
    file = folder / "program.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[outputs]", '[outputs]\nkeys = "file:../keys/county.keys"'), encoding="utf-8")
    assert Program.load(folder).run().failures == ()
    return folder


def names_of(folder: Path) -> list[str]:
    """Return the names of some children of the program, read through its own store."""
    store = Program.load(folder).open_store()
    try:
        from careprogram.ports import Query

        found = store.find(Query(kind="child", limit=20)).records
        return [str(record.document["name"]) for record in found]
    finally:
        store.close()


@pytest.mark.promise
def test_the_database_of_a_run_holds_no_name(sealed_county: Path) -> None:
    """No name of a child is in the database or its companions, raw, escaped or in base64; the program reads them."""
    names = names_of(sealed_county)
    assert len(names) == 20
    content = b"".join(file.read_bytes() for file in (sealed_county / "out").glob("small.db*"))
    assert len(content) > 100_000
    shapes = [shape for name in names for shape in (name.encode(), json.dumps(name)[1:-1].encode())]
    shapes += [base64.b64encode(b"x" * offset + name.encode())[4:-4] for name in names for offset in range(3)]
    assert [shape for shape in shapes if len(shape) > 4 and shape in content] == []


def test_a_second_run_changes_nothing(sealed_county: Path) -> None:
    """Sealing does not make the same thing look new."""
    summary = Program.load(sealed_county).run()
    assert summary.failures == ()
    assert not summary.changed


def test_a_master_key_is_changed_and_the_old_one_destroyed(
    sealed_county: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Destroying first is refused; after the rotation it is done, and everything can be read throughout."""
    before = names_of(sealed_county)
    folder = str(sealed_county)
    assert main(["keys", "destroy-old", folder, "--language", "en"]) == 0
    assert "There is no old master key." in capsys.readouterr().out
    assert main(["keys", "rotate", folder, "--language", "zh"]) == 0
    assert "已用最新主密钥重新封装" in capsys.readouterr().out
    assert names_of(sealed_county) == before
    assert main(["keys", "rotate", folder, "--continue", "--language", "en"]) == 0
    assert "Wrapped 0 keys anew" in capsys.readouterr().out
    assert main(["keys", "destroy-old", folder]) == 0
    assert "已销毁旧主密钥：m1" in capsys.readouterr().out
    assert names_of(sealed_county) == before
    assert not Program.load(sealed_county).run().changed


def test_nothing_is_destroyed_while_something_needs_it(sealed_county: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A new master key alone makes the old one no less needed."""
    from careprogram.builtin.file_keyring import add_master_key

    keys = sealed_county.parent / "keys" / "county.keys"
    add_master_key(keys)
    held = keys.read_bytes()
    assert main(["keys", "destroy-old", str(sealed_county)]) == 2
    assert "请先轮换" in capsys.readouterr().err
    assert keys.read_bytes() == held


@pytest.mark.parametrize("spoil", ["gone", "another"])
def test_without_its_keys_a_program_stops_and_says_so(
    sealed_county: Path, spoil: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A lost or wrong key file costs a message with the remedy; the records stay as they are."""
    keys = sealed_county.parent / "keys" / "county.keys"
    held = keys.read_bytes()
    try:
        keys.unlink()
        if spoil == "another":
            main(["keys", "new", str(keys)])
            capsys.readouterr()
        assert main(["run", str(sealed_county), "--quiet"]) == 2
        said = capsys.readouterr().err
        assert "密钥" in said
        assert "Traceback" not in said
    finally:
        keys.write_bytes(held)
        keys.chmod(0o600)
    assert len(names_of(sealed_county)) == 20


class _Vault:
    """A plugin whose keys are elsewhere, at addresses such as ``vault:county``."""

    def __init__(self) -> None:
        self.masters, self.asked = ["2026"], list[tuple[str, Path]]()

    @hookimpl
    def careprogram_keyrings(self) -> list[KeyringProvider]:
        return [KeyringProvider(name="vault", schemes=("vault",), open=self._open)]

    def _open(self, address: str, folder: Path) -> Keyring:
        self.asked.append((address, folder))
        if "broken" in address:
            raise RuntimeError("the PIN is 2468")
        return trial_keyring(*self.masters)


def test_the_keys_of_a_plugin_seal_and_are_changed_there(new_county: NewCounty) -> None:
    """A program asks the plugin that its address names; its keys are added and destroyed where they are."""
    file, vault = new_county() / "program.toml", _Vault()
    held = file.read_text(encoding="utf-8")
    file.write_text(held.replace("[outputs]", '[outputs]\nkeys = "vault:county"'), encoding="utf-8")
    program = Program.load(file, plugins=[vault])
    with contextlib.closing(program.open_store()) as store:
        store.commit(ChangeSet(command_id="c", puts=[Put(kind="child", id="c-1", document={"name": "王小明"})]))
    assert vault.asked == [("vault:county", file.parent)]
    assert "王小明".encode() not in (file.parent / "out" / "small.db").read_bytes()
    with pytest.raises(ConfigurationError, match="the keys are with 'vault'; add and destroy them there"):
        rotate_keys(program, add=True)
    vault.masters.insert(0, "2027")
    assert rotate_keys(program, add=False).rewrapped == 1
    vault.masters.remove("2026")
    with contextlib.closing(program.open_store()) as store:
        record = store.load("child", "c-1")
        assert record is not None
        assert record.document == {"name": "王小明"}


def test_keys_that_cannot_be_reached_stop_the_program(new_county: NewCounty) -> None:
    """A plugin that fails is named without its words; a scheme that nobody opens is told with the known ones."""
    file = new_county() / "program.toml"
    held = file.read_text(encoding="utf-8")
    for address, said in (("vault:broken", "RuntimeError"), ("hsm:1", "file:, vault:")):
        file.write_text(held.replace("[outputs]", f'[outputs]\nkeys = "{address}"'), encoding="utf-8")
        with pytest.raises(CareProgramError) as caught:
            Program.load(file, plugins=[_Vault()]).open_store()
        assert said in str(caught.value)
        assert "2468" not in str(caught.value)
    assert not (file.parent / "out" / "small.db").exists()


def test_a_program_that_is_not_sealed_says_so(county_files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to rotate, and the message names the setting."""
    assert main(["keys", "rotate", str(county_files)]) == 2
    assert "outputs.keys：此程序的记录没有封存" in capsys.readouterr().err
