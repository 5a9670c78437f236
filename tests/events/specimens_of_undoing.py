"""Specimens of imports that were undone; they are the last in the golden log so far."""

from __future__ import annotations

from events import facts
from tests.events.specimen import Specimen

UNDONE = (
    Specimen("subject-p3", facts.TakenBack(target=12, undoes="i-1", reason="张三导错了文件")),
    Specimen("training-t2", facts.TakenBack(target=11, undoes="i-1")),
    Specimen("case-c9", facts.CaseWithdrawn(cycle="c1", subject="p9", reason="撤销导入", taken_back=13)),
)
