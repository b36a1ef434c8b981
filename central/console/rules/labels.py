"""What each rule and each of its choices is called where one of them is changed."""

from starlette_admin.i18n import lazy_gettext as _

LABELS = {
    "priority": _("Priority calls in a turn"),
    "ordinary": _("Ordinary calls in a turn"),
    "ageing_s": _("A long wait goes first after (0: never)"),
    "choose": _("Who may call a chosen number"),
    "transfer_place": _("Place of a transferred ticket"),
    "eta_window": _("Services the estimate looks at"),
    "checkin_open_s": _("Check-in opens before the slot"),
    "booked": _("Lane of a booked customer"),
    "grace_s": _("Grace for latecomers"),
    "insert_after": _("A latecomer waits behind so many"),
    "busy_s": _("Busy from this wait on"),
    "ring": _("Who repeats the call"),
    "rings": _("Calls before passing"),
    "ring_s": _("Time between calls"),
    "return_within_s": _("A passed number may return for"),
    "returns_max": _("How often it may return"),
    "return_after": _("A returned number waits behind so many"),
    "undo_within_s": _("Taking a step back within"),
    "move_back_s": _("A customer may ask for so much more time"),
    "move_backs_max": _("How often a customer may ask for it"),
    "limit_s": _("Counter time, simple matter"),
    "limit_complex_s": _("Counter time, complex matter"),
    "warn_before_s": _("Warning before its end"),
    "idle_alert_s": _("Idle window told of after"),
    "pause_max_s": _("Longest pause"),
    "adhoc": _("Windows may write tickets"),
    "verify": _("Identity check at the window"),
    "rating_within_s": _("Rating at the window for"),
    "rating_token_days": _("Rating with the slip, days"),
    "reprint_within_s": _("Lost slip printed again within"),
    "fallback_class": _("Class of who fails at the kiosk"),
    "self_test_before_s": _("Self-test before opening"),
    "checklist_before_s": _("Checklist closed before opening"),
    "consult_s": _("Answer at the service desk within"),
    "fire_emergency": _("A fire alarm declares the emergency"),
}

CHOICES = {
    "transfer_place": {"original": _("by time of issue"), "end": _("at the end of the queue")},
    "ring": {"clerk": _("the clerk"), "auto": _("the hall itself")},
    "choose": {"clerk": _("every clerk"), "supervisor": _("supervisors only"), "nobody": _("nobody")},
    "booked": {"priority": _("priority"), "ordinary": _("ordinary")},
    "verify": {"remind": _("remind"), "require": _("require")},
}
