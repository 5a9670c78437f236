"""What a forger with the program's source can make of a data folder, of a proof, of a checkpoint."""

from __future__ import annotations

import base64
import copy
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.backups import sealing
from engine.district import District
from events import checkpoint as checkpoints
from events.checkpoint import Checkpoint
from events.envelope import COLUMNS, leaf
from events.tree import regrow
from tests.engine.district_at_work import AtWork, training

# ----------------------------------------------------------------------------------------------- a folder, forged whole


def rewritten(folder: Path, change: Callable[[sqlite3.Connection, int], None]) -> None:
    """Change the events, then hash everything anew and derive everything again."""
    with closing(sqlite3.connect(folder / "log.db")) as store:
        triggers = store.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            store.execute(f"DROP TRIGGER {name}")
        (last,) = store.execute("SELECT max(position) FROM event").fetchone()
        change(store, last)
        for row in store.execute("SELECT * FROM event ORDER BY position").fetchall():
            store.execute("UPDATE event SET leaf = ? WHERE position = ?", (leaf(row[:-1]), row[0]))
        for _, sql in triggers:
            store.execute(sql)
        store.commit()
    with District(folder, {"log": "log.db", "vault": "vault.db", "keys": "keys", "columns": "columns"}) as district:
        with district.log.writing() as connection:
            regrow(connection)
        district.rebuild()


def _moved(store: sqlite3.Connection, first: int, last: int, by: int) -> None:
    for at in range(last, first - 1, -1) if by > 0 else range(first, last + 1):
        store.execute("UPDATE event SET position = ? WHERE position = ?", (at + by, at))


def cut_off(events: int) -> Callable[[Path, Path], None]:
    """So many last events, with all that was derived from them."""

    def forge(folder: Path, _older: Path) -> None:
        rewritten(folder, lambda store, last: _cut(store, last - events))

    return forge


def _cut(store: sqlite3.Connection, at: int) -> None:
    store.execute("DELETE FROM event WHERE position > ?", (at,))


def changed(folder: Path, _older: Path) -> None:
    """Who did it."""
    rewritten(folder, lambda store, last: _told(store, _ACTOR, last - 9))


def _told(store: sqlite3.Connection, statement: str, *values: object) -> None:
    assert store.execute(statement, values).rowcount == 1


_ACTOR = "UPDATE event SET actor = 'nobody' WHERE position = ?"
_HOURS = "SELECT max(position) FROM event WHERE type = 'training recorded' AND position < ?"


def taken_out(folder: Path, _older: Path) -> None:
    """A training, and the gap closed."""

    def change(store: sqlite3.Connection, last: int) -> None:
        (at,) = store.execute(_HOURS, (last + 1,)).fetchone()
        store.execute("DELETE FROM event WHERE position = ?", (at,))
        _moved(store, at + 1, last, -1)

    rewritten(folder, change)


def put_in(folder: Path, _older: Path) -> None:
    """A training with twice the hours for somebody who had none, well formed, in the middle."""

    def change(store: sqlite3.Connection, last: int) -> None:
        (at,) = store.execute(_HOURS, (last - 2,)).fetchone()
        row = dict(zip(COLUMNS, store.execute("SELECT * FROM event WHERE position = ?", (at,)).fetchone(), strict=True))
        _moved(store, at + 1, last, 1)
        (version,) = store.execute("SELECT max(version) FROM event WHERE stream = 'subject-p-2'").fetchone()
        row |= {"position": at + 1, "id": row["id"][:-4] + "abcd", "command_id": row["command_id"][:-4] + "abcd"}
        row |= {"stream": "subject-p-2", "version": version + 1}
        store.execute(f"INSERT INTO event VALUES ({', '.join('?' * len(row))})", list(row.values()))

    rewritten(folder, change)


def exchanged(folder: Path, _older: Path) -> None:
    """The days of two trainings."""

    def change(store: sqlite3.Connection, last: int) -> None:
        (two,) = store.execute(_HOURS, (last + 1,)).fetchone()
        (one,) = store.execute(_HOURS, (two,)).fetchone()
        for at, day in ((one, "2025-01-02"), (two, "2025-01-01")):
            _told(store, "UPDATE event SET occurred_from = ?, occurred_until = ? WHERE position = ?", day, day, at)

    rewritten(folder, change)


def added_by_hand(folder: Path, _older: Path) -> None:
    """The last event gone and another in its place, appended as the program appends."""
    cut_off(1)(folder, _older)
    with District.open(folder) as district:
        AtWork(district).record("p-2", training("99"))


def rolled_back(folder: Path, older: Path) -> None:
    """The folder of last month."""
    shutil.rmtree(folder)
    shutil.copytree(older, folder)


def gone_on(folder: Path, older: Path) -> None:
    """The folder of last month, in which work went on until it was longer than ours."""
    rolled_back(folder, older)
    with District.open(folder) as district:
        for number in range(80):
            AtWork(district).record("p-2", training(f"{number + 1}"))


FOLDERS: dict[str, tuple[str, Callable[[Path, Path], None], bool]] = {
    "a tail cut off with all that was derived from it": ("截去末尾，连同推导出来的", cut_off(12), True),
    "the last event alone cut off": ("只截去最后一个事件", cut_off(1), True),
    "a well-formed event added by hand in the place of the last": ("用手工事件顶替最后一个", added_by_hand, False),
    "a well-formed event put in between, all hashed anew": ("中间插入一个合格的事件，全部重算", put_in, False),
    "an event changed, all hashed anew": ("改动一个事件，全部重算", changed, False),
    "an event taken out, the gap closed, all hashed anew": ("抽去一个事件并补上空位，全部重算", taken_out, True),
    "two events exchanged, all hashed anew": ("对调两个事件，全部重算", exchanged, False),
    "rolled back to an older copy": ("换上旧的备份", rolled_back, True),
    "rolled back to an older copy in which work went on": ("换上旧的备份后继续工作", gone_on, False),
}
"""Each forgery of a folder by its name: its name in Chinese, who makes it, whether the log is then too short for the
checkpoint; else what the checkpoint covers is other than it was."""

# --------------------------------------------------------------------------------------------- proofs and checkpoints

Proof = dict[str, Any]
Pair = tuple[Proof | str, str]
"""A proof and a checkpoint, as they are handed to a stranger."""


@dataclass(frozen=True)
class Honest:
    """What the district gives: proofs of two grants and of the extension, the checkpoint, and an earlier one."""

    grant: Proof
    other: Proof
    extension: Proof
    since_earlier: Proof
    checkpoint: str
    earlier: str
    strange: Proof
    """A proof of another district's event."""
    rehashed: Proof
    """An extension out of a log that was forged."""

    @property
    def kept(self) -> Checkpoint:
        return checkpoints.read(self.checkpoint)


def event(change: Callable[[dict[str, Any]], object]) -> Callable[[Honest], Pair]:
    """The grant's proof with its event changed."""

    def forge(honest: Honest) -> Pair:
        proof = copy.deepcopy(honest.grant)
        change(proof["events"][0]["event"])
        return proof, honest.checkpoint

    return forge


def path(change: Callable[[Proof, Honest], object]) -> Callable[[Honest], Pair]:
    """The grant's proof changed elsewhere."""

    def forge(honest: Honest) -> Pair:
        proof = copy.deepcopy(honest.grant)
        change(proof, honest)
        return proof, honest.checkpoint

    return forge


def signed_anew(naming_ours: bool) -> Callable[[Honest], Pair]:
    """A checkpoint of a log that never was, signed by somebody else."""

    def forge(honest: Honest) -> Pair:
        seed = bytes(range(32))
        forged = replace(honest.kept, root=bytes(32))
        if not naming_ours:
            forged = replace(forged, key=checkpoints.public_key(seed))
        return honest.grant, checkpoints.signed(forged, seed)

    return forge


def lines(change: Callable[[list[str], Honest], object]) -> Callable[[Honest], Pair]:
    """The checkpoint with its lines changed."""

    def forge(honest: Honest) -> Pair:
        text = honest.checkpoint.split("\n")
        change(text, honest)
        return honest.grant, "\n".join(text)

    return forge


def two_events(honest: Honest) -> Pair:
    """A genuine event, and with it one that is not."""
    proof = copy.deepcopy(honest.other)
    forged = copy.deepcopy(honest.grant["events"][0])
    forged["event"]["stream"] = "case-c-mine"
    proof["events"] = sorted([*proof["events"], forged], key=lambda one: int(one["event"]["position"]))
    return proof, honest.checkpoint


def one_twice(honest: Honest) -> Pair:
    """A genuine event, and the same again, as if there were two."""
    return honest.grant | {"events": honest.grant["events"] * 2}, honest.checkpoint


def beside(change: Callable[[Proof], object]) -> Callable[[Honest], Pair]:
    """The grant's proof with something in it that is not proved."""

    def forge(honest: Honest) -> Pair:
        proof = copy.deepcopy(honest.grant)
        change(proof)
        return proof, honest.checkpoint

    return forge


def said_twice(part: str, false: object) -> Callable[[Honest], Pair]:
    """The grant's proof that first says something else, which other programs, or people, may take for what it says."""

    def forge(honest: Honest) -> Pair:
        text = as_text(honest.grant)
        return text.replace(f'"{part}":', f'"{part}": {json.dumps(false)}, "{part}":', 1), honest.checkpoint

    return forge


def with_events(honest: Honest) -> Pair:
    """An extension, and beside it an event that it does not speak of."""
    return honest.extension | {"size": honest.kept.size, "events": honest.grant["events"]}, honest.checkpoint


def as_number(text: str) -> int:
    return int.from_bytes(text.encode(), "big", signed=True)


UNSIGNED = "经核定，本检查点另含 999 个事件。"
DAY = "2020-01-01"
PAIRS: dict[str, tuple[str, Callable[[Honest], Pair]]] = {
    "another's case in the place of the grant's": ("换成别人的申报", event(lambda e: e.update(stream="case-c-mine"))),
    "another day of the grant": ("改了日期", event(lambda e: e.update(occurred_from=DAY, occurred_until=DAY))),
    "another who granted it": ("改了经办人", event(lambda e: e.update(actor="director"))),
    "another document number": ("改了文号", event(lambda e: e.update(authority="示教〔2020〕1号"))),
    "another rung in what was granted": (
        "改了认定的内容", event(lambda e: e.update(payload=e["payload"].replace("master", "grand-master")))
    ),
    "another kind of event": ("改了事件种类", event(lambda e: e.update(type="declined"))),
    "another position": ("改了位置", event(lambda e: e.update(position=e["position"] - 1))),
    "the path of another event": (
        "换上别的事件的路径", path(lambda p, h: p["events"][0].update(path=h.other["events"][0]["path"]))
    ),
    "a path cut short": ("路径截短", path(lambda p, _: p["events"][0]["path"].pop())),
    "a proof relabelled for another checkpoint": ("冒充另一检查点的证明", path(lambda p, h: p.update(size=3))),
    "no event at all": ("没有事件的证明", path(lambda p, _: p.update(events=[]))),
    "a false event beside a genuine one": ("真事件夹带假事件", two_events),
    "a genuine event counted twice": ("同一事件算两次", one_twice),
    "the proof of another district": ("另一区县的证明", lambda h: (h.strange, h.checkpoint)),
    "an extension by a log that was hashed anew": ("重算哈希后的延续证明", lambda h: (h.rehashed, h.checkpoint)),
    "an extension with its path cut short": (
        "截短的延续证明", lambda h: (h.extension | {"path": h.extension["path"][:-1]}, h.checkpoint)
    ),
    "an extension into an earlier log": (
        "倒退的延续证明", lambda h: (h.extension | {"checkpoint": h.earlier}, h.checkpoint)
    ),
    "another root in the checkpoint": (
        "检查点改了根", lines(lambda t, _: t.__setitem__(2, base64.b64encode(bytes(32)).decode()))
    ),
    "another size in the checkpoint": ("检查点改了数目", lines(lambda t, _: t.__setitem__(1, str(int(t[1]) + 1)))),
    "another district in the checkpoint": ("检查点改了区县", lines(lambda t, _: t.__setitem__(3, "district 别区"))),
    "another time in the checkpoint": (
        "检查点改了时间", lines(lambda t, _: t.__setitem__(4, "time 2020-01-01T00:00:00.000000Z"))
    ),
    "the signature of another checkpoint": (
        "挪用另一检查点的签名", lines(lambda t, h: t.__setitem__(7, h.earlier.split("\n")[7]))
    ),
    "a checkpoint without its signature": (
        "没有签名的检查点", lambda h: (h.grant, h.checkpoint.partition("\n\n")[0] + "\n\n")
    ),
    "a checkpoint signed by another in the district's name": ("他人冒名签的检查点", signed_anew(naming_ours=True)),
    "a checkpoint signed by another with another key": ("他人另用密钥签的检查点", signed_anew(naming_ours=False)),
    "a remark in the event": ("事件里夹带附注", event(lambda e: e.update(remark="省级名师"))),
    "a remark beside the event": ("事件旁夹带附注", beside(lambda p: p["events"][0].update(name="林一一"))),
    "a remark in the proof": ("证明里夹带附注", beside(lambda p: p.update(note="省厅已核"))),
    "an extension with an event beside it": ("延续证明夹带事件", with_events),
    "a false list of events before the genuine one": ("真事件之前另列假事件", said_twice("events", [])),
    "a false field before the genuine one": ("真字段之前另写假字段", said_twice("actor", "province")),
    "a text in the place of its bytes as a number": (
        "以数字冒充文字", event(lambda e: e.update(stream=as_number(e["stream"])))
    ),
    "a number in the place of its bytes as a text": (
        "以文字冒充数字", event(lambda e: e.update(version=e["version"].to_bytes(8, "big").decode()))
    ),
    "an event in the place of the node above it": (
        "以上层节点冒充事件", path(lambda p, _: p["events"][0].update(path=p["events"][0]["path"][1:]))
    ),
    "a path in the wrong order": ("路径颠倒", path(lambda p, _: p["events"][0]["path"].reverse())),
    "unsigned words behind the signature": ("签名后夹带文字", lines(lambda t, _: t.insert(-1, UNSIGNED))),
    "unsigned words before the signature": ("签名前夹带文字", lines(lambda t, _: t.insert(7, UNSIGNED))),
    "a second signature that does not hold": (
        "夹带第二个签名", lines(lambda t, h: t.insert(-1, h.earlier.split("\n")[7]))
    ),
}  # fmt: skip
"""Each forgery by its name, its name in Chinese, and how it is made of what is honest."""


def as_text(proof: Proof | str) -> str:
    return proof if isinstance(proof, str) else json.dumps(proof, ensure_ascii=False)


def honest(folder: Path, strange: Path, forged: Path) -> Honest:
    """What a district hands out, another district, and one whose log was hashed anew."""
    with District.open(folder) as district:
        with district.reading() as connection:
            granted = connection.exec_driver_sql(
                "SELECT position FROM event WHERE type = 'granted' ORDER BY 1"
            ).scalars()
            one, other, *_ = list(granted)
        earlier = sealing.make(district)
        AtWork(district).record("p-2", training("3"))
        text = sealing.make(district)
        kept = checkpoints.read(text)
        grants = [sealing.inclusion(district, [at], kept) for at in (one, other)]
        AtWork(district).record("p-2", training("4"))
        extensions = [sealing.extension(district, one) for one in (kept, checkpoints.read(earlier))]
    with District.open(strange) as district:
        foreign = sealing.inclusion(district, [5], replace(kept, size=min(kept.size, AtWork(district).tip())))
    rewritten(Path(shutil.copytree(folder, forged)), lambda store, _: _told(store, _ACTOR, 9))
    with District.open(forged) as district:
        rehashed = sealing.extension(district, kept)
    one_grant, another = grants
    now, since_earlier = extensions
    return Honest(one_grant, another, now, since_earlier, text, earlier, foreign | {"size": kept.size}, rehashed)
