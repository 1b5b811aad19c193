"""Run in a process of its own: an office's sign-in on this machine, and a browser that uses it.

Prints one JSON document: what each visit came to.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import jwt


class Office(BaseHTTPRequestHandler):
    """Says of everybody that they are ``who``."""

    who: ClassVar[str] = "rpatel"
    told: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        here = f"http://{self.headers['Host']}"
        if self.path.startswith("/.well-known/"):
            self._answer(
                {
                    "issuer": here,
                    "authorization_endpoint": f"{here}/authorize",
                    "token_endpoint": f"{here}/token",
                    "userinfo_endpoint": f"{here}/me",
                    "jwks_uri": f"{here}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        else:
            self._answer({"sub": "1", "preferred_username": self.who})

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        Office.told = {name: values[0] for name, values in parse_qs(asked).items()}
        claims = {
            "iss": f"http://{self.headers['Host']}",
            "aud": "abhilekh",
            "sub": "1",
            "exp": time.time() + 60,
            "iat": time.time(),
        }
        proof = jwt.encode(claims, "x" * 32, headers={"kid": "1"})
        self._answer({"access_token": "a", "token_type": "bearer", "id_token": proof})

    def _answer(self, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps quiet."""


def main() -> None:
    """Visit as somebody known, somebody unknown, with a false state, and when nobody is there."""
    office = ThreadingHTTPServer(("127.0.0.1", 0), Office)
    threading.Thread(target=office.serve_forever, daemon=True).start()
    os.environ["ABHILEKH_OIDC_ISSUER"] = f"http://127.0.0.1:{office.server_port}"

    from config.settings import read_settings
    from config.web_conf import opened_web

    with opened_web(read_settings()):
        from web import people

        people.add("rpatel", people.Bounds("reviewer", ("*",), ("*",)))
        found = {"button": "/sign-in/office/go" in _page("/sign-in/")}
        found["known"] = _visit()
        found["asked"] = Office.told
        found["false_state"] = _visit(state="guessed")
        people.User.objects.update(is_active=False)
        found["closed"] = _visit()
        Office.who = "stranger"
        found["unknown"] = _visit()
        found["users"] = people.User.objects.count()
        office.shutdown()
        office.server_close()
        found["away"] = _visit()
    json.dump(found, sys.stdout)


def _page(path: str) -> str:
    from django.test import Client

    return Client(headers={"Host": "localhost"}).get(path).content.decode()


def _visit(state: str = "") -> dict[str, Any]:
    """From the button to the office and back; what the reader then sees."""
    from django.test import Client

    browser = Client(headers={"Host": "localhost"})
    off = browser.get("/sign-in/office/go?next=/review/")
    if off.status_code != 302:
        return {"status": off.status_code, "page": off.content.decode()}
    asked = {name: values[0] for name, values in parse_qs(urlsplit(off["Location"]).query).items()}
    given = {"code": "c", "state": state or asked["state"]}
    back = browser.get("/sign-in/office/back", given)
    came = {"status": back.status_code, "to": back.headers.get("Location", "")}
    came["pkce"] = asked.get("code_challenge_method", "")
    came["return"] = asked["redirect_uri"]
    came["page"] = back.content.decode()
    came["inside"] = browser.get("/review/").status_code
    return came


if __name__ == "__main__":
    main()
