"""Who registered for events."""

from django.db.models import QuerySet

from competencyworks.core.privacy import Erasure, Holder, holder

from . import registration
from .models import Invitation, Mailing, MailWording, Question, Registration
from .models.registration import RegistrationQuerySet
from .retention import NAMELESS, make_anonymous
from .video_service import places

Status = Registration.Status


@holder("registrations")
class Registrations(Holder):
    """Registrations for events. A place at one to come is given back; the count stays, nameless."""

    def names(self, email):
        names = set(self._of(email).values_list("name", flat=True))
        return names - {NAMELESS, ""}

    def export(self, email):
        rows = list(self._of(email).select_related("event"))
        events = {row.event_id for row in rows}
        asked = {each.pk: each.heading for each in Question.objects.filter(event__in=events)}
        return [
            {
                "event": row.event.title,
                "address": row.event.get_absolute_url(),
                "starts_at": row.event.starts_at.isoformat(),
                "status": row.status,
                "name": row.name,
                "email": row.email,
                "organization": row.organization,
                "role": row.role,
                "seats": row.seats,
                "companions": row.companions,
                "online": row.is_online,
                "answers": _said(row.answers, asked),
                "survey": _said(row.survey_answers, asked),
                "former_answers": [
                    {
                        "question": asked.get(int(each["question"]), ""),
                        "answer": each["answer"],
                        "changed_at": each["changed_at"],
                    }
                    for each in row.former_answers
                ],
                "join_address": places.own_address(row),
                "attended": row.attended,
                "registered_at": row.created_at.isoformat(),
                "cancelled_at": row.cancelled_at and row.cancelled_at.isoformat(),
            }
            for row in rows
        ]

    def erase(self, erasure: Erasure) -> int:
        mine = self._of(erasure.email)
        # By event, then by key: as all acts lock, so that none waits for another in a circle.
        for row in mine.exclude(status=Status.CANCELLED).order_by("event_id", "pk"):
            registration.give_back_unseen(row)
        count = make_anonymous(mine)
        # Others may have written the address or the name down.
        others = Registration.objects.all()
        words = ("name", "organization", "role", "companions")
        answers = ("answers", "survey_answers", "former_answers")
        count += erasure.scrub(others, *words, *answers)
        count += erasure.scrub(Invitation.objects.all(), "note", names=True)
        count += erasure.scrub(Mailing.objects.all(), "subject", "text", names=True)
        return count + erasure.scrub(MailWording.objects.all(), "subject", "opening", "closing")

    def _of(self, email: str) -> QuerySet[Registration] | RegistrationQuerySet:
        return Registration.objects.filter(email__iexact=email)


def _said(answers: dict, asked: dict[int, str]) -> dict:
    """Question → answer; a question that is gone, or has the words of another, has its number."""
    said = {}
    for key, answer in answers.items():
        text = asked.get(int(key), f"question {key}")
        said[f"{text} (question {key})" if text in said else text] = answer
    return said
