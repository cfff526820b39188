from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import signing
from django.utils import timezone


@pytest.fixture
def time_machine(monkeypatch):
    """Moves the time that the site goes by, and that it signs with."""

    def move(**span) -> None:
        now = timezone.now() + timedelta(**span)
        monkeypatch.setattr(timezone, "now", lambda: now)
        monkeypatch.setattr(signing, "time", SimpleNamespace(time=now.timestamp))

    return move
