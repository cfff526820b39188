"""
Where each state stands on the map: a tile for each, about where it lies.

The arrangement is the usual one of such maps in the press: eleven columns, neighbors mostly beside
each other. The territories have a row of their own.
"""

COLUMNS, ROWS = 11, 9
SIZE = 40  # units of the drawing; a tile and the space after it
_ROWS = (
    "AK .. .. .. .. .. .. .. .. .. ME",
    ".. .. .. .. .. .. .. .. .. VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT ..",
    "CA UT CO NE MO KY WV VA MD DE ..",
    ".. AZ NM KS AR TN NC SC DC .. ..",
    ".. .. .. OK LA MS AL GA .. .. ..",
    "HI .. .. TX .. .. .. .. FL .. ..",
    "AS GU MP .. .. .. .. .. .. PR VI",
)
# Postal code → column and row.
PLACES = {
    code: (column, row)
    for row, codes in enumerate(_ROWS)
    for column, code in enumerate(codes.split())
    if code != ".."
}
