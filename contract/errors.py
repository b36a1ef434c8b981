"""What can be wrong with bytes that came over the wire."""


class WireError(Exception):
    """`message` is the struct that was expected, `field` the path of the culprit ("" for the whole), `detail` why."""

    def __init__(self, message: str, field: str, detail: str) -> None:
        super().__init__(f"{message}{'.' if field else ''}{field}: {detail}")
        self.message = message
        self.field = field
        self.detail = detail
