"""How fast is a roster of 100,000 rows and 25 columns read, and in how much memory?

Ours gives nested child records: places looked up, identity numbers checked against birth date and sex, rows about
one child found. The peers give flat typed rows of the same file with the same bad cells reported (msgspec), typed and
checked columns (Polars), or nothing but text (Polars raw). A peer that is faster is shown, not left out.
"""

import csv
import datetime as dt
import enum
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import polars as pl
from harness import Measurement, arguments, interleave, memory_peak, processor_seconds, report

from careprogram.errors import ValidationError
from careprogram.ids import ChildId
from careprogram.people import GuardianshipKind, IdentityNumber, ParentStatus, Phone, PlaceTree, SchoolingStatus
from careprogram.rosters import RowFacts, iter_roster, read_roster, write_roster
from careprogram.testing.synthetic import STREAM_HEADINGS, SURVEYED_ON, synthetic_roster_csv

PLACES = PlaceTree.gb2260()


def labels(answers: type) -> Any:
    """Return an enumeration whose values are the labels of *answers*, as a form holds them."""
    return enum.Enum(answers.__name__, {one.name: one.zh for one in answers})  # type: ignore[attr-defined]


Sex = enum.Enum("Sex", {"MALE": "男", "FEMALE": "女"})
YesNo = enum.Enum("YesNo", {"YES": "是", "NO": "否"})
Kind = enum.Enum("Kind", {"RURAL": "农业户口", "URBAN": "非农业户口"})
Settlement = enum.Enum("Settlement", {"RURAL": "农村", "URBAN": "城镇"})
Health = enum.Enum("Health", {"HEALTHY": "健康", "DISABLED": "残疾", "ILL": "患病"})
Schooling, Status, Guardianship = labels(SchoolingStatus), labels(ParentStatus), labels(GuardianshipKind)


class PeerRow(msgspec.Struct, array_like=True):
    """The same 25 columns, flat, as somebody would declare them for msgspec."""

    number: int
    name: str
    sex: Sex
    ethnicity: str
    born: dt.date
    identity: IdentityNumber
    registered: YesNo
    kind: Kind
    registration_place: str
    residence: str
    settlement: Settlement
    health: Health
    boarding: YesNo
    schooling: Schooling
    school: str | None
    father: str
    father_status: Status
    father_since: dt.date | None
    father_phone: Phone
    mother: str
    mother_status: Status
    mother_since: dt.date | None
    caregiver: str | None
    relation: str | None
    guardianship: Guardianship | None


FIELDS = msgspec.structs.fields(PeerRow)


def _hook(kind: type, text: str) -> object:
    return kind.parse(text)  # type: ignore[attr-defined]


def msgspec_rows(data: bytes) -> tuple[list[PeerRow], list[tuple[int, str]]]:
    """Read all rows typed, and report every bad cell by row and column, as ours does."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""))
    next(reader)
    rows, problems, convert = [], [], msgspec.convert
    for number, row in enumerate(reader, 2):
        cells = [cell or None for cell in row]
        try:
            rows.append(convert(cells, PeerRow, strict=False, dec_hook=_hook))
        except (msgspec.ValidationError, ValidationError):
            problems.extend((number, name) for name in _bad_cells(cells))
    return rows, problems


def _bad_cells(cells: list[str | None]) -> Iterator[str]:
    for field, cell in zip(FIELDS, cells, strict=False):
        try:
            msgspec.convert(cell, field.type, strict=False, dec_hook=_hook)
        except (msgspec.ValidationError, ValidationError):
            yield field.name


def polars_raw(data: bytes) -> pl.DataFrame:
    """Read text columns only."""
    return pl.read_csv(data, infer_schema=False)


def polars_checked(data: bytes) -> pl.DataFrame:
    """Read typed columns with dates parsed, answers compared and the check digit computed in columns."""
    frame = pl.read_csv(data, infer_schema=False)
    digits = [pl.col("公民身份证号码").str.slice(at, 1).cast(pl.Int32, strict=False) for at in range(17)]
    total = sum((digit * pow(2, 17 - at, 11) for at, digit in enumerate(digits)), start=pl.lit(0))
    last = pl.col("公民身份证号码").str.slice(17, 1)
    expected = (total % 11).replace_strict(list(range(11)), list("10X98765432"))
    dates = ("出生日期", "父亲外出起始日期", "母亲外出起始日期")
    return frame.with_columns(
        *(pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in dates),
        (last == expected).alias("number fits"),
        pl.col("父亲联系电话").str.contains(r"^1[3-9][0-9]{9}$").alias("phone fits"),
        *(pl.col(name).is_in(["是", "否"]).alias(f"{name} fits") for name in ("是否登记户口", "是否学校寄宿")),
        pl.col("性别").is_in(["男", "女"]).alias("sex fits"),
        pl.col("就学情况").is_in([one.zh for one in SchoolingStatus]).alias("schooling fits"),
    )


def number_rows(facts: RowFacts) -> ChildId:
    """Name children by their row: naming them by a key is no part of reading."""
    return ChildId(str(facts.row))


def ours(data: bytes) -> int:
    """Read all rows into children, and let each go."""
    rows = iter_roster(data, as_of=SURVEYED_ON, identify=number_rows, places=PLACES)
    return sum(getattr(row, "child", None) is not None for row in rows)


def ours_kept(data: bytes) -> int:
    """Read all rows into children, and keep them."""
    return len(read_roster(data, as_of=SURVEYED_ON, identify=number_rows, places=PLACES).children)


def streamed_memory(rows: int) -> int:
    """Return by how many bytes the peak grows while a file of *rows* rows is streamed."""
    with tempfile.TemporaryFile() as file:
        file.writelines(synthetic_roster_csv(1, rows))
        file.seek(0)
        before = memory_peak()
        for _ in iter_roster(file, as_of=SURVEYED_ON, identify=number_rows, places=PLACES):
            pass
        return memory_peak() - before


def spoil(data: bytes, every: int) -> bytes:
    """Spoil a cell in one row of *every*."""
    lines = data.decode().split("\n")
    for at in range(1, len(lines) - 1, every):
        cells = lines[at].split(",")
        cells[2] = "?男"
        lines[at] = ",".join(cells)
    return "\n".join(lines).encode()


def csv_rows(size: int, rounds: int, clock: Callable[[], float]) -> list[Measurement]:
    """Measure CSV against every peer."""
    data = b"".join(synthetic_roster_csv(1, size))
    dirty = spoil(data, 100)
    sides = interleave(
        {
            "ours": lambda: ours(data),
            "msgspec": lambda: msgspec_rows(data),
            "kept": lambda: ours_kept(data),
            "polars raw": lambda: polars_raw(data),
            "polars checked": lambda: polars_checked(data),
            "dirty": lambda: ours(dirty),
            "msgspec dirty": lambda: msgspec_rows(dirty),
        },
        rounds=rounds,
        clock=clock,
    )
    micro = {name: side.median / size * 1e6 for name, side in sides.items()}
    noise = {"noise": f"±{max(side.spread for side in sides.values()):.0%}"}
    compared = (
        ("CSV, streamed", "ours", "msgspec", 0.8, noise),
        ("CSV, all children kept", "kept", "msgspec", None, {}),
        ("CSV, 1 % bad rows", "dirty", "msgspec dirty", 0.8, {}),
        ("CSV, streamed", "ours", "polars checked", None, {}),
        ("CSV, streamed", "ours", "polars raw", None, {}),
    )
    return [
        Measurement(
            name=f"{name}, {size:,} × {len(STREAM_HEADINGS)}", ours=micro[side], peer=micro[peer], peer_name=peer,
            bar=bar, unit="µs", notes=notes,
        )
        for name, side, peer, bar, notes in compared
    ]  # fmt: skip


def xlsx_rows(size: int, rounds: int, clock: Callable[[], float]) -> list[Measurement]:
    """Measure workbooks against calamine alone, in this process and unchecked."""
    import python_calamine

    data = b"".join(synthetic_roster_csv(1, size))
    reading = read_roster(data, as_of=SURVEYED_ON, identify=number_rows, places=PLACES)
    book = write_roster(reading.children, places=PLACES)

    def bare() -> int:
        sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
        return sum(1 for _ in sheet.iter_rows())

    sides = interleave({"ours": lambda: ours(book), "calamine": bare}, rounds=rounds, clock=clock)
    micro = {name: side.median / size * 1e6 for name, side in sides.items()}
    return [
        Measurement(
            name=f"XLSX, {size:,} × 105", ours=micro["ours"], peer=micro["calamine"], peer_name="calamine bare",
            bar=1.6, unit="µs", notes={"file": f"{len(book) / 2**20:.1f} MiB"},
        )
    ]  # fmt: skip


def memory_rows(size: int) -> list[Measurement]:
    """Measure the growth of memory against the file itself: a small key a row stays, and the cells that repeat."""
    small = streamed_memory(size // 10)
    large = small + streamed_memory(size)
    file = sum(map(len, synthetic_roster_csv(1, size)))
    return [
        Measurement(
            name=f"memory, streamed, {size:,} rows", ours=large / 2**20, peer=file / 2**20, peer_name="the file itself",
            bar=2.0, unit="MB", notes={"a tenth of the rows": f"{small / 2**20:.1f} MB"},
        )
    ]  # fmt: skip


def main() -> int:
    """Measure and print."""
    given = arguments("Reading a roster.")
    size, rounds = (10_000, 5) if given.quick else (100_000, 5)
    clock = processor_seconds if given.cpu else time.perf_counter
    # What is laid once, and the cells remembered, weigh as much beside a small file: the bar is for a large one.
    rows = memory_rows(100_000) + csv_rows(size, rounds, clock) + xlsx_rows(size // 5, rounds, clock)
    return report(rows, json_file=given.json)


if __name__ == "__main__":
    sys.exit(main())
