"""Lists of what was decided, for reading: grants, places, notices, objections, dispensations and corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import select

from console.export.looking import BATCH, Line, Look, day, line, span_of
from console.screens import dispensations as of_dispensations
from console.screens.assess import OUTCOMES
from console.screens.place_words import criterion_title
from console.screens.places import outcome_of, places_of, ranking
from console.screens.revisit import DECIDED, came_to
from engine import history
from engine.assessing import corrections as past_corrections
from engine.blocks import in_blocks
from engine.people.subjects import cycles
from engine.standings import dispensations as past_dispensations
from engine.tables import objection_table

_OBJECTIONS = {
    "raised": ("待核查", "to be heard"),
    "heard": ("已核查,待裁定", "heard, to be decided"),
    "dismissed": ("不成立", "dismissed"),
    "upheld": ("成立", "upheld"),
    "moot": ("案件已结束,不再裁定", "moot: the case ended"),
}


def grants(look: Look) -> Iterator[Line]:
    """Every grant, or those of a cycle; those made on correction among them."""
    found = [one for one in history.grants(look.district, look.cycle) if look.began(date.fromordinal(one.first))]
    for block in in_blocks(found, BATCH):
        known = look.known({one.subject for one in block})
        for one in block:
            yield line(
                True,
                position=one.position,
                cycle=look.words.cycle(one.cycle),
                case=one.case,
                code=known.code(one.subject),
                who=known.name(one.subject),
                ladder=look.words.ladder(one.ladder),
                rung=look.words.rung(one.ladder, one.rung),
                first=date.fromordinal(one.first),
                until=None if one.until is None else date.fromordinal(one.until),
                correction=one.correction,
            )


def places(look: Look) -> Iterator[Line]:
    """The ranking of a cycle, with what each criterion came to."""
    found = ranking(look.district, look.cycle or "")
    ladder = look.district.cycle(look.cycle or "").ladder
    known = look.known({one.subject for one in found})
    for one in found:
        yield line(
            True,
            rung=one.placed.rung and look.words.rung(ladder, one.placed.rung),
            unit=look.units.get(one.placed.unit or ""),
            rank=one.placed.rank,
            code=known.code(one.subject),
            who=known.name(one.subject),
            case=one.case,
            outcome=look.say(*outcome_of(one)),
            **{f"by:{n}": value for n, value in enumerate(one.values)},
        )


def criteria(look: Look) -> Sequence[tuple[str, str]]:
    """The columns of what a ranking goes by; Mistake where the cycle has no limited places."""
    opened = look.district.cycle(look.cycle or "")
    ladder, order = look.district.ladders[opened.version], places_of(look.district, look.cycle or "").order
    titles = [criterion_title(one, ladder, opened.to, look.lang) for one in order]
    return [(f"by:{n}", title if titles.count(title) == 1 else f"{title} {n + 1}") for n, title in enumerate(titles)]


def notices(look: Look) -> Iterator[Line]:
    """Every notice that was posted, or those of a cycle; the list of one is ``jieti cycle notice --out``."""
    for cycle in sorted(cycles(look.district), key=lambda one: one.id):
        if look.cycle not in (None, cycle.id):
            continue
        state = look.district.cycle_state(cycle.id)
        for number, (fact, at) in enumerate(state.notices, 1):
            if look.began(fact.first):
                signed = state.signed.get(at)
                yield line(
                    True,
                    cycle=cycle.title,
                    number=number,
                    first=fact.first,
                    last=fact.last,
                    cases=fact.cases,
                    sha256=fact.list_sha256,
                    position=at,
                    signed=signed,
                )


def objections(look: Look) -> Iterator[Line]:
    """Every objection, or those of a cycle: about whom, until when, and what came of it; what it says stays sealed."""
    row = objection_table.c
    chosen = select(objection_table).order_by(row.position)
    if look.cycle is not None:
        chosen = chosen.where(row.cycle == look.cycle)
    if look.as_of is not None:
        chosen = chosen.where(row.raised <= look.as_of.toordinal())
    for block in look.connection.execute(chosen).partitions(BATCH):
        known = look.known({one.subject for one in block})
        for one in block:
            yield line(
                True,
                objection=one.id,
                cycle=look.words.cycle(one.cycle),
                case=one.case,
                code=known.code(one.subject),
                who=known.name(one.subject),
                raised=date.fromordinal(one.raised),
                until=date.fromordinal(one.until),
                state=look.say(*_OBJECTIONS[one.state]),
            )


def dispensations(look: Look) -> Iterator[Line]:
    """Every dispensation, as it stands."""
    found = [one for one in past_dispensations.listed(look.district) if look.began(one.first)]
    known, today = look.known({one.subject for one in found}), look.district.today
    for one in found:
        yield line(
            True,
            position=one.position,
            code=known.code(one.subject),
            who=known.name(one.subject),
            ladder=look.words.ladder(one.ladder),
            clause=one.clause,
            least=look.say("免除", "waived") if one.at_least is None else one.at_least,
            first=one.first,
            until=one.until,
            state=look.say(*of_dispensations.STATES[one.state(today)]),
        )


def corrections(look: Look) -> Iterator[Line]:
    """Every correction of a past decision, open or decided."""
    found = [one for one in past_corrections.listed(look.district) if look.began(one.opened.envelope.occurred_from)]
    known = look.known({one.subject for one in found})
    for one in found:
        fact, ended = one.fact, one.decided
        yield line(
            True,
            position=one.opened.position,
            opened=day(span_of(one.opened.envelope)),
            code=known.code(one.subject),
            who=known.name(one.subject),
            ladder=look.words.ladder(fact.ladder),
            rung=look.words.rung(fact.ladder, fact.rung),
            decision=fact.decision,
            decided=look.say(*DECIDED[fact.decided]),
            then=look.say(*OUTCOMES[fact.then]),
            now=look.say(*OUTCOMES[fact.verdict.outcome]),
            because=" ".join(f"#{at:,}" for at in fact.because),
            state=look.say(*came_to(one)),
            ended=None if ended is None else day(span_of(ended.envelope)),
            document=None if ended is None else ended.envelope.authority,
        )
