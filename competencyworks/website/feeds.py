from django.contrib.contenttypes.models import ContentType

from blog.feeds import BlogFeed, PostFeed, for_feed
from blog.models import Post
from competencyworks.core.models import Topic
from competencyworks.core.prepared import Prepared

from . import listings
from .views import PERSON, STATE, TAG

TOPIC = Prepared(lambda at, slug: Topic.objects.offered().filter(slug=slug))


class SiteFeed(BlogFeed):
    """Everything new on the site."""

    title = "CompetencyWorks"
    description = "Everything new on competency education in K-12 and higher education."

    def list_path(self, obj):
        return "/"


class TopicFeed(PostFeed):
    found = for_feed(listings.on_topics)

    def get_object(self, request, slug):
        return TOPIC.get_or_404(slug=slug)

    def title(self, topic):
        return f"CompetencyWorks: {topic.name}"

    def description(self, topic):
        return topic.description or f"Articles on {topic.name}."

    def list_path(self, topic):
        return topic.get_absolute_url()

    def values(self, topic):
        return {"topics": Topic.below(topic)}


class TagFeed(PostFeed):
    found = for_feed(listings.tagged)

    def get_object(self, request, slug):
        return TAG.get_or_404(slug=slug)

    def title(self, tag):
        return f"CompetencyWorks: {tag.name}"

    def description(self, tag):
        return f"Articles tagged “{tag.name}”."

    def list_path(self, tag):
        return f"/tags/{tag.slug}/"

    def values(self, tag):
        return {"tag": tag.pk, "kind": ContentType.objects.get_for_model(Post).pk}


class StateFeed(PostFeed):
    found = for_feed(listings.in_state)

    def get_object(self, request, slug):
        return STATE.get_or_404(slug=slug)

    def title(self, state):
        return f"CompetencyWorks: {state.name}"

    def description(self, state):
        return f"Competency education in {state.name}."

    def list_path(self, state):
        return state.get_absolute_url()

    def values(self, state):
        return {"state": state.pk}


class PersonFeed(PostFeed):
    found = for_feed(listings.written_by)

    def get_object(self, request, slug):
        return PERSON.get_or_404(slug=slug)

    def title(self, person):
        return f"CompetencyWorks: {person.name}"

    def description(self, person):
        return f"Articles by {person.name}."

    def list_path(self, person):
        return person.get_absolute_url()

    def values(self, person):
        return {"person": person.pk}
