"""Audit: grants, histories, why, replay, verify."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.options import (
    HERE,
    AsJson,
    BegunBy,
    Data,
    KnownAt,
    Lang,
    Looker,
    Mistake,
    Sheet,
    answered,
    emit,
    language,
    opened,
)

if TYPE_CHECKING:
    from engine.district import District

app = typer.Typer(help="审计:任何人都能重新推导。Audit: anyone can derive it again.", no_args_is_help=True)

Cycle = Annotated[str, typer.Option(help="只看一个周期。Only this cycle.")]


@app.command()
@answered
def grants(cycle: Cycle = "", data: Data = HERE, actor: Looker = "", lang: Lang = "", as_json: AsJson = False) -> None:
    """列出全部认定,更正时补认的也在内。List every grant, those made on correction among them.

    Example: jieti audit grants --cycle 2026 --data demo
    """
    from console.looking import at_list
    from console.screens.audit import granted
    from engine import history as telling
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        which = find_cycle(district, cycle) if cycle else None
        found = telling.grants(district, which)
        at_list(district, actor, "audit grants", which or "", len(found), lang=lang)
        if as_json:
            emit([asdict(one) for one in found])
        else:
            granted(district, found, language(lang)).print()


@app.command()
@answered
def history(
    subject: Annotated[str, typer.Argument(help="工号、工作室编号或单位代码。Staff number, studio or unit code.")],
    as_of: BegunBy = "",
    known_at: KnownAt = "",
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """一个人的全部经历,按记录的先后。A subject's story: position, both dates, who recorded it.

    With --known-at as it was known at a position or by the end of a day: what was recorded since is only counted.

    Example: jieti audit history JC2015-04172 --known-at 2026-06-30 --data demo
    """
    from console.looking import at_files
    from console.naming import times as times_of
    from console.screens.story import story, story_json
    from console.screens.times import since
    from engine import history as telling
    from engine.people.subjects import find
    from engine.times import there

    with opened(data) as district:
        who, times = find(district, subject, gone=True), times_of(district, as_of, known_at)
        there(district, who, times.known_at)
        at_files(district, actor, "audit history", [who], times, lang)
        told = telling.history(district, who, times)
        if as_json:
            emit(story_json(told))
        else:
            story(district, who, told, language(lang), times).print()
            since(district, who, times, language(lang)).print()


@app.command()
@answered
def why(
    grant: Annotated[str, typer.Argument(help="认定:#位置、案号或工号。A grant: #position, case or staff number.")],
    as_of: BegunBy = "",
    known_at: KnownAt = "",
    evidence: Annotated[bool, typer.Option("--evidence", help="列出计入的全部佐证。List all evidence.")] = False,
    then_now: Annotated[
        bool,
        typer.Option("--then-now", help="并列:当时的判定和同一问题在今天。The verdict beside the same question today."),
    ] = False,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """为什么认定:规则、佐证、表决、公示,并当场重算。Why a grant was made, derived again now.

    With --as-of and --known-at the newest grant by then, and what became of it, as it was known.

    Example: jieti audit why JC2015-04172 --data demo
    """
    from console.looking import at_files
    from console.naming import times as times_of
    from console.screens.audit import because, because_json
    from console.screens.compared import decided, decided_json
    from console.screens.times import since
    from engine import corrected
    from engine import history as telling
    from engine.assessing.comparing import decision

    with opened(data) as district:
        times = times_of(district, as_of, known_at)
        found = corrected.why(district, telling.find_grant(district, _granted(district, grant), times), times)
        who = found.subject
        at_files(district, actor, "audit why", [who], times, lang)
        rests = found.declined if isinstance(found, corrected.Corrected) else found.grant
        seen = decision(district, rests.position) if then_now else None
        if as_json:
            emit(because_json(found) | ({"then_now": decided_json(seen)} if seen else {}))
        else:
            because(district, found, language(lang), times, all_evidence=evidence).print()
            if seen is not None:
                decided(district, seen, language(lang)).print()
            since(district, who, times, language(lang)).print()


def _granted(district: District, asked: str) -> str:
    """The subject whose grant is asked for; what names nobody is a position or a case."""
    from engine.people.subjects import find
    from workflows.commands import Refused

    try:
        return find(district, asked)
    except Refused:
        return asked


@app.command()
@answered
def replay(cycle: Cycle = "", data: Data = HERE, lang: Lang = "", as_json: AsJson = False) -> None:
    """重新推导每一个判定、计票和认定,逐项比较。Derive every verdict, tally and grant again and compare.

    Exit status 1 when one comes out otherwise.

    Example: jieti audit replay --data demo
    """
    from console.screens.progress import bar
    from console.screens.replaying import replayed
    from engine.people.subjects import find_cycle
    from engine.replay.replay import replay as derive

    with opened(data) as district, bar("重算 replay") as tick:
        found = derive(district, find_cycle(district, cycle) if cycle else None, tick)
    if as_json:
        emit(asdict(found))
    else:
        replayed(found, language(lang)).print()
    if found.differences:
        raise typer.Exit(1)


Against = Annotated[
    Path | None, typer.Option(help="以前保管的检查点文件。A checkpoint that you kept.", show_default=False)
]
Out = Annotated[Path | None, typer.Option(help="写到这个文件。Write to this file.", show_default=False)]


@app.command()
@answered
def verify(
    against: Against = None,
    out: Out = None,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="把推导出来的一切重新推导并比较。Derive all that is derived again and compare."),
    ] = False,
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """检查日志完整无损,并延续检查点。Check that the log is whole, and extends a checkpoint.

    Exit status 1 with the first bad position.  With --against and --out also a proof for jieti-verify is written; with
    --deep projections, columns, the vault's keys and the file's structure are held against the log too.

    Example: jieti audit verify --data demo
    """
    from console.screens.progress import bar
    from console.screens.sealing import open_to_others, verified
    from engine.backups import sealing
    from engine.backups.deep import compare
    from engine.folder import read_by_others
    from engine.projections.projector import reached
    from events.seal import verify as check

    if out is not None and against is None:
        raise Mistake("写 --out 时要同时写 --against", "--out needs --against: a proof against which checkpoint?")
    with opened(data) as district:
        kept = sealing.read(district, against) if against is not None else sealing.newest(district)
        with district.reading() as connection:
            found = check(connection, reached(connection), kept)
        if deep and found.damage is None:
            with bar("重新推导 deriving") as tick:
                found = replace(found, damage=compare(district, tick))
        bare = read_by_others(district.folder, district.places)
        if out is not None and kept is not None and found.damage is None:
            _write(out, _as_text(sealing.extension(district, kept)))
    if as_json:
        emit(asdict(found) | {"read_by_others": bare})
    else:
        written = out if found.damage is None else None
        verified(found, language(lang), deep=deep, proof=written, kept=against).print()
        open_to_others(data, bare, language(lang)).print()
    if found.damage is not None:
        raise typer.Exit(1)


@app.command()
@answered
def checkpoint(out: Out = None, data: Data = HERE, lang: Lang = "") -> None:
    """签出检查点,另行保管或打印。Sign a checkpoint of the log, to be kept elsewhere or printed.

    Example: jieti audit checkpoint --out 2026.checkpoint --data demo
    """
    from console.screens.sealing import checkpointed
    from engine.backups import sealing

    with opened(data) as district:
        text = sealing.make(district)
    if out is None:
        sys.stdout.write(text)
    else:
        _write(out, text)
        checkpointed(text, out, language(lang)).print()


@app.command()
@answered
def prove(
    grant: Annotated[str, typer.Argument(help="认定:#位置、案号或工号。A grant: #position, case or staff number.")],
    out: Annotated[Path, typer.Option(help="证明文件。The proof's file.")],
    evidence: Annotated[
        bool, typer.Option("--evidence", help="连同规则、判定和佐证。With its rule, verdict and evidence.")
    ] = False,
    against: Against = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
) -> None:
    """出具证明:这次认定在检查点的日志里,用 jieti-verify 即可验证。Prove that a grant is in a checkpoint's log.

    Without --against it is proved for a checkpoint of today, written beside the proof.  Whoever kept an older one
    checks today's with a proof of `jieti audit verify --against`.

    Example: jieti audit prove JC2015-04172 --out grant.proof --data demo
    """
    from console.looking import at_files
    from console.screens.sealing import proved
    from engine import corrected
    from engine import history as telling
    from engine.backups import sealing
    from events.checkpoint import read

    with opened(data) as district:
        position = telling.find_grant(district, _granted(district, grant))
        found = corrected.why(district, position)
        at_files(district, actor, "audit prove", [found.subject], lang=lang)
        positions = corrected.rests_on(found) if evidence else [position]
        beside = None
        if against is not None:
            kept = sealing.read(district, against)
        else:
            beside, text = out.with_suffix(".checkpoint"), sealing.make(district)
            _write(beside, text)
            kept = read(text)
        _write(out, _as_text(sealing.inclusion(district, positions, kept)))
        proved(positions, out, beside or against, language(lang)).print()


@app.command()
@answered
def revisit(
    cycle: Cycle = "",
    out: Sheet = None,
    data: Data = HERE,
    actor: Looker = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """按今天所知,哪些决定会不同,因为什么。Which decisions would come out otherwise with what is known today.

    Late, corrected and voided evidence is told by its position. Nothing is rewritten. Exit status 1 when one differs.

    Example: jieti audit revisit --data demo
    """
    from console.looking import at_list
    from console.screens.progress import bar
    from console.screens.revisit import HEADER, revisited, table
    from console.tables import may_be_written, write
    from engine.assessing.revisit import revisit as ask_again
    from engine.people.subjects import find_cycle

    chosen = language(lang)
    if out is not None:
        may_be_written(out)
    with opened(data) as district:
        with bar("重新评估 asking again") as tick:
            which = find_cycle(district, cycle) if cycle else None
            found = ask_again(district, which, tick)
        at_list(district, actor, "audit revisit", which or "", len(found.otherwise), lang=lang)
        if out is not None:
            header = [zh if chosen == "zh" else en for zh, en in HEADER]
            write(out, "复核" if chosen == "zh" else "revisited", header, table(district, found, chosen))
        if as_json:
            emit(asdict(found))
        else:
            revisited(district, found, chosen).print()
            if out is not None:
                print(f"→ {out}")
    if found.otherwise:
        raise typer.Exit(1)


@app.command()
@answered
def sample(
    size: Annotated[int, typer.Argument(min=1, help="抽几项。How many.")],
    seed: Annotated[str, typer.Option(help="种子:事先公布,谁抽都一样。The seed, made known before.")],
    cycle: Cycle = "",
    known_at: KnownAt = "",
    data: Data = HERE,
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """抽查:由种子抽取若干项决定,任何人都能重抽。Draw decisions for a spot check, by a seed, the same for everybody.

    Example: jieti audit sample 5 --seed 2026-07-01 --data demo
    """
    from console.naming import known_at as known_at_
    from console.screens.revisit import sampled
    from engine.assessing import revisit as revisiting
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        found = revisiting.decisions(
            district, find_cycle(district, cycle) if cycle else None, known_at_(district, known_at)
        )
        drawn = revisiting.sample(found, size, seed)
        if as_json:
            emit([{"position": at, "case": case.removeprefix("case-"), "decided": how} for at, case, how in drawn])
        else:
            sampled(district, drawn, len(found), seed, language(lang)).print()


def _as_text(proof: dict[str, Any]) -> str:
    return json.dumps(proof, ensure_ascii=False, indent=1) + "\n"


def _write(file: Path, text: str) -> None:
    """A new file: what somebody keeps is never written over."""
    from events.files import on_disk

    with file.open("x", encoding="utf-8", newline="\n") as opened_file:
        try:
            opened_file.write(text)
            opened_file.flush()
            on_disk(file)
        except OSError:
            file.unlink(missing_ok=True)  # half a file would be in the way of the next try
            raise
