"""Whole numbers in text that comes from outside: query strings, paths, headers, form fields."""

# The largest key that a table of ours can hold.
LARGEST = 2**63 - 1
LARGEST_REVISION = 2**31 - 1  # of the column that numbers revisions


def whole_number(text: str, most: int = LARGEST) -> int | None:
    """
    The number that `text` writes in ASCII digits; None if it writes none, or one above `most`.

    str.isdigit() alone is not enough: it takes '²', which int() refuses, and int() refuses more
    than 4,300 digits.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
