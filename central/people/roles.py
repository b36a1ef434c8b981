"""The roles of rbac.roles and what each may do, with least privilege (S3-2, S4-55). PURE.

A right is asked for by name, never a role. Whoever manages people cannot look behind a mask, and whoever
reads the audit trail changes nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple, get_args

Text = Mapping[str, str]
Right = Literal[
    "figures.see", "records.see", "book.see", "book.assist", "book.review", "person.unmask", "tasks.do",
    "closure.declare", "orders.give", "rules.edit", "calendar.edit", "capacity.edit", "masters.edit",
    "templates.edit", "deliveries.see", "alerts.ack", "alerts.edit", "keys.edit", "people.edit", "audit.see",
    "relay.send",
]  # fmt: skip
RIGHTS: tuple[Right, ...] = get_args(Right)

RIGHT_NAMES: Mapping[Right, Text] = {
    "figures.see": {"zh": "查看每日数据和号票", "en": "see daily figures and tickets"},
    "records.see": {"zh": "查看原始记录", "en": "see raw records"},
    "book.see": {"zh": "查看预约（已脱敏）", "en": "see bookings, masked"},
    "book.assist": {"zh": "代客户预约、变更、取消", "en": "book, change and cancel for customers"},
    "book.review": {"zh": "审核预约", "en": "review bookings"},
    "person.unmask": {"zh": "说明用途后查看完整个人信息", "en": "see a customer's full details, giving a purpose"},
    "tasks.do": {"zh": "办理电话与联系任务", "en": "do telephone and contact tasks"},
    "closure.declare": {"zh": "发布停办通知", "en": "declare closures"},
    "orders.give": {"zh": "向大厅下达指令", "en": "give orders to halls"},
    "rules.edit": {"zh": "修改叫号与预约规则", "en": "change calling and booking rules"},
    "calendar.edit": {"zh": "维护工作日历", "en": "keep the calendar"},
    "capacity.edit": {"zh": "设置时段与容量", "en": "set periods and capacity"},
    "masters.edit": {"zh": "维护基础数据", "en": "keep the master data"},
    "templates.edit": {"zh": "维护通知模板", "en": "keep notice templates"},
    "deliveries.see": {"zh": "查看通知与推送的送达情况", "en": "see deliveries of notices and webhooks"},
    "alerts.ack": {"zh": "确认告警", "en": "acknowledge alerts"},
    "alerts.edit": {"zh": "设置告警接收人", "en": "set who is alerted"},
    "keys.edit": {"zh": "管理接口密钥与推送", "en": "manage API keys and webhooks"},
    "people.edit": {"zh": "管理人员与权限", "en": "manage people and rights"},
    "relay.send": {"zh": "向部门传达信息", "en": "pass messages on to departments"},
    "audit.see": {"zh": "查看审计记录", "en": "see the audit trail"},
}


class Role(NamedTuple):
    """`id` is what accounts keep."""

    id: str
    name: Text
    rights: frozenset[Right]


def _role(id_: str, zh: str, en: str, *rights: Right) -> Role:
    return Role(id_, {"zh": zh, "en": en}, frozenset(rights))


_DESK: tuple[Right, ...] = ("book.see", "book.assist")
_SHIFT: tuple[Right, ...] = (
    *_DESK, "relay.send", "book.review", "person.unmask", "tasks.do", "closure.declare", "orders.give", "capacity.edit",
    "figures.see", "deliveries.see", "alerts.ack",
)  # fmt: skip

_ALL = (
    _role("customer", "客户", "customer"),
    _role("window-clerk", "窗口经办人员", "window clerk", *_DESK),
    _role("reviewer", "审核人员", "reviewer", "book.see", "book.review", "person.unmask"),
    _role("receptionist", "接待员", "receptionist", *_DESK, "relay.send"),
    _role("concierge", "礼宾员", "concierge", "relay.send"),
    _role("operator", "总机话务员", "operator", *_DESK, "tasks.do", "person.unmask", "relay.send"),
    _role("guide", "引导员", "guide"),
    _role("cleaner", "保洁员", "cleaner"),
    _role("technician", "运维技术员", "technician", "records.see", "alerts.ack"),
    _role("trainer", "培训管理员", "trainer"),
    _role(
        "complaint-handler", "投诉处理员", "complaint handler", "book.see", "person.unmask", "tasks.do", "figures.see"
    ),
    _role("supervisor", "值班主管", "supervisor", *_SHIFT),
    _role(
        "hall-head", "大厅负责人", "hall head",
        *_SHIFT, "records.see", "rules.edit", "calendar.edit", "masters.edit", "templates.edit", "alerts.edit",
    ),
    _role("security-admin", "安全管理员", "security administrator", "people.edit", "audit.see", "alerts.ack"),
    _role(
        "system-admin", "系统管理员", "system administrator",
        "figures.see", "records.see", "calendar.edit", "masters.edit", "templates.edit", "deliveries.see",
        "alerts.ack", "alerts.edit", "keys.edit",
    ),
    _role(
        "auditor", "审计员", "auditor", "figures.see", "records.see", "book.see", "deliveries.see", "audit.see"
    ),
)  # fmt: skip
ROLES: Mapping[str, Role] = {role.id: role for role in _ALL}
"""In the order they are listed."""
STAFF_ROLES: tuple[str, ...] = tuple(id_ for id_ in ROLES if id_ != "customer")
"""Those an account may have: a customer has none."""

BUNDLES: Mapping[str, tuple[str, ...]] = {
    "admin": ("hall-head", "security-admin", "system-admin"),
    "office": ("hall-head",),
    "viewer": ("auditor",),
}
"""What a small office gives one person by one word, on the command line."""


def may(roles: Iterable[str], right: Right) -> bool:
    """Whether somebody with `roles` has `right`; a role this version does not know gives nothing."""
    return any(right in ROLES[id_].rights for id_ in roles if id_ in ROLES)


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """All rights together."""
    return frozenset[Right]().union(*(ROLES[id_].rights for id_ in roles if id_ in ROLES))


def expanded(names: Iterable[str]) -> tuple[str, ...]:
    """Roles and bundles as roles, each once, in the order of `ROLES`. Raises ValueError naming an unknown one."""
    wanted = {id_ for name in names for id_ in BUNDLES.get(name, (name,))}
    for id_ in wanted:
        if id_ not in STAFF_ROLES:
            raise ValueError(id_)
    return tuple(id_ for id_ in STAFF_ROLES if id_ in wanted)
