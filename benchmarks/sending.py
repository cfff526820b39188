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

from blog.models import Post  # noqa: E402 - needs the set-up
from competencyworks.core.discussion import form_tokens  # noqa: E402
from competencyworks.core.discussion.threads import form_path  # noqa: E402

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


if __name__ == "__main__":
    main()
