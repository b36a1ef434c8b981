"""What stands in the places of an address: what no row can be called leads to no page."""

from starlette.convertors import Convertor, register_url_convertor


class Number(Convertor[int]):
    """`{id:number}`: as long as a database can hold."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        """Of digits alone."""
        return int(value)

    def to_string(self, value: int) -> str:
        """For an address."""
        return str(value)


class Name(Convertor[str]):
    """`{node:name}`: without the one sign that no text in a database has."""

    regex = r"[^/\x00]+"

    def convert(self, value: str) -> str:
        """As it stands."""
        return value

    def to_string(self, value: str) -> str:
        """For an address."""
        return value


def register() -> None:
    """Before the first route that uses them."""
    register_url_convertor("number", Number())
    register_url_convertor("name", Name())
