"""What a customer may say beside a level: one fixed list for each, which no hall may edit (domain.md §2).

Source: the indicators of the five levels published with the rating of government services
(GB/T 39735-2020 政务服务评价工作指南), shortened to what can be seen at a window of any kind of hall.
"""

from contract.catalogue import Text

TAGS: dict[int, dict[str, Text]] = {
    5: {
        "one-visit": {"zh": "一窗受理、一次办结", "en": "Done at one window in one visit"},
        "warm-and-quick": {"zh": "服务热情、效率高", "en": "Friendly and quick"},
        "ahead-of-time": {"zh": "在承诺时间内提前办结", "en": "Done before the promised time"},
        "supplement-later": {"zh": "可以先受理后补材料", "en": "Accepted first, papers brought later"},
        "no-proof-needed": {"zh": "不用提交证明", "en": "No proof had to be brought"},
        "near-by": {"zh": "可以就近办理", "en": "Could be done near by"},
    },
    4: {
        "one-list": {"zh": "一张清单告知全部申请材料", "en": "One list named all papers"},
        "one-form": {"zh": "填写一张表单就可完成申报", "en": "One form was enough"},
        "booked-online": {"zh": "可以在线预约办理", "en": "Could be booked online"},
        "one-trip": {"zh": "跑大厅一次办结", "en": "Done in one trip"},
        "polite": {"zh": "窗口人员态度好", "en": "The clerk was polite"},
    },
    3: {
        "told-once": {"zh": "一次性告知需要补正的材料", "en": "Told at once what had to be supplemented"},
        "samples": {"zh": "提供申报材料样本", "en": "Samples of the papers were there"},
        "in-time": {"zh": "在承诺的时间内办结", "en": "Done within the promised time"},
        "guide-right": {"zh": "办事指南准确", "en": "The guide was right"},
        "trips-as-said": {"zh": "跑动次数与承诺的一致", "en": "As many trips as promised"},
    },
    2: {
        "no-samples": {"zh": "没有提供材料样本", "en": "No samples of the papers"},
        "no-list": {"zh": "没有提供材料清单", "en": "No list of the papers"},
        "late": {"zh": "未在承诺时间内办结", "en": "Not done within the promised time"},
        "asked-twice": {"zh": "同样内容的证明材料被要求多次提交", "en": "The same proof was asked for again"},
        "queued-twice": {"zh": "在线预约后到大厅重复取号排队", "en": "Booked online and had to queue again"},
        "unskilled": {"zh": "窗口人员业务不熟练", "en": "The clerk did not know the business"},
    },
    1: {
        "extra-conditions": {"zh": "在办事指南之外增加新的审批条件", "en": "Conditions that are not in the guide"},
        "extra-papers": {"zh": "需提供办事指南之外的申报材料", "en": "Papers that are not in the guide"},
        "beyond-law": {"zh": "无理由超过法定办理时间", "en": "Longer than the law allows, without a reason"},
        "guide-wrong": {"zh": "办事指南提供的样本有错", "en": "The guide's samples were wrong"},
        "rude": {"zh": "窗口人员态度生硬", "en": "The clerk was rude"},
        "sent-around": {"zh": "在窗口和部门之间多头跑", "en": "Sent from window to window"},
    },
}
"""Level to tag id to what it says."""
