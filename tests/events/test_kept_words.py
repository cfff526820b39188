"""The form says in words for how long names and email addresses are kept."""

import pytest

from . import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "words"),
    [(365, "a year after"), (30, "a month after"), (90, "90 days after"), (0, "shortly after")],
)
def test_a_year_is_not_counted_in_days(client, days, words):
    event = factories.event(sign_up="form", kept_days=days)
    answer = client.get(f"{event.path}register/")
    assert f"email addresses are deleted {words} the event." in answer.content.decode()
