"""Words and colours for the codes of bookings."""

from starlette_admin.i18n import lazy_gettext as _

STATUS = {
    "returned": _("to be mended"),
    "reviewing": _("under review"),
    "confirmed": _("confirmed"),
    "displaced": _("displaced by a closure"),
    "arrived": _("arrived"),
    "served": _("served"),
    "void": _("missed"),
    "cancelled": _("cancelled"),
    "refused": _("refused"),
    "expired": _("not mended in time"),
}
STATUS_COLOURS = {
    "returned": "orange",
    "reviewing": "azure",
    "confirmed": "green",
    "displaced": "red",
    "arrived": "teal",
    "served": "teal",
    "void": "purple",
}

CHANNEL = {
    "web": _("website"),
    "app": _("app"),
    "wechat": _("WeChat"),
    "partner": _("partner"),
    "hotline": _("hotline"),
    "onsite": _("on site"),
    "hall": _("hall, offline"),
    "roster": _("file"),
    "rebuilt": _("rebuilt from the hall"),
}

FLAGS = {"elderly": _("elderly"), "disabled": _("disabled"), "interpreter": _("needs an interpreter")}
IMPORTANT = _("important matter")

REASON_CODES = {
    "customer": _("the customer wishes it"),
    "FM": _("force majeure hindered the customer"),
    "office": _("the office has to"),
}

LANGUAGES = {"zh": "中文", "en": "English"}

TASK = {
    "phone_confirm": _("confirm by telephone"),
    "closure": _("the hall closes"),
    "notice_failed": _("a message did not arrive"),
    "review_query": _("a question of the reviewer"),
}
OUTCOME = {
    "confirmed": _("confirmed by the customer"),
    "reached": _("reached and told"),
    "no_answer": _("no answer"),
    "wrong_number": _("wrong number"),
    "rebooked": _("moved to another time"),
    "cancelled": _("cancelled"),
}
OUTCOMES_OF = {"phone_confirm": ("confirmed", "no_answer", "wrong_number", "rebooked")}
OUTCOMES = ("reached", "no_answer", "wrong_number", "rebooked")
"""Of the other kinds. Who cancels does so in the booking, and its tasks are dropped with it."""

FLAGGED = {
    "excess": _(
        "One more than its time can take: it was sold while the centre did not know of it. Offer another time, or "
        "raise the capacity."
    ),
    "late_cancel": _("Cancelled at the centre while the customer was in the hall, which was offline: it stays served."),
    "details_lost": _(
        "The centre has lost who this is. The hall knows the customer on arrival, but nobody can be told anything "
        "until the details are completed."
    ),
    "double": _("This person has another open booking of the same kind. Ask which one is meant."),
}

CAUSE = {
    "weather": _("weather"),
    "power": _("power cut"),
    "epidemic": _("epidemic control"),
    "fire": _("fire"),
    "works": _("building works"),
    "other": _("other cause"),
}
CASE = {
    "open": _("still open"),
    "rebooked": _("moved to another time"),
    "cancelled": _("cancelled"),
    "kept": _("stands as before"),
    "unreachable": _("not reached"),
}
CASE_COLOURS = {"open": "orange", "rebooked": "green", "kept": "green", "cancelled": "secondary", "unreachable": "red"}

EVENTS = {
    "booking.confirmed": _("confirmed"),
    "booking.reviewing": _("waits for a review"),
    "booking.returned": _("returned to be mended"),
    "booking.cancelled": _("cancelled"),
    "booking.moved": _("moved to another time"),
    "booking.change_asked": _("another matter asked for"),
    "booking.changed": _("changed to another matter"),
    "booking.change_refused": _("change refused"),
    "booking.refused": _("refused"),
    "booking.expired": _("not mended in time"),
    "booking.called": _("customer called"),
    "booking.arrived": _("arrived"),
    "booking.served": _("served"),
    "booking.void": _("missed"),
    "booking.displaced": _("displaced by a closure"),
    "booking.rebooked": _("booked again"),
    "booking.rebuilt": _("made again from what the hall had"),
    "booking.completed": _("details completed"),
    "booking.complete_refused": _("details given that do not fit"),
    "booking.details_viewed": _("description read"),
    "closure.hit": _("hit by a closure"),
    "closure.ended": _("the closure is over"),
    "result.ready": _("the result can be collected"),
    "enotice.ready": _("electronic result notice"),
    "person.viewed": _("full details looked at"),
    "person.view_refused": _("a look at the full details refused"),
}

UNTOLD = {
    "sms failed": _("the text message did not arrive"),
    "email failed": _("the e-mail did not arrive"),
    "wechat failed": _("the WeChat message did not arrive"),
    "no gateway is configured": _("no gateway is configured"),
    "no mail server is configured": _("no mail server is configured"),
    "no official account is configured": _("no official account is configured"),
    "no address": _("no address is known"),
    "details unknown": _("the details are unknown"),
}
"""Why a customer is to be rung up whom a notice was to tell."""

NOTICE_CHANNELS = {"sms": _("SMS"), "email": _("e-mail"), "wechat": _("WeChat"), "staff": _("staff")}
NOTICE_STATES = {
    "waiting": _("on its way"),
    "sent": _("sent"),
    "delivered": _("delivered"),
    "failed": _("failed"),
    "dropped": _("not sent"),
}

FIELDS = {
    "hall": _("Hall"),
    "matter": _("Matter"),
    "slot": _("Time"),
    "name": _("Name of the customer"),
    "id_type": _("Document"),
    "id_number": _("Number of the document"),
    "phone": _("Mobile number"),
    "email": _("E-mail"),
    "detail": _("Description"),
    "answers": _("Answers"),
    "flags": _("Needs"),
    "priority_class": _("Priority"),
    "ref": _("Call id"),
    "readback": _("Read back"),
    "reason": _("Reason"),
    "code": _("Booking code"),
}
