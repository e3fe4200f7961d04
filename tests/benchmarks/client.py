"""A browser's bare minimum: one persistent connection, cookies, forms."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME = re.compile(r'name="([^"]*)"')
VALUE = re.compile(r'value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


class Client:
    """Talks to the server under test over one kept-alive connection."""

    def __init__(self, url: str) -> None:
        self.origin = url
        self.netloc = urlsplit(url).netloc
        self.connection = http.client.HTTPConnection(self.netloc, timeout=30)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._send("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._send("POST", path, urlencode(fields))

    def _send(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Host": self.netloc, "Accept-Encoding": "identity", "Referer": self.origin + path}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                pair = value.split(";")[0]
                key, _, content = pair.partition("=")
                self.cookies[key] = content
        return Answer(response.status, response.getheader("Location") or "", text)

    def hidden_fields(self, page: str) -> dict[str, str]:
        """Names and values of the hidden inputs on a page."""
        fields = {}
        for tag in HIDDEN.findall(page):
            name, value = NAME.search(tag), VALUE.search(tag)
            if name:
                fields[name[1]] = value[1] if value else ""
        return fields

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as staff. Raises AssertionError when it does not work."""
        page = self.get("/accounts/login/")
        fields = self.hidden_fields(page.text) | {"login": email, "password": password}
        answer = self.post("/accounts/login/", fields)
        assert answer.status == 302, f"sign-in answered {answer.status}"
