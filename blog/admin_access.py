"""Which posts and papers a member of staff may work on."""

from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet

from competencyworks.core.publishing import Publishable

PUBLISH = "blog.publish_post"
PUBLISH_PAPER = "blog.publish_paper"


def posts_of(user: AbstractUser, rows: QuerySet) -> QuerySet:
    """Of the posts `rows`: all for editors; for authors those they made or are named on."""
    return rows if user.has_perm(PUBLISH) else _own(user, rows)


def papers_of(user: AbstractUser, rows: QuerySet) -> QuerySet:
    """Of the papers `rows`: all for editors; for authors those they made or are named on."""
    return rows if user.has_perm(PUBLISH_PAPER) else _own(user, rows)


def _own(user: AbstractUser, rows: QuerySet) -> QuerySet:
    named = rows.model.authors.through.objects.filter(person__user=user)
    return rows.filter(Q(created_by=user) | Q(pk__in=named.values(_named_in(rows.model))))


def _named_in(model: type[Publishable]) -> str:
    """By which name the rows of a byline know the item (a digest is a post)."""
    return model.authors.field.m2m_field_name()


class OwnDrafts:
    """
    For the admin of a kind that authors write: what is theirs to change, until it is submitted,
    and their name on what they make.
    """

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_open_to(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_open_to(request, obj)

    def _is_open_to(self, request, obj) -> bool:
        return obj is None or self.may_publish(request) or obj.status == Publishable.Status.DRAFT

    def save_related(self, request, form, formsets, change):
        """An author's new item bears their name unless they named somebody."""
        named = any(row.get("person") for fs in formsets for row in getattr(fs, "cleaned_data", []))
        person = getattr(request.user, "person", None)
        if person and not change and not named:
            byline = self.model.authors.through.objects
            byline.create(person=person, **{_named_in(self.model): form.instance})
        super().save_related(request, form, formsets, change)
