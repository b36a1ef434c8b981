"""Messages to staff: which addresses are taken, and into the outbox with them."""

from typing import Any

from sqlalchemy import Connection, insert

from central.db.tables import OutboxRow
from central.errors import Invalid
from central.notices.outbox import EMAIL, masked_email, message_id
from central.notices.staff import SCHEMES, robot_address
from identity_numbers.examined import NumberError
from identity_numbers.phone import masked_phone, phone_digits

CHANNELS = ("email", *SCHEMES, "sms")


def address(channel: str, text: str, signing: str = "") -> tuple[str, str] | None:
    """The address and what is shown of it; None where nothing was typed. `signing`: DingTalk's signing secret.

    Raises Invalid.
    """
    text = text.strip()
    if channel not in CHANNELS:
        raise Invalid("Choose among those listed.", "channel")
    if not text:
        return None
    if channel == "email":
        if not EMAIL.fullmatch(text):
            raise Invalid("This is no e-mail address.", "address")
        return text, masked_email(text)
    if channel == "sms":
        try:
            return phone_digits(text), masked_phone(text)
        except NumberError:
            raise Invalid("This is no telephone number.", "address") from None
    return robot_address(channel, text, signing), f"…{text.rstrip('/')[-4:]}"


def put(
    connection: Connection, event: str, dedupe: str, hall: str, to: Any, subject: str, body: str, *, now: int, at: int
) -> None:
    """`to`: a row with channel, language, name and address; `at`: not before."""
    connection.execute(
        insert(OutboxRow).values(
            dedupe=dedupe,
            event=event,
            hall=hall,
            channel="staff" if to.channel in SCHEMES else to.channel,
            language=to.language,
            address=to.address,
            address_kid=to.address_kid,
            address_masked=to.address_masked,
            variables={"subject": subject, "body": body, "to": to.name},
            message=message_id(),
            next_at=at,
            created_at=now,
        )
    )
