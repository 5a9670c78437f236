"""The stages of a cycle by the names that sheets give them."""

from __future__ import annotations

from console.intake.reading import IntakeError
from console.intake.values import Reader, read_text, squeezed, term_reader
from engine.cycles import advance
from engine.district import District


def stage_of(district: District, cycle: str, asked: str | None) -> str:
    """The id of the stage of that id or title, or of the cycle's only stage where none is named; IntakeError else."""
    stages = advance.route(district, cycle).stages
    if asked is None and len(stages) == 1:
        return stages[0].id
    if asked is not None:
        for stage in stages:
            if squeezed(asked) in {squeezed(name) for name in (stage.id, stage.title.zh, stage.title.en)}:
                return stage.id
    zh = "、".join(f"{stage.id}（{stage.title.zh}）" for stage in stages)
    en = ", ".join(f"{stage.id} ({stage.title.en})" for stage in stages)
    if asked is None:
        raise IntakeError(
            f"这个周期有几个环节，请用 --stage 说明是哪个环节的表决；有：{zh}",
            f"this cycle has several stages: say for which stage with --stage; there is: {en}",
        )
    raise IntakeError(f"这个周期没有环节“{asked}”；有：{zh}", f'this cycle has no stage "{asked}"; there is: {en}')


def reader(district: District, cycle: str | None) -> Reader:
    """Reads the name of a stage of that cycle; any text where no cycle is named, for that is told by itself."""
    if cycle is None:
        return read_text
    stages = advance.route(district, cycle).stages
    names = {name: stage.id for stage in stages for name in (stage.title.zh, stage.id, stage.title.en)}
    return term_reader(names, {stage.id: stage.title.zh for stage in stages})
