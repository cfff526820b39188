"""The admin of comments, with what the roof adds: a link goes before the wiki's curators."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from competencyworks.core.admin import CommentAdmin
from competencyworks.core.models import Comment
from wiki.suggesting import from_comments
from wiki.suggesting.admin import DECIDE

admin.site.unregister(Comment)


@admin.register(Comment)
class CommentWithLinksAdmin(CommentAdmin):
    change_form_template = "admin/comment_with_links_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.suggest_view))
        return [path("<int:pk>/suggest/", view, name="core_comment_suggest"), *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        may = obj is not None and self.has_change_permission(request)
        context |= {
            "links": from_comments.links_of(obj) if may else [],
            "suggest_url": obj and reverse("admin:core_comment_suggest", args=[obj.pk]),
            "may_decide_suggestions": request.user.has_perm(DECIDE),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def suggest_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One button: POST `url`, a link of the comment. Leads back to the comment."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        comment = Comment.objects.filter(pk=pk).first()
        if comment is None:
            raise Http404("no such comment")
        try:
            suggestion = from_comments.suggest(comment, request.POST.get("url", ""), request.user)
        except from_comments.CannotSuggest as error:
            messages.warning(request, str(error))
        else:
            self.log_change(request, comment, "A link of it was suggested to the wiki.")
            messages.success(request, f"“{suggestion}” waits for a curator of the wiki.")
        return HttpResponseRedirect(reverse("admin:core_comment_change", args=[pk]))
