"""The main job, on an invented district: from its spreadsheets to grants that explain themselves.

Everything that a district office would do is done here by the same doors: files are imported, ladders published,
cycles opened, seated, voted and advanced with Prefect.  The clock is a simulated one, so that months pass in a minute.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from console.demo.district_files import write_files, write_nominations, write_studio_nominations
from console.demo.leading_review import leading_review
from console.demo.office import OFFICE, Office
from console.demo.panel_review import panel_review
from console.demo.review import Review
from console.demo.summary import Done, summary
from console.screens.progress import bar
from engine.district import District
from engine.folder import CONFIG, NotADistrict
from events.files import own_folder
from ladders.reading.loading import shipped, shipped_ladders
from workflows.commands import PublishLadder

REVIEWED = ("erqi-teacher.yaml", "erqi-studio.yaml", "qinyuan-chief-teacher.yaml")
"""The ladders that the demo holds reviews of; all others are published as well."""
SEED = 7
BEGINS = datetime(2026, 6, 20, 1, 0, tzinfo=UTC)
LADDERS_FROM = date(2026, 3, 1)
AS_OF = date(2026, 6, 30)


def run(folder: Path, teachers: int, lang: str) -> None:
    """Run the demo in a folder, which stays; a folder of an earlier demo is made anew, a real one refused."""
    from engine.running.prefect_home import prefect_server

    began = time.monotonic()
    _clear(folder)
    own_folder(folder)
    own_folder(folder / "files")
    with _step("写出表格 the office's files", lang), bar("表格 files") as tick:
        written = 0

        def progress(rows: int, _total: int) -> None:
            nonlocal written
            tick(rows - written)
            written = rows

        manifest = write_files(folder / "files", SEED, teachers, progress)
    district = District.create(folder, f"{manifest.district}(演示)", OFFICE, simulated_clock=BEGINS)
    with district, prefect_server(folder) as server:
        office = Office(folder, district, manifest, server, lang)
        with _step("公布阶梯 ladders", lang):
            for name in (*REVIEWED, *(one for one in shipped_ladders() if one not in REVIEWED)):
                # What the sources leave open is assumed: an office confirms that it means to publish such a rule.
                office.do(PublishLadder, file=shipped(name), in_force_from=LADDERS_FROM, assumed_confirmed=True)
        with _step("导入 import", lang):
            for path in manifest.paths:
                office.take_in(path)
        listed = write_nominations(manifest.folder, manifest.nominees)
        first = panel_review(office, "erqi-teacher", "core-member", "2026 年核心成员评审", AS_OF, listed)
        listed = write_studio_nominations(manifest.folder, manifest.studio_nominees)
        second = panel_review(office, "erqi-studio", "excellent", "2026 年优秀工作室评审", district.today, listed)
        third = Review(office).run()
        fourth = leading_review(office)
        done = Done(district, (first, second, third, fourth), began)
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
