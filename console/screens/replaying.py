"""What a replay found."""

from __future__ import annotations

from console.screens.paper import Paper, position
from engine.replay.replay import Replayed


def replayed(found: Replayed, lang: str) -> Paper:
    """What a replay found."""
    paper = Paper(lang)
    paper.both(
        f"重新推导:判定 {found.verdicts:,},计票 {found.tallies:,},认定 {found.grants:,},驳回 {found.declines:,};"
        f"不同 {len(found.differences)}",
        f"derived again: {found.verdicts:,} verdicts, {found.tallies:,} tallies, {found.grants:,} grants, "
        f"{found.declines:,} declines; "
        f"{len(found.differences)} differ",
    )
    if found.places or found.judgements or found.lots or found.grades:
        paper.both(
            f"其中还推导了:名次 {found.places:,},依规则终止的称号 {found.judgements:,},抽签的评审组 {found.lots:,}"
            + (f",等次 {found.grades:,}" if found.grades else ""),
            f"and with them {found.places:,} rankings and ranks, {found.judgements:,} standings that a rule ended, "
            f"{found.lots:,} panels drawn by lot" + (f", {found.grades:,} grades" if found.grades else ""),
        )
    if found.underivable:
        paper.both(
            f"不能推导:计票 {len(found.underivable)} 次,无记名票的密钥已不在",
            f"not derivable: {len(found.underivable)} tallies, the key of their confidential ballots is gone",
        )
    if found.taken_over:
        paper.both(
            f"原有称号 {found.taken_over:,} 项:凭文件承认,不作推导",
            f"{found.taken_over:,} titles were held before: taken over with their documents, not derived",
        )
    if found.corrections:
        on_them = found.granted_on_correction
        zh, en = (f",据此补认 {on_them:,} 项", f", and {on_them:,} granted on them") if on_them else ("", "")
        paper.both(f"更正案 {found.corrections:,} 项也已重算{zh}", f"and {found.corrections:,} corrections{en}")
    paper.table([(position(one.position), one.case, paper.say(one.zh, one.en)) for one in found.differences])
    return paper
