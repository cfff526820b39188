"""
`python -m benchmarks.sending URL SECONDS ROUND`, in the site's environment: eight senders.

Prints as JSON how many were accepted (303) in how many seconds. Ends with an error where one was
refused: such figures mean nothing.
"""

import http.client
import itertools
import json
import os
import sys
import threading
import time
from urllib.parse import urlencode, urlsplit

import django

from .serving import LOADED_FROM

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402 - needs the set-up

from blog.models import Post, PostAuthor  # noqa: E402
from competencyworks.core.discussion import form_tokens  # noqa: E402
from competencyworks.core.discussion.announcing import MODERATORS  # noqa: E402
from competencyworks.core.discussion.threads import form_path  # noqa: E402
from competencyworks.core.models import Person  # noqa: E402

from .commenting import SENDERS  # noqa: E402

WORDS = (
    "We tried this with our sixth graders last fall, number {0}. What surprised me was how much "
    "the students had to say about the rubric: {0} of them rewrote it.\n\nWould you do it again?"
)
ITEMS = 50  # posts that comments go to


def main() -> None:
    url, seconds, number = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    os.sched_setaffinity(0, {LOADED_FROM})
    posts = list(Post.objects.published().order_by("pk")[:ITEMS])
    _have_them_told(posts)
    counter = itertools.count(time.time_ns() // 1000)
    end = time.monotonic() + seconds
    started = time.monotonic()
    done = [0] * SENDERS
    wrong: list[str] = []

    def send(place: int) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        while time.monotonic() < end and not wrong:
            count = next(counter)
            post = posts[count % ITEMS]
            fields = {
                "name": f"Reader {count % 1000}",
                "email": f"reader{count}@example.org",
                "website": "",
                "body": WORDS.format(count),
                "step": "post",
                "token": form_tokens.mint(post, previewed=True),
            }
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                # A network of its own for each of 65,536 in a row.
                "X-Forwarded-For": f"11.{count >> 8 & 255}.{count & 255}.1",
            }
            connection.request("POST", form_path(post), urlencode(fields), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 303:
                wrong.append(f"{answer.status}: {text.decode()}")
            done[place] += 1

    threads = [threading.Thread(target=send, args=[place]) for place in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        sys.exit(f"In round {number} a comment was refused: {wrong[0]}")
    print(json.dumps({"accepted": sum(done), "seconds": time.monotonic() - started}))


def _have_them_told(posts: list[Post]) -> None:
    """See that each comment makes two mails: to one host of its post, and to one moderator."""
    moderator, _ = User.objects.get_or_create(
        username="moderator", defaults={"email": "moderator@example.org", "is_staff": True}
    )
    moderator.groups.add(Group.objects.get(name=MODERATORS))
    host, _ = Person.objects.get_or_create(
        slug="host", defaults={"name": "Host", "email": "host@example.org"}
    )
    for post in posts:
        PostAuthor.objects.get_or_create(post=post, person=host, defaults={"position": 9})


if __name__ == "__main__":
    main()
