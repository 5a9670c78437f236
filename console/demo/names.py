"""Invented names: of the district, its units and studios, its people, and of what they attend and write.

Everything is put together from lists of syllables, so that no name is anybody's.  Given names are made of characters
that occur in no other text of the demo: whoever finds a person's name in a file has found a leak and no chance hit.
"""

from __future__ import annotations

from itertools import product
from random import Random

DISTRICT = "霁川区"
CENTRE = f"{DISTRICT}名师培养中心"
DOCUMENT_MARK = "霁教名培"
STAFF_MARK = "JC"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙朱马胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶贺毛郝顾龚邵万覃武钱戴严欧莫孔向汤"
)
_GIVEN = (
    "昀珩琬澍翎蓁璟笙鹄蘅砚棠湉槿霏骁旻钰珈翊芮苒沅淇澈弈琰瑾煦翀屹峤彧绾茉妤姝婵嫣娅娴祺祎禛稷筠箬纾绮缇"
    "翡聿芃芊茜莜莳菀萱葳蓓蕙蕤薇藜衍谌谡赟轩轶逍邈郁钧铄锴镝"
)
_PLACE_HEADS = "柳槐桐枫杏松竹荷菱芦桑榆桂樟枣栗"
_PLACE_TAILS = "渡塘湾坪岭桥堤坞浦堰洲畈墩"

AREAS = ("霁东", "霁南", "霁西", "霁北", "霁中")

_TRAINING_HEADS = {
    "专题培训": (
        "新课标解读",
        "大单元教学设计",
        "学业质量评价",
        "作业设计与命题",
        "跨学科主题学习",
        "家校协同育人",
        "课堂观察与诊断",
        "教育科研方法",
    ),
    "网络研修": (
        "暑期全员网络研修",
        "信息技术应用能力提升",
        "人工智能与课堂教学",
        "心理健康教育网络课程",
        "学科素养网络研修",
        "班级管理网络课程",
    ),
    "师德培训": ("师德师风专题学习", "教师职业行为准则学习", "师德典型案例警示教育", "师德承诺与宣誓活动"),
    "校本培训": (
        "集体备课",
        "教研组研讨",
        "读书分享会",
        "同课异构研讨",
        "课堂展示与评议",
        "班主任工作例会培训",
        "课题推进会",
    ),
    "工作室研修": ("工作室集中研修", "工作室课例研磨", "工作室读书沙龙", "工作室送教下乡", "工作室专题讲座"),
}
_THEMES = (
    "课堂提问",
    "小组合作",
    "作业讲评",
    "整本书阅读",
    "概念教学",
    "实验教学",
    "学困生帮扶",
    "班会设计",
    "情境创设",
    "单元复习",
    "课堂评价",
    "家长沟通",
    "板书设计",
    "口语表达",
    "思维导图",
)
_ESSAYS = ("一次改进", "几点思考", "实践与反思", "案例研究", "策略初探")
_SUBJECTS = {
    "幼儿园": ("学前教育",),
    "小学": ("语文", "数学", "英语", "科学", "道德与法治", "体育", "音乐", "美术", "信息科技"),
    "初中": ("语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "道德与法治", "体育"),
    "高中": ("语文", "数学", "英语", "物理", "化学", "生物", "历史", "地理", "思想政治", "体育"),
    "九年一贯制": ("语文", "数学", "英语", "科学", "物理", "历史", "道德与法治", "体育", "美术"),
}


def person_names(rng: Random, count: int) -> list[str]:
    """So many personal names of two characters (one in seven) or three, no two alike."""
    made: dict[str, None] = {}
    while len(made) < count:
        given = rng.choice(_GIVEN) if rng.random() < 1 / 7 else "".join(rng.sample(_GIVEN, 2))
        made[rng.choice(_SURNAMES) + given] = None
    return list(made)


def place_names(rng: Random, count: int) -> list[str]:
    """So many place names, no two alike; ValueError beyond the 208 that the syllables give."""
    every = [head + tail for head, tail in product(_PLACE_HEADS, _PLACE_TAILS)]
    if count > len(every):
        raise ValueError(f"the syllables give {len(every)} place names, {count} were asked for")
    return rng.sample(every, count)


def subject_taught(rng: Random, phase: str) -> str:
    """A subject that is taught in a school of that phase."""
    return rng.choice(_SUBJECTS[phase])


def training_title(rng: Random, category: str, year: int, number: int) -> str:
    """The title of a training offer; the number keeps the titles of one organiser apart."""
    return f"{year}年{rng.choice(_TRAINING_HEADS[category])}（第{number}期）"


def lesson_title(rng: Random, subject: str) -> str:
    """The title of an observed or a given lesson."""
    return f"{subject}《{rng.choice(_THEMES)}》"


def essay_title(rng: Random, subject: str) -> str:
    """The title of a reflection or a paper."""
    return f"{subject}教学中的{rng.choice(_THEMES)}：{rng.choice(_ESSAYS)}"
