"""The public notice: the list that is posted, how anyone compares it, and objections from raising to outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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
    acting,
    answered,
    asking,
    emit,
    given,
    language,
    opened,
    recorded,
)

_Objection = Annotated[str, typer.Argument(help="异议的代号,见 cycle show。The objection's id, see cycle show.")]
_Then = Literal["resume", "reassess", "return", "decline"]
_THEN: dict[str, _Then] = {
    "reassess": "reassess",
    "return": "return",
    "decline": "decline",
    "重审": "reassess",
    "退回": "return",
    "不予认定": "decline",
}


def add_to(app: typer.Typer) -> None:
    """Put these commands into the group of cycles."""
    app.command(name="notice")(notice)
    app.command(name="object")(object_)
    app.command(name="hear")(hear)
    app.command(name="rule")(rule)
    app.command(name="sign")(sign)


@answered
def notice(
    cycle: Cycle,
    number: Annotated[
        int, typer.Option("--number", help="第几次公示;默认最近一次。Which notice; the last one without it.")
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="把名单写成 csv。Write the list as csv.")] = None,
    check: Annotated[
        Path | None, typer.Option(help="核对一份名单:重新计算并比较。Compare a list with what was posted.")
    ] = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """公示名单和它的哈希;任何人都能核对。The list that is posted, its hash, and how anyone can compare it.

    Exit status 1 when a list that is checked is not the one that was posted.

    Example: jieti cycle notice erqi-teacher/core-member/2026 --out 公示名单.csv --data demo
    """
    from console.looking import at_list
    from console.screens.notice import checked, notice_json, posted, shown, write_list
    from engine.people.subjects import find_cycle

    chosen = language(lang)
    with opened(data) as district:
        which = find_cycle(district, cycle)
        found = posted(district, which, number)
        at_list(district, actor, "cycle notice", which, len(found.entries), lang=lang)
        if check is not None:
            same, paper = checked(district, found, check, chosen)
            if as_json:
                emit({**notice_json(district, found), "same": same})
            else:
                paper.print()
            if not same:
                raise typer.Exit(1)
            return
        if out is not None:
            write_list(district, found, out)
        if as_json:
            emit(notice_json(district, found))
        else:
            shown(district, found, chosen, out).print()


@answered
def object_(
    cycle: Cycle,
    subject: Candidate,
    about: Annotated[str, typer.Option(help="异议的内容;加密保存。What it is about; it is kept sealed.")],
    by: Annotated[str, typer.Option(help="实名异议人的工号。The objector's staff number, if named.")] = "",
    anonymous: Annotated[bool, typer.Option("--anonymous", help="匿名。The objector gives no name.")] = False,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """公示期内提出异议:这一份申报冻结,其余照常。Object to a posted case; it is frozen, the others go on.

    Example: jieti cycle object 2026 JC2015-04172 --about 学时有误 --by JC2003-00052 --as office-1
    """
    from console.naming import case_id
    from engine.people.subjects import find
    from workflows.acts import RaiseObjection

    if by and anonymous:
        raise Mistake("实名(--by)和匿名(--anonymous)只能选一个", "it is either named (--by) or --anonymous")
    text = given(about)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        command = RaiseObjection(
            **said,
            case=case_id(district, which, subject),
            objection=district.new_id("o"),
            by=find(district, by, ("person",)) if by else None,
            anonymous=anonymous,
            about=text,
        )
        answer = district.handle(command)
        if as_json:
            emit({"objection": command.objection, "case": command.case})
            return
        print(f"{'异议' if language(lang) == 'zh' else 'objection'} {command.objection}")
        recorded(answer, lang)


@answered
def hear(
    cycle: Cycle,
    objection: _Objection,
    minutes: Annotated[str, typer.Option(help="听取意见的记录;加密保存。The minutes; they are kept sealed.")],
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """记录对异议的核查或听证。Record the hearing of an objection.

    Example: jieti cycle hear 2026 o-4k2m9x7q1t8z --minutes 已核对原始记录 --as office-1
    """
    from console.naming import objection_case
    from workflows.acts import HearObjection

    text = given(minutes)
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        case = objection_case(district, which, objection)
        recorded(district.handle(HearObjection(**said, case=case, objection=objection, minutes=text)), lang)


@answered
def rule(
    cycle: Cycle,
    objection: _Objection,
    reason: Reason,
    dismiss: Annotated[
        bool, typer.Option("--dismiss", help="异议不成立,恢复进行。Dismissed; the case goes on.")
    ] = False,
    uphold: Annotated[
        str, typer.Option(help="异议成立:reassess|return|decline 或 重审|退回|不予认定。Upheld, and what follows.")
    ] = "",
    back_to: Annotated[
        str, typer.Option("--to", help="退回到哪个环节,从它起重新表决。With return: the first stage that votes anew.")
    ] = "",
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """裁定异议:不成立,或成立而重审、退回某环节、不予认定。Decide an objection, and what follows.

    Example: jieti cycle rule 2026 o-4k2m9x7q1t8z --dismiss --reason 查无此事 --as office-1
    """
    from console.naming import objection_case, stage_id
    from workflows.acts import DecideObjection

    why = given(reason)
    if dismiss == bool(uphold):
        raise Mistake("请选 --dismiss(不成立)或 --uphold(成立),只选一个", "choose either --dismiss or --uphold")
    if uphold and uphold not in _THEN:
        raise Mistake(
            f"“{uphold}”不是裁定;--uphold 之后写 重审、退回 或 不予认定",
            f'"{uphold}" does not follow; after --uphold write reassess, return or decline',
        )
    then: _Then = _THEN[uphold] if uphold else "resume"
    if bool(back_to) != (then == "return"):
        raise Mistake(
            "退回要用 --to 指明环节;其他裁定没有 --to", "--uphold return takes --to STAGE, and nothing else does"
        )
    with acting(data, cycle, actor, authority, behalf) as (district, which, said):
        command = DecideObjection(
            **said,
            case=objection_case(district, which, objection),
            objection=objection,
            outcome="dismissed" if dismiss else "upheld",
            then=then,
            back_to=stage_id(district, which, back_to) if back_to else None,
            reason=why,
        )
        recorded(district.handle(command), lang)


@answered
def sign(
    cycle: Cycle,
    by: Annotated[str, typer.Option(help="签发人的工号。The staff number of who signs.")],
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
) -> None:
    """公示期满后签发,此后才认定(阶梯写明 signature: required 的)。Sign what comes of a notice that is over.

    Example: jieti cycle sign 2026 --by JC2003-00052 --authority 示教〔2026〕12号 --as office-1
    """
    from engine.people.subjects import find, find_cycle
    from workflows.acts import SignResults

    with opened(data) as district:
        command = SignResults(
            id=district.command_id(),
            asking=asking(actor, authority, district, behalf),
            cycle=find_cycle(district, cycle),
            person=find(district, by, ("person",)),
        )
        recorded(district.handle(command), lang)
