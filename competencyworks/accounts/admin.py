"""Users, roles and the list of who did what, for superusers; allauth's own admins are removed."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Exists, OuterRef

from competencyworks.core.email_addresses import EmailAddressFormField
from competencyworks.core.policy_admin import PolicyAdmin, action
from competencyworks.core.policy_table import ROLES

from . import invitations, password_reset, security_notices
from .last_superuser import NEEDED, LastSuperuser, check_another_stays
from .log_admin import LogAdmin
from .second_factors import remove_all

# They would show sign-in secrets, network addresses and the keys of applications to whoever has
# their permissions; what staff need of them stands under 'Your account'.
for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

admin.site.unregister([User, Group])
admin.site.register(LogEntry, LogAdmin)


@admin.register(Group)
class RoleAdmin(PolicyAdmin, GroupAdmin):
    """
    Roles. Whoever may change them may give themselves all rights. Those of the policy keep their
    names and are not deleted: the next migration would make them again, without their members.
    """

    delete_advice = "Everyone with this role immediately loses the rights it gives."

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "name"] if obj is not None and obj.name in ROLES else fields


class StaffForm(UserChangeForm):
    """Django's, which does not take the last superuser's rights."""

    email = EmailAddressFormField(label="Email address", required=False)

    def clean(self):
        data = super().clean()
        lost = [name for name, value in NEEDED.items() if data.get(name, value) != value]
        if lost and self.instance.pk:
            try:
                check_another_stays(self.instance)
            except LastSuperuser as error:
                self.add_error(lost[0], str(error))
        return data


@admin.register(User)
class StaffAdmin(PolicyAdmin, UserAdmin):
    """
    Accounts. New ones come by 'Invite a colleague'. One that is no longer used is made inactive:
    its deletion would take along what the log tells of it, so the policy names no such act.
    """

    form = StaffForm
    list_display = ["username", "email", "full_name", "is_staff", "second_factor", "last_login"]
    list_filter = ["is_staff", "is_superuser", "is_active", "groups"]
    actions = ["send_invitation_again", "send_reset_link", "remove_second_factors"]
    change_list_template = "admin/user_list.html"
    show_full_result_count = False

    def get_queryset(self, request):
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_factor=Exists(factors))

    @transaction.atomic
    def user_change_password(self, request, id, form_url=""):  # noqa: A002 - Django's name
        """Django's form for the password of somebody else, who is told of it by mail."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = self.get_object(request, id)
            if user is not None:
                security_notices.tell(user, security_notices.PASSWORD_BY_ADMIN)
        return response

    @admin.display(description="name")
    def full_name(self, user):
        return user.get_full_name()

    @admin.display(description="two-step verification", boolean=True, ordering="has_factor")
    def second_factor(self, user):
        return user.has_factor

    @action(
        "change",
        "Resend the invitation",
        asks=("Resend the invitation to {}?", "Resend"),
    )
    def send_invitation_again(self, request, users):
        sent = 0
        for user in users:
            try:
                invitations.send_again(user, by=request.user)
                sent += 1
            except invitations.CannotInvite as error:
                messages.warning(request, str(error))
        if sent:
            messages.success(request, f"{sent} sent.")

    @action(
        "change",
        "Email a password reset link",
        asks=("Email a password reset link to {}?", "Email the link"),
    )
    def send_reset_link(self, request, users):
        able = [user for user in users if user.is_active and user.is_staff and user.email]
        for user in able:
            password_reset.send_link(user)
            self.log_change(request, user, "Sent a link to set a new password.")
        messages.success(request, f"{len(able)} sent.")

    @action(
        "change",
        "Remove second factors (for someone who lost them)",
        asks=("Remove the second factors of {}?", "Remove"),
    )
    def remove_second_factors(self, request, users):
        removed = sum(remove_all(user, by=request.user) > 0 for user in users)
        messages.success(
            request, f"Removed the second factors of {removed}. Their sessions have ended."
        )
