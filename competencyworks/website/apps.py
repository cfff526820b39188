from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class WebsiteConfig(AppConfig):
    name = "competencyworks.website"
    label = "website"
    verbose_name = "Website"

    def ready(self) -> None:
        from competencyworks.core import contact

        from . import taken_up  # noqa: F401 - registers itself, once there are models
        from .context import current_site

        contact.set_source(lambda: current_site().contact_email)

        post_migrate.connect(bring_roles_in_line, sender=self)


def bring_roles_in_line(*, using: str, **kwargs) -> None:
    """After each `migrate` the groups of the roles hold what the policy says."""
    from competencyworks.core import roles

    roles.bring_in_line(using)


class SiteAdminConfig(AdminConfig):
    default_site = "competencyworks.website.admin_site.SiteAdmin"
