"""PURE. Numbers of documents and phones, examined; what is wrong with one is the hall's own `Invalid`."""

from datetime import date

from edge.errors import Invalid
from identity_numbers import Examined, NumberError, examine, phone_digits


def examined(id_type: str, text: str, today: date) -> Examined:
    """As `identity_numbers.examine`. Raises Invalid with field "number" or "id_type"."""
    try:
        return examine(id_type, text, today)
    except NumberError as wrong:
        raise Invalid(wrong.sentence, wrong.field) from None


def phone_number(text: str) -> str:
    """As `identity_numbers.phone_digits`. Raises Invalid with field "phone"."""
    try:
        return phone_digits(text)
    except NumberError as wrong:
        raise Invalid(wrong.sentence, wrong.field) from None
