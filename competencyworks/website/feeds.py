from django.shortcuts import get_object_or_404
from taggit.models import Tag

from blog.feeds import BlogFeed, PostFeed
from competencyworks.core.models import Person, State, Topic

from . import views


class SiteFeed(BlogFeed):
    """Everything new on the site."""

    title = "CompetencyWorks"
    description = "Everything new on competency education in K-12 and higher education."

    def list_path(self, obj):
        return "/"


class TopicFeed(PostFeed):
    def get_object(self, request, slug):
        return get_object_or_404(Topic, slug=slug)

    def title(self, topic):
        return f"CompetencyWorks: {topic.name}"

    def description(self, topic):
        return topic.description or f"Articles on {topic.name}."

    def list_path(self, topic):
        return topic.get_absolute_url()

    def posts(self, topic):
        return views.posts_on(Topic.below(topic))


class TagFeed(PostFeed):
    def get_object(self, request, slug):
        return get_object_or_404(Tag, slug=slug)

    def title(self, tag):
        return f"CompetencyWorks: {tag.name}"

    def description(self, tag):
        return f"Articles tagged “{tag.name}”."

    def list_path(self, tag):
        return f"/tags/{tag.slug}/"

    def posts(self, tag):
        return views.tagged(tag)


class StateFeed(PostFeed):
    def get_object(self, request, slug):
        return get_object_or_404(State, slug=slug)

    def title(self, state):
        return f"CompetencyWorks: {state.name}"

    def description(self, state):
        return f"Competency education in {state.name}."

    def list_path(self, state):
        return state.get_absolute_url()

    def posts(self, state):
        return views.in_state(state)


class PersonFeed(PostFeed):
    def get_object(self, request, slug):
        return get_object_or_404(Person, slug=slug)

    def title(self, person):
        return f"CompetencyWorks: {person.name}"

    def description(self, person):
        return f"Articles by {person.name}."

    def list_path(self, person):
        return person.get_absolute_url()

    def posts(self, person):
        return views.written_by(person)
