from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """How staff sign in, and what they did."""

    name = "competencyworks.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from . import activity, checks, privacy, sessions  # noqa: F401 - they register their receivers
