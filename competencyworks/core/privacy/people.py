"""Profiles of people, and accounts of staff."""

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from ..addresses import OldAddress
from ..links import graph
from ..models import OutsideAddress, Person
from ..slugs import free_slug
from .erasure import NAME_REMOVED, Erasure, naming
from .registry import Holder, holder


@holder("people")
class People(Holder):
    """Profiles of authors and presenters. The address goes; name and page go if that is chosen."""

    def names(self, email):
        return set(self._of(email).values_list("name", flat=True))

    def export(self, email):
        return [
            {
                "page": person.get_absolute_url(),
                "name": person.name,
                "email": person.email,
                "role": person.role,
                "organization": person.organization,
                "bio": str(person.bio),
                "website": person.website,
            }
            for person in self._of(email)
        ]

    def erase(self, erasure):
        mine = list(self._of(erasure.email).select_for_update().order_by("pk"))
        for person in mine:
            person.email = ""
            if erasure.profile:
                self._make_nameless(person)
            else:
                Person.objects.filter(pk=person.pk).update(email="")
        # An imported login may have been an address: /author/ann@example.org.
        forms = OldAddress.objects.filter(naming(erasure.email, "path"))
        naming_it = list(Person.objects.filter(naming(erasure.email, "bio")))
        others = erasure.scrub(Person.objects.all(), "name", "bio", "role", "organization")
        self._record_anew(naming_it, erasure.email)
        return len(mine) + forms.delete()[0] + others

    def _record_anew(self, people: list[Person], email: str) -> None:
        """The links of people whose texts named the address lead where they now do."""
        for person in people:
            person.refresh_from_db()
        graph.record_all(people)
        OutsideAddress.objects.filter(naming(email, "key", "url"), links=None).delete()

    def _make_nameless(self, person: Person) -> None:
        others = Person.objects.exclude(pk=person.pk)
        person.name = NAME_REMOVED
        person.slug = free_slug(f"person-{person.pk}", others.filter, fallback="person")
        person.role = person.organization = person.bio = person.website = ""
        person.portrait = None
        theirs = list(person.links.exclude(outside=None).values_list("outside", flat=True))
        person.save()
        # The address of a website may be made of the name too; others may cite it.
        OutsideAddress.objects.filter(pk__in=theirs, links=None).delete()
        # The earlier addresses of the page are made of the name.
        kind = ContentType.objects.get_for_model(Person)
        OldAddress.objects.filter(content_type=kind, object_id=person.pk).delete()

    def _of(self, email: str) -> QuerySet[Person]:
        return Person.objects.filter(email__iexact=email)


@holder("accounts")
class Accounts(Holder):
    """
    Accounts of staff. The address goes. Where it is the user name, or where that is chosen, nobody
    signs in with the account any longer, and its user name goes too.
    """

    def export(self, email):
        return [
            {
                "username": user.get_username(),
                "email": user.email,
                "name": user.get_full_name(),
                "joined_at": user.date_joined.isoformat(),
                "last_seen_at": user.last_login and user.last_login.isoformat(),
            }
            for user in self._of(email)
        ]

    def erase(self, erasure: Erasure) -> int:
        count = 0
        for user in self._of(erasure.email):
            user.email = ""
            if erasure.account or user.get_username().lower() == erasure.email.lower():
                user.username, user.is_active = _free_username(user.pk), False
                user.set_unusable_password()
            if erasure.profile:
                user.first_name = user.last_name = ""
            user.save()
            count += 1
        return count

    def _of(self, email: str) -> QuerySet:
        users = get_user_model().objects
        return users.filter(email__iexact=email) | users.filter(username__iexact=email)


def _free_username(pk: int) -> str:
    """A user name that says nothing; somebody may have chosen the first one for themselves."""
    users = get_user_model()._default_manager
    name, number = f"erased-{pk}", 2
    while users.filter(username=name).exists():
        name, number = f"erased-{pk}-{number}", number + 1
    return name
