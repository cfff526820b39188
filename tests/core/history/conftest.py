import pytest

from competencyworks.core import revisions
from tests.conftest import signed_in

from .forms import BODY


@pytest.fixture
def post(make):
    item = make.post(body=BODY, title="Pacing", tags=["a"], authors=[make.person("Ada")])
    revisions.record(item)
    return item


@pytest.fixture
def two(db, editor):
    """Two browsers, each with an editor."""
    other = signed_in("ben", first_name="Ben", last_name="Okafor", is_superuser=True)
    return editor, other
