"""The admin of comments, with what the roof adds: a link goes before the wiki's curators."""

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from competencyworks.core import policy
from competencyworks.core.admin import CommentAdmin
from competencyworks.core.models import Comment
from wiki.models import Suggestion
from wiki.suggesting import from_comments

admin.site.unregister(Comment)


@admin.register(Comment)
class CommentWithLinksAdmin(CommentAdmin):
    change_form_template = "admin/comment_with_links_form.html"

    def get_urls(self):
        view = require_POST(self.suggest_view)
        page = self.page("<int:pk>/suggest/", view, act="change", name="core_comment_suggest")
        return [page, *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        may = obj is not None and self.has_change_permission(request)
        # A form that comes back has put its words on `obj`, and they are not clean yet.
        stored = Comment.objects.get(pk=obj.pk) if may and request.method == "POST" else obj
        context |= {
            "links": from_comments.links_of(stored) if may else [],
            "suggest_url": obj and reverse("admin:core_comment_suggest", args=[obj.pk]),
            "may_decide_suggestions": policy.may(request.user, "change", Suggestion),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def suggest_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One button: POST `url`, a link of the comment. Leads back to the comment."""
        comment = Comment.objects.get(pk=pk)
        try:
            suggestion = from_comments.suggest(comment, request.POST.get("url", ""), request.user)
        except from_comments.CannotSuggest as error:
            messages.warning(request, str(error))
        else:
            self.log_change(request, comment, "A link in it was suggested to the wiki.")
            messages.success(request, f"“{suggestion}” was sent to the curators of the wiki.")
        return HttpResponseRedirect(reverse("admin:core_comment_change", args=[pk]))
