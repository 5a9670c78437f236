"""What panel members, nominees and the office do while a cycle runs: seats, recusal, return, withdrawal, reminders."""

from __future__ import annotations

from typing import Annotated, Any

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
    OfUnit,
    Reason,
    Stage,
    StageOfCase,
    acting,
    answered,
    emit,
    given,
    language,
    recorded,
)

_Member = Annotated[str, typer.Option("--from", help="席位上的评委(工号)。Who has the seat, a staff number.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands into the group of cycles."""
    app.command(name="seat")(seat)
    app.command(name="delegate")(delegate)
    app.command(name="end-delegation")(end_delegation)
    app.command(name="hand-over")(hand_over)
    app.command(name="add-signer")(add_signer)
    app.command(name="recuse")(recuse)
    app.command(name="end-recusal")(end_recusal)
    app.command(name="remind")(remind)
    app.command(name="return")(return_)
    app.command(name="resubmit")(resubmit)
    app.command(name="withdraw")(withdraw)


@answered
def seat(
    cycle: Cycle,
    members: Annotated[
        list[str] | None, typer.Argument(help="评委的工号,按席位(抽签的席位不写)。Staff numbers, by seat not drawn.")
    ] = None,
    pool: Annotated[
        list[str] | None,
        typer.Option("--pool", help="抽签的角色和人选:expert=工号,工号。A role that is drawn, and from whom."),
    ] = None,
    stage: Stage = "",
    unit: OfUnit = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """组成评审组;很多组用 jieti import FILE --cycle。Seat the panel of a stage; many at once by jieti import.

    Example: jieti cycle seat 2026 JC2001-00011 JC2003-00052 JC2005-00093 --stage group-review --as office-1
    """
    from secrets import token_hex

    from console.naming import stage_id, unit_id
    from engine.cycles.advance import route
    from engine.people.subjects import find_all
    from events.facts import Seat
    from workflows.commands import SeatPanel

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        people = find_all(district, members or [], ("person",))
        name, pools = stage_id(district, which, stage), dict[str, tuple[str, ...]]()
        for one in pool or ():
            role, _, numbers = one.partition("=")
            pools[role.strip()] = tuple(find_all(district, numbers.replace("，", ",").split(","), ("person",)))
        (rule,) = [one for one in route(district, which).stages if one.id == name]
        named = [seat for seat, group in enumerate(rule.roles, 1) if not group.lot or group.role not in pools]
        named += range(rule.size + 1, rule.size + 1 + len(people) - len(named))  # too many: the decider says so
        command = SeatPanel(
            **said,
            stage=name,
            unit=unit_id(district, unit),
            seats=tuple(Seat(seat=seat, person=person) for seat, person in zip(named, people, strict=False)),
            pools=pools,
            lot=token_hex(16) if pools else None,
        )
        recorded(district.handle(command), lang)


@answered
def delegate(
    cycle: Cycle,
    member: _Member,
    to: Annotated[str, typer.Option("--to", help="受托人的工号。Who votes in their place.")],
    stage: Stage = "",
    unit: OfUnit = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """委派:由别人代投,席位仍是原评委的。Let another vote from a seat; the seat stays its holder's.

    Example: jieti cycle delegate 2026 --from JC2001-00011 --to JC2003-00052 --stage group-review --as office-1
    """
    from console.naming import stage_id, unit_id
    from engine.people.subjects import find_all
    from workflows.acts import DelegateSeat

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        person, other = find_all(district, [member, to], ("person",))
        place: dict[str, Any] = {"stage": stage_id(district, which, stage), "unit": unit_id(district, unit)}
        recorded(district.handle(DelegateSeat(**said, **place, person=person, delegate=other)), lang)


@answered
def end_delegation(
    cycle: Cycle,
    member: _Member,
    stage: Stage = "",
    unit: OfUnit = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """收回委派:原评委自己投票,代投过的票仍然有效。End a delegation: the holder votes themself again.

    Example: jieti cycle end-delegation 2026 --from JC2001-00011 --stage group-review --as office-1
    """
    from console.naming import stage_id, unit_id
    from engine.people.subjects import find
    from workflows.acts import EndDelegation

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        place: dict[str, Any] = {"stage": stage_id(district, which, stage), "unit": unit_id(district, unit)}
        person = find(district, member, ("person",))
        recorded(district.handle(EndDelegation(**said, **place, person=person)), lang)


@answered
def hand_over(
    cycle: Cycle,
    member: _Member,
    to: Annotated[str, typer.Option("--to", help="接任评委的工号。Who takes the seat.")],
    stage: Stage = "",
    unit: OfUnit = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """转办:席位交给别人,已投的票仍然有效。Pass a seat on to another; what was voted from it stands.

    Example: jieti cycle hand-over 2026 --from JC2001-00011 --to JC2003-00052 --stage group-review --as office-1
    """
    from console.naming import stage_id, unit_id
    from engine.people.subjects import find_all
    from workflows.acts import HandOverSeat

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        person, other = find_all(district, [member, to], ("person",))
        place: dict[str, Any] = {"stage": stage_id(district, which, stage), "unit": unit_id(district, unit)}
        recorded(district.handle(HandOverSeat(**said, **place, person=person, successor=other)), lang)


@answered
def add_signer(
    cycle: Cycle,
    subject: Candidate,
    signer: Annotated[str, typer.Option("--signer", help="加签人的工号。Who signs as well, a staff number.")],
    stage: StageOfCase = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """加签:只为这一份申报加一个席位。Add a seat for one case alone.

    Example: jieti cycle add-signer 2026 JC2015-04172 --signer JC2003-00052 --as office-1
    """
    from console.naming import case_id, stage_of_case
    from engine.people.subjects import find
    from workflows.acts import AddSigner

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case, person = case_id(district, which, subject), find(district, signer, ("person",))
        where = stage_of_case(district, which, case, stage)
        recorded(district.handle(AddSigner(**said, case=case, stage=where, person=person)), lang)


@answered
def recuse(
    cycle: Cycle,
    subject: Candidate,
    by: Annotated[str, typer.Option(help="回避的评委(工号)。Who steps aside, a staff number.")],
    reason: Reason,
    stage: StageOfCase = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """回避:评委不评这一份申报;同校、师徒等由规则自动回避。A panel member does not judge this case.

    Example: jieti cycle recuse 2026 JC2015-04172 --by JC2001-00011 --reason 亲属 --as office-1
    """
    from console.naming import case_id, stage_of_case
    from engine.people.subjects import find
    from workflows.acts import RecuseSeat

    why = given(reason)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case, person = case_id(district, which, subject), find(district, by, ("person",))
        where = stage_of_case(district, which, case, stage)
        recorded(district.handle(RecuseSeat(**said, case=case, stage=where, person=person, reason=why)), lang)


@answered
def end_recusal(
    cycle: Cycle,
    subject: Candidate,
    by: Annotated[str, typer.Option(help="撤销回避的评委(工号)。Whose recusal it was, a staff number.")],
    reason: Reason,
    stage: StageOfCase = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """撤销回避声明,在环节作出决定以前;之后可以投票。Take a declared recusal back; the member may vote after all.

    Example: jieti cycle end-recusal 2026 JC2015-04172 --by JC2001-00011 --reason 同名,并非亲属 --as office-1
    """
    from console.naming import case_id, stage_of_case
    from engine.people.subjects import find
    from workflows.acts import EndRecusal

    why = given(reason)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case, person = case_id(district, which, subject), find(district, by, ("person",))
        where = stage_of_case(district, which, case, stage)
        recorded(district.handle(EndRecusal(**said, case=case, stage=where, person=person, reason=why)), lang)


@answered
def remind(
    cycle: Cycle,
    stage: Stage = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看名单,不记录。Only look; nothing is logged.")] = False,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """催办:谁还没有投票,一段可以直接发到微信群的话,并记入日志。Who has not voted, as a text to send; it is logged.

    Example: jieti cycle remind 2026 --stage group-review --as office-1
    """
    from console.looking import at_list
    from console.naming import stage_id
    from console.screens.voting import missing, reminder
    from workflows.acts import RemindPanel

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        where = stage_id(district, which, stage)
        waiting = missing(district, which, where)
        at_list(district, actor, "cycle remind", which, len(waiting.by_person), lang=lang)
        if as_json:
            emit({"cycle": which, "stage": where, "missing": waiting.by_person})
        else:
            reminder(district, which, where, waiting, language(lang)).print()
        if waiting.by_person and not dry_run:
            persons = tuple(sorted(waiting.by_person))
            answer = district.handle(RemindPanel(**said, stage=where, persons=persons, missing=waiting.total))
            if not as_json:
                recorded(answer, lang)


@answered
def return_(
    cycle: Cycle,
    subject: Candidate,
    reason: Reason,
    stage: StageOfCase = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """退回补正:已投的票作废,补正后重新审核。Send a case back for completion; its ballots lapse.

    Example: jieti cycle return 2026 JC2015-04172 --reason 缺考核材料 --as office-1
    """
    from console.naming import case_id, stage_of_case
    from workflows.acts import ReturnCase

    why = given(reason)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case = case_id(district, which, subject)
        where = stage_of_case(district, which, case, stage)
        recorded(district.handle(ReturnCase(**said, case=case, stage=where, reason=why)), lang)


@answered
def resubmit(
    cycle: Cycle,
    subject: Candidate,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """补正后再次提交:按此刻的记录重新审核。Hand a returned case in again; it is assessed anew.

    Example: jieti cycle resubmit 2026 JC2015-04172 --as school-17
    """
    from console.naming import case_id
    from workflows.acts import ResubmitCase

    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        recorded(district.handle(ResubmitCase(**said, case=case_id(district, which, subject))), lang)


@answered
def withdraw(
    cycle: Cycle,
    subject: Candidate,
    reason: Reason,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """撤回申报:到此为止。Withdraw a nomination; the case ends.

    Example: jieti cycle withdraw 2026 JC2015-04172 --reason 本人放弃 --as school-17
    """
    from console.naming import case_id
    from workflows.acts import WithdrawCase

    why = given(reason)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        recorded(district.handle(WithdrawCase(**said, case=case_id(district, which, subject), reason=why)), lang)
