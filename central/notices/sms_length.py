"""PURE: how long a text message is. A Chinese one has 70 characters; a longer one is sent in parts of 67."""

ONE = 70
EACH = 67


def signed(text: str, signature: str) -> str:
    """【signature】 in front, as the providers of the mainland ask for."""
    return f"【{signature}】{text}" if signature and not text.startswith(f"【{signature}】") else text


def parts(text: str) -> int:
    """How many messages are paid for. Counted in UTF-16 units, as UCS-2 is sent."""
    units = len(text.encode("utf-16-le")) // 2
    return 1 if units <= ONE else -(-units // EACH)
