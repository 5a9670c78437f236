"""The office of the invented district at work: what it does goes in by the doors that everybody uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from console.demo.district_files import Manifest
from console.intake import SheetReport, import_file
from console.screens.imports import reports
from console.screens.progress import bar
from engine.cycles.advance import Phase, Progress
from engine.district import District
from engine.running.prefect_home import PrefectServer
from workflows.commands import Asking, Command, SetClock

OFFICE = Asking(actor="office-demo", authority="教办〔2026〕1号(演示)")


@dataclass
class Office:
    """The office, with its data folder, its files, and the Prefect server that works for it."""

    folder: Path
    district: District
    manifest: Manifest
    server: PrefectServer
    lang: str

    def say(self, zh: str, en: str) -> None:
        """Tell what happens now."""
        print(zh if self.lang == "zh" else en, flush=True)

    def do(self, kind: type[Command], **said: Any) -> None:
        """Carry out a command as the office."""
        self.district.handle(kind(id=self.district.command_id(), asking=OFFICE, **said))

    def clock(self, day: date) -> None:
        """Go on to nine in the morning of a day."""
        self.do(SetClock, now=datetime(day.year, day.month, day.day, 1, 0, tzinfo=UTC))

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

    def advance(self, cycle: str) -> None:
        """Advance a cycle with Prefect, as ``jieti cycle advance`` does."""
        from engine.review_cycles import run_advance

        with self._told() as (lang, progress, done):
            done += [run_advance(self.folder, cycle, lang=lang, progress=progress, server=self.server).events]

    def sweep(self) -> None:
        """Do the day's work of the whole district with Prefect, as ``jieti up`` does by itself."""
        from engine.review_cycles import run_sweep

        with self._told() as (lang, progress, done):
            done += [events for _, events in run_sweep(self.folder, lang=lang, progress=progress, server=self.server)]

    @contextmanager
    def _told(self) -> Iterator[tuple[Literal["zh", "en"], Progress, list[int]]]:
        """Show how a flow run gets on, and tell in a line what it did and how many events that appended."""
        lang: Literal["zh", "en"] = "zh" if self.lang == "zh" else "en"
        steps, events = dict[str, None](), list[int]()
        with bar("推进 advance") as tick:

            def progress(phase: Phase, _done: int, _total: int) -> None:
                steps[phase.zh if lang == "zh" else phase.en] = None
                tick(1)

            yield lang, progress, events
        listed, total = " · ".join(steps), sum(events)
        self.say(
            f"  {self.district.today} Prefect 推进:{listed}({total} 个事件)",
            f"  {self.district.today} advanced by Prefect: {listed} ({total} events)",
        )
