"""Topics to choose from in forms and lists of the admin: those that are offered."""

from django.contrib import admin

from ..choice_fields import KeysField
from ..models import Topic


class TopicsField(KeysField):
    """
    The topics of an item. A form may be older than a merge: then it is taken for the topic that is
    kept, and one that was retired meanwhile is left out.
    """

    def clean(self, value):
        given = [str(key) for key in value or ()]
        keys = {int(key) for key in given if key.isdecimal() and len(key) < 10}
        now = {str(old): str(key) for old, key in Topic.objects.now(keys).items()}
        known = {str(key) for key in Topic.objects.filter(pk__in=keys).values_list("pk", flat=True)}
        kept = [now.get(key, key) for key in given if key in now or key not in known]
        return super().clean(list(dict.fromkeys(kept)))


class TopicFilter(admin.RelatedFieldListFilter):
    """Filter by topic, without those out of use."""

    def field_choices(self, field, request, model_admin):
        return [(topic.pk, topic.name) for topic in Topic.objects.offered()]
