"""Ballots: cast, taken back, listed, and sealed ones opened by two people."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Candidate,
    Cycle,
    Data,
    For,
    Lang,
    Looker,
    Mistake,
    Reason,
    StageOfCase,
    acting,
    answered,
    day,
    emit,
    given,
    language,
    opened,
    recorded,
)

if TYPE_CHECKING:
    from events.facts import Choice, Score

_CHOICES: dict[str, Choice] = {
    "for": "for",
    "against": "against",
    "abstain": "abstain",
    "同意": "for",
    "反对": "against",
    "弃权": "abstain",
}
_Ballot = Annotated[str, typer.Argument(help="票的日志位置,如 #1,234;见 ballots。The ballot's log position.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands into the group of cycles."""
    app.command(name="vote")(vote)
    app.command(name="withdraw-ballot")(withdraw_ballot)
    app.command(name="ballots")(ballots)
    app.command(name="ask-to-open")(ask_to_open)
    app.command(name="agree-to-open")(agree_to_open)


@answered
def vote(
    cycle: Cycle,
    subject: Candidate,
    by: Annotated[str, typer.Option(help="投票评委的工号。The voting member's staff number.")],
    choice: Annotated[str, typer.Argument(help="for|against|abstain 或 同意|反对|弃权", show_default=False)] = "",
    scores: Annotated[
        str, typer.Option(help="评分,如 teaching=90,research=na(不适用)。Marks by item; na: not applicable.")
    ] = "",
    dated: Annotated[str, typer.Option(help="纸质票上的日期。The day written on a paper ballot.")] = "",
    ballot: Annotated[
        int, typer.Option("--round", min=0, help="第几轮的票(多轮表决)。Which ballot of the stage it is meant for.")
    ] = 0,
    stage: StageOfCase = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """表决或评分;一批表决票用 jieti import FILE --cycle --stage。Vote on a case, or fill in its score sheet.

    Example: jieti cycle vote 2026 JC2015-04172 同意 --by JC2001-00011 --as office-1
    """
    from console.naming import case_id, sheet_items, stage_of_case
    from engine.people.subjects import find
    from workflows.commands import CastBallot

    if bool(choice) == bool(scores):
        raise Mistake(
            "写明意见(同意、反对、弃权),或用 --scores 评分,二者选一",
            "give either a vote (for, against, abstain) or marks with --scores",
        )
    if choice and choice not in _CHOICES:
        raise Mistake(
            f"“{choice}”不是表决意见;写 同意、反对 或 弃权", f'"{choice}" is no vote; write for, against or abstain'
        )
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case = case_id(district, which, subject)
        where = stage_of_case(district, which, case, stage)
        command = CastBallot(
            **said,
            case=case,
            stage=where,
            person=find(district, by, ("person",)),
            choice=_CHOICES[choice] if choice else "scored",
            scores=marks(scores, sheet_items(district, which, where)) if scores else (),
            dated=day(dated),
            round=ballot or None,
        )
        recorded(district.handle(command), lang)


def marks(text: str, items: dict[str, str]) -> tuple[Score, ...]:
    """Marks as one writes them on a line, ``teaching=90,research=na``; ``items`` gives each item's id by its names."""
    from console.intake.marks import mark_of, not_applicable
    from events.facts import Score

    found = []
    for part in text.replace("，", ",").split(","):
        name, parted, value = part.partition("=")
        item = items.get(name.strip())
        if not parted or item is None:
            ids = sorted(set(items.values()))
            raise Mistake(
                f"“{part}”不是评分;写成 项目=分数,项目有:{'、'.join(ids) or '(本环节没有评分表)'}",
                f'"{part}" is no mark; write ITEM=MARK, the items are: {", ".join(ids) or "none here"}',
            )
        if not_applicable(value):
            found.append(Score(item=item))
            continue
        try:
            found.append(mark_of(item, Decimal(value.strip())))
        except (InvalidOperation, ValueError):
            raise Mistake(
                f"“{value}”不是分数;写数字(最多两位小数),不适用写 na",
                f'"{value}" is no mark; write a number with at most two decimal places, or na: not applicable',
            ) from None
    return tuple(found)


@answered
def withdraw_ballot(
    cycle: Cycle,
    subject: Candidate,
    by: Annotated[str, typer.Option(help="评委的工号。The panel member's staff number.")],
    stage: StageOfCase = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """撤回一票,计票以前;之后可以重投。Take a ballot back before it is counted; the seat may vote again.

    Example: jieti cycle withdraw-ballot 2026 JC2015-04172 --by JC2001-00011 --as office-1
    """
    from console.naming import case_id, stage_of_case
    from engine.people.subjects import find
    from workflows.acts import WithdrawBallot

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case, person = case_id(district, which, subject), find(district, by, ("person",))
        where = stage_of_case(district, which, case, stage)
        recorded(district.handle(WithdrawBallot(**said, case=case, stage=where, person=person)), lang)


@answered
def ballots(
    cycle: Cycle,
    subject: Candidate,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """一份申报的票:谁投了;保密的只说投了没有。The ballots of a case; of confidential ones only who has voted.

    Example: jieti cycle ballots 2026 JC2015-04172 --data demo
    """
    from console.looking import at_files
    from console.naming import case_id, case_state
    from console.screens.voting import ballots_json, ballots_listed
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle)
        case = case_id(district, which, subject)
        nominated = case_state(district, case).nominated
        at_files(district, actor, "cycle ballots", [nominated.subject] if nominated else [], lang=lang)
        if as_json:
            emit(ballots_json(district, which, case))
        else:
            ballots_listed(district, which, case, language(lang)).print()


@answered
def ask_to_open(
    cycle: Cycle,
    subject: Candidate,
    ballot: _Ballot,
    reason: Reason,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """申请开启一张保密票;须另一人同意。Ask that a confidential ballot be opened; a second person must agree.

    Example: jieti cycle ask-to-open 2026 JC2015-04172 '#1,234' --reason 复核 --as office-1
    """
    from console.naming import case_id, event_at
    from workflows.acts import AskToOpen

    why, at = given(reason), event_at(ballot)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        command = AskToOpen(**said, case=case_id(district, which, subject), ballot=at, reason=why)
        recorded(district.handle(command), lang)


@answered
def agree_to_open(
    cycle: Cycle,
    subject: Candidate,
    ballot: _Ballot,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """同意开启(须不是申请人):记入日志,然后显示。Agree, as a second person; it is logged, then shown.

    Example: jieti cycle agree-to-open 2026 JC2015-04172 '#1,234' --as office-2
    """
    from console.looking import at_files
    from console.naming import case_id, case_state, event_at
    from console.screens.voting import opened_ballot
    from workflows.acts import AgreeToOpen

    at = event_at(ballot)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case = case_id(district, which, subject)
        recorded(district.handle(AgreeToOpen(**said, case=case, ballot=at)), lang)
        nominated = case_state(district, case).nominated
        at_files(district, actor, "cycle agree-to-open", [nominated.subject] if nominated else [], lang=lang)
        opened_ballot(district, which, case, at, language(lang)).print()
