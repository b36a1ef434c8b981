"""What each booking rule is called where it is changed."""

from starlette_admin.i18n import lazy_gettext as _

LABELS = {
    "slot_min": _("Length of a slot, minutes"),
    "last_end": _("No slot ends later than (empty: until the hall closes)"),
    "share_percent": _("Bookable share, %"),
    "hall_percent": _("The hall's own share of a slot, %"),
    "hall_days": _("Days ahead the hall holds it"),
    "hall_recall": _("Ask for it when the centre has none left"),
    "horizon_days": _("Days ahead"),
    "same_day": _("On the day itself"),
    "same_day_min": _("Until so many minutes before"),
    "cancel_lead_min": _("Lead for cancelling and moving, minutes"),
    "change_lead_min": _("Lead for another matter, working minutes"),
    "resubmit_min": _("Time to mend, minutes"),
    "resubmit_before_min": _("Never later than so many minutes before"),
    "review_min": _("Limit of an assisted review, minutes"),
    "readback": _("Read back"),
    "email_required": _("E-mail is required"),
    "phone_confirm": _("Confirm by telephone"),
    "elderly_age": _("Elderly from the age of"),
    "phone_confirm_min": _("Within working minutes"),
    "remind_at": _("Reminder the day before at (empty: none)"),
    "remind_before_min": _("Reminder so many minutes before (0: none)"),
    "fm_waives": _("Force majeure waives the leads"),
    "missed_limit": _("Missed bookings (0: no limit)"),
    "missed_days": _("Within days"),
    "show_capacity": _("Show how many are free"),
    "closure_publish_min": _("A closure is published within, minutes"),
    "closure_contact_min": _("Customers of the same day are contacted within, minutes"),
}
