"""Events of trainings in a sentence."""

from __future__ import annotations

from engine.history import Told
from events import facts


def hours_of(amount: facts.Amount | None) -> str:
    """An amount as people write it."""
    return f"{amount.number.normalize():f}" if amount else "–"


def training(told: Told) -> tuple[str, str] | None:
    """What happened to a training, in both languages; None for another event."""
    fact, personal = told.event.fact, told.personal
    match fact:
        case facts.TrainingRecorded() | facts.TrainingAlsoReported():
            zh, en = "", ""
            if not fact.recognised:
                zh, en = (",未通过", ", not passed") if fact.failed else (",待认定", ", not recognised yet")
            said = (
                f"{personal['title']} {hours_of(fact.hours)} 学时{zh}",
                f"{personal['title']}, {hours_of(fact.hours)} h{en}",
            )
            if isinstance(fact, facts.TrainingRecorded):
                return f"培训 {said[0]}", f"training {said[1]}"
            return (
                f"培训 #{fact.training:,} 另有来源:{said[0]}(只算一次)",
                f"training #{fact.training:,} also reported: {said[1]} (counts once)",
            )
        case facts.TrainingRecognised():
            return f"认定培训 #{fact.training:,}", f"training #{fact.training:,} recognised"
        case facts.TrainingNumbered():
            number = personal.get("number") or ""
            return (
                f"#{fact.training:,} 的培训编号:{number}".rstrip(":"),
                f"#{fact.training:,} has the number {number} on every platform".replace("  ", " "),
            )
        case facts.TrainingRefused():
            why = personal["reason"]
            return f"培训 #{fact.training:,} 不予认定:{why}", f"training #{fact.training:,} not recognised: {why}"
        case facts.TrainingsFoundSame():
            why = personal["reason"]
            return (
                f"#{fact.other:,} 与 #{fact.training:,} 是同一次培训,只算一次:{why}",
                f"#{fact.other:,} is the same training as #{fact.training:,} and counts once: {why}",
            )
        case facts.TrainingsFoundDifferent():
            reason = personal.get("reason")
            zh, en = (f":{reason}", f": {reason}") if reason else ("", "")
            return (
                f"#{fact.other:,} 与 #{fact.training:,} 是不同的培训{zh}",
                f"#{fact.other:,} and #{fact.training:,} are different trainings{en}",
            )
        case facts.HoursRulesDecided(rules=rules):
            least = f"{rules.minimum:f}" if rules.minimum is not None else "–"
            assumed = rules.basis.strip().lower() == "assumed"
            zh = "没有文件依据(假定)" if assumed else f"依据 {rules.basis}"
            en = "an assumption without a document" if assumed else f"by {rules.basis}"
            return (
                f"{rules.since} 起的学时要求:每年至少 {least} 学时,{zh}",
                f"training hours from {rules.since} on: at least {least} a year, {en}",
            )
    return None
