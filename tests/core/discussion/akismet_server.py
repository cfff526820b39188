"""A server on this machine that speaks Akismet's public API, for tests."""

import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

KEY = "0123456789ab"
THANKS = "Thanks for making the web a better place."


class AkismetServer:
    """
    Judges by the author's name, as the service's own test mode does: 'viagra-test-123' is spam.

    `asked` holds each call with its fields; `broken` is how many of the next calls fail.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.broken = 0
        self.scripted: deque = deque()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["Content-Length"])
                raw = parse_qs(self.rfile.read(size).decode(), keep_blank_values=True)
                fields = {name: values[0] for name, values in raw.items()}
                call = self.path.rpartition("/")[2]
                owner.asked.append((call, fields))
                status, headers, body = owner.answer(call, fields)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/1.1/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, call: str, fields: dict[str, str]) -> tuple[int, dict[str, str], str]:
        if self.broken:
            self.broken -= 1
            return 503, {}, "busy"
        if call == "verify-key":
            return 200, {}, "valid" if fields.get("key") == KEY else "invalid"
        if fields.get("api_key") != KEY or not fields.get("blog") or not fields.get("user_ip"):
            return 200, {"X-akismet-debug-help": "Empty or wrong value"}, "invalid"
        if call in ("submit-spam", "submit-ham"):
            return 200, {}, THANKS
        name = fields.get("comment_author", "")
        if name == "blatant":
            return 200, {"X-akismet-pro-tip": "discard"}, "true"
        return 200, {}, "true" if name == "viagra-test-123" else "false"

    def calls(self) -> list[str]:
        return [call for call, _ in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
