"""The review of trainees for chief teacher: the same three stages, decided by score sheets, with a share of places."""

from __future__ import annotations

from datetime import date

from console.demo import chief_sheets as sheets
from console.demo.chief import LADDER
from console.demo.office import Office
from workflows.commands import OpenCycle

DEADLINE, GROUP, SCHOOL, PANEL, OVER = (
    date(2026, 10, 20),
    *(date(2026, 10, day) for day in (21, 23, 26)),
    date(2026, 11, 2),
)
"""The last day of submission; when the group votes, the schools and the panel mark; the day after the notice."""


def leading_review(office: Office) -> str:
    """Run the cycle from its opening to its grants; its id."""
    leading, folder, cycle = office.manifest.chief.leading, office.manifest.folder, office.district.new_id("y")
    title = "2026 年首席教师评审"
    office.say(f"\n评审周期:{title}", f"\nA review cycle: {title}")
    scope = office.district.find("unit", [office.manifest.chief.scope])[office.manifest.chief.scope]
    office.do(
        OpenCycle,
        cycle=cycle,
        ladder=LADDER,
        to="chief-teacher",
        period="2026",
        scope=scope,
        title=title,
        as_of=DEADLINE,
        deadline=DEADLINE,
    )
    office.take_in(sheets.trainees(folder, leading), cycle)
    office.take_in(sheets.leading_panels(folder, leading), cycle)
    for day, stage, write in (
        (GROUP, "group-review", sheets.leading_ballots),
        (SCHOOL, "school-inspection", sheets.school_marks),
        (PANEL, "recognition", sheets.panel_marks),
    ):
        office.clock(day)
        office.advance(cycle)
        office.take_in(write(folder, leading), cycle, stage)
    office.advance(cycle)
    office.clock(OVER)
    office.sweep()
    return cycle
