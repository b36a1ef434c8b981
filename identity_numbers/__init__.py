"""PURE. Numbers of identity documents: what is accepted, whether a number can be right, how it is masked and compared.

`examine` takes what was typed or read and gives the one form under which a person is known, whoever
typed it and wherever; keys of persons are made from that form only.
"""

from identity_numbers.accepted import Kind, examine, kinds
from identity_numbers.examined import Examined, NumberError, masked_number
from identity_numbers.names import masked_name, name_fits, name_matches
from identity_numbers.phone import dialled, masked_phone, phone_digits

__all__ = [
    "Examined",
    "Kind",
    "NumberError",
    "dialled",
    "examine",
    "kinds",
    "masked_name",
    "masked_number",
    "masked_phone",
    "name_fits",
    "name_matches",
    "phone_digits",
]
