"""One person's record: handed to them, and erased when it need not be kept any longer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from console.options import (
    HERE,
    Actor,
    AsJson,
    Authority,
    Data,
    For,
    Lang,
    Looker,
    Mistake,
    answered,
    asking,
    emit,
    given,
    language,
    opened,
)

if TYPE_CHECKING:
    from engine.district import District

Person = Annotated[str, typer.Argument(help="工号。A staff number.")]


def add_to(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.command()(erase)
    app.command(name="export-person")(export_person)


@answered
def erase(
    person: Person,
    reason: Annotated[str, typer.Option(help="缘由,删除后仍保留:不写姓名。Why; it stays, so it names nobody.")],
    early: Annotated[
        bool, typer.Option("--early", help="提前删除,须有文号。Before its time; needs --authority.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看能不能删除。Only look whether it may be.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="确认删除,不再询问。It is meant: do not ask.")] = False,
    data: Data = HERE,
    actor: Actor = "",
    behalf: For = "",
    authority: Authority = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """删除一个人的档案:先记事件,再销毁密钥,不能恢复。Erase a person's record: the event, then their key is destroyed.

    What was sealed under the key is read by nobody any more; what the log says under the person's id stays.  On a
    terminal it asks before it does so; elsewhere it needs --yes.

    Example: jieti erase JC2015-04172 --reason 保管期满 --as office-1
    """
    from engine.people import forgetting
    from engine.people.subjects import find
    from workflows.commands import Landed
    from workflows.erasing import ErasePerson

    zh = language(lang) == "zh"
    with opened(data) as district:
        asked, who = asking(actor, authority, district, behalf), find(district, person, ("person",), gone=True)
        command = ErasePerson(id=district.command_id(), asking=asked, subject=who, reason=given(reason), early=early)
        until = forgetting.rehearse(district, command)
        if dry_run:
            if as_json:
                emit({"subject": who, "kept_until": until, "erased": until is None})
            elif until is None:
                print(f"档案 {who} 早已删除" if zh else f"the record {who} was erased before")
            else:
                print(
                    f"可以删除(须保管到 {until});什么也没有做"
                    if zh
                    else f"it may be erased (kept until {until}); nothing was done"
                )
            return
        if until is not None and not yes:
            _confirmed(district, who, actor, lang, ask=sys.stdin.isatty() and not as_json)
        answer = forgetting.erase(district, command)
        swept = not district.vault.undestroyed([who])
    at = answer.positions[0] if isinstance(answer, Landed) else getattr(answer, "position", 0)
    if as_json:
        emit({"subject": who, "position": at, "erased": True, "swept": swept})
    elif zh:
        print(
            f"档案 {who} 已删除(#{at:,}),密钥已销毁,任何人都不能再读出"
            + ("" if swept else "(正有别的程序读着保险库,下次打开时清理文件)")
        )
        print("请从源表、退回表和已导出的名单里去掉此人;保险库的旧备份到期销毁。见 docs/privacy.md")
    else:
        print(
            f"the record {who} is erased (#{at:,}) and its key destroyed: nobody can read it any more"
            + ("" if swept else " (another program is reading the vault: its file is cleaned when it is opened next)")
        )
        print(
            "take the person out of source files, reject files and lists that were exported; destroy old backups of "
            "the vault when they are past: see docs/privacy.md"
        )


def _confirmed(district: District, who: str, actor: str, lang: str, *, ask: bool) -> None:
    """Mistake unless it is meant: there is no way back.  On a terminal it is asked, with whom it is about."""
    from console.looking import at_files
    from engine.people import names

    zh_what = "姓名、工号、各项记录的名称和理由,从此谁也读不出,不能恢复;日志里的事件按代号留存"
    en_what = (
        "name, staff number, and the titles and reasons of every record can be read by nobody from then on, and there "
        "is no way back; the events stay in the log under an id"
    )
    if ask:
        with district.reading() as connection:
            known = names.called(connection, district.log, district.vault, [who])
        at_files(district, actor, "erase", [who], lang=lang)
        whom = f"{known.code(who)} {known.name(who)}".strip()
        zh, en = (
            f"要删除 {whom} 的档案:{zh_what}。\n确定删除吗?",
            f"Erase the record of {whom}? Its {en_what}.\nErase it?",
        )
        if typer.confirm(zh if language(lang) == "zh" else en, err=True):
            return
        raise Mistake("没有删除,什么也没有做", "nothing was erased, nothing was done", "unconfirmed")
    raise Mistake(
        f"没有删除:删除以后,{zh_what}。核对工号无误后,加上 --yes 再执行(先看能不能删除:--dry-run)",
        f"nothing was erased: {en_what}. Check the staff number, and give --yes (--dry-run only looks)",
        "unconfirmed",
    )


@answered
def export_person(
    person: Person,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件(.xlsx 或 .json)。The file to write.")],
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """导出一个人的全部资料,交给本人。Write everything that is held on one person, to be handed to them.

    Events, standings, cases, verdicts, what they recorded, and who looked at their file; others are ids, not names.

    Example: jieti export-person JC2015-04172 --out 本人资料.xlsx --as office-1
    """
    from console import person_file
    from console.looking import at_files
    from console.tables import may_be_written
    from engine.held import held
    from engine.people.subjects import find

    zh = language(lang) == "zh"
    with opened(data) as district:
        who = find(district, person, ("person",))
        may_be_written(out, person_file.KINDS)
        at_files(district, actor, "export-person", [who], lang=lang)
        found = held(district, who)
        person_file.write(out, district, found)
    counts = {"events": len(found.told), "standings": len(found.standings), "cases": len(found.cases),
              "acts": len(found.acts), "looks": len(found.looks)}  # fmt: skip
    if as_json:
        emit({"subject": who, "file": str(out), **counts})
    elif zh:
        print(f"已写到 {out}:事件 {counts['events']:,}、称号 {counts['standings']}、申报 {counts['cases']}、"
              f"经办 {counts['acts']:,}、被查阅 {counts['looks']:,} 次")  # fmt: skip
    else:
        print(f"wrote {out}: {counts['events']:,} events, {counts['standings']} standings, {counts['cases']} cases, "
              f"{counts['acts']:,} acts, {counts['looks']:,} looks")  # fmt: skip
