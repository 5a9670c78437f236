"""A first ladder from a few answers: asked on a terminal, given as options by scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console.options import AsJson, Lang, Mistake, answered, emit, language

if TYPE_CHECKING:
    from ladders.template import Answers, Titled

Ask = Callable[[str, str], str]
"""(what is asked, the answer that stands there already) to what was answered; nothing for none."""


def add_to(app: typer.Typer) -> None:
    """Put this command into the group of ladders."""
    app.command(name="new")(new)


@dataclass(frozen=True)
class Question:
    """What is asked: the option that answers it, in both languages, and what is taken where nobody says."""

    option: str
    zh: str
    en: str
    default: str = ""


QUESTIONS = (
    Question("id", "代号(小写字母、数字、连字符)", "id (small letters, digits, hyphens)"),
    Question("title", "名称,写成 中文/英文", "title, as Chinese/English"),
    Question(
        "who", "谁来晋级:teacher 教师、studio 工作室、school 学校", "who climbs: teacher, studio or school", "teacher"
    ),
    Question(
        "rung",
        "各级,从低到高,写成 中文/英文,用分号隔开",
        "rungs from the lowest up, as Chinese/English; parted by semicolons",
    ),
    Question(
        "hours",
        "要多少学时:一个数,或每级一个(逗号隔开)",
        "hours wanted: one number, or one for each rung, parted by commas",
        "72",
    ),
    Question("window", "在近几年之内", "in how many years", "3"),
    Question("years", "任现级满几年才能晋级(0 不要求)", "years on a rung before the next (0 for none)", "2"),
    Question("document", "依据的文件,写成 中文/英文(没有就空着)", "the document, as Chinese/English (empty for none)"),
    Question("issuer", "发文单位,写成 中文/英文", "its issuer, as Chinese/English", "教育局/bureau of education"),
    Question(
        "status",
        "文件的状态:in force 现行、draft 征求意见稿、report 情况报道",
        "its status: in force, draft or report",
        "draft",
    ),
    Question("hours-passage", "学时出自哪一条(没有就空着,依据记作假定)", "the passage about hours (empty: assumed)"),
    Question("years-passage", "任职年限出自哪一条(没有就空着)", "the passage about years on the rung (empty: assumed)"),
    Question("seats", "评审组几席", "seats of the panel", "7"),
    Question("quorum", "至少几席到会", "quorum", "5"),
    Question(
        "majority",
        "通过的比例:1/2(过半)或 2/3 等(到会的)",
        "majority: 1/2 (more than half) or such as 2/3, of those present",
        "1/2",
    ),
    Question("places", "每次几个名额(0 不限)", "places in a cycle (0 for no limit)", "0"),
    Question("notice", "公示几个工作日", "working days of the notice", "5"),
    Question("term", "任期几年(0 长期)", "years of a term (0 for good)", "3"),
)
OF_A_DOCUMENT = ("issuer", "status", "hours-passage", "years-passage")
CLIMBERS = {
    **dict.fromkeys(("teacher", "person", "教师", "老师", "人员"), "person"),
    **dict.fromkeys(("studio", "工作室"), "studio"),
    **dict.fromkeys(("school", "学校"), "school"),
}
STATUSES = {"现行": "in force", "征求意见稿": "draft", "草案": "draft", "情况报道": "report", "报道": "report"}


@answered
def new(
    out: Annotated[
        Path | None,
        typer.Option(help="写到哪个文件;默认 代号.yaml。The file; ID.yaml without it.", show_default=False),
    ] = None,
    id_: Annotated[str, typer.Option("--id", help="代号。The ladder's id.")] = "",
    title: Annotated[str, typer.Option(help="名称,中文/英文。Title, Chinese/English.")] = "",
    who: Annotated[str, typer.Option(help="teacher、studio 或 school。Who climbs.")] = "",
    rung: Annotated[
        list[str] | None, typer.Option(help="一级,中文/英文,从低到高各写一次。A rung, Chinese/English; repeat it.")
    ] = None,
    hours: Annotated[str, typer.Option(help="学时,一个或每级一个。Hours, one number or one a rung.")] = "",
    window: Annotated[str, typer.Option(help="近几年之内。In how many years.")] = "",
    years: Annotated[str, typer.Option(help="任现级年限,0 不要求。Years on a rung, 0 for none.")] = "",
    document: Annotated[str, typer.Option(help="文件,中文/英文。The document, Chinese/English.")] = "",
    issuer: Annotated[str, typer.Option(help="发文单位,中文/英文。Its issuer.")] = "",
    status: Annotated[str, typer.Option(help="in force、draft 或 report。Its status.")] = "",
    hours_passage: Annotated[str, typer.Option(help="学时出自哪一条。The passage about hours.")] = "",
    years_passage: Annotated[str, typer.Option(help="年限出自哪一条。The passage about years.")] = "",
    seats: Annotated[str, typer.Option(help="评审组席位。Seats of the panel.")] = "",
    quorum: Annotated[str, typer.Option(help="法定人数。The quorum.")] = "",
    majority: Annotated[str, typer.Option(help="1/2(过半)或 2/3 等。The majority.")] = "",
    places: Annotated[str, typer.Option(help="名额,0 不限。Places, 0 for no limit.")] = "",
    notice: Annotated[str, typer.Option(help="公示的工作日。Working days of the notice.")] = "",
    term: Annotated[str, typer.Option(help="任期年数,0 长期。Years of a term, 0 for good.")] = "",
    lang: Lang = "",
    as_json: AsJson = False,
) -> None:
    """回答几个问题,得到一份带注释的阶梯文件和案例。A commented ladder file and its cases from a few answers.

    On a terminal it asks what no option says; else what has no default must be given.

    Example: jieti ladder new --id growth --title 成长阶梯/growth --rung 合格/qualified --rung 优秀/excellent
    """
    given = {
        "id": id_, "title": title, "who": who, "rung": ";".join(rung or ()), "hours": hours, "window": window,
        "years": years, "document": document, "issuer": issuer, "status": status, "hours-passage": hours_passage,
        "years-passage": years_passage, "seats": seats, "quorum": quorum, "majority": majority, "places": places,
        "notice": notice, "term": term,
    }  # fmt: skip
    chosen = language(lang)
    said = answers(asked(given, chosen, _prompt) if sys.stdin.isatty() else defaulted(given))
    file = out or Path(f"{said.id}.yaml")
    beside = file.with_name(f"{file.stem}.cases.yaml")
    clauses, cases = _written(said, file, beside)
    if as_json:
        emit({"ladder": said.id, "file": str(file), "cases": str(beside), "clauses": clauses, "tried": cases})
        return
    zh = f"{file}:检查没有错误\n{beside}:{cases} 个案例都符合\n接着:jieti ladder show {file}"
    en = f"{file}: no mistakes\n{beside}: {cases} cases as expected\nnext: jieti ladder show {file}"
    print(zh if chosen == "zh" else en)


def _prompt(question: str, default: str) -> str:
    return str(typer.prompt(question, default=default, show_default=bool(default), err=True)).strip()


def asked(given: dict[str, str], lang: str, ask: Ask) -> dict[str, str]:
    """What was given and, for what was not, what is answered; an answer that cannot be is asked for again."""
    found = dict(given)
    for one in QUESTIONS:
        if found[one.option] or (one.option in OF_A_DOCUMENT and not found["document"]):
            continue
        found[one.option] = ask(one.zh if lang == "zh" else one.en, one.default)
    return found


def defaulted(given: dict[str, str]) -> dict[str, str]:
    """What was given, with the defaults; Mistake for what nobody else can know."""
    missing = [
        f"--{one.option}" for one in QUESTIONS if not given[one.option] and one.option in ("id", "title", "rung")
    ]
    if missing:
        listed = "、".join(missing), ", ".join(missing)
        raise Mistake(f"缺少 {listed[0]};在终端里运行会逐项问", f"missing: {listed[1]}; on a terminal it is asked for")
    return {one.option: given[one.option] or one.default for one in QUESTIONS}


def answers(said: dict[str, str]) -> Answers:
    """What a ladder is made of; Mistake for an answer that cannot be, with the option that gives it."""
    from ladders.template import Answers, Wrong

    defaults = {one.option: one.default for one in QUESTIONS}
    said = {name: text.strip() or defaults[name] for name, text in said.items()}
    who = CLIMBERS.get(said["who"].casefold())
    if who is None:
        raise _wrong("who", f"没有“{said['who']}”", f'there is no "{said["who"]}"')
    status: Any = STATUSES.get(said["status"], said["status"].casefold())
    if status not in ("in force", "draft", "report"):
        raise _wrong("status", "应为 in force、draft 或 report", "one of in force, draft, report")
    rungs = tuple(_titled("rung", one) for one in said["rung"].replace("；", ";").split(";") if one.strip())
    numbers = [_hours(one) for one in said["hours"].replace("，", ",").split(",") if one.strip()]
    part, _, whole = said["majority"].partition("/")
    document: Titled | None = _titled("document", said["document"]) if said["document"] else None
    climber: Any = who
    try:
        return Answers(
            id=said["id"],
            title=_titled("title", said["title"]),
            climber=climber,
            rungs=rungs,
            hours=tuple(numbers * len(rungs) if len(numbers) == 1 else numbers),
            document=document,
            issuer=_titled("issuer", said["issuer"]),
            status=status,
            hours_passage=said["hours-passage"],
            years_passage=said["years-passage"],
            majority=(_whole("majority", part), _whole("majority", whole)),
            **{name: _whole(name, said[name]) for name in _NUMBERS},
        )
    except Wrong as why:
        raise _wrong(why.answer, why.zh, why.en) from None


_NUMBERS = ("window", "years", "seats", "quorum", "places", "notice", "term")


def _wrong(option: str, zh: str, en: str) -> Mistake:
    return Mistake(f"--{option}:{zh}", f"--{option}: {en}")


def _titled(option: str, text: str) -> Titled:
    from ladders.template import Titled

    zh, mark, en = text.partition("/")
    if not (mark and zh.strip() and en.strip()):
        raise _wrong(option, f"“{text}”要写成 中文/英文", f'write "{text}" as Chinese/English')
    return Titled(zh.strip(), en.strip())


def _whole(option: str, text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit() and len(text.strip()) < 7):
        raise _wrong(option, f"“{text}”不是整数", f'"{text}" is no whole number')
    return int(text)


def _hours(text: str) -> Decimal:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise _wrong("hours", f"“{text}”不是数", f'"{text}" is no number')
    return found


def _written(said: Answers, file: Path, beside: Path) -> tuple[int, int]:
    """Write both files, once they have passed their own check; how many clauses and cases there are."""
    from engine.district import default_catalogue
    from ladders.cases.trying import load_cases, tried
    from ladders.checking.check import check_file
    from ladders.reading.loading import load, refuse_if
    from ladders.template import ladder_text
    from ladders.template_cases import cases_text

    for one in (file, beside):
        if one.exists():
            raise Mistake(
                f"{one} 已存在,不会覆盖;用 --out 换一个名字",
                f"{one} is there and stays: name another file with --out",
                "file",
            )
    content, cases = ladder_text(said).encode(), cases_text(said, file.stem).encode()
    catalogue = default_catalogue()
    refuse_if([one for one in check_file(content, file.name, catalogue) if one.level == "error"])
    ladder = load(content, file.name)
    stated, root = load_cases(cases, beside.name, ladder)
    results: Sequence[Any] = list(tried(stated, root, ladder, catalogue))
    assert all(one.passed for one in results)
    file.parent.mkdir(parents=True, exist_ok=True)
    for path, text in ((file, content), (beside, cases)):
        path.write_bytes(text)
    return sum(len(step.clauses) for step in ladder.steps), len(results)
