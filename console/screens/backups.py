"""What was copied, until when it is to be kept, and what a backup came to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from console.screens.paper import Paper
from engine.backups.copies import Made
from engine.backups.restoring import Restored
from events.checkpoint import verifier_key


def backed_up(made: Made, keys: Path, copy: Path | None, lang: str) -> Paper:
    """A backup that was made, and what is still to be done; ``copy``: of the keys, where it was held against them."""
    paper, signed = Paper(lang), made.checkpoint
    paper.both(
        f"已备份到 #{signed.size:,},附签名的检查点 → {made.folder}",
        f"backed up to #{signed.size:,}, with a signed checkpoint → {made.folder}",
    )
    if made.vault is None:
        paper.both(
            "保险库没有备份:没有它,恢复后读不出姓名;用 --vault 文件夹 另外备份",
            "the vault was not: without a copy of it no name can be read again; --vault FOLDER makes one",
        )
    else:
        paper.both(
            f"保险库 → {made.vault.file},保留到 {made.vault.until};到期删除,因为此后注销的人在其中仍可读",
            f"the vault → {made.vault.file}, kept until {made.vault.until}: delete it then, for who is erased "
            "meanwhile can still be read with it",
        )
    for file in made.past:
        paper.both(f"已删除到期的 {file.name}", f"deleted {file.name}, whose days were over")
    if copy is None:
        paper.both(
            f"备份里没有密钥:请另外保管 {keys} 的副本,更换密钥以后重新复制(--keys 副本 核对它是不是现在的)",
            f"no key is in a backup: keep a copy of {keys} elsewhere, made after they were last replaced (--keys COPY "
            "tells)",
        )
    else:
        paper.both(f"备份里没有密钥;{copy} 里的是现在的", f"no key is in a backup; those in {copy} are those of now")
    return paper


def backup_json(made: Made) -> dict[str, Any]:
    """The same for programs."""
    return {
        "folder": made.folder,
        "events": made.checkpoint.size,
        "vault": made.vault and {"file": made.vault.file, "keep_until": made.vault.until},
        "deleted": list(made.past),
    }


def restored(found: Restored, lang: str) -> Paper:
    """A folder that was made of a backup: what proved it, and what is lost."""
    paper, signed = Paper(lang), found.checkpoint
    paper.both(
        f"已恢复“{signed.district}”到 #{signed.size:,} → {found.folder}",
        f"restored {signed.district} to #{signed.size:,} → {found.folder}",
    )
    paper.both(
        f"每个事件都与 {signed.time:%Y-%m-%d %H:%M} (UTC) 签出的检查点一致,加密字段都打得开,其余已重新推导",
        f"every event is as in the checkpoint signed at {signed.time:%Y-%m-%d %H:%M} UTC, all that is sealed opens, "
        "the rest was derived again",
    )
    for size in found.extends:
        paper.both(
            f"它延续另外保管的检查点({size:,} 个事件)", f"it extends the checkpoint kept elsewhere ({size:,} events)"
        )
    if found.lost is not None:
        lost = found.lost
        paper.both(
            f"丢失:#{signed.size + 1:,} 到 #{lost.size:,},在备份之后、{lost.time:%Y-%m-%d %H:%M} (UTC) 之前记录;请补录",
            f"lost: #{signed.size + 1:,} to #{lost.size:,}, recorded after the backup and by "
            f"{lost.time:%Y-%m-%d %H:%M} UTC: record them again",
        )
    if found.erased:
        paper.both(
            f"日志里已删除资料的 {found.erased} 人:密钥已再次销毁",
            f"the keys of {found.erased} whom the log says to be erased were destroyed again",
        )
    if found.erased_since:
        paper.both(
            f"备份之后又删除了 {len(found.erased_since)} 人的资料,日志里没有记载,请重新执行 jieti erase:",
            f"{len(found.erased_since)} were erased after the backup, which this log does not say: "
            "jieti erase them again:",
        )
        paper.line("  " + " ".join(found.erased_since))
    if found.strange_key:
        paper.both(
            "密钥副本里没有签名的密钥,所以检查点只按它自己写的公钥核对过,谁签的没有证明。请与公布的公钥比对;"
            "它签的今后算有效,以后用新的密钥签:",
            "the copy of the keys has none that signs, so the checkpoint was only checked with the key that it names "
            "itself: who signed it is not proven. Compare that key with the one made known; what it signed counts as "
            "good from now on, and a new one signs:",
        )
        paper.line(f"  {verifier_key(signed.origin, signed.key)}")
    return paper


def restored_json(found: Restored) -> dict[str, Any]:
    """The same for programs."""
    return {
        "folder": found.folder,
        "events": found.checkpoint.size,
        "extends": list(found.extends),
        "lost": None if found.lost is None else {"first": found.checkpoint.size + 1, "last": found.lost.size},
        "vault": found.vault,
        "strange_key": found.strange_key,
        "erased": found.erased,
        "erased_since": list(found.erased_since),
    }
