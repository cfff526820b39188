"""A small OpenID provider on loopback: real requests, real keys, real signatures."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "the-client", "the-secret"


class Provider:
    """Answers for one person, `claims`. What it does wrong on purpose, `fault` says."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims = {"sub": "person-1", "email": "ann@example.org", "email_verified": True}
        self.userinfo: dict | None = None
        self.fault = ""
        self.scripted: dict[str, bytes] = {}  # what it answers instead, by path
        self.codes: dict[str, dict] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def authorize(self, url: str) -> str:
        """What a person does there: say yes. Returns where their browser is led back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.claims}
        key, algorithm, headers = self.key, "RS256", {"kid": "key-1"}
        match self.fault:
            case "other key":
                key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
            case "unsigned":
                return jwt.encode(claims, None, algorithm="none", headers=headers)
            case "shared secret":
                key, algorithm = SECRET * 4, "HS256"
            case "other audience":
                claims["aud"] = "somebody-else"
            case "other issuer":
                claims["iss"] = "https://elsewhere.example"
            case "ended":
                claims |= {"iat": now - 900, "exp": now - 600}
            case "unknown key":
                headers = {"kid": "key-2"}
        return jwt.encode(claims, key, algorithm=algorithm, headers=headers)

    def token(self, form: dict) -> dict:
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert challenge == asked["code_challenge"]
        answer = {"access_token": "access", "token_type": "Bearer", "expires_in": 60}
        return answer if self.fault == "no token" else answer | {"id_token": self.id_token()}

    def answer(self, path: str, form: dict) -> dict | bytes:
        if path in self.scripted:
            return self.scripted[path]
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [key | {"kid": "key-1", "use": "sig", "alg": "RS256"}]}
        if path == "/token":
            return self.token(form)
        return self.userinfo or self.claims

    def _handler(provider) -> type:  # noqa: N805 - the class inside has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                form = parse_qs(self.rfile.read(length).decode())
                path = urlsplit(self.path).path
                data = provider.answer(path, {name: values[0] for name, values in form.items()})
                body = data if isinstance(data, bytes) else json.dumps(data).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - as the server looks it up

            def log_message(self, *args) -> None:
                pass

        return Handler
