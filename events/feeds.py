from django.utils.html import format_html

from competencyworks.core.feeds import ItemFeed

from . import times
from .calendars import place
from .models import Event


class EventFeed(ItemFeed):
    """What was announced last, with time and place."""

    title = "CompetencyWorks: events"
    description = "Webinars, conferences, meetings, and deadlines in competency education."

    def list_path(self, obj):
        return "/events/"

    def rows(self, obj):
        return Event.objects.published().newest().with_text()

    def item_title(self, item):
        return f"Canceled: {item.title}" if item.is_cancelled else item.title

    def item_description(self, item):
        return format_html("<p>{}</p>", times.when(item)) + item.lead

    def item_categories(self, item):
        terms = [term["name"] for term in (*item.topic_list, *item.tag_list)]
        return [item.get_kind_display(), *terms]

    def item_content(self, item):
        head = format_html("<p><strong>{}</strong><br>{}</p>", times.when(item), place(item))
        return head + super().item_content(item)
