"""The JSON Schema that editors use while a ladder file is written, generated from the model.

``ladders/ladder.schema.json`` holds it; ``python -m ladders.schema > ladders/ladder.schema.json`` makes it anew.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from ladders.model.ladder import Ladder, Part

KEYS = {
    "id": "代号：小写字母、数字、连字符。Small letters, digits and hyphens.",
    "title": "中英文标题。The title in both languages.",
    "basis": "依据：{document: 文件代号, passage: 第几条}，没有文件写 assumed。Where it comes from; or assumed.",
    "evidence": "佐证的类型，一类或几类。A kind of evidence, or several.",
    "then": "逐行计算，最后一行得数。Lines in their order; the last one makes a number.",
    "through": "经过谁的记录。Through whom rows count: members, [studios, members], …",
    "roles": "只经过这些身份的成员。Only through members of these roles.",
    "across": "primary：几个组都有的记录只归最早加入的。Only for the group joined first.",
    "as of": "代替基准日的日子。The day that takes the place of as-of: 08-31 of this year.",
    "unit": "数字的单位。What the number counts.",
    "measure": "measures 里的名称。A measure by its name.",
    "years since": "自某日起满几年：service、birth、rung 或 dates 里的名称。Completed years since a day.",
    "move": "表名.列名：到达级减出发级。table.column: the target's entry less the source's.",
    "at least": "至少（含本数）。At least, this number included.",
    "at most": "至多（含本数）。At most, this number included.",
    "more than": "超过（不含本数）。More than this number.",
    "less than": "不足（不含本数）。Less than this number.",
    "between": "[下限, 上限]，都含本数。Both included.",
    "equals": "恰好等于。Exactly this.",
    "when": "此条件满足时才适用。Where this is not met the clause does not apply.",
    "unless": "此条件满足则视为满足。Met where this is met.",
    "strength": "advisory：只提示，不决定。Reported, and left out of what decides.",
    "absent": "没有可依据的记录时怎么算。What is found where there is nothing to go on.",
    "due": "到这一天为止不满足算不明：2027-08-31 或 1 year after rung。Until then not met is unknown.",
    "dispensation": "批准的放宽：waive 或 {down to: 60}。What a recorded dispensation may do.",
    "all": "都要满足。All of them.",
    "any": "满足一项即可。Any of them.",
    "none": "一项也不能满足（否决）。None of them: a veto.",
    "of": "其中若干项，与 at least 同用；限制里是另一个数的几分之几。So many of them; of limits: a share of it.",
    "one item serves once": "一份佐证只用于一项。What counted in one option is gone for the next.",
    "holds": "现为这些级之一。Holds one of these rungs.",
    "has held": "曾为这些级之一。Has ever held one of these rungs.",
    "ladder": "哪个阶梯，不写是本阶梯。Of which ladder; else of this one.",
    "is": "attributes 里的名称。An attribute of the subject.",
    "one of": "其中一个取值。One of these terms.",
    "asked of": "问谁：成员、徒弟、单位…… Of whom it is asked.",
    "each": "对他们每一个问的条件。What is asked of each of them.",
    "meets": "requirements 里的名称，或 {to: 级}。A named list, or what another rung requires.",
    "within": "时间范围。The days that count.",
    "else": "没有那一天的人用的时间范围。The window for a subject that lacks the day.",
    "skipping": "这些日子不算，往前补足。Days that do not count; the window reaches further back.",
    "during": "在这段时间里有效的记录，只算这一段。In force at some time in it, and only that time.",
    "only": "只留下这些取值的记录。Keep the rows with these terms.",
    "except": "去掉这些取值的记录。Drop the rows with these terms.",
    "where": "只对这些记录。Only rows of which this holds.",
    "shift": "沿取值表移动的属性。The attribute that is moved along its scale.",
    "by": "按什么。By what.",
    "beyond": "移出头的：keep 留在头上，drop 去掉。At the scale's end: keep or drop.",
    "worth": "每条的数改为：数字或表中一项。What each row is worth.",
    "times": "乘以：数字、分数或表中一项。What it is multiplied by.",
    "plus": "再加。What is added.",
    "round": "取整的方向。Which way it is rounded.",
    "to": "到哪一级；取整到几的倍数。To which rung; of rounding: to a multiple of this.",
    "from": "从哪一级；从哪一天。From which rung; from which day.",
    "join": "连成不断的时段，允许间断几天。Unbroken stretches; gaps of so many days are bridged.",
    "length": "时长的单位。The length of each row, completed.",
    "best per": "每组取数最高的一条。The highest of each group.",
    "latest per": "每组取最近的一条。The latest of each group.",
    "first per": "每组取最早的一条。The first of each group.",
    "top": "数最高的几条。The so many highest.",
    "per": "每个什么。Of each of these.",
    "sum per": "按组合计。The sum of each group.",
    "count per": "按组计数。The number of each group.",
    "runs": "连续的周期。Unbroken runs of periods.",
    "cap": "不超过。No more than this.",
    "floor": "不低于。No less than this.",
    "bands": "分段：{下限: 值}。By lower edges what the amount becomes.",
    "nothing below": "低于此数算 0。Below this it is worth nothing.",
    "rank per": "在同一属性的对象里的名次。The rank among those who have the same attribute.",
    "rank share per": "名次占比。The rank as a part of how many they are.",
    "distinct": "有多少种不同的。How many different ones.",
    "total": "相加的计量。The measures that are added up.",
    "highest of": "其中最高的。The highest of these measures.",
    "lowest of": "其中最低的。The lowest of these measures.",
    "take": "取最早还是最近的一条。The first of them, or the latest.",
    "highest": "取值最高的一条的这个属性。The highest term of this attribute.",
    "latest": "最近一条的这个属性。This attribute of the latest row.",
    "application": "申报时填写的这一项。What the application states.",
    "setting": "区县设定的这一项。What the district has set.",
    "every": "每一周期多长。How long each period is.",
    "documents": "条件引用的文件。The documents that clauses cite.",
    "dates": "对象的日子，起了名字。Days of the subject's, by name.",
    "attributes": "对象的属性，起了名字。What is so of the subject, by name.",
    "periods": "自定的周期。Periods of the ladder's own.",
    "tables": "数表：写 表名.列名 处查得。Look-ups: table.column wherever a literal may stand.",
    "measures": "几处共用的计量。Measures that several clauses share.",
    "requirements": "几处共用的条件组。Named lists of clauses.",
    "programmes": "培养工程：把若干级归在一起。What rungs are grouped in.",
    "programme": "属于哪个培养工程。The programme that the rung belongs to.",
    "aim": "这一工程要达到的目标。What the programme is to lead to.",
    "rungs": "级，从低到高。The rungs.",
    "routes": "怎样评审。How cases are decided.",
    "steps": "晋级、续任、转任。Promotions, renewals, lateral moves.",
    "joining": "加入团队的限制，用于 subject: studio。What holds for whoever joins a team.",
    "teams at most": "一人至多同时在几个团队（工作室、项目、联盟）。In how many teams a person may be.",
    "entitlements": "待遇。What a holder is given.",
    "clauses": "条件，都要满足。The clauses, all of which must be met.",
    "subject": "谁来攀登。Who climbs.",
    "format": "格式的名称。The format's name.",
    "columns": "列名。The names of the columns.",
    "rows": "行：每列一个数。A row for each term, a cell for each column.",
    "other": "其余的取值用的行。The row of whatever is not named.",
    "document": "documents 里的代号。A document by its name.",
    "passage": "第几条。Where in the document.",
    "kind": "promotion 晋级、renewal 续任、lateral 平级转任。",
    "trigger": "因何开始：申请、当然晋级、有义务申报、任期届满、年度检查。What begins it.",
    "excuse": "免除申报义务的条件。What frees from the duty to apply.",
    "route": "routes 里的名称。A route by its name.",
    "term": "任期；不写则长期有效。How long a grant is in force; else for good.",
    "way": "同两级之间几条途径各自的名称。Tells apart several steps between the same rungs.",
    "removals": "怎样失去这一级。The ways to lose the rung.",
    "effect": "撤销、中止、降级。Revoke, suspend, or demote.",
    "zh": "中文。In Chinese.",
    "en": "英文。In English.",
    "issuer": "发文单位。Who issued it.",
    "status": "in force 现行、draft 征求意见稿、report 做法的报道。",
    "dated": "文件日期，加引号。Its day, in quotes.",
    "end": "true：上面没有更高的级。No step leads on from it.",
    "rung": "哪一级，一级或几级。The rung, or several.",
    "give": "钱、时间、称号、证书、权利。What is given.",
    "amount": "多少：数字或表中一项。How much.",
    "pro rata": "按在级天数折算。Reduced to the days on which the rung was held.",
    "stages": "环节，依次进行。The stages in their order.",
    "body": "由谁评审。Who decides.",
    "places": "名额。How many are taken, and in what order.",
    "nomination": "推荐的限额与结构。How many may be nominated.",
    "grades": "等次。The grades, and how large a part may have each.",
    "composition": "结构要求。How many of a sort there must be.",
    "order": "排序的依据，先后为序。What they are ordered by.",
    "ties": "最后一个名额相同时怎么办。What becomes of equals at the last place.",
    "number": "名额数，或比例。How many places, or a share.",
    "notice working days": "公示几个工作日。For how many working days the notice is public.",
    "signature": "required：有人签发后才认定。Nothing is granted before somebody signed.",
    "sheet": "评分表。The score sheet.",
    "ballots": "记名或不记名；几轮投票。Named or confidential; how many ballots.",
    "when time is up": "到期票不够怎么办。What happens when the days are over.",
    "items": "评分项。What is marked.",
    "weight": "权重。The weight of the item.",
    "out of": "满分。The most marks.",
    "drop highest": "去掉几张最高的。So many of the highest sheets are dropped.",
    "drop lowest": "去掉几张最低的。So many of the lowest sheets are dropped.",
    "role": "席位的身份。The role of the seats.",
    "count": "几个席位。How many seats.",
    "next": "下一轮留谁。Who stands in the next ballot.",
    "down to": "至多降到此数。No lower than this.",
}
"""What an editor shows of a key, in both languages, where the model's own words are not about the key alone."""


class _ForEditors(GenerateJsonSchema):
    """No nulls (a key is written or left out) and no titles made from field names."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) in (None, {}, []) or isinstance(schema.get("default"), Decimal | Part):
            made.pop("default", None)  # nothing, or a value that a file writes in another way
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _parts(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in kind.__subclasses__():
        yield one
        yield from _parts(one)


def _written_under(kind: type[BaseModel]) -> dict[str, str]:
    """What the model says of its fields, in the text under each, by the keys that a file uses."""
    made = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(made, ast.ClassDef)
    found: dict[str, str] = {}
    for field, under in zip(made.body, made.body[1:], strict=False):
        said = isinstance(under, ast.Expr) and isinstance(under.value, ast.Constant) and under.value.value
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(said, str):
            alias = kind.model_fields[field.target.id].alias
            found[alias or field.target.id] = " ".join(said.split())
    return found


def _described(schema: dict[str, Any], kinds: dict[str, type[BaseModel]], name: str) -> None:
    """Give each key of a part its description."""
    said = {key: text for base in reversed(kinds[name].__mro__) if base in kinds.values() or base is kinds[name]
            for key, text in _written_under(base).items()} if name in kinds else {}  # fmt: skip
    for key, value in schema.get("properties", {}).items():
        text = " ".join(one for one in (KEYS.get(key), said.get(key)) if one)
        if text and "description" not in value:
            value["description"] = text


def ladder_schema() -> str:
    """The schema as the file's text."""
    made = Ladder.model_json_schema(by_alias=True, mode="validation", schema_generator=_ForEditors)
    kinds: dict[str, type[BaseModel]] = {one.__name__: one for one in _parts(Part)}
    _described(made, kinds, "Ladder")
    for name, part in made["$defs"].items():
        _described(part, kinds, name)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(ladder_schema(), end="")
