"""Which policy does a person mean, and can its file be read?

A policy is named by its file or by the id of one that ships. What cannot be read is told in the person's language, with
the remedy; a policy file is a few pages of text, so anything much longer is refused unread.
"""

import argparse
import datetime as dt
import unicodedata
from pathlib import Path

from careprogram.eligibility import load_policy, shipped_policies
from careprogram.errors import NotFoundError, PolicyError
from careprogram.ids import PolicyId
from careprogram.language import Language, Text
from careprogram.rules import Policy, PolicyProblem, Stage
from careprogram.rules.files.tokens import closest

LARGEST_FILE = 1_000_000
"""Bytes; the largest policy that ships has some ten thousand."""

_MISSING = Text("没有这个文件", "there is no such file")
_FOLDER = Text("这是文件夹：请写明其中的政策文件", "this is a folder: name a policy file in it")
_SPECIAL = Text("这不是普通文件", "this is no ordinary file")
_DENIED = Text("无法读取", "it cannot be read")
_LARGE = Text("文件超过1MB，不会是政策文件", "it is larger than 1 MB: no policy file is")
_BINARY = Text(
    "这不是 UTF-8 文本：请用文本编辑器另存为 UTF-8 编码", "this is not UTF-8 text: save it as UTF-8 in a text editor"
)
_EMPTY = Text("文件是空的", "the file is empty")


def add_source(command: argparse.ArgumentParser, name: str = "policy", metavar: str = "POLICY") -> None:
    """Let *command* take a policy by file or id."""
    command.add_argument(name, metavar=metavar, help="a policy file (.toml) or the id of a shipped policy")


def add_settling(command: argparse.ArgumentParser) -> None:
    """Let *command* ask for the rules of one place or stage."""
    command.add_argument("--place", metavar="CODE", type=_place, help="apply what this place says otherwise")
    stages = [stage.value for stage in Stage]
    command.add_argument(
        "--stage",
        choices=stages,
        default=Stage.ALWAYS.value,
        help="only the clauses for entry, or for those in already",
    )


def add_language(command: argparse.ArgumentParser) -> None:
    """Let *command* answer in English."""
    command.add_argument("--language", choices=("zh", "en"), default="zh", help="Chinese if not given")


def day(text: str) -> dt.date:
    """Return the day that a person wrote; full-width digits are taken for what they mean.

    Raises:
        argparse.ArgumentTypeError: It is no day.
    """
    try:
        return dt.date.fromisoformat(unicodedata.normalize("NFKC", text).strip())
    except ValueError:
        raise argparse.ArgumentTypeError("请写日期，如 2026-09-01 / give a day such as 2026-09-01") from None


def _place(text: str) -> str:
    code = unicodedata.normalize("NFKC", text).strip()
    if not (code.isascii() and code.isdigit() and 2 <= len(code) <= 12):
        why = "请写地区代码，如 440103 或 44 / give the code of a place (GB/T 2260), such as 440103 or 44"
        raise argparse.ArgumentTypeError(why)
    return code


def policy_text(path: Path, language: Language) -> str:
    """Return the text of the policy file at *path*.

    Raises:
        PolicyError: It cannot be read, or cannot be a policy; the text says why.
    """

    def refused(why: Text) -> PolicyError:
        # `problems` holds it, too, so that a checker of many files goes on with the next.
        problem = PolicyProblem(file=str(path), line=0, text=why)
        return PolicyError(shown(problem, language), problems=(problem,))

    try:
        if not path.is_file():
            raise refused(_FOLDER if path.is_dir() else _SPECIAL if path.exists() else _MISSING)
        if path.stat().st_size > LARGEST_FILE:
            raise refused(_LARGE)
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(_BINARY) from None
    except (OSError, ValueError):
        raise refused(_DENIED) from None
    if "\x00" in text:
        raise refused(_BINARY)
    if not text.strip():
        raise refused(_EMPTY)
    return text


def find_policy(named: str, arguments: argparse.Namespace) -> Policy:
    """Return the policy that a person *named*, for the place and stage that the arguments ask for.

    Raises:
        PolicyError: Its file cannot be read or has problems; all of them are told.
        NotFoundError: It is neither a file nor a shipped policy.
    """
    policy = _named(named, arguments.language)
    place, stage = getattr(arguments, "place", None), Stage(getattr(arguments, "stage", Stage.ALWAYS.value))
    # Untouched, a policy still tells what places say otherwise.
    return policy.at(place=place or "", stage=stage) if place or stage is not Stage.ALWAYS else policy


def _named(named: str, language: Language) -> Policy:
    shipped = shipped_policies()
    path = Path(named)
    if named in shipped and not path.is_file():
        return shipped[PolicyId(named)]
    if not _exists(path) and not named.endswith(".toml") and len(path.parts) < 2:
        raise NotFoundError(_unknown(named, tuple(shipped)).in_(language))
    try:
        return load_policy(policy_text(path, language), name=named)
    except PolicyError as error:
        raise PolicyError(told(error, language), problems=error.problems) from None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long for the system, or with a zero byte
        return False


def told(error: PolicyError, language: Language) -> str:
    """Return everything that is wrong with a policy, a line each, in *language*."""
    lines = [shown(one, language) if isinstance(one, PolicyProblem) else str(one) for one in error.problems]
    return "\n".join(lines) or str(error)


def shown(problem: PolicyProblem, language: Language) -> str:
    """Return *problem* on one line; one of line 0 is about the file as a whole."""
    if problem.line:
        return problem.in_(language)
    return f"{problem.file}{'：' if language == 'zh' else ': '}{problem.text.in_(language)}"


def _unknown(named: str, shipped: tuple[str, ...]) -> Text:
    meant = closest(named, shipped)
    return Text(
        f"没有名为 {named!r} 的政策" + (f"；是不是 {meant}？" if meant else "：") + "请写政策文件，或随库政策的编号："
        f"{'、'.join(shipped)}",
        f"no policy is called {named!r}" + (f"; did you mean {meant}?" if meant else "") + "; name a policy file, or a "
        f"shipped policy: {', '.join(shipped)}",
    )
