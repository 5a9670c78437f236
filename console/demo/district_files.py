"""The invented district as the files of an office: written, counted, and said which rows are faulty by design.

``write_files`` is the way in.  The same seed and number of teachers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from console.demo.chief import Cast, Chief, cast
from console.demo.chief_evidence import prepare, prepare_trainees
from console.demo.doubled import write_doubled
from console.demo.exports import Export, write_exports
from console.demo.names import DISTRICT
from console.demo.people import Person, invent_staff
from console.demo.sheets import Bad, Cell, Fault, write_workbook
from console.demo.tables import District, tables
from console.demo.teams import invent_pairs, invent_standings, invent_studios, invent_tiers
from console.demo.thresholds import Files, nominate, settle_hours, settle_scores
from console.demo.trainings import invent_trainings
from console.demo.units import invent_units, schools_of
from console.demo.works import Work, invent_evaluations, invent_reflections, invent_works

EVIDENCE_KINDS = ("trainings", "evaluations", "reflections", "evidence")
FEWEST_TEACHERS = 300
Progress = Callable[[int, int], None]
"""Told after each file: rows written so far, rows in all."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file, the import kind of its rows, how many they are (without the header), and those faulty by design."""

    path: Path
    kind: str
    rows: int
    bad: tuple[Bad, ...]

    def count(self, fate: Fault) -> int:
        """How many rows must be rejected, found a repeat, or found to differ."""
        return sum(one.fate == fate for one in self.bad)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was written: the files in the order in which they must be imported, and whom the demo needs to know."""

    folder: Path
    district: str
    files: tuple[WrittenFile, ...]
    nominees: tuple[str, ...]
    """Staff numbers to be nominated for core member; a few of them are no development targets."""
    studio_nominees: tuple[str, ...]
    """Codes of the studios to be nominated for excellent; a few of them are not qualified ones."""
    panel: tuple[str, ...]
    """Staff numbers of the seven who sit in the panel, of the centre."""
    chief: Chief
    """Who takes part in the review of chief teachers."""
    no_lesson: Work
    """A lesson that one of them is on file with and that was none."""
    names: tuple[str, ...]
    """Every personal name in the files: none may be found in what the program writes."""
    staff_numbers: tuple[str, ...]
    """Every staff number in the files, likewise."""
    exports: tuple[Export, ...]
    """What platforms export, for the user to import: a sample for each mapping file that ships."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files, in the order in which they must be imported."""
        return tuple(file.path for file in self.files)

    @property
    def evidence_rows(self) -> int:
        """Rows that state evidence, the faulty ones left out."""
        return sum(file.rows - len(file.bad) for file in self.files if file.kind in EVIDENCE_KINDS)


def write_files(folder: Path, seed: int = 7, teachers: int = 3000, progress: Progress | None = None) -> Manifest:
    """Invent a district with so many teachers and write its files into the folder, which is made if need be.

    ValueError below 300 teachers: studios could not be filled.
    """
    if teachers < FEWEST_TEACHERS:
        raise ValueError(f"a demo district has at least {FEWEST_TEACHERS} teachers, not {teachers}")
    rng = Random(seed)
    district, nominees, studio_nominees = _invent(rng, teachers)
    chosen, no_lesson = _review(Random(f"{seed} chief"), district, nominees)
    district.standings.extend(chosen.standings)
    district.pairs.append(chosen.pair)
    made = tables(rng, district)
    folder.mkdir(parents=True, exist_ok=True)
    total, done = sum(len(table.rows) for table in made), 0
    files = []
    for table in made:
        path = table.write(folder)
        files.append(WrittenFile(path, table.kind, len(table.rows), tuple(table.bad)))
        done += len(table.rows)
        if progress is not None:
            progress(done, total)
    write_doubled(folder, Random(f"{seed} doubled"), district.staff.teachers)
    return Manifest(
        folder,
        DISTRICT,
        tuple(files),
        tuple(one.number for one in nominees),
        studio_nominees,
        tuple(one.number for one in district.staff.panel),
        chosen.chief,
        no_lesson,
        tuple(sorted(one.name for one in district.staff.all)),
        tuple(sorted(one.number for one in district.staff.all)),
        write_exports(folder, Random(f"{seed} exports"), district.staff.teachers),
    )


def _invent(rng: Random, teachers: int) -> tuple[District, list[Person], tuple[str, ...]]:
    """The whole district, who is nominated in it, and which studios are."""
    units = invent_units(rng, teachers)
    staff = invent_staff(rng, units, teachers)
    studios = invent_studios(rng, staff.teachers)
    standings = invent_standings(rng, staff.teachers, studios)
    tiers = invent_tiers(rng, studios)
    pairs = invent_pairs(rng, staff.teachers)
    files = Files(
        invent_trainings(rng, staff.teachers, schools_of(units), studios),
        invent_evaluations(rng, staff.teachers),
        invent_reflections(rng, staff.teachers),
        invent_works(rng, staff.teachers),
    )
    nominees = nominate(rng, staff.teachers, files)
    settle_hours(rng, nominees, files.trainings)
    settle_scores(rng, nominees, files.evaluations)
    qualified = [tier.who for tier in tiers if tier.rung.startswith("合格")]
    others = [studio.code for studio in studios if studio.code not in qualified]
    put_forward = rng.sample(qualified, round(len(qualified) * 0.8)) + rng.sample(others, min(2, len(others)))
    district = District(units, staff, studios, standings, tiers, pairs, files)
    return district, nominees, tuple(sorted(put_forward))


def _review(rng: Random, district: District, nominees: Sequence[Person]) -> tuple[Cast, Work]:
    """Who takes part in the review of chief teachers, with what they need on file; and the lesson that was none."""
    files = district.files
    chosen = cast(district.units, district.staff, district.studios, district.pairs, files.works, nominees)
    no_lesson = prepare(rng, chosen.candidates, files)
    prepare_trainees(rng, chosen.trainees, files)
    return chosen, no_lesson


def write_nominations(folder: Path, staff_numbers: Iterable[str]) -> Path:
    """The list of nominated persons."""
    return write_sheet(folder, "申报名单_教师.xlsx", ("工号",), ((number,) for number in staff_numbers))


def write_studio_nominations(folder: Path, studio_codes: Iterable[str]) -> Path:
    """The list of nominated studios."""
    return write_sheet(folder, "申报名单_工作室.xlsx", ("工作室编号",), ((code,) for code in studio_codes))


def write_ballots(folder: Path, rows: Iterable[tuple[str, str, str]], *, studios: bool = False) -> Path:
    """The ballots: candidate, staff number of the panel's member, opinion (同意, 不同意, 弃权)."""
    name, candidate = ("表决票_工作室.xlsx", "工作室编号") if studios else ("表决票_教师.xlsx", "工号")
    return write_sheet(folder, name, (candidate, "评委工号", "意见"), rows)


def write_sheet(folder: Path, name: str, headers: tuple[str, ...], rows: Iterable[Sequence[Cell]]) -> Path:
    """A sheet of the office in the folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    write_workbook(path, headers, [list(row) for row in rows])
    return path
