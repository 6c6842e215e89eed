"""`careprogram keys new|rotate|destroy-old`: the master keys that records are sealed with."""

import argparse
from pathlib import Path

from careprogram.builtin.file_keyring import make_key_file
from careprogram.language import Language, Text
from careprogram.program import Program
from careprogram.program.keys import destroy_old_keys, rotate_keys

_MADE = Text(
    "已生成主密钥文件 {path}。请另存一份副本，并与数据库及其备份分开保管：文件丢失，加密的记录将永远无法读取。\n"
    '请在 program.toml 的 [outputs] 中写入 keys = "file:{path}"。',
    "Made the key file {path}. Keep a copy of it, away from the store and its backups: without it nothing that was "
    'sealed can ever be read again.\nWrite keys = "file:{path}" under [outputs] in program.toml.',
)
_ROTATED = Text(
    "已用最新主密钥重新封装 {rewrapped} 份密钥。", "Wrapped {rewrapped} keys anew under the newest master key."
)
_LEFT = Text(
    "仍有 {left} 份密钥由本文件中没有的主密钥封装，其记录目前无法读取：请找回该主密钥。",
    "{left} keys are wrapped under a master key that is not in the file; what they seal cannot be read: find that key.",
)
_NEXT = Text(
    "请先把新的密钥文件复制到所有使用本库的机器，再运行 careprogram keys destroy-old 销毁旧主密钥。",
    "Copy the new key file to every machine that uses the store, then destroy the old master keys with "
    "`careprogram keys destroy-old`.",
)
_DESTROYED = Text("已销毁旧主密钥：{names}。", "Destroyed the old master keys: {names}.")
_NONE = Text("没有旧主密钥。", "There is no old master key.")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    command = subparsers.add_parser(
        "keys", help="make and change the keys that records are sealed with", description=__doc__
    )
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = actions.add_parser("new", help="make a key file", description="A file that exists is never overwritten.")
    new.add_argument("file", metavar="FILE")
    new.add_argument("--language", choices=("zh", "en"), default="zh")
    new.set_defaults(run=run_new)
    rotating = actions.add_parser(
        "rotate",
        help="take a new master key into use",
        description="Stopped at any moment, everything can be read; call it again with --continue. Exit status 0, or 1 "
        "if a key could not be wrapped anew.",
    )
    rotating.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    rotating.add_argument("--continue", dest="add", action="store_false", help="go on; do not make another master key")
    rotating.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    rotating.set_defaults(run=run_rotate)
    gone = actions.add_parser(
        "destroy-old",
        help="destroy the master keys that nothing needs any more",
        description="Refused while anything is wrapped under one of them.",
    )
    gone.add_argument("program", metavar="FOLDER", help="folder with a program.toml, or the file itself")
    gone.add_argument("--language", choices=("zh", "en"), help="that of the program if not given")
    gone.set_defaults(run=run_destroy)


def run_new(arguments: argparse.Namespace) -> int:
    """Make a key file."""
    path = Path(arguments.file)
    make_key_file(path)
    print(_MADE.in_(arguments.language).format(path=path))
    return 0


def run_rotate(arguments: argparse.Namespace) -> int:
    """Wrap all keys anew; return 1 if some could not be."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    done = rotate_keys(program, add=arguments.add)
    print(_ROTATED.in_(language).format(rewrapped=done.rewrapped))
    print(_LEFT.in_(language).format(left=done.left) if done.left else _NEXT.in_(language))
    return 1 if done.left else 0


def run_destroy(arguments: argparse.Namespace) -> int:
    """Destroy what nothing needs."""
    program = Program.load(arguments.program)
    language: Language = arguments.language or program.config.program.language
    names = destroy_old_keys(program)
    print(_DESTROYED.in_(language).format(names=", ".join(names)) if names else _NONE.in_(language))
    return 0
