"""A server on this machine that speaks the calls of Zoom's public API that are used, for tests."""

import base64
import json
import re
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

ACCOUNT, CLIENT, SECRET = "account-1", "client-1", "secret-1"
WEBHOOK_SECRET = "webhook-secret-1"
PATH = re.compile(r"/v2/(meeting|webinar)s/(\d+)/registrants(?:/([\w%-]+))?")


class ZoomServer:
    """
    Keeps registrants by meeting and address, as the service does. `asked` holds each call with
    its body. Each of `scripted` answers one of the next calls to the API in its place: status,
    headers and body; or a number: it answers so many seconds late, and `waits` is set meanwhile.
    """

    def __init__(self, *, life: int = 3600, meetings=(("meeting", "123456789"),)) -> None:
        self.life, self.meetings = life, set(meetings)
        self.asked: list[tuple[str, str, dict]] = []
        self.scripted: deque = deque()
        self.registrants: dict[tuple[str, str], dict[str, str]] = {}
        self.tokens: list[str] = []
        self.valid: set[str] = set()
        self.made = 0
        self.waits = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.pass_on()

            def do_DELETE(self):
                self.pass_on()

            def pass_on(self):
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, headers, body = owner.answer(self.command, self.path, self.headers, content)
                body = b"" if body is None else body
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                try:
                    self.send_response(status)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except ConnectionError:
                    pass  # who asked has gone

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def settings(self) -> dict:
        """With which the site speaks to this server."""
        return {
            "ZOOM_ACCOUNT_ID": ACCOUNT,
            "ZOOM_CLIENT_ID": CLIENT,
            "ZOOM_CLIENT_SECRET": SECRET,
            "ZOOM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "ZOOM_API_URL": f"http://{self.host}/v2/",
            "ZOOM_TOKEN_URL": f"http://{self.host}/oauth/token",
            "FETCH_ALLOWED_HOSTS": [self.host],
        }

    def answer(self, method: str, path: str, headers, content: bytes):
        if path == "/oauth/token":
            return self._token(headers, content)
        said = json.loads(content) if content else {}
        self.asked.append((method, path, said))
        script = self.scripted.popleft() if self.scripted else None
        if isinstance(script, (int, float)):
            answered = self._do(method, path, headers, said)
            self.waits.set()
            time.sleep(script)
            return answered
        return script or self._do(method, path, headers, said)

    def _token(self, headers, content: bytes):
        pair = base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode()
        fields = {name: values[0] for name, values in parse_qs(content.decode()).items()}
        wanted = {"grant_type": "account_credentials", "account_id": ACCOUNT}
        if pair != f"{CLIENT}:{SECRET}" or fields != wanted:
            return 400, {}, {"reason": "Invalid client_id or client_secret", "error": "invalid"}
        token = f"token-{len(self.tokens) + 1}"
        self.tokens.append(token)
        self.valid.add(token)
        return 200, {}, {"access_token": token, "token_type": "bearer", "expires_in": self.life}

    def _do(self, method: str, path: str, headers, said: dict):
        if headers["Authorization"].removeprefix("Bearer ") not in self.valid:
            return 401, {}, {"code": 124, "message": "Invalid access token."}
        kind, meeting, key = PATH.fullmatch(path).groups()
        if (kind, meeting) not in self.meetings:
            return 404, {}, {"code": 3001, "message": f"Meeting does not exist: {meeting}."}
        there = self.registrants.setdefault((kind, meeting), {})
        if method == "POST":
            if not said.get("first_name") or "@" not in said.get("email", ""):
                return 400, {}, {"code": 300, "message": "Validation Failed."}
            email = said["email"].lower()
            if email not in there:
                self.made += 1
                there[email] = f"reg-{self.made}"
            key = there[email]
            url = f"https://zoom.example/w/{meeting}?tk={key}-secret"
            return 201, {}, {"id": int(meeting), "registrant_id": key, "join_url": url}
        known = [email for email, each in there.items() if each == key]
        if not known:
            return 404, {}, {"code": 300, "message": "Registrant was not found."}
        del there[known[0]]
        return 204, {}, None

    def emails(self, kind: str = "meeting", meeting: str = "123456789") -> list[str]:
        return sorted(self.registrants.get((kind, meeting), {}))

    def calls(self) -> list[str]:
        return [method for method, *_ in self.asked]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
