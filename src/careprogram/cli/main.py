"""What does a person at a terminal see?

`careprogram COMMAND …`: answers go to standard output, progress and problems to standard error. Exit status 0: done;
1: done, but something that was asked for failed and is named; 2: refused, with the reason and the remedy; 130:
interrupted. The work itself is in ``program``.
"""

import argparse
import contextlib
import errno
import io
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import careprogram.cli.archive as archive_command
import careprogram.cli.audit as audit_command
import careprogram.cli.backup as backup_command
import careprogram.cli.consent as consent_command
import careprogram.cli.demo as demo_command
import careprogram.cli.erase as erase_command
import careprogram.cli.glass as glass_command
import careprogram.cli.grant as grant_command
import careprogram.cli.hold as hold_command
import careprogram.cli.judge as judge_command
import careprogram.cli.keys as keys_command
import careprogram.cli.pair as pair_command
import careprogram.cli.plugins as plugins_command
import careprogram.cli.policy as policy_command
import careprogram.cli.roster as roster_command
import careprogram.cli.run as run_command
import careprogram.cli.subject_report as subject_report_command
from careprogram.errors import CareProgramError, UnprovenPolicyWarning
from careprogram.language import Language, Text
from careprogram.program.program import language_of
from careprogram.rules.files.problems import PolicyProblem
from careprogram.rules.shortcomings import Shortcoming

COMMANDS = (
    run_command,
    demo_command,
    roster_command,
    judge_command,
    pair_command,
    policy_command,
    archive_command,
    consent_command,
    grant_command,
    glass_command,
    hold_command,
    subject_report_command,
    erase_command,
    audit_command,
    backup_command,
    keys_command,
    plugins_command,
)


_DESCRIPTION = "Care programs for left-behind children: from the lists people send to plans, duties and a report."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    root = argparse.ArgumentParser(prog="careprogram", description=_DESCRIPTION, allow_abbrev=False)
    subparsers = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return root


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    _make_streams_take_chinese()
    arguments = parser().parse_args(argv)
    try:
        with _warnings_told(_language(arguments)):
            status: int = arguments.run(arguments)
        sys.stdout.flush()
    except CareProgramError as error:
        print(f"careprogram: {_told(error, _language(arguments))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("careprogram: 已中断，已提交的记录均已保存 / interrupted; what was committed is kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        print(f"careprogram: {_of_the_system(error).in_(_language(arguments))}", file=sys.stderr)
        return 2
    return status


_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样做",
    errno.EROFS: "所在磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "这不是文件夹",
    errno.EEXIST: "已经存在",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.ENAMETOOLONG: "名称太长",
    errno.EMFILE: "打开的文件太多",
    errno.EIO: "磁盘出错",
}
"""What the system most often refuses with, in Chinese; it tells its own language otherwise."""


def _of_the_system(error: OSError) -> Text:
    why = error.strerror or type(error).__name__
    zh = _REASONS.get(error.errno or 0, why)
    where = error.filename
    return Text(
        f"{where or '输出'}：{zh}；已提交的记录均已保存，改正后请再运行一次",
        f"{where or 'output'}: {why}; what was committed is kept: mend this and run again",
    )


@contextlib.contextmanager
def _warnings_told(language: Language) -> Iterator[None]:
    """Tell in plain words what was read but not proven; other warnings are for programmers and stay as they are."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def tell(message: Warning | str, *rest: Any, **more: Any) -> None:
            if isinstance(message, UnprovenPolicyWarning):
                for problem in message.problems:
                    said = problem.in_(language) if isinstance(problem, PolicyProblem) else problem
                    print(f"careprogram: {said}", file=sys.stderr)
            else:
                usual(message, *rest, **more)

        warnings.showwarning = tell
        warnings.simplefilter("always", UnprovenPolicyWarning)
        yield


def _language(arguments: argparse.Namespace) -> Language:
    """Return the language that was asked for, else that of the program named, else Chinese."""
    asked: Language | None = getattr(arguments, "language", None)
    named = getattr(arguments, "program", None) or getattr(arguments, "folder", None)
    return asked or (language_of(Path(named)) if named else "zh")


def _told(error: CareProgramError, language: Language) -> str:
    """Return what *error* says, in *language* where it says it in both."""
    if language == "zh" and error.in_chinese:
        return error.in_chinese
    problems = getattr(error, "problems", ())
    both = [problem for problem in problems if isinstance(problem, Shortcoming)]
    return "\n".join(problem.in_(language) for problem in both) if both and len(both) == len(problems) else str(error)


def _make_streams_take_chinese() -> None:
    """Let no answer fail because the machine has no locale, or because nobody opened the stream."""
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=_that_writes_chinese(stream.encoding), errors="backslashreplace")


def _that_writes_chinese(encoding: str) -> str:
    try:
        "儿童".encode(encoding)
    except UnicodeEncodeError:
        return "utf-8"
    return encoding
