"""An OpenID Connect provider on loopback: discovery, keys, tokens and userinfo, each of which can be made to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "twoyes", "a secret between two houses"


@cache
def _key() -> rsa.RSAPrivateKey:
    """The key of whatever provider: each takes as long to make as a whole test."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Who vouches for whom. `claims` is what it says; `config`, `header` and `tokens` what it says otherwise."""

    def __init__(self) -> None:
        self.key = _key()
        self.signs_with: Any = self.key
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.more: dict[str, Any] = {}
        self.config: dict[str, Any] = {}
        self.header: dict[str, Any] = {"kid": "one"}
        self.algorithm = "RS256"
        self.tokens: dict[str, Any] = {}
        self.cancels = False
        self.asked: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to, as after a login there."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        if self.cancels:
            return f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        code = f"code{len(self.asked)}"
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, posted: dict[str, str]) -> tuple[int, Any]:
        """Change a code, once, for tokens: only for who began this login."""
        query = self.asked.pop(posted.get("code", ""), None)
        digest = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if query is None or posted.get("client_secret") != SECRET or query["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.issuer, "sub": "s-1", "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": query["nonce"]}
        claims = {name: value for name, value in {**said, **self.claims}.items() if value is not None}
        signed = jwt.encode(claims, self.signs_with, algorithm=self.algorithm, headers=self.header)
        return 200, {"access_token": "access", "token_type": "Bearer", "id_token": signed, **self.tokens}

    def answer(self, path: str, query: dict[str, str], posted: dict[str, str]) -> tuple[int, Any]:
        """Answer a request with a status and what becomes JSON, or an address to lead to."""
        self.seen.append(path)
        if path == "/.well-known/openid-configuration":
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            told = {f"{name}_endpoint": f"{self.issuer}/{end}" for name, end in ends.items()}
            methods = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
            return 200, {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **methods, **told, **self.config}
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [{**public, "kid": "one", "alg": "RS256", "use": "sig"}]}
        if path == "/authorize":
            return 302, self.authorize(query)
        if path == "/token":
            return self.token(posted)
        if path == "/userinfo":
            return 200, {"sub": "s-1", **self.more}
        return 404, {}


@contextmanager
def provider() -> Iterator[Provider]:
    """Run one for a test, at an address of its own."""
    one = Provider()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, body: bytes = b"") -> None:
            parts = urlsplit(self.path)
            query, posted = (
                {name: values[0] for name, values in parse_qs(text).items()} for text in (parts.query, body.decode())
            )
            status, told = one.answer(parts.path, query, posted)
            content = b"" if status == 302 else json.dumps(told).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", told)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def log_message(self, *_args: object) -> None:
            """Say nothing: what is asked holds codes."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
