"""A review in one stage, from its opening to its grants: of core members, and of excellent studios."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from console.demo.district_files import write_ballots
from console.demo.office import Office
from engine.cycles.advance import route
from engine.people import names
from engine.tables import case_table
from events.facts import Seat
from workflows.commands import OpenCycle, SeatPanel

SEED = 7
DAYS = 5
"""How long nominations are taken."""


def panel_review(office: Office, ladder: str, to: str, title: str, as_of: date, nominations: Path) -> str:
    """Run a cycle whose only stage is a panel; its id."""
    district, studios = office.district, ladder == "erqi-studio"
    cycle = district.new_id("y")
    deadline = district.today + timedelta(days=DAYS)
    office.say(f"\n评审周期:{title}", f"\nA review cycle: {title}")
    office.do(OpenCycle, cycle=cycle, ladder=ladder, to=to, period="2026", title=title, as_of=as_of, deadline=deadline)
    panel = district.find("person", office.manifest.panel)
    (stage,) = route(district, cycle).stages
    seats = tuple(Seat(seat=n, person=panel[one]) for n, one in enumerate(office.manifest.panel[: stage.size], 1))
    office.do(SeatPanel, cycle=cycle, stage=stage.id, seats=seats)
    office.take_in(nominations, cycle)
    office.clock(deadline + timedelta(days=1))
    office.advance(cycle)
    office.take_in(_ballots(office, cycle, studios=studios), cycle, stage.id)
    office.advance(cycle)
    for notice, _ in district.cycle_state(cycle).notices:
        office.clock(notice.last + timedelta(days=1))
        office.advance(cycle)
    return cycle


def _ballots(office: Office, cycle: str, *, studios: bool) -> Path:
    """The panel's ballots on whoever is in review, as a sheet; the invented panel likes most of them."""
    chance, district = random.Random(f"{SEED} {studios}"), office.district
    with district.reading() as connection:
        in_review = select(case_table.c.subject).where(case_table.c.cycle == cycle, case_table.c.phase == "in review")
        subjects = list(connection.execute(in_review).scalars())
        known = names.called(connection, district.log, district.vault, subjects)
    rows = []
    for code in sorted(map(known.code, subjects)):
        liking = chance.uniform(0.45, 1.0)
        for member in office.manifest.panel:
            sure = chance.random()
            opinion = "弃权" if sure > 0.97 else "同意" if sure < liking else "反对"
            rows.append((code, member, opinion))
    return write_ballots(office.manifest.folder, rows, studios=studios)
