from django.contrib import admin
from django_tasks_db import admin as tasks_admin  # noqa: F401 - it registers before we do
from django_tasks_db.models import DBTaskResult
from taggit import admin as taggit_admin  # noqa: F401 - it registers before we do
from taggit.models import Tag

from .addresses import OldAddress
from .background.jobs_admin import SweepRunAdmin, TaskAdmin
from .bulk_actions import BulkActAdmin
from .discussion.comment_admin import CommentAdmin
from .discussion.discussion_admin import BanAdmin, CommentReportAdmin, DiscussionSettingsAdmin
from .links.changes_admin import CitedChangeAdmin
from .links.health_admin import OutsideAddressAdmin
from .mail.mail_admin import OutgoingMailAdmin
from .models import (
    Ban,
    BulkAct,
    CitedChange,
    Comment,
    CommentReport,
    DiscussionSettings,
    Image,
    OutgoingMail,
    OutsideAddress,
    Person,
    State,
    SweepRun,
    Topic,
)
from .old_address_admin import OldAddressAdmin
from .people_admin import PersonAdmin
from .pictures.image_admin import ImageAdmin
from .policy_admin import PolicyAdmin
from .taxonomy.tag_admin import TagAdmin
from .taxonomy.topic_admin import TopicAdmin


@admin.register(State)
class StateAdmin(PolicyAdmin):
    list_display = ["name", "code"]
    search_fields = ["name", "code"]
    list_per_page = 100


admin.site.register(OldAddress, OldAddressAdmin)
admin.site.register(Image, ImageAdmin)
admin.site.register(Person, PersonAdmin)
admin.site.register(Topic, TopicAdmin)
admin.site.unregister(Tag)  # taggit's page asks for no permission to merge
admin.site.register(Tag, TagAdmin)
admin.site.register(Comment, CommentAdmin)
admin.site.register(CommentReport, CommentReportAdmin)
admin.site.register(Ban, BanAdmin)
admin.site.register(DiscussionSettings, DiscussionSettingsAdmin)
admin.site.register(OutsideAddress, OutsideAddressAdmin)
admin.site.register(CitedChange, CitedChangeAdmin)
admin.site.register(OutgoingMail, OutgoingMailAdmin)
admin.site.register(BulkAct, BulkActAdmin)
admin.site.register(SweepRun, SweepRunAdmin)
admin.site.unregister(DBTaskResult)  # ours says in words what it is, and runs it again
admin.site.register(DBTaskResult, TaskAdmin)
