"""What a check of the log found, and what was handed out so that others can check it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.screens.paper import Paper
from events.checkpoint import read
from events.seal import Verified


def verified(
    found: Verified, lang: str, *, deep: bool = False, proof: Path | None = None, kept: Path | None = None
) -> Paper:
    """What a check of the log found; the ``proof`` that was written of it, for the checkpoint that was ``kept``."""
    paper = Paper(lang)
    if found.damage is None:
        paper.both(
            f"日志完整:{found.events:,} 个事件,逐个核对没有改动,编号连续没有缺失,各项查询与末尾一致",
            f"the log is whole: {found.events:,} events, none altered, none missing, and the screens are up to its end",
        )
        if found.extends:
            paper.both(
                f"它延续检查点:前 {found.extends:,} 个事件与签出时完全相同",
                f"it extends the checkpoint: its first {found.extends:,} events are those that were signed",
            )
        if deep:
            paper.both(
                "推导出来的一切(视图、佐证列、结构)与日志一致,加密字段都打得开",
                "all that is derived (projections, columns, structure) is what the log gives, and what is sealed opens",
            )
        if proof is not None:
            paper.both(f"证明写在 {proof}", f"the proof of that is written to {proof}")
            paper.line(paper.say("验证:", "to check it: ") + f"jieti-verify {proof} {kept}")
    else:
        paper.line(paper.say(found.damage.zh, found.damage.en))
        if found.damage.position > found.events:
            paper.both(
                f"到 {found.events:,} 为止完好;请停止使用,从备份恢复",
                f"whole up to {found.events:,}; stop using it and restore a backup",
            )
    return paper


def open_to_others(folder: Path, bare: Sequence[Path], lang: str) -> Paper:
    """What of a data folder other users of the machine can read; nothing where they can read none of it."""
    paper = Paper(lang)
    if bare:
        some = "、".join(str(one) for one in bare[:3]) + ("…" if len(bare) > 3 else "")
        paper.both(
            f"注意:本机的其他用户能读到 {some};改为只有自己能读:chmod -R go= {folder}",
            f"note: other users of this machine can read {some}; make it your own alone: chmod -R go= {folder}",
        )
    return paper


def checkpointed(text: str, file: Path, lang: str) -> Paper:
    """A checkpoint that was written, and what to do with it."""
    paper, found = Paper(lang), read(text)
    paper.both(
        f"已签出检查点:{found.size:,} 个事件 → {file}",
        f"signed: a checkpoint of {found.size:,} events → {file}",
    )
    paper.both(
        "请另行保管(交给别的科室、打印、发给审计人员):日后据此可知这些事件是否被改过",
        "keep it elsewhere (another office, on paper, with the auditors): it tells later whether one of these events "
        "was changed",
    )
    paper.line(paper.say("以后核对:", "to check later: ") + f"jieti audit verify --against {file.name}")
    return paper


def proved(positions: list[int], file: Path, checkpoint: Path | None, lang: str) -> Paper:
    """A proof that was written, and how it is checked."""
    paper = Paper(lang)
    paper.both(
        f"已出具证明:{len(positions)} 个事件 → {file}",
        f"proved: {len(positions)} event{'s' if len(positions) > 1 else ''} → {file}",
    )
    paper.line(paper.say("验证:", "to check it: ") + f"jieti-verify {file} {checkpoint}")
    return paper
