"""Parts of addresses; importing this module registers them."""

from django.urls import register_converter


class YearConverter:
    """A year of four digits, as a number."""

    regex = "[0-9]{4}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:04}"


class MonthConverter:
    """A month of two digits, as a number."""

    regex = "[0-9]{2}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return f"{value:02}"


class SlugConverter:
    """A slug in any script; Django's own converter takes ASCII alone."""

    regex = r"[-\w]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(SlugConverter, "uslug")
