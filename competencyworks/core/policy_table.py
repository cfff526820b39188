"""
The policy itself: what each role is given, and what each act on each kind takes.

Change it here, run `manage.py migrate` (which brings the groups in line) and
`manage.py role_table` (which writes the table in docs/operate.md).
"""

from collections.abc import Mapping

from .policy_rules import (
    ANY,
    DRAFT,
    LISTED,
    NOT_RETIRED,
    OWN,
    OWN_BULK_ACT,
    OWN_DRAFT,
    OWN_PERSON,
    OWN_PICTURE,
    PRESENTER,
    UNUSED_PICTURE,
    UNUSED_TERM,
    Grant,
    Rule,
)

Acts = dict[str, tuple[Grant, ...]]
FOUR = ("add", "change", "delete", "view")
Table = Mapping[str, Acts]


def permission(act: str, kind: str) -> str:
    """Django's name of a permission: 'change', 'blog.post' → 'blog.change_post'."""
    app, model = kind.split(".")
    return f"{app}.{act}_{model}"


def grant(*permissions: str, rule: Rule = ANY) -> Grant:
    return Grant(permissions, rule)


def flat(kind: str, *acts: str) -> Acts:
    """Acts that take Django's permission of the same name. Whoever may change may see."""
    found = {act: (grant(permission(act, kind)),) for act in acts}
    if "change" in acts and "view" in acts:
        found["view"] += (grant(permission("change", kind)),)
    return found


def publishable(kind: str, publish: str, *, authored: bool = False) -> Acts:
    """
    Texts with a state. Those with the permission `publish` work on all of them, and alone decide
    what is public. Where texts have authors (`authored`), the others see their own, and change
    their drafts. Of the rest they change words, and remove drafts.
    """
    add, change, delete, view = (permission(act, kind) for act in FOUR)
    seen, writable, removable = (OWN, OWN_DRAFT, OWN_DRAFT) if authored else (ANY, ANY, DRAFT)
    removing = (grant(delete, publish), grant(delete, rule=removable))
    return {
        "view": (
            grant(view, publish),
            grant(change, publish),
            grant(view, rule=seen),
            grant(change, rule=seen),
        ),
        "add": (grant(add),),
        "change": (grant(change, publish), grant(change, rule=writable)),
        "publish": (grant(change, publish),),
        "withdraw": (grant(change, publish),),
        "delete": removing,
        "restore": removing,
    }


SUPERUSERS = (Grant((), ANY, superusers=True),)


def for_superusers(*acts: str) -> Acts:
    return dict.fromkeys(acts, SUPERUSERS)


OWN_ROLE = Rule("roles other than these", lambda user, group: group.name not in ROLES)
ANYBODY = (Grant((), ANY),)
MODERATE, BAN = grant("core.moderate_comment"), grant("core.add_ban")
WRITE_TO_REGISTRANTS = "events.change_registration"
EXPORT_REGISTRANTS = "events.export_registration"

KINDS: Table = {
    # --- blog
    "blog.post": publishable("blog.post", "blog.publish_post", authored=True),
    "blog.digest": publishable("blog.digest", "blog.publish_post", authored=True),
    "blog.paper": publishable("blog.paper", "blog.publish_paper", authored=True),
    "blog.series": publishable("blog.series", "blog.publish_post"),
    "blog.channel": flat("blog.channel", "view", "change"),
    "blog.postauthor": flat("blog.postauthor", *FOUR),
    "blog.paperauthor": flat("blog.paperauthor", *FOUR),
    "blog.digestrow": flat("blog.digestrow", *FOUR),
    # --- wiki
    "wiki.wikipage": {
        **publishable("wiki.wikipage", "wiki.publish_wikipage"),
        "complete_titles": (grant("wiki.view_wikipage"), grant("wiki.change_resource")),
    },
    "wiki.resource": {
        **publishable("wiki.resource", "wiki.publish_resource"),
        "import": (grant("wiki.add_resource", "wiki.change_resource"),),
    },
    "wiki.pageresource": flat("wiki.pageresource", *FOUR),
    "wiki.suggestion": {
        "view": (grant("wiki.view_suggestion"), grant("wiki.decide_suggestion")),
        "change": (grant("wiki.decide_suggestion"),),
        "publish": (grant("wiki.decide_suggestion", "wiki.publish_resource"),),
    },
    # --- events
    "events.event": {
        **publishable("events.event", "events.publish_event"),
        "cancel": (grant("events.change_event", "events.publish_event"),),
        "copy": (grant("events.add_event", "events.change_event"),),
        "make_post": (grant("events.add_event", "events.change_event", WRITE_TO_REGISTRANTS),),
    },
    "events.eventperson": flat("events.eventperson", *FOUR),
    "events.question": flat("events.question", *FOUR),
    "events.invitation": flat("events.invitation", *FOUR),
    "events.mailwording": flat("events.mailwording", *FOUR),
    "events.registration": {
        **flat("events.registration", "view", "change"),
        "register": (grant("events.add_registration"),),
        "mail": (grant(WRITE_TO_REGISTRANTS),),
        "export": (grant(EXPORT_REGISTRANTS),),
    },
    "events.videoplace": {
        **flat("events.videoplace", "view"),
        "retry": (grant("events.change_videoplace"),),
    },
    # --- people, pictures, topics
    "core.image": {
        "view": (grant("core.view_image"), grant("core.change_image")),
        "add": (grant("core.add_image"),),
        "change": (
            grant("core.change_image", "core.change_any_image"),
            grant("core.change_image", rule=OWN_PICTURE),
        ),
        "delete": (grant("core.delete_image", rule=UNUSED_PICTURE),),
        "delete_earlier": (
            grant("core.change_image", "core.change_any_image", "core.delete_image"),
        ),
    },
    "core.person": {
        "view": (grant("core.view_person"), grant("core.change_person")),
        "add": (grant("core.add_person"),),
        "change": (
            grant("core.change_person"),
            grant("core.change_presenter", rule=PRESENTER),
            grant("core.change_own_person", rule=OWN_PERSON),
        ),
        "see_private": (
            grant("core.change_person"),
            grant("core.change_presenter", rule=PRESENTER),
            grant("core.change_own_person", rule=OWN_PERSON),
        ),
        # Whose account it is decides whose drafts somebody sees.
        "link_account": SUPERUSERS,
        # A name stands under what is published already.
        "rename": (
            grant("core.change_person"),
            grant("core.change_presenter", rule=PRESENTER),
        ),
        "delete": (grant("core.delete_person"),),
        "merge": (grant("core.change_person", "core.delete_person"),),
    },
    "core.topic": {
        **flat("core.topic", "view", "add"),
        "change": (grant("core.change_topic", rule=NOT_RETIRED),),
        "delete": (grant("core.delete_topic", rule=UNUSED_TERM),),
        "merge": (grant("core.change_topic", "core.delete_topic"),),
        "retire": (grant("core.change_topic", "core.delete_topic"),),
    },
    "core.state": flat("core.state", "view"),
    "taggit.tag": {
        **flat("taggit.tag", "view", "add", "change"),
        "delete": (grant("taggit.delete_tag", rule=UNUSED_TERM),),
        "merge": (grant("taggit.change_tag", "taggit.delete_tag"),),
        "retire": (grant("taggit.change_tag", "taggit.delete_tag"),),
    },
    "core.oldaddress": flat("core.oldaddress", *FOUR),
    # --- conversation
    "core.comment": {
        "view": (MODERATE, grant("core.view_comment")),
        "change": (MODERATE,),
        "ban": (grant("core.moderate_comment", "core.add_ban"),),
    },
    "core.commentreport": flat("core.commentreport", "view"),
    "core.ban": flat("core.ban", *FOUR),
    "core.discussionsettings": flat("core.discussionsettings", "view", "change"),
    # --- links
    "core.outsideaddress": {
        "view": (grant("core.view_outsideaddress"), grant("core.change_outsideaddress")),
        "decide": (grant("core.change_outsideaddress"),),
    },
    "core.citedchange": {
        "view": (grant("core.view_citedchange", rule=LISTED),),
        "settle": (grant("core.settle_citedchange"),),
    },
    # --- the site
    "website.page": publishable("website.page", "website.publish_page"),
    "website.relatedpost": flat("website.relatedpost", *FOUR),
    "website.sitesettings": flat("website.sitesettings", "view", "change"),
    # Mails hold links that act for their readers, so no role has these permissions.
    "core.outgoingmail": {
        "view": (grant("core.view_outgoingmail"), grant("core.change_outgoingmail")),
        "send": (grant("core.change_outgoingmail"),),
    },
    "core.bulkact": {"view": (*SUPERUSERS, grant(rule=OWN_BULK_ACT))},
    "core.sweeprun": flat("core.sweeprun", "view"),
    "django_tasks_database.dbtaskresult": {
        **flat("django_tasks_database.dbtaskresult", "view"),
        "run": (grant("django_tasks_database.change_dbtaskresult"),),
    },
    # Whoever changes accounts or groups could give themselves everything.
    "auth.user": for_superusers("view", "add", "change"),
    "auth.group": {
        **for_superusers("add", "change", "view"),
        "delete": (Grant((), OWN_ROLE, superusers=True),),
    },
    "admin.logentry": for_superusers("view"),
    # --- pages of the admin that belong to no kind
    "admin.index": {"view": ANYBODY},
    "admin.invite": {"view": SUPERUSERS},
    "admin.known_address": {"view": ANYBODY},
    "admin.citing": {"view": (grant("core.view_outsideaddress"),)},
    "admin.personal_data": {"view": SUPERUSERS},
}


def every(*kinds: str) -> list[str]:
    return [permission(act, kind) for kind in kinds for act in FOUR]


def view(*kinds: str) -> list[str]:
    return [permission("view", kind) for kind in kinds]


_CLASSIFICATION = view("core.topic", "core.state", "taggit.tag")
_PICTURES = ["core.add_image", "core.change_image", "core.view_image"]
_WRITTEN = every("blog.post", "blog.postauthor", "blog.digest", "blog.digestrow",
                 "blog.paper", "blog.paperauthor")  # fmt: skip
_WIKI = [
    *every("wiki.wikipage", "wiki.pageresource", "wiki.resource"),
    "wiki.publish_wikipage", "wiki.publish_resource",
    "wiki.view_suggestion", "wiki.change_suggestion", "wiki.decide_suggestion",
    "core.view_outsideaddress", "core.change_outsideaddress",
    "core.view_citedchange", "core.settle_citedchange",
]  # fmt: skip
_EVENTS = [
    *every("events.event", "events.eventperson", "events.question", "events.invitation"),
    "events.publish_event",
]
_MODERATION = [
    *every("core.ban"),
    "core.moderate_comment", "core.view_comment", "core.change_comment",
    "core.view_commentreport", "core.view_commentdecision", "core.view_discussionsettings",
]  # fmt: skip

# Role (the name of a group) → Django's permissions. `manage.py migrate` gives each group exactly
# these; whoever needs more gets permissions of their own, or a group of another name.
ROLES: dict[str, frozenset[str]] = {
    "Author": frozenset(
        [
            *_WRITTEN,
            *view("blog.series", "blog.channel", "core.person"),
            *_PICTURES,
            *_CLASSIFICATION,
            "core.change_own_person",
        ]
    ),
    "Editor": frozenset(
        [
            *_WRITTEN,
            "blog.publish_post", "blog.publish_paper",
            *every("blog.series"), "blog.change_channel", "blog.view_channel",
            *_WIKI,
            *_EVENTS,
            *_MODERATION, "core.change_discussionsettings",
            *every("core.image", "core.person", "core.topic", "core.oldaddress", "taggit.tag"),
            "core.change_any_image", "core.view_state",
            *every("website.page"), "website.publish_page",
            *(permission(act, "website.relatedpost") for act in FOUR),
            "website.change_sitesettings", "website.view_sitesettings",
        ]
    ),
    "Moderator": frozenset(_MODERATION),
    "Curator": frozenset(
        [
            *_WIKI,
            *_PICTURES,
            *_CLASSIFICATION,
            *view("core.person"),
            "core.change_own_person", "taggit.add_tag",
        ]
    ),
    "Event manager": frozenset(
        [
            *_EVENTS,
            *every("events.registration", "events.mailwording"),
            "events.export_registration", "events.view_repetition",
            "events.change_videoplace", "events.view_videoplace",
            *_PICTURES,
            *_CLASSIFICATION,
            *view("core.person"), "core.add_person", "core.change_presenter",
            "core.change_own_person",
        ]
    ),
}  # fmt: skip
