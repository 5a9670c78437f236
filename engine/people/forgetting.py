"""A person's record is erased on request: whether it may be, the event, and then the key."""

from __future__ import annotations

import sqlite3
import unicodedata
from datetime import date

from sqlalchemy.exc import DatabaseError

from engine.beforehand import would_answer
from engine.clock import log_day
from engine.district import District
from engine.people import erasing, names
from events.facts import PersonErased
from workflows.commands import Already, Answer, Moment, Refused
from workflows.erasing import ErasePerson


class KeyLeft(Exception):
    """Somebody is recorded as erased, and something kept their key from being destroyed: in both languages."""

    def __init__(self, subject: str) -> None:
        self.zh = (
            f"档案 {subject} 已记为删除,但密钥还没有能销毁干净(磁盘已满、出错,或别的程序占着);"
            "腾出空间后打开一次数据文件夹(如 jieti audit verify)就会办完,不用再删除一次"
        )
        self.en = (
            f"the record {subject} is recorded as erased, yet its key could not be destroyed for good (the disk is "
            "full or fails, or another program keeps it): make room and open the folder once (jieti audit verify, "
            "say), which ends it; do not erase again"
        )
        super().__init__(self.en)


def erase(district: District, command: ErasePerson) -> Answer:
    """Record that a person's record is erased, then destroy their key; Refused where it has to be kept.

    Where the event is there already, the destruction is made up for.  KeyLeft where that cannot be done yet.
    """
    _names_nobody(district, command)
    answer = district.handle(command)
    try:
        erasing.carry_out(district)
    except (OSError, sqlite3.DatabaseError, DatabaseError) as error:
        raise KeyLeft(command.subject) from error
    return answer


def rehearse(district: District, command: ErasePerson) -> date | None:
    """The last day on which the record would have to be kept, where it may be erased today; None where it is erased
    already; Refused where it may not be, or was for another reason or by another document."""
    _names_nobody(district, command)
    with district.reading() as connection:
        (decision,) = would_answer(district, connection, [command], Moment(district.now, log_day(district), 0))
    if isinstance(decision, Refused):
        raise decision
    if isinstance(decision, Already):
        return None
    assert isinstance(decision, list)
    (draft,) = decision
    assert isinstance(draft.fact, PersonErased)
    return draft.fact.kept_until


def _names_nobody(district: District, command: ErasePerson) -> None:
    """Refuse a reason that names the person: it is kept when the name is gone."""
    with district.reading() as connection:
        known = names.called(connection, district.log, district.vault, [command.subject])
    reason = unicodedata.normalize("NFKC", command.reason).casefold()
    for text in (known.name(command.subject), known.code(command.subject)):
        if len(text) > 1 and unicodedata.normalize("NFKC", text).casefold() in reason:
            raise Refused(
                "names the person",
                "理由里写了此人的姓名或工号,而理由在删除之后仍会保留;请改写,只说依据和缘由",
                "the reason names the person, and it is kept when the name is gone: say only why, not who",
            )
