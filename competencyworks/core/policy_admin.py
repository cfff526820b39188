"""How the admin asks the policy: a base for model admins, one for inlines, and list actions."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from . import deleting, policy
from .choice_fields import ChoosesByKey
from .date_fields import DatesInRange
from .field_messages import NamesDuplicates, SaysInWords
from .stale_forms import StaleFormAdmin, checked_rows

# What Django's own filters put behind the name of a column.
OF_FILTERS = re.compile(
    r"(?:__(?:id|pk))?(?:__(?:exact|isnull|isempty|in|gte|lt|year|month|day))?", re.ASCII
)
# What the list posts, and the page before the action asks anew.
OF_THE_LIST = {
    "csrfmiddlewaretoken", "action", "_selected_action", "select_across", "index", "reason",
    "kept_as",
}  # fmt: skip
MOST_AT_ONCE = 200  # items of one action that asks first


def action(
    act: str,
    description: str,
    *,
    asks: tuple[str, str] | None = None,
    at_once: int | None = None,
) -> Callable:
    """
    Mark a method of a PolicyAdmin as list action.

    It runs only when the policy allows `act` on every ticked object. With `asks`, a page
    lists the objects first, and what is missing in them: give it to actions that change what
    readers see, or mail people. It holds the question, with '{}' for how many of what, and the
    words of the button: ('Publish {}?', 'Publish'). Where the action leaves more than `at_once`
    objects to the worker (core.bulk_actions), that page says so.
    """

    def mark(method: Callable) -> Callable:
        method.act, method.asks, method.short_description = act, asks, description
        method.at_once = at_once
        return method

    return mark


class PolicyAdmin(ChoosesByKey, DatesInRange, SaysInWords, StaleFormAdmin, admin.ModelAdmin):
    """
    Answers Django's questions for permission from the policy. Every admin of ours is one.

    With `asks_why`, the page before a list action asks for a reason, which it posts as `reason`.
    Without `asks_about_one`, a single ticked object is not asked about.
    """

    asks_why = False
    asks_about_one = True
    delete_advice = ""  # what to do in place of deleting, on the page that asks

    def may(self, request: HttpRequest, act: str, item: models.Model | None = None) -> bool:
        """Whether the user may do `act` to `item`, or to some object of this kind."""
        return policy.may(request.user, act, self.model if item is None else item)

    def has_view_permission(self, request, obj=None):
        return self.may(request, "view", obj)

    def has_add_permission(self, request):
        return self.may(request, "add")

    def has_change_permission(self, request, obj=None):
        return self.may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self.may(request, "delete", obj)

    def has_module_permission(self, request):
        return self.may(request, "view") or self.may(request, "add")

    def get_queryset(self, request):
        """What the user may see of this kind; autocompletes and lists show no other."""
        return policy.rows(request.user, "view", super().get_queryset(request))

    def changelist_view(self, request, extra_context=None):
        """The list. A selected key that can be none of this kind is the sender's fault."""
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(key)
        except ValidationError as error:
            raise BadRequest("a selected key that is none") from error
        return super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup, value, request):
        """
        What the address of a list may filter by: the columns of its filters and its dates.

        Django allows every column of the model, and so tells, letter by letter, what its form
        hides.
        """
        filters = self.get_list_filter(request)
        if lookup in {getattr(each, "parameter_name", None) for each in filters}:
            return True  # a filter of our own, which does with it what it likes
        named = [each[0] if isinstance(each, (list, tuple)) else each for each in filters]
        columns = [name for name in (*named, self.date_hierarchy) if isinstance(name, str)]
        return any(
            lookup.startswith(name) and OF_FILTERS.fullmatch(lookup.removeprefix(name))
            for name in columns
        )

    def get_deleted_objects(self, objs, request):
        """In words and with links, what refers to the objects."""
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleting.in_words(objs, self.admin_site), counts, lacking, protected

    def delete_view(self, request, object_id, extra_context=None):
        advice = {"delete_advice": self.delete_advice}
        return super().delete_view(request, object_id, advice | (extra_context or {}))

    # --- pages of our own ---------------------------------------------------------------------

    def page(
        self,
        route: str,
        view: Callable,
        *,
        act: str,
        name: str,
        post_act: str = "",
        of_item: bool = True,
        refuse: Callable[[str], HttpResponse] | None = None,
    ) -> URLPattern:
        """
        The address of a page of our own, open to those who may do `act`; to those who may do
        `post_act`, where it is given, by POST. `refuse` answers the others, given the words,
        where a program reads the answer and not a person.

        Where the route begins with the key of an object of this kind (`<int:pk>/`), the policy
        is asked about that object: 404 for who may not see it, 403 for who may not do this.
        Without `of_item` it is asked about the kind alone.
        """
        of_item = of_item and route.startswith("<int:pk>/")

        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            item, asked = None, post_act if post_act and request.method == "POST" else act
            if of_item and self.may(request, asked):
                item = self.get_queryset(request).filter(pk=kwargs["pk"]).first()
                if item is None:
                    raise Http404("no such item")
            if not self.may(request, asked, item):
                words = policy.refusal(asked, [item] if item else [])
                if refuse:
                    return refuse(words)
                raise policy.Refused(words)
            return view(request, *args, **kwargs)

        guarded.policy = (policy.kind_of(self.model), act, post_act or act)
        return path(route, self.admin_site.admin_view(guarded), name=name)

    # --- list actions -------------------------------------------------------------------------

    def get_actions(self, request):
        """Django's, without those that name no act or that the user may do to nothing."""
        found = {}
        for name, (function, _, description) in super().get_actions(request).items():
            act = "delete" if name == "delete_selected" else getattr(function, "act", None)
            if act and self.may(request, act):
                found[name] = (self._guarded(function, act, name), name, description)
        return found

    def _guarded(self, function: Callable, act: str, name: str) -> Callable:
        """The action, once the policy and the user have said yes."""

        @wraps(function)
        def run(model_admin, request: HttpRequest, rows: models.QuerySet) -> Any:
            ticked = list(self.for_action(rows))
            if not ticked:
                messages.warning(
                    request,
                    "What you chose is no longer in this list, perhaps because a colleague "
                    "changed it. Nothing was done.",
                )
                return None
            if refused := policy.refused_of(request.user, act, ticked):
                raise policy.Refused(policy.refusal(act, refused))
            asks = getattr(function, "asks", None)
            enough = self.asks_about_one or len(ticked) > 1
            if asks and enough and "_confirmed" not in request.POST:
                return self._ask(request, ticked, name, act, asks, function.at_once)
            return function(model_admin, request, rows)

        run.act = act
        return run

    def for_action(self, rows: models.QuerySet) -> models.QuerySet:
        """The ticked rows as the policy and the page that asks read them."""
        return rows

    def described(self, item: models.Model) -> str:
        """One object on the page before an action."""
        return str(item)

    def what_is_missing(self, item: models.Model) -> list[str]:
        """What `item` lacks for being published, as 'no author'."""
        return []

    def saved_lately(self, request: HttpRequest, items: list[models.Model]) -> dict[int, str]:
        """Who saved which of `items` just now and may still be at it, in words, by key."""
        return {}

    def warnings_about(
        self, request: HttpRequest, items: list[models.Model], act: str
    ) -> dict[int, str]:
        """What to read beside each of `items`, by key, before `act` is done to it."""
        return {}

    def version_of(self, item: models.Model) -> str:
        """What the act compares, so that it holds for what was shown alone; '' if it does not."""
        return ""

    def _ask(
        self,
        request: HttpRequest,
        ticked: list[models.Model],
        name: str,
        act: str,
        asks: tuple[str, str],
        at_once: int | None,
    ) -> HttpResponse:
        """
        The page before an action. What lacks something is not ticked there for publishing, nor is
        what somebody should read a warning about first.
        """
        question, button = asks
        shown = ticked[:MOST_AT_ONCE]
        lately = self.saved_lately(request, shown) if act == "publish" else {}
        warnings = self.warnings_about(request, shown, act)
        rows = [
            (
                item,
                self.described(item),
                self.what_is_missing(item) if act == "publish" else [],
                lately.get(item.pk, ""),
                self.version_of(item),
                warnings.get(item.pk, ""),
            )
            for item in shown
        ]
        noun = self.opts.verbose_name if len(shown) == 1 else self.opts.verbose_name_plural
        context = {
            **self.admin_site.each_context(request),
            "title": question.format(f"{len(shown)} {noun}"),
            "opts": self.opts,
            "rows": rows,
            "button": button,
            "action": name,
            "left": len(ticked) - len(shown),
            "in_background": at_once is not None and len(shown) > at_once,
            "incomplete": sum(bool(missing) for _, _, missing, *_ in rows),
            "saved_lately": len(lately),
            "warned": len(warnings),
            "asks_why": self.asks_why,
            "carried": [
                (field, value)
                for field, values in request.POST.lists()
                if field not in OF_THE_LIST
                for value in values
            ],
        }
        return TemplateResponse(request, "admin/ask_action.html", context)


def site_page(site: admin.AdminSite, route: str, view: Callable, *, kind: str, name: str):
    """The address of a page of the admin without a model; `kind` names it in the policy."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        policy.require(request.user, "view", kind)
        return view(request, *args, **kwargs)

    guarded.policy = (kind, "view", "view")
    return path(route, site.admin_view(guarded), name=name)


class PolicyInline(ChoosesByKey, DatesInRange, SaysInWords):
    """
    Mixin of inlines: the policy says who changes rows of their kind. That nobody changes rows in
    what they may not change is Django's own rule. Give it before admin.TabularInline or
    admin.StackedInline.

    Every inline has an end, `most_rows`, told in words: a form with more fields than
    DATA_UPLOAD_MAX_NUMBER_FIELDS could not be read at all. A test adds up the fields of each form.

    Rows that a colleague changed meanwhile are kept or shown (see core.stale_forms); where the
    revisions of the item hold them (`in_revisions`), history.editing merges them instead.
    """

    in_revisions = False
    most_rows = 100
    too_many = "You can have up to %(num)d rows here. Remove some of them and save again."

    def get_formset(self, request, obj=None, **kwargs):
        if self.max_num is None:
            kwargs = {"max_num": self.most_rows, "validate_max": True} | kwargs
        formset = super().get_formset(request, obj, **kwargs)
        rows = type(formset.__name__, (NamesDuplicates, formset), {})
        rows.default_error_messages = rows.default_error_messages | {
            "too_many_forms": self.too_many
        }
        return rows if obj is None or self.in_revisions else checked_rows(rows, request)

    def has_view_permission(self, request, obj=None):
        return policy.may(request.user, "view", self.model)

    def has_add_permission(self, request, obj):
        return policy.may(request.user, "add", self.model)

    def has_change_permission(self, request, obj=None):
        return policy.may(request.user, "change", self.model)

    def has_delete_permission(self, request, obj=None):
        return policy.may(request.user, "delete", self.model)
