"""The kinds of files that can be imported: one table.

To add a kind: write a builder (a function from a row to commands, beside those of ``people`` and ``evidence``), add a
``FileKind`` to ``KINDS`` below with its columns, and a section to ``docs/importing.md``.  Recognition, messages,
the rejects file, dry runs and progress follow from the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from console.intake import cycles, evidence, offers, people, stages
from console.intake.columns import Column, FileKind, MakeReader
from console.intake.days import not_after, read_day, read_span
from console.intake.desk import Desk
from console.intake.values import (
    Problem,
    Reader,
    amount_reader,
    read_code,
    read_text,
    read_whole,
    squeezed,
    term_reader,
)
from events.facts import AmountOf

STATE = cycles.STATE
MARK = "mark:"
"""What the names of the columns of a score sheet begin with."""


def _terms(*terms: tuple[str, str]) -> MakeReader:
    """One of a fixed set: (id, the words for it, parted by blanks, the usual one first)."""
    names = {word: term for term, words in terms for word in (*words.split(), term)}
    read = term_reader(names, {term: words.split()[0] for term, words in terms})
    return lambda _: read


def _scale(kind: str, attribute: str) -> MakeReader:
    return lambda desk: desk.reader_of(kind, attribute).read


def _amount(kind: str, otherwise: AmountOf) -> MakeReader:
    return lambda desk: amount_reader(desk.amount_of(kind, otherwise), desk.per_day)


def _stage(desk: Desk) -> Reader:
    return stages.reader(desk.district, desk.cycle)


def _evidence_kind(desk: Desk) -> Reader:
    kinds = desk.catalogue.kinds
    own = {name: kind for name, kind in kinds.items() if name not in ("training", "evaluation", "reflection")}
    names = {word: name for name, kind in own.items() for word in (kind.zh, name, kind.en)}
    return term_reader(names, {name: kind.zh for name, kind in own.items()})


def _span(desk: Desk) -> Reader:
    return read_span


def _past(desk: Desk) -> Reader:
    return not_after(desk.today, read_span)


def _past_day(desk: Desk) -> Reader:
    return not_after(desk.today, read_day)


def _day(desk: Desk) -> Reader:
    return read_day


def _code(desk: Desk) -> Reader:
    return read_code


def _text(desk: Desk) -> Reader:
    return read_text


def _whole(desk: Desk) -> Reader:
    return read_whole


def _catalogue_kind(desk: Desk) -> Reader:
    kinds = desk.catalogue.kinds
    names = {word: name for name, kind in kinds.items() for word in (kind.zh, name, kind.en)}
    return term_reader(names, {name: kind.zh for name, kind in kinds.items()})


def _as_it_stands(desk: Desk) -> Reader:
    return lambda cell: cell


_STAFF = ("工号", "staff number", "教师工号", "职工号", "人员编号", "教师编号", "staff no", "staff")
_STUDIO = ("工作室编号", "studio code", "工作室代码", "工作室号", "studio")
_UNIT = ("单位代码", "unit code", "学校代码", "单位编号", "学校编号")
_DATE = ("日期", "date", "时间")
_DOCUMENT = ("文号", "document", "文件号", "发文字号")

PERSON = Column("person", _STAFF, _code, refers="person")
STUDIO = Column("studio", _STUDIO, _code, refers="studio")
UNIT = Column("unit", _UNIT, _code, refers="unit")
UNIT_NAME = Column(
    "unit_name", ("单位", "unit", "单位名称", "学校", "学校名称", "所在单位", "工作单位"), _text, named=True
)
ACT = Column(
    "act",
    ("处理", "action", "处理方式", "操作"),
    _terms(
        ("record", "登记 新增 录入"),
        ("correct", "更正 修改 订正"),
        ("void", "作废 删除 撤销"),
        ("recognise", "认定 审核通过 recognize"),
    ),
)
REASON = Column("reason", ("说明", "remark", "处理说明", "更正说明", "处理理由"), _text)
SYSTEM = Column("system", ("来源", "source", "来源平台", "来源系统", "数据来源"), _code)
RECORD = Column("record", ("记录编号", "record number", "记录号", "流水号", "记录ID"), _code)
WHEN = (
    Column("day", _DATE, _past),
    Column("first", ("开始日期", "start date", "起始日期", "开始时间"), _past),
    Column("last", ("结束日期", "end date", "终止日期", "结束时间", "截止日期"), _past),
)
FOLLOW_UP = (SYSTEM, RECORD, ACT, REASON)
BY_NUMBER = (("person",), ("record",))

KNOWN_CHECKS = (
    *("序号", "行号", "row", "no", "原因/reason", "姓名", "name", "单位", "单位名称", "学校", "备注", "remarks"),
    *("主持人", "徒弟姓名", "师傅姓名", "评委姓名", "评委", "voter's name", "角色", "role"),
    *("现状", "state", "日志位置", "log position"),
)
"""Headers that are passed over without a word: what helps people to read a sheet, and what our rejects files add."""

KINDS: tuple[FileKind, ...] = (
    FileKind(
        "units", "单位", "units",
        (
            Column("code", _UNIT, _code, refers="unit", begins=True),
            Column("name", ("单位名称", "name", "学校名称", "名称"), _text),
            Column("kind", ("类型", "type", "单位类型", "机构类型"), _terms(
                ("centre", "名师培养中心 区级中心 中心 center"),
                ("station", "学区名师工作站 名师工作站 工作站"),
                ("central school", "中心校 中心学校 central-school"),
                ("group", "教育集团 集团"),
                ("school", "学校 幼儿园 小学 中学"),
                ("research group", "教研组 备课组 学科组 research-group"),
                ("project", "项目团队 项目组 项目"),
                ("alliance", "校际联盟 联盟 学校联盟 结对共同体"),
            )),
            Column("part_of", ("上级单位代码", "part of", "上级代码"), _code, refers="unit", begins=True),
            Column("locality", ("城乡", "locality", "城乡类型"), _terms(
                ("urban", "城区 城镇 城市"), ("rural", "农村 乡村 乡镇"))),
            Column("phase", ("学段", "phase", "办学类型"), _terms(
                ("kindergarten", "幼儿园 学前"), ("primary", "小学"), ("junior", "初中"),
                ("senior", "高中"), ("nine-year", "九年一贯 九年一贯制"),
            )),
            Column("day", ("成立日期", "established", "设立日期", "建校日期", "日期"), _past),
        ),
        (("code",), ("name",), ("kind",), ("day",)), people.units, parents=("code", "part_of"),
    ),
    FileKind(
        "people", "人员", "people",
        (
            Column("number", _STAFF, _code, refers="person", begins=True),
            Column("name", ("姓名", "name", "教师姓名"), _text),
            Column("change", ("变动", "change", "变动类型", "异动"), _terms(
                ("hired", "入职 新进 调入 在职"), ("moved", "调动 交流 转任"), ("left", "离职 退休 调出 辞职"))),
            UNIT, UNIT_NAME,
            Column("day", ("日期", "date", "变动日期", "入职日期", "到岗日期"), _past),
            Column("service", ("参加工作日期", "service began", "参加工作时间", "从教日期"), _past),
            Column("born", ("出生日期", "born", "出生年月日"), _past_day),
            Column("taught", ("学科", "subject", "任教学科"), _text),
        ),
        (("number",), ("day", "service")), people.people,
    ),
    FileKind(
        "studios", "工作室", "studios",
        (
            Column("code", _STUDIO, _code, refers="studio", begins=True),
            Column("name", ("工作室名称", "name", "名称"), _text),
            Column("kind", ("类别", "kind", "工作室类别", "类型"), _terms(
                ("teacher", "名师 名师工作室"), ("principal", "名校长 名校长工作室"),
                ("head-teacher", "名班主任 名班主任工作室"))),
            Column("host", ("主持人工号", "host", "领衔人工号", "工号"), _code, refers="person"),
            UNIT, UNIT_NAME,
            Column("day", ("成立日期", "founded", "设立日期", "日期"), _past),
        ),
        (("code",), ("name",), ("kind",), ("host",), ("unit", "unit_name"), ("day",)), people.studios,
    ),
    FileKind(
        "standings", "现有称号", "standings",
        (
            PERSON, STUDIO, UNIT,
            Column("ladder", ("阶梯", "ladder", "梯队"), _text),
            Column("rung", ("级", "rung", "级别", "层级"), _text),
            Column("title", ("称号", "title", "称号名称", "荣誉称号"), _text),
            Column("document", _DOCUMENT, _text),
            Column("day", ("日期", "date", "认定日期", "授予日期", "发文日期"), _past),
            Column("until", ("到期日期", "until", "有效期至", "截止日期"), _day),
        ),
        (("person", "studio", "unit"), ("ladder",), ("rung",), ("document",), ("day",)), people.standings,
    ),
    FileKind(
        "memberships", "工作室成员", "memberships",
        (
            STUDIO, PERSON,
            Column("role", ("角色", "role", "成员角色", "身份"), _terms(
                ("host", "主持人 领衔人"), ("core", "核心成员 骨干成员"), ("member", "成员 学员 普通成员"))),
            Column("joined", ("加入日期", "joined", "入室日期", "加入时间"), _past),
            Column("left", ("退出日期", "left", "退出时间", "离开日期"), _span),
            Column("exception", ("超出理由", "exception", "超限理由", "超过团队数的理由"), _text),
            Column("document", _DOCUMENT, _text),
        ),
        (("studio",), ("person",), ("joined",)), people.memberships,
    ),
    FileKind(
        "alliances", "联盟", "alliances",
        (
            Column("group", ("联盟代码", "alliance", "联盟编号", "项目代码", "教研组代码"), _code, refers="unit"),
            UNIT, PERSON,
            Column("role", ("角色", "role", "成员角色", "身份"), _terms(
                ("host", "牵头 牵头校 牵头单位 主持人 组长"), ("core", "核心成员 骨干成员"),
                ("member", "成员 成员校 成员单位"))),
            Column("joined", ("加入日期", "joined", "结对日期", "加入时间"), _past),
            Column("left", ("退出日期", "left", "退出时间", "结束日期"), _span),
            Column("exception", ("超出理由", "exception", "超限理由", "超过团队数的理由"), _text),
            Column("document", _DOCUMENT, _text),
        ),
        (("group",), ("unit", "person"), ("joined",)), people.alliances,
    ),
    FileKind(
        "mentors", "师徒结对", "mentor pairs",
        (
            Column("mentee", ("徒弟工号", "mentee", "徒弟"), _code, refers="person"),
            Column("mentor", ("师傅工号", "mentor", "师父工号", "导师工号", "师傅"), _code, refers="person"),
            Column("began", ("开始日期", "began", "结对日期", "start date", "日期"), _past),
            Column("ended", ("结束日期", "ended", "end date", "出师日期"), _span),
        ),
        (("mentee",), ("mentor",), ("began",)), people.mentors,
    ),
    FileKind(
        "trainings", "培训学时", "trainings",
        (
            PERSON,
            Column("title", ("培训项目", "training", "项目名称", "培训名称", "课程名称", "培训内容", "培训项目名称"),
                   _text),
            Column("category", ("类别", "category", "培训类别"), _scale("training", "category")),
            Column("level", ("级别", "level", "培训级别"), _scale("training", "level")),
            Column("hours", ("学时", "hours", "学时数", "认定学时", "培训学时"), _amount("training", evidence.HOURS)),
            Column("day", (*_DATE, "培训日期", "培训时间", "参训日期"), _past),
            *WHEN[1:],
            Column("status", ("认定状态", "recognition", "审核状态", "状态"), _terms(
                ("recognised", "已认定 已审核 通过 recognized"), ("pending", "待认定 待审核 未认定 审核中"),
                ("failed", "未通过 不通过 不予认定"))),
            Column("identity", ("培训编号", "training number", "项目编号", "登记编号", "备案编号"), _code),
            Column("course", ("课程编号", "course number", "课程代码"), _code),
            *FOLLOW_UP,
        ),
        (("person",), ("title",), ("hours",), ("day", "first")), evidence.trainings, enough=BY_NUMBER,
    ),
    FileKind(
        "evaluations", "发展评价", "evaluations",
        (
            PERSON,
            Column("evaluation", ("评价名称", "evaluation", "评价项目"), _text),
            Column("ethics", ("师德水平", "ethics", "师德"), _amount("evaluation", evidence.SCORE)),
            Column("theory", ("理论素养", "theory"), _amount("evaluation", evidence.SCORE)),
            Column("teaching", ("教育教学能力", "teaching", "教学能力"), _amount("evaluation", evidence.SCORE)),
            Column("research", ("教科研水平", "research", "教科研能力"), _amount("evaluation", evidence.SCORE)),
            Column("day", ("日期", "date", "评价日期"), _past),
            *FOLLOW_UP,
        ),
        (("person",), ("evaluation",), ("ethics", "theory", "teaching", "research"), ("day",)), evidence.evaluations,
        enough=BY_NUMBER,
    ),
    FileKind(
        "reflections", "教学反思", "reflections",
        (
            PERSON,
            Column("work", ("反思编号", "reflection number", "编号"), _code),
            Column("title", ("反思题目", "title", "题目", "反思标题"), _text),
            Column("day", ("提交日期", "submitted", "上交日期", "日期"), _past),
            Column("level", ("入选级别", "level", "入选层级", "级别"), _scale("reflection", "level")),
            Column("selected", ("入选日期", "selected", "评选日期"), _past),
            ACT, REASON,
        ),
        (("person",), ("work",), ("title",), ("day",)), evidence.reflections,
    ),
    FileKind(
        "evidence", "佐证", "evidence",
        (
            PERSON, STUDIO, UNIT,
            Column("kind", ("佐证类型", "kind", "佐证类别", "类型"), _evidence_kind),
            Column("title", ("名称", "title", "佐证名称", "成果名称"), _text),
            Column("amount", ("数量", "amount"), _as_it_stands),
            *WHEN[:2], replace(WHEN[2], reader=_span),  # what lasts may end on a day to come
            *FOLLOW_UP,
        ),
        (("person", "studio", "unit"), ("kind",), ("title",), ("day", "first")), evidence.evidence, attributes=True,
        enough=(("person", "studio", "unit"), ("kind",), ("record",)),
    ),
    FileKind(
        "calendar", "培训日程", "training calendar",
        (
            Column("number", ("编号", "number", "培训编号", "项目编号", "班次编号"), _code),
            Column("title", ("培训项目", "training", "项目名称", "培训名称", "培训内容", "班次名称"), _text),
            Column("first", ("开始日期", "first day", "开班日期", "培训日期", "开始时间", "日期"), _span),
            Column("last", ("结束日期", "last day", "结业日期", "结束时间"), _span),
            Column("hours", ("学时", "hours", "学时数", "计划学时"), _as_it_stands),
            Column("category", ("类别", "category", "培训类别"), _as_it_stands),
            Column("level", ("级别", "level", "培训级别"), _as_it_stands),
            Column("kind", ("计作", "counts as", "计入", "佐证类型"), _catalogue_kind),
            Column("places", ("名额", "places", "培训人数", "计划人数"), _whole),
            Column("rungs", ("对象级别", "for rungs", "面向级别", "目标级"), _text),
            Column("roles", ("对象岗位", "for roles", "面向岗位"), _text),
            Column("organiser", ("主办单位", "organiser", "承办单位", "举办单位"), _text),
            Column("venue", ("地点", "venue", "培训地点"), _text),
            Column("act", ("处理", "action", "处理方式", "操作"), _terms(
                ("record", "登记 新增 录入"), ("correct", "更正 修改 改期 订正"), ("void", "取消 停办 作废 删除"),
                ("recognise", "认定"))),
            REASON,
        ),
        (("title",), ("first",), ("organiser", "venue", "places")), offers.offers, attributes=True, whole=True,
        enough=(("title",), ("first",)),
    ),
    FileKind(
        "nominations", "申报", "nominations",
        (
            PERSON, STUDIO, UNIT,
            Column("outside", ("占名额之外", "outside the count", "名额之外", "不占名额"), _terms(
                ("yes", "是 √ 对 占名额之外"), ("no", "否 × 不是"))),
            Column("document", _DOCUMENT, _text),
        ),
        (("person", "studio", "unit"),), cycles.nominations, asks=("cycle",), states=True,
    ),
    FileKind(
        "panels", "评审组", "panels",
        (
            Column("stage", ("环节", "stage", "评审环节"), _stage),
            UNIT, UNIT_NAME,
            Column("seat", ("席位", "seat", "席位号", "座次"), lambda _: cycles.read_seat),
            Column("person", (*_STAFF, "评委工号"), _code, refers="person"),
        ),
        (("seat",), ("person",)), cycles.panels, asks=("cycle",), together=cycles.panel_of,
    ),
    FileKind(
        "ballots", "表决", "ballots",
        (
            PERSON, STUDIO,
            Column("case", ("案号", "case", "申报编号"), _code),
            Column("voter", ("评委工号", "voter", "表决人工号"), _code, refers="person"),
            Column("choice", ("意见", "vote", "表决意见", "表决"), _terms(
                ("for", "同意 赞成 通过"), ("against", "反对 不同意 否决"), ("abstain", "弃权"))),
            Column("round", ("轮次", "round", "表决轮次"), lambda _: cycles.read_round),
            Column("dated", ("表决日期", "dated", "填票日期", "投票日期", "评分日期", *_DATE), _past_day),
        ),
        (("person", "studio", "case"), ("voter",), ("choice",)), cycles.ballots, asks=("cycle", "stage"),
        marks="choice",
    ),
)  # fmt: skip

BY_ID: Mapping[str, FileKind] = {kind.id: kind for kind in KINDS}


def kind_named(text: str) -> FileKind | None:
    """The kind of an id or a title in either language, or of a part of one that no other kind has (培训, 人员表)."""
    wanted = squeezed(text).removesuffix("表")
    named = {kind: [squeezed(name) for name in (kind.id, kind.zh, kind.en)] for kind in KINDS}
    for kind, names in named.items():
        if wanted in names:
            return kind
    parts = {kind: names for kind, names in named.items() if not kind.whole}
    found = [kind for kind, names in parts.items() if len(wanted) > 1 and any(wanted in name for name in names)]
    return found[0] if len(found) == 1 else None


def listed(kinds: Sequence[FileKind] = KINDS) -> Problem:
    """Kinds as a message names them."""
    return Problem(
        "、".join(f"{kind.zh}（{kind.id}）" for kind in kinds), ", ".join(f"{kind.id} ({kind.zh})" for kind in kinds)
    )
