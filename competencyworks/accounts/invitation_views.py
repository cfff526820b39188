"""The page that invites a colleague, and the page where the colleague sets a password."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from competencyworks.core.appearances import appearances
from competencyworks.core.email_addresses import EmailAddressFormField
from competencyworks.core.models import Person

from . import invitations


class InviteForm(forms.Form):
    """Name, address and roles of a new colleague."""

    name = forms.CharField(
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text="The name shown on articles.",
    )
    email = EmailAddressFormField(
        label="Email address",
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text="We will send the invitation here.",
    )
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        help_text="What your colleague can do. You can change this later under Users.",
    )
    profile = forms.TypedChoiceField(
        label="Is this your colleague?",
        coerce=lambda value: value if value == invitations.NEW else int(value),
        widget=forms.RadioSelect,
        error_messages={
            "required": "There is already a person with this name or email address. Choose "
            "whether it is your colleague.",
            "invalid_choice": "This person was changed in the meantime. Choose again.",
        },
        help_text="The account will be the author of this person’s work and can see their drafts.",
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if people := self._people():
            self.fields["profile"].choices = [
                *((person.pk, _known_as(person)) for person in people),
                (invitations.NEW, "No, this is someone else. Create a new person"),
            ]
        else:
            del self.fields["profile"]

    def _people(self) -> list[Person]:
        """Who has the address or the name that was typed, and no account."""
        try:
            email = self.fields["email"].clean(self.data.get("email"))
        except forms.ValidationError:
            return []
        return list(invitations.profiles_of(email, self.data.get("name", "")))


def _known_as(person: Person) -> str:
    words = ", ".join(filter(None, [person.role, person.organization]))
    return format_html(
        'Yes, <a href="{}">{}</a>{} ({})',
        reverse("admin:core_person_change", args=[person.pk]),
        person,
        f", {words}" if words else "",
        appearances(person),
    )


def invite(request: HttpRequest) -> HttpResponse:
    """The form; it makes everything at once, or says what is wrong. The admin site asks who may."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(**form.cleaned_data, by=request.user)
        except invitations.CannotInvite as error:
            is_of_profile = isinstance(error, invitations.ProfileKnown) and "profile" in form.fields
            form.add_error("profile" if is_of_profile else "email", str(error))
        else:
            messages.success(
                request,
                f"{form.cleaned_data['name']} was invited by email. The username is "
                f"“{invitation.user}”.",
            )
            url = reverse("admin:auth_user_change", args=[invitation.user_id])
            return HttpResponseRedirect(url)
    context = {**admin.site.each_context(request), "title": "Invite a colleague", "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/invite.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters()
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the link in the mail."""
    try:
        invitation = invitations.invitation_of(token)
        form = SetPasswordForm(invitation.user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            invitations.accept(token, form.cleaned_data["new_password1"])
            if request.user.is_authenticated:
                logout(request)  # somebody else's session in this browser
            messages.success(request, "Your password is set. You can now sign in with it.")
            return HttpResponseRedirect(reverse("account_login"))
    except invitations.CannotAccept as error:
        page = render(request, "account/invitation.html", {"problem": str(error)}, status=410)
    else:
        context = {"form": form, "username": invitation.user.get_username()}
        status = 422 if form.errors else 200
        page = render(request, "account/invitation.html", context, status=status)
    return page
