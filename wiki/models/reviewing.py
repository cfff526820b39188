from django.conf import settings
from django.db import models


class Reviewed(models.Model):
    """Abstract: what somebody on the staff looks after, and looks at again by a day."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who maintains this and is reminded when it is due for review.",
    )
    review_by = models.DateField(
        "review by",
        null=True,
        blank=True,
        db_index=True,
        help_text="On this date it is due for review, and the owner gets an email.",
    )
    # The day of `review_by` that the owner was reminded of; another day is reminded of anew.
    reminded_of = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True
