"""Registrants correct the spelling of their own name once the event is over."""

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from competencyworks.core.cross_site import same_site_posts

from .. import registration
from ..models import Registration
from .answers import CONFLICT, UNPROCESSABLE, page, see_other
from .changed_since import ChangedSinceOpened
from .forms import Shown, name_field
from .own_page import by_token, locked


class NameForm(ChangedSinceOpened, forms.Form):
    """The name alone, with the rules it had when they registered."""

    def __init__(self, found: Registration, data=None) -> None:
        super().__init__(data, initial={"name": found.name}, auto_id="register-%s")
        self.fields["name"] = name_field()
        self.compare()

    @property
    def shown_fields(self) -> list[Shown]:
        return [Shown(self["name"])]


@same_site_posts
@by_token
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def correct(request: HttpRequest, found: Registration) -> HttpResponse:
    """The name, to spell it anew. Before the end of the event, all that was said can be changed."""
    own = f"/events/registration/{found.token}/"
    data = request.POST if request.method == "POST" else None
    if data is not None and (found := locked(found)) is None:
        return see_other(own)
    if not registration.may_correct_name(found):
        return see_other(own, "no-changes" if data is not None else "")
    form, status = NameForm(found, data), 200
    if data is not None and form.is_valid() and not form.changed_since:
        registration.correct_name(found, form.cleaned_data["name"])
        return see_other(own, "changes")
    if data is not None:
        status = UNPROCESSABLE if form.errors else CONFLICT
    context = {"event": found.event, "form": form, "path": own}
    return page(
        request, "own_page_name.html", "Correct your name", context, status, below=found.event
    )
