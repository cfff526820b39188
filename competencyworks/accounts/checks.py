"""What may be wrong with the settings of signing in, where it is no reason not to start."""

from django.core.checks import Tags, Warning, register  # noqa: A004 - Django's name

from . import required_roles


@register(Tags.security)
def required_roles_exist(**kwargs) -> list[Warning]:
    """Runs with `check`, `migrate`, `worker` and the other commands."""
    return [
        Warning(
            required_roles.words_about(role),
            hint="Roles are groups in the admin, such as Editor. Use 'superuser' for superusers.",
            id="accounts.W001",
        )
        for role in required_roles.unknown()
    ]
