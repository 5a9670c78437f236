"""What every command takes, and how a command's errors reach the user.

A command is a function that parses (Typer), calls the house, and prints what ``console.screens`` made.  Nothing here
loads more than Typer: what is heavy is imported by the command that needs it.
"""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

import typer

from console.mistakes import Said, told

if TYPE_CHECKING:
    from engine.district import District
    from workflows.commands import Answer, Asking

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

Data = Annotated[
    Path, typer.Option(envvar="JIETI_DATA", help="数据文件夹 The data folder.", show_default="current folder")
]
Lang = Annotated[str, typer.Option(help="zh 或 en;默认按 LANG。zh or en; by LANG without it.", show_default=False)]
Sheet = Annotated[
    Path | None,
    typer.Option("--out", help="写成 .xlsx 或 .csv,带姓名。Write .xlsx or .csv, with names.", show_default=False),
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。Print JSON.")]
Actor = Annotated[
    str, typer.Option("--as", envvar="JIETI_ACTOR", help="谁在操作(代号)。Who acts, an opaque id.", show_default=False)
]
Looker = Annotated[
    str,
    typer.Option(
        "--as", envvar="JIETI_ACTOR", help="谁在查阅(代号),记入查阅记录。Who looks; it is kept.", show_default=False
    ),
]
Authority = Annotated[str, typer.Option(help="依据的文号。The document that gives the authority.", show_default=False)]
For = Annotated[
    str,
    typer.Option("--for", help="代谁办理(工号或单位代码),须有文号。For whom; needs --authority.", show_default=False),
]
AsOf = Annotated[str, typer.Option(help="截至哪一天,如 2026-06-30。As of which day.", show_default="today")]
BegunBy = Annotated[
    str,
    typer.Option("--as-of", help="只看到哪一天为止的事。Only what had begun by this day.", show_default="whenever"),
]
KnownAt = Annotated[
    str,
    typer.Option(help="只看日志到这个位置或这一天。As known at this position or day.", show_default="the tip"),
]
Cycle = Annotated[str, typer.Argument(help="周期的代号、期次或名称。A cycle's id, period or title.")]
Candidate = Annotated[
    str, typer.Argument(help="申报人的工号、工作室编号或案号。The candidate's code, or the case's id.")
]
Stage = Annotated[
    str, typer.Option(help="环节;只有一个时可省。The stage; the only one without it.", show_default=False)
]
StageOfCase = Annotated[
    str,
    typer.Option(help="环节;默认是该申报所在的环节。The stage; the one the case is in without it.", show_default=False),
]
OfUnit = Annotated[
    str, typer.Option("--unit", help="哪个单位的评审组(代码)。Whose panel, a unit code.", show_default=False)
]
Reason = Annotated[str, typer.Option(help="理由;加密保存。The reason; it is kept sealed.")]

HERE = Path()
_asked_for = ContextVar("language asked for", default="")
_DAY = re.compile(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?")
LONGEST_AUTHORITY = 60
_ACTOR = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,39}")


class Mistake(Exception):
    """A mistake in how a command was called: why, and how to mend it, in both languages."""

    def __init__(self, zh: str, en: str, code: str = "usage") -> None:
        super().__init__(en)
        self.zh, self.en, self.code = zh, en, code


def language(lang: str) -> str:
    """The language of the screen: asked for, or that of LC_ALL, LC_MESSAGES, LANG; Chinese where they say nothing."""
    if lang:
        if lang not in ("zh", "en"):
            raise Mistake(f"没有语言“{lang}”;可用 zh 或 en", f'there is no language "{lang}"; use zh or en')
        return lang
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        said = os.environ.get(name, "")
        if said and said.split(".")[0] not in ("C", "POSIX"):
            return "zh" if said.startswith("zh") else "en"
    return "zh"


def day(text: str) -> date | None:
    """A day of the command line; none for an empty text."""
    if not text:
        return None
    try:
        return date(*map(int, _DAY.fullmatch(text.strip()).groups()))  # type: ignore[union-attr]
    except (ValueError, AttributeError):
        raise Mistake(f"“{text}”不是日期;写成 2026-06-30", f'"{text}" is no day; write 2026-06-30') from None


def instant(text: str) -> datetime | None:
    """An instant of the command line, with its time zone (Asia/Shanghai where it names none)."""
    if not text:
        return None
    from zoneinfo import ZoneInfo

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Mistake(
            f"“{text}”不是时刻;写成 2026-06-30T09:00", f'"{text}" is no instant; write 2026-06-30T09:00'
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def needed(value: T | None, zh: str, en: str) -> T:
    """A day or an instant that must be given; Mistake for an empty text."""
    if value is None:
        raise Mistake(f"缺少{zh}", f"an empty text is no {en}")
    return value


def opened(data: Path) -> District:
    """The data folder; a clock that is behind its log is told on standard error."""
    from engine.clock import behind
    from engine.district import District

    district = District.open(data)
    with suppress(Exception):  # a log that cannot be read is told by whatever is asked of it, verify among them
        if (clock := behind(district)) is not None:
            now, last = (one.astimezone().strftime("%Y-%m-%d %H:%M") for one in clock)
            zh = f"注意:本机时钟({now})比日志的最后一条记录({last})还早;在它之前记录的,都记作那个时刻。请校准时钟"
            en = f"note: this machine's clock ({now}) is behind the log's last event ({last}), and what is recorded "
            en += "until then bears that instant: set the clock right"
            print(zh if language(_asked_for.get()) == "zh" else en, file=sys.stderr)
    return district


def asking(actor: str, authority: str = "", district: District | None = None, behalf: str = "") -> Asking:
    """Who asks; Mistake if nobody says so, or says a name: who acts is an opaque id, for the log keeps it for ever.

    A staff number is turned into the person's own id, where the district is given.  ``behalf`` is the code of the
    person, studio or unit for whom they act, which takes a document that gives the authority.
    """
    from workflows.commands import Asking

    if not actor.strip():
        raise Mistake(
            "请说明谁在操作:--as 代号,或设置环境变量 JIETI_ACTOR",
            "say who acts: --as ID, or set the environment variable JIETI_ACTOR",
        )
    who = who_acts(actor, district)
    if len(authority) > LONGEST_AUTHORITY:
        raise Mistake(f"文号太长(最多 {LONGEST_AUTHORITY} 字)", "the document number is too long")
    return Asking(actor=who, on_behalf_of=_for(behalf, authority, district), authority=authority.strip() or None)


def who_acts(actor: str, district: District | None = None) -> str:
    """The id of who acts or looks; a staff number is turned into the person's own.  Mistake for a name."""
    who = actor.strip()
    if district is not None and (person := district.find("person", [who]).get(who)) is not None:
        return person
    if not _ACTOR.fullmatch(who):
        raise Mistake(
            f"“{who}”不能作操作人的代号;用工号,或字母开头的代号(如 office-1):日志会永远保留它,所以不写姓名",
            f'"{who}" cannot stand for who acts: give a staff number or an id such as office-1; the log keeps it for '
            "ever, so it is no name",
        )
    return who


def _for(behalf: str, authority: str, district: District | None) -> str | None:
    if not behalf.strip() or district is None:
        return None
    if not authority.strip():
        raise Mistake(
            "代人办理须写明依据的文号:--authority 文号",
            "whoever acts for another names the document that gives the authority: --authority",
            "authority",
        )
    from engine.people.subjects import find

    return find(district, behalf)


def given(reason: str) -> str:
    """A reason that says something; Mistake for blanks."""
    if not reason.strip():
        raise Mistake("请写明理由:--reason", "say why: --reason", "reason")
    return reason.strip()


@contextmanager
def acting(
    data: Path, cycle: str, actor: str, authority: str = "", behalf: str = ""
) -> Iterator[tuple[District, str, dict[str, Any]]]:
    """The folder, the cycle's id, and what every act on it carries: a command's id, who asks, the cycle."""
    from engine.people.subjects import find_cycle

    with opened(data) as district:
        asked, which = asking(actor, authority, district, behalf), find_cycle(district, cycle)
        yield district, which, {"id": district.command_id(), "asking": asked, "cycle": which}


def recorded(answer: Answer, lang: str) -> None:
    """Print where a command landed, or where it had landed before."""
    zh, positions = language(lang) == "zh", getattr(answer, "positions", None)
    if positions is not None:
        print(f"{'已记录' if zh else 'recorded'}: " + ", ".join(f"#{at:,}" for at in positions))
    else:
        print(f"{'早已记录' if zh else 'recorded before'}: #{getattr(answer, 'position', 0):,}")


def emit(value: Any) -> None:
    """Print JSON: dates as text, Chinese as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def answered(function: Callable[P, R]) -> Callable[P, R]:
    """Turn what went wrong into a sentence and exit status 2; with ``--json`` into the JSON error shape."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        as_json, lang = bool(kwargs.get("as_json")), str(kwargs.get("lang") or "")
        _asked_for.set(lang if lang in ("zh", "en") else "")
        try:
            return function(*args, **kwargs)
        except BrokenPipeError:
            raise
        except KeyboardInterrupt as error:
            stopped = (
                "已中断。已经记录的都在;再运行同一条命令,就从那里接着做",
                "stopped. What was recorded stays; run the same command again to go on from there",
            )
            tell(("stopped", *stopped), as_json=as_json, lang=lang, beside=vars(error).get(BESIDE))
            raise typer.Exit(130) from None
        except Exception as error:
            said = told(error)
            if said is None:
                raise
            tell(said, as_json=as_json, lang=lang, beside=vars(error).get(BESIDE))
            raise typer.Exit(2) from None

    # The help is wrapped to the terminal; an example must stay on one line, to be copied.
    run.__doc__ = re.sub(r"\n\n( *)Example:", "\n\n\\1\b\n\\1Example:", function.__doc__ or "")
    return run


BESIDE = "beside"
"""What an exception holds in this attribute stands beside the error in ``--json``: what was done before it."""


def tell(said: Said, *, as_json: bool, lang: str, beside: dict[str, Any] | None = None) -> None:
    """Say what went wrong: on standard error, or with ``--json`` on standard output in the one shape of errors."""
    code, zh, en = said
    if as_json:
        with suppress(OSError):  # where that is full, it is said on standard error
            emit({"error": {"code": code, "zh": zh, "en": en}, **(beside or {})})
            sys.stdout.flush()
            return
    try:
        chosen = language(lang)
    except Mistake:
        chosen = language("")
    print(zh if chosen == "zh" else en, file=sys.stderr)
