"""A customer's details in full: only inside a seal, or encrypted, never in the clear in a journal or on the wire."""

import msgspec


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """`id_number` as `identity_numbers.examine` normalises it, `phone` as `phone_digits` does."""

    name: str
    phone: str = ""
    email: str = ""
    id_type: str = ""
    id_number: str = ""
    openid: str = ""
    """Of the customer's WeChat account, where the page was opened from there."""
