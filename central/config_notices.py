"""The ways a notice takes, as the configuration has them. A way without its `url`, `host` or `app_id` is not used."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from central.config_section import Port, Section

BODY = {
    "id": "{id}",
    "phone": "{phone}",
    "text": "{text}",
    "template": "{template}",
    "variables": "{variables}",
}
"""What a gateway is sent where nothing else is configured."""
Seconds = Annotated[float, Meta(gt=0, le=30)]


class Sms(Section, frozen=True):
    """The text-message gateway: any that takes one HTTP request a message.

    In `headers` and `body`, `{phone}`, `{text}` (signature included), `{template}` (the id under which the provider
    approved the text), `{id}` (our own, by which the gateway knows a message it has already), `{signature}` and
    `{token}` are filled in; `"{variables}"` alone becomes the facts, as an object or, in a form, as JSON text.
    A place in an answer is written `data.0.code`.
    """

    url: str | None = None
    method: Literal["POST", "PUT", "GET"] = "POST"
    format: Literal["json", "form"] = "json"
    headers: dict[str, str] = {}
    body: dict[str, Any] = field(default_factory=lambda: dict(BODY))
    signature: str = ""
    """Put in front as 【…】."""
    token: str | None = None
    token_file: str | None = None
    taken_at: str = ""
    """Where the answer says whether the message was taken; empty: the HTTP status says it."""
    taken_is: tuple[str, ...] = ("0", "OK", "ok", "success", "true")
    busy_is: tuple[str, ...] = ()
    """What it says there when the message may be tried again later."""
    reference_at: str = "id"
    error_at: str = "message"
    staff_template: str = ""
    """The provider's template for messages to staff, with the variables subject and body."""
    timeout_s: Seconds = 10
    give_up_h: Annotated[float, Meta(gt=0, le=72)] = 6
    """How long a gateway that is away is waited for; then somebody rings up."""
    sign_key: str | None = None
    sign_key_file: str | None = None
    """Given: HMAC-SHA-256 of the body, in hex, in the header `sign_header`."""
    sign_header: str = "X-Signature"
    report_key: str | None = None
    report_key_file: str | None = None
    """What delivery reports must bring, as `?key=` or in the header X-Report-Key; without it none is taken."""
    report_reference_at: str = "reference"
    report_id_at: str = "id"
    report_status_at: str = "status"
    report_delivered_is: tuple[str, ...] = ("DELIVRD", "delivered", "success", "true", "0")
    report_error_at: str = "error"
    report_answer: dict[str, Any] = field(default_factory=lambda: {"code": 0, "msg": "ok"})


class Mail(Section, frozen=True):
    """The mail server. `sender` as in `Service hall <hall@example.org>`."""

    host: str | None = None
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: str | None = None
    user: str | None = None
    password: str | None = None
    password_file: str | None = None
    sender: str = ""
    reply_to: str = ""
    timeout_s: Seconds = 20


class Alerts(Section, frozen=True):
    """What the persons named for a hall are told, and when."""

    offline_s: Annotated[int, Meta(ge=30, le=3600)] = 120
    """A hall that is not heard so long in its opening hours."""
    wait_min: Annotated[int, Meta(ge=1, le=240)] = 20
    """Minutes somebody waits, or is expected to wait at worst (peak.threshold)."""
    deadline_min: Annotated[int, Meta(ge=5, le=1440)] = 60
    """Minutes before something is due."""
    settle_s: Annotated[int, Meta(ge=0, le=3600)] = 120
    """So long a trouble must be gone to be over; what comes and goes is told once."""
    urgent: tuple[
        Literal["offline", "device", "wait", "alarm", "deadline", "excess", "calendar", "link", "copy"], ...
    ] = (
        "offline",
        "alarm",
        "link",
        "copy",
    )
    """These wait for nobody's quiet hours."""


class WeChatTemplate(Section, frozen=True):
    """`data` names the fields of the approved template, such as `thing1 = "{matter}"`."""

    id: str
    data: dict[str, str]
    page: str = "{link}"


class WeChat(Section, frozen=True):
    """Subscription messages of an official account. `templates` by event, such as `booking.confirmed`."""

    app_id: str | None = None
    secret: str | None = None
    secret_file: str | None = None
    api: str = "https://api.weixin.qq.com"
    templates: dict[str, WeChatTemplate] = {}
    timeout_s: Seconds = 10
