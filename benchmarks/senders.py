"""
People who send forms at the same time: python -m benchmarks.senders PORT PATH FILE SENDERS

Sends each line of FILE once, by so many senders with a connection each; prints how many were
taken, and in how many seconds, as JSON. wrk counts within a time, and would leave out what its
64 senders have under way at the end.
"""

import http.client
import json
import sys
import threading
import time
from queue import Empty, SimpleQueue

from .ground import HOST

TAKEN = (204, 303)


def send(port: int, path: str, bodies: list[str], senders: int) -> dict[str, float]:
    """Send all, and tell how it went."""
    waiting: SimpleQueue[tuple[int, str]] = SimpleQueue()
    for item in enumerate(bodies):
        waiting.put(item)
    answers: list[int] = []
    threads = [
        threading.Thread(target=_sender, args=(port, path, waiting, answers))
        for _ in range(senders)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    taken = sum(answer in TAKEN for answer in answers)
    return {"taken": taken, "refused": len(bodies) - taken, "seconds": seconds}


def _sender(port: int, path: str, waiting: SimpleQueue, answers: list[int]) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    while True:
        try:
            number, body = waiting.get_nowait()
        except Empty:
            connection.close()
            return
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            # Each is somebody else.
            "X-Forwarded-For": f"198.18.{number // 250 % 250}.{number % 250 + 1}",
        }
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        response.read()
        answers.append(response.status)


if __name__ == "__main__":
    port, path, file, senders = sys.argv[1:]
    with open(file) as lines:
        bodies = lines.read().splitlines()
    print(json.dumps(send(int(port), path, bodies, int(senders))))
