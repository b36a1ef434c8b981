/* What keeps a customer from checking in, in words; the same at the desk and at the kiosk. */
import { t, teach } from "./common.js";

teach({
  offer_gone: () => t("The card or code was read too long ago: please show it again."),
  no_checkin: () => t("Nobody can check in at this node; ask at the service desk."),
  no_booking: () => t("No booking of today was found for this. Please compare it with your confirmation."),
  too_early: () => t("It is too early to check in. Please come back shortly before your time."),
  other_day: () => t("This booking is for another day."),
  already_arrived: () => t("This booking has checked in already. Please look at your slip."),
  booking_void: () => t("The time of this booking has passed, and it is void. A supervisor may allow it all the same."),
  booking_cancelled: () => t("This booking was cancelled."),
  service_gone: () => t("The booked service is no longer offered here. Please ask at the service desk."),
  badge_here: () => t("A staff badge does nothing here."),
});
