"""One event of every fact, as the golden log holds it: line N of ``golden/v1.log`` says what specimen N says here.

Only ever add at the end.  When a fact changes its meaning, its old line stays and is brought up by its upcaster: give
the old specimen its new shape, and add another specimen, whose line will be of the new schema.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from events import facts
from events.facts import Amount, Settings
from events.log import New
from tests.events.specimen import CATALOGUE, JUNE, MAY, PINS, SCORE, SOURCE, WORK, Specimen
from tests.events.specimens_of_changes import CHANGES
from tests.events.specimens_of_correcting import CORRECTING
from tests.events.specimens_of_erasing import ERASED, KEEPING
from tests.events.specimens_of_hours import HOURS, HOURS_AGAIN, HOURS_RULES, NUMBERED
from tests.events.specimens_of_joining import JOINING
from tests.events.specimens_of_lists import LACKING, LISTS, ROUNDS
from tests.events.specimens_of_offers import OFFERS
from tests.events.specimens_of_placings import PLACED, PLACINGS, SIGNED
from tests.events.specimens_of_reviews import REVIEWS
from tests.events.specimens_of_reviews_again import REVIEWS_AGAIN
from tests.events.specimens_of_rules import RULES
from tests.events.specimens_of_undoing import UNDONE

SINCE = datetime(2026, 9, 1, 0, 0, 0, 123456, tzinfo=UTC)
"""When the first specimen was recorded; each one after it an hour later."""


SPECIMENS = (
    Specimen("district", facts.DistrictOpened(name="示范区 Demo", simulated_clock=True)),
    Specimen("district", facts.SettingsChanged(settings=Settings(school_year_starts="08-25"))),
    Specimen("district", facts.CatalogueDeclared(catalogue=CATALOGUE)),
    Specimen(
        "district",
        facts.CalendarPublished(year=2026, holidays=(MAY, date(2026, 10, 1)), worked=(date(2026, 10, 10),)),
    ),
    Specimen("district", facts.ClockSet(now=datetime(2026, 9, 1, 8, 30, 0, 5, tzinfo=UTC))),
    Specimen(
        "subject-u1",
        facts.UnitEstablished(
            code="S-017", kind="school", name="示范小学", part_of="u0", locality="rural", phase="nine-year"
        ),
    ),
    Specimen(
        "subject-p1",
        facts.PersonHired(
            staff_number="T0001",
            name="张三",
            unit="u1",
            service_began=date(2001, 9, 1),
            service_began_by=date(2001, 9, 30),
            born=date(1979, 2, 28),
            subject_taught="语文",
            source=SOURCE,
        ),
    ),
    Specimen("subject-p1", facts.PersonMoved(unit="u2")),
    Specimen("subject-p2", facts.PersonLeft()),
    Specimen(
        "subject-p1",
        facts.StandingTakenOver(ladder="teacher", rung="backbone", title="区级骨干教师", until=date(2027, 8, 31)),
    ),
    Specimen(
        "subject-g1",
        facts.StudioFounded(code="G-01", kind="head-teacher", name="张三名班主任工作室", host="p1", unit="u1"),
    ),
    Specimen("subject-p2", facts.MemberJoined(group="g1", role="core")),
    Specimen("subject-p2", facts.MemberLeft(group="g1")),
    Specimen("subject-p2", facts.MentorPaired(mentor="p1")),
    Specimen("subject-p2", facts.MentorParted(mentor="p1")),
    Specimen(
        "subject-p1",
        facts.TrainingRecorded(
            title="课堂观察与诊断“工作坊”",
            category="district",
            level="district",
            hours=Amount(value=65, scale=1, unit="hour"),
            recognised=False,
            source=SOURCE,
        ),
    ),
    Specimen("subject-p1", facts.TrainingRecognised(training=16)),
    Specimen(
        "subject-p1",
        facts.EvaluationRecorded(title="2025-2026 学年", ethics=SCORE, theory=SCORE, teaching=SCORE),
    ),
    Specimen("subject-p1", facts.ReflectionSubmitted(work=WORK, title="一节失败的课 😀", number="T0001-3")),
    Specimen("subject-p1", facts.ReflectionSelected(work=WORK, level="district", number="T0001-3")),
    Specimen(
        "subject-p1",
        facts.EvidenceRecorded(
            kind="lesson",
            title="《背影》第二课时",
            attributes={"level": "district", "work": WORK},
            amount=Amount(value=-1, scale=0, unit="lesson"),
            number="T0001-4",
        ),
    ),
    Specimen(
        "subject-p1",
        facts.EvidenceCorrected(
            target=21,
            attributes={"level": "school"},
            amounts={"amount": Amount(value=1, scale=0, unit="lesson")},
            title="《背影》第一课时",
            reason="级别填错",
            source=SOURCE,
        ),
    ),
    Specimen("subject-p1", facts.EvidenceVoided(target=21, reason="张三本人申请撤回")),
    Specimen(
        "ladder-teacher",
        facts.LadderPublished(ladder="teacher", sha256="ab" * 32, file="Zm9ybWF0OiAxCg==", in_force_from=MAY),
    ),
    Specimen(
        "cycle-c1",
        facts.CycleOpened(
            ladder="teacher",
            to="leader",
            version="ab" * 32,
            period="2026",
            scope="u0",
            title="2026年学科带头人评审",
            as_of=JUNE,
            deadline=date(2026, 9, 30),
            settings=2,
            catalogue=3,
        ),
    ),
    Specimen(
        "cycle-c1",
        facts.PanelSeated(stage="panel", seats=(facts.Seat(seat=1, person="p3"), facts.Seat(seat=2, person="p4"))),
    ),
    Specimen("cycle-c1", facts.SubmissionClosed(known_at=26, by="deadline")),
    Specimen("cycle-c1", facts.StageOpened(stage="panel", first=JUNE, last=JUNE)),
    Specimen("cycle-c1", facts.NoticePosted(cases=12, list_sha256="cd" * 32, first=MAY, last=JUNE)),
    Specimen("cycle-c1", facts.CycleFinished(granted=9, declined=3)),
    Specimen("case-k1", facts.Nominated(cycle="c1", subject="p1", source=SOURCE)),
    Specimen(
        "case-k1",
        facts.Assessed(
            step="backbone-leader",
            pins=PINS,
            outcome="unknown",
            findings=(
                facts.ClauseFound(clause="hours", outcome="met", low=4500, high=4500, over=100),
                facts.ClauseFound(clause="veto", outcome="not examined", over=1),
            ),
            digest="ef" * 32,
        ),
    ),
    Specimen(
        "case-k1", facts.BallotCast(cycle="c1", stage="panel", seat=2, person="p4", choice="abstain", source=SOURCE)
    ),
    Specimen(
        "case-k1",
        facts.StageDecided(
            stage="panel",
            outcome="no quorum",
            tally=facts.Tally(in_favour=0, against=0, abstained=1, seats=2),
            assessed=32,
            last=True,
        ),
    ),
    Specimen(
        "case-k1",
        facts.Granted(
            cycle="c1",
            subject="p1",
            ladder="teacher",
            rung="leader",
            from_rung="backbone",
            in_force_from=date(2026, 7, 1),
            until=date(2029, 6, 30),
            assessed=32,
            notice=29,
            evidence=(16, 18),
        ),
    ),
    Specimen("case-k2", facts.Declined(cycle="c1", subject="p2", reason="no quorum", stage="panel", assessed=32)),
    # What may be left out, left out; and a correction of every other sort.
    Specimen("subject-p2", facts.ReflectionSubmitted(work=WORK, title="同一篇")),
    Specimen("subject-p2", facts.ReflectionSelected(work=WORK, level="school")),
    Specimen("subject-p2", facts.EvidenceRecorded(kind="award", title="一等奖", attributes={})),
    Specimen(
        "subject-p1",
        facts.EvidenceCorrected(
            target=16,
            attributes={"category": "district"},
            amounts={"amount": Amount(value=7, scale=0, unit="hour")},
            recognised=False,
            title="课堂观察",
            reason="认定有误",
        ),
    ),
    Specimen(
        "subject-p1",
        facts.EvidenceCorrected(
            target=18, attributes={}, amounts={"ethics": SCORE, "research": SCORE}, title="2026", reason="漏填"
        ),
    ),
    Specimen(
        "subject-p1", facts.EvidenceCorrected(target=20, attributes={"level": "school"}, amounts={}, reason="级别填错")
    ),
    *REVIEWS,
    *RULES,
    *REVIEWS_AGAIN,
    *LISTS,
    *OFFERS,
    *PLACINGS,
    *ROUNDS,
    *CHANGES,
    *PLACED,
    *JOINING,
    *SIGNED,
    *LACKING,
    *ERASED,
    *HOURS,
    *KEEPING,
    *HOURS_RULES,
    *UNDONE,
    *CORRECTING,
    *HOURS_AGAIN,
    *NUMBERED,
)


def specimen_event(number: int) -> tuple[New, datetime]:
    """Specimen ``number`` (from 0) as it is appended, and when."""
    stream, fact = SPECIMENS[number]
    whole = number % 2 == 0
    return New(
        stream=stream,
        fact=fact,
        occurred_from=MAY if whole else JUNE,
        occurred_until=JUNE,
        actor="clerk-1",
        command_id=f"00000000-0000-4000-8000-{number:012d}",
        ordinal=number % 3,
        on_behalf_of="p1" if whole else None,
        authority="区教〔2026〕7号" if whole else None,
        causation="0199026b-2800-7000-8000-000000000001" if whole else None,
        correlation="cycle-c1" if whole else "",
    ), SINCE + timedelta(hours=number)
