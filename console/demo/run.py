"""The main job, on an invented district: from its spreadsheets to grants that explain themselves.

Everything that a district office would do is done here by the same doors: files are imported, ladders published,
cycles opened, seated, voted and advanced with Prefect.  The clock is a simulated one, so that months pass in a minute.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from console.demo.district_files import (
    Manifest,
    write_ballots,
    write_files,
    write_nominations,
    write_studio_nominations,
)
from console.demo.summary import Done, summary
from console.intake import SheetReport, import_file
from console.screens.imports import reports
from console.screens.progress import bar
from engine import names
from engine.advance import Phase, route
from engine.district import CONFIG, District, NotADistrict
from engine.prefect_home import PrefectServer
from engine.tables import case_table
from events.facts import Seat
from ladders.loading import shipped
from workflows.commands import Asking, OpenCycle, PublishLadder, SeatPanel, SetClock

SEED = 7
OFFICE = Asking(actor="office-demo", authority="教办〔2026〕1号(演示)")
BEGINS = datetime(2026, 6, 20, 1, 0, tzinfo=UTC)
LADDERS_FROM = date(2026, 3, 1)
AS_OF = date(2026, 6, 30)


@dataclass
class Demo:
    """One run of the demo on its folder."""

    folder: Path
    district: District
    manifest: Manifest
    server: PrefectServer
    lang: str

    def say(self, zh: str, en: str) -> None:
        """Tell what happens now."""
        print(zh if self.lang == "zh" else en, flush=True)

    def clock(self, day: date) -> None:
        """Go on to nine in the morning of a day."""
        now = datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC)
        self.district.handle(SetClock(id=self.district.command_id(), asking=OFFICE, now=now))

    def take_in(self, path: Path, cycle: str | None = None, stage: str | None = None) -> list[SheetReport]:
        """Import a file through the door that a user's files come through."""
        with bar(path.name) as tick:
            done = 0

            def progress(rows: int, _total: int) -> None:
                nonlocal done
                tick(rows - done)
                done = rows

            found = import_file(self.district, path, OFFICE, cycle=cycle, stage=stage, progress=progress)
        reports(found, self.lang).print()
        return found

    def cycle(self, ladder: str, to: str, title: str, as_of: date, nominations: Path, *, studios: bool) -> str:
        """Run a cycle from its opening to its grants; its id."""
        district = self.district
        cycle = district.new_id("y")
        deadline = district.today + timedelta(days=5)
        self.say(f"\n评审周期:{title}", f"\nA review cycle: {title}")
        district.handle(
            OpenCycle(
                id=district.command_id(),
                asking=OFFICE,
                cycle=cycle,
                ladder=ladder,
                to=to,
                period="2026",
                title=title,
                as_of=as_of,
                deadline=deadline,
            )
        )
        panel = district.find("person", self.manifest.panel)
        (stage,) = route(district, cycle).stages
        seats = tuple(Seat(seat=n, person=panel[one]) for n, one in enumerate(self.manifest.panel[: stage.size], 1))
        district.handle(SeatPanel(id=district.command_id(), asking=OFFICE, cycle=cycle, stage=stage.id, seats=seats))
        self.take_in(nominations, cycle)
        self.clock(deadline + timedelta(days=1))
        self.advance(cycle)
        self.take_in(self._ballots(cycle, studios=studios), cycle, stage.id)
        self.advance(cycle)
        for notice, _ in district.cycle_state(cycle).notices:
            self.clock(notice.last + timedelta(days=1))
            self.advance(cycle)
        return cycle

    def advance(self, cycle: str) -> None:
        """Advance a cycle with Prefect, as ``jieti cycle advance`` does."""
        from engine.review_cycles import run_advance

        lang: Literal["zh", "en"] = "zh" if self.lang == "zh" else "en"
        steps: dict[str, None] = {}
        with bar("推进 advance") as tick:

            def progress(phase: Phase, _done: int, _total: int) -> None:
                steps[phase.zh if lang == "zh" else phase.en] = None
                tick(1)

            events = run_advance(self.folder, cycle, lang=lang, progress=progress, server=self.server).events
        listed = " · ".join(steps)
        self.say(f"  Prefect 推进:{listed}({events} 个事件)", f"  advanced by Prefect: {listed} ({events} events)")

    def _ballots(self, cycle: str, *, studios: bool) -> Path:
        """The panel's ballots on whoever is in review, as a sheet; the invented panel likes most of them."""
        chance = random.Random(f"{SEED} {studios}")
        with self.district.reading() as connection:
            in_review = select(case_table.c.subject).where(
                case_table.c.cycle == cycle, case_table.c.phase == "in review"
            )
            subjects = list(connection.execute(in_review).scalars())
            known = names.called(connection, self.district.log, self.district.vault, subjects)
        rows = []
        for code in sorted(map(known.code, subjects)):
            liking = chance.uniform(0.45, 1.0)
            for member in self.manifest.panel:
                sure = chance.random()
                opinion = "弃权" if sure > 0.97 else "同意" if sure < liking else "反对"
                rows.append((code, member, opinion))
        return write_ballots(self.manifest.folder, rows, studios=studios)


def run(folder: Path, teachers: int, lang: str) -> None:
    """Run the demo in a folder, which stays; a folder of an earlier demo is made anew, a real one refused."""
    from engine.prefect_home import prefect_server

    began = time.monotonic()
    _clear(folder)
    with _step("写出表格 the office's files", lang), bar("表格 files") as tick:
        written = 0

        def progress(rows: int, _total: int) -> None:
            nonlocal written
            tick(rows - written)
            written = rows

        manifest = write_files(folder / "files", SEED, teachers, progress)
    district = District.create(folder, f"{manifest.district}(演示)", OFFICE, simulated_clock=BEGINS)
    with district, prefect_server(folder) as server:
        demo = Demo(folder, district, manifest, server, lang)
        for name in ("erqi-teacher.yaml", "erqi-studio.yaml"):
            district.handle(
                PublishLadder(id=district.command_id(), asking=OFFICE, file=shipped(name), in_force_from=LADDERS_FROM)
            )
        with _step("导入 import", lang):
            for path in manifest.paths:
                demo.take_in(path)
        listed = write_nominations(manifest.folder, manifest.nominees)
        first = demo.cycle("erqi-teacher", "core-member", "2026 年核心成员评审", AS_OF, listed, studios=False)
        listed = write_studio_nominations(manifest.folder, manifest.studio_nominees)
        second = demo.cycle("erqi-studio", "excellent", "2026 年优秀工作室评审", district.today, listed, studios=True)
        done = Done(district, (first, second), began)
        print()
        summary(done, lang).print()


@contextmanager
def _step(title: str, lang: str) -> Iterator[None]:
    zh, _, en = title.partition(" ")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    print(f"{zh}:{took:.1f} 秒" if lang == "zh" else f"{en}: {took:.1f} s", flush=True)


def _clear(folder: Path) -> None:
    """Make room: remove what an earlier demo left, and nothing else."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if (folder / CONFIG).exists():
        with District.open(folder) as district:
            simulated = district.state.simulated
    else:  # a demo that was killed while it wrote its files
        simulated = all(one.name in ("files", "log.db", "vault.db", "keys", "prefect") for one in folder.iterdir())
    if not simulated:
        raise NotADistrict(
            f"{folder} 不是演示文件夹,不会动它;请给演示另一个文件夹:jieti demo 文件夹",
            f"{folder} is no folder of a demo and stays as it is; name another one: jieti demo FOLDER",
        )
    shutil.rmtree(folder)
