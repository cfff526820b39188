"""
The demo's events, and the invented people who registered for them.

Registrations are written in bulk, in the order and with the rule of events.registration: who fits
gets a seat, who does not waits; no mail goes out for what is only a demo.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from competencyworks.website.demo.canvas import seeded
from events.models import Event, EventPerson, Question, Registration

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANNOUNCED = timedelta(days=35)  # before the start
FIRST_NAMES = (
    "Abena", "Alma", "Ansel", "Beatriz", "Bogdan", "Carys", "Chidi", "Dalia", "Deshawn", "Elif",
    "Emeka", "Farah", "Gideon", "Hana", "Imani", "Ines", "Jarek", "Josefa", "Kaito", "Keziah",
    "Lior", "Mairead", "Mateo", "Nadia", "Obi", "Paloma", "Quentin", "Rosalind", "Samir", "Thandi",
    "Ulla", "Viktor", "Wren", "Ximena", "Yusuf", "Zora",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Bergstrom", "Castellan", "Dunmore", "Eze", "Fairweather", "Gutierrez", "Halloran",
    "Ibarra", "Jernigan", "Kowalczyk", "Lindgren", "Mbeki", "Navarro", "Oyelaran", "Pruitt",
    "Quiroga", "Rasmussen", "Sandoval", "Tamblyn", "Underhill", "Vasquez", "Whitlock", "Yamada",
)  # fmt: skip
SCHOOLS = (
    "Alder Creek Elementary School", "Bellweather High School", "Cold Spring Middle School",
    "Dry Fork Unified Schools", "East Meadow Academy", "Foxglove Community College",
    "Granite Falls School District", "Harrow Lake Public Schools",
)  # fmt: skip
ROLES = ("Teacher", "Principal", "Instructional coach", "Counselor", "Board member", "Registrar")
WISHES = (
    "How to begin in the middle of a year", "What to tell families first", "Examples, please",
    "How small schools do this", "",
)  # fmt: skip
OPINIONS = (
    "More time for questions.", "The examples from real classrooms helped most.",
    "Please send the slides before.", "", "",
)  # fmt: skip
GRADES = ["Elementary school", "Middle school", "High school", "College", "Other"]


def load_events(loading, entries: list[dict[str, Any]]) -> None:
    """Make the events of `entries`, with what `loading` has made: people, topics, staff."""
    for entry in entries:
        event = _event(entry)
        if key := entry.get("picture"):
            event.picture = loading.drawing(f"{key}/{event.slug}", event.title)
        event.created_by = loading.users["events"]
        event.save()
        for position, slug in enumerate(entry.get("people", ())):
            EventPerson.objects.create(event=event, person=loading.people[slug], position=position)
        # Of what is far ahead the announcement is new, and the same for all.
        announced = min(event.starts_at - ANNOUNCED, timezone.now() - timedelta(days=3))
        event = loading.keep(event, entry, announced, loading.users["events"])
        if "cancelled" in entry:
            event.cancelled_at = event.starts_at - timedelta(days=1)
            event.cancel_reason = entry["cancelled"]
            event.save()
        loading.made["events"] += 1
        loading.made["registrations"] += _register(event, entry)


def _event(entry: dict[str, Any]) -> Event:
    zone = ZoneInfo(entry["zone"])
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(weeks=entry["week"], days=DAYS.index(entry["day"]))
    starts = datetime.combine(day, time.fromisoformat(entry["start"]), tzinfo=zone)
    if "end" in entry:
        last = day + timedelta(days=entry["days"] - 1)
        ends = datetime.combine(last, time.fromisoformat(entry["end"]), tzinfo=zone)
    else:
        ends = starts + timedelta(minutes=entry["minutes"])
    event = Event(
        slug=entry["slug"],
        title=entry["title"],
        body=entry["body"],
        kind=entry["kind"],
        zone=entry["zone"],
        starts_at=starts.astimezone(UTC),
        ends_at=ends.astimezone(UTC),
        attendance=entry.get("attendance", "online"),
        venue=entry.get("venue", ""),
        venue_address=entry.get("venue_address", ""),
        price_note=entry.get("price", ""),
        hosts=entry.get("hosts", "Alderbrook Institute"),
        sign_up=entry.get("sign_up", "form"),
        outside_url=entry.get("outside_url", ""),
        capacity=entry.get("capacity"),
        largest_party=entry.get("largest_party", 1),
        by_invitation=entry.get("by_invitation", False),
        reminder_minutes=[1440, 60],
    )
    if event.attendance != Event.Attendance.IN_PERSON and event.kind != Event.Kind.DEADLINE:
        event.join_url = f"https://video.example.org/j/{event.slug}"
        event.join_note = "<p>You may come in ten minutes early; cameras are welcome.</p>"
    if event.attendance != Event.Attendance.ONLINE:
        event.venue_note = "<p>Park behind the building and come in by the side door.</p>"
    if weeks := entry.get("opens_in_weeks"):
        event.opens_at = event.starts_at - timedelta(weeks=entry["week"] - weeks)
    if entry.get("recording"):
        event.recording_url = f"https://video.example.org/recordings/{event.slug}"
    if entry.get("slides"):
        event.slides_url = f"https://slides.example.org/{event.slug}"
    return event


def _register(event: Event, entry: dict[str, Any]) -> int:
    """As many registrations as `entry` says; returns their number."""
    wanted, rng = entry.get("registered", 0), seeded(f"registrants of {event.slug}")
    if not wanted:
        return 0
    questions = _questions(event) if entry.get("questions") else []
    first = event.publish_at
    step = (min(event.starts_at, timezone.now()) - first) / (wanted + 1)
    survey = _survey(event) if entry.get("attended") else []
    free, made = event.capacity, []
    for number in range(1, wanted + 1):
        seats = rng.randint(1, event.largest_party)
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        fits = free is None or seats <= free
        if fits and free is not None:
            free -= seats
        at = first + step * number
        made.append(
            Registration(
                event=event,
                status="confirmed" if fits else "waiting",
                name=name,
                email=f"{name.lower().replace(' ', '.')}.{event.pk}.{number}@example.org",
                organization=rng.choice(SCHOOLS),
                role=rng.choice(ROLES),
                seats=seats,
                companions=[
                    f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}" for _ in range(seats - 1)
                ],
                answers={str(each.pk): _answer(each, rng) for each in questions},
                created_at=at,
                confirmed_at=at if fits else None,
                attended=rng.random() < 0.7 if fits and entry.get("attended") else None,
            )
        )
        if made[-1].attended and rng.random() < 0.5:
            made[-1].survey_answers = {
                str(each.pk): said for each in survey if (said := _opinion(each, rng))
            }
    Registration.objects.bulk_create(made)
    return len(made)


def _questions(event: Event) -> list[Question]:
    return [
        Question.objects.create(
            event=event, text="Where do you work?", kind="choice", options=GRADES, required=True
        ),
        Question.objects.create(event=event, text="What do you hope to learn?", position=1),
    ]


def _survey(event: Event) -> list[Question]:
    texts = [
        ("How useful was this for your work?", "choice", ["Very", "Somewhat", "Hardly"]),
        (
            "What should we take up next?",
            "choices",
            ["Grading", "Pacing", "Families", "Schedules", "Other"],
        ),
        ("What else do you want to tell us?", "text", []),
    ]
    return [
        Question.objects.create(
            event=event, asked="survey", text=text, kind=kind, options=options, position=position
        )
        for position, (text, kind, options) in enumerate(texts)
    ]


def _opinion(question: Question, rng) -> str | list[str]:
    if question.kind == Question.Kind.CHOICES:
        return rng.sample(question.options, rng.randint(1, 2))
    return rng.choice(question.options or OPINIONS)


def _answer(question: Question, rng) -> str:
    return rng.choice(question.options or WISHES)
