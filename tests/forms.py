"""Fill and send the real form found in an answer, as a browser without scripts does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client


@dataclass
class FoundForm:
    """A form of a page: where it posts, and what it would send as it stands."""

    action: str
    method: str
    id: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    options: dict[str, list[str]] = field(default_factory=dict)

    def fill(self, **values: Any) -> FoundForm:
        """Type values (a list for several, None to clear); the form must have such fields."""
        for name, value in values.items():
            assert name in self.names, f"the form has no field {name!r}, only {sorted(self.names)}"
            if value is None:
                self.values.pop(name, None)
                continue
            several = value if isinstance(value, list) else [value]
            offered = self.options.get(name)
            assert offered is None or all(str(one) in offered for one in several), f"{name} offers {offered}"
            self.values[name] = several
        return self

    def send(self, client: Client, **extra: Any) -> Any:
        """Send it to where it points."""
        call = client.post if self.method == "post" else client.get
        return call(self.action, self.values, **extra)


class _Parser(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.forms: list[FoundForm] = []
        self._form: FoundForm | None = None
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = FoundForm(
                given.get("action") or self.path, given.get("method", "get").lower(), given.get("id", "")
            )
            self.forms.append(self._form)
        elif tag == "option" and self._form is not None and self._select is not None:
            if "selected" in given:
                chosen = self._form.values[self._select]
                self._form.values[self._select] = [*filter(None, chosen), given.get("value", "")]
        elif self._form is not None and given.get("name"):
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        name = given["name"]
        if tag == "textarea":
            self._textarea = name
            self._form.values[name] = [""]
        elif tag == "select":
            self._select = name
            self._form.values[name] = [] if "multiple" in given else [""]
        elif tag == "input":
            kind = given.get("type", "text")
            if kind in {"radio", "checkbox"}:
                self._form.options.setdefault(name, []).append(given.get("value", "on"))
                if "checked" in given or any(key == "checked" for key in given):
                    self._form.values.setdefault(name, []).append(given.get("value", "on"))
            elif kind not in {"file", "submit"}:
                self._form.values.setdefault(name, []).append(given.get("value", ""))
        else:
            return
        self._form.names.add(name)

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._textarea is not None:
            self._form.values[self._textarea][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._form is not None and self._textarea is not None:
            self._form.values[self._textarea][0] = self._form.values[self._textarea][0].removeprefix("\n")
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._form = None


def forms_of(response: Any) -> list[FoundForm]:
    """Every form of an answer."""
    parser = _Parser(response.request["PATH_INFO"])
    parser.feed(response.content.decode())
    return parser.forms


def form_of(response: Any, *, action: str = "", with_field: str = "") -> FoundForm:
    """The one form that points to ``action`` or has the field ``with_field``."""
    fitting = [
        form
        for form in forms_of(response)
        if (not action or form.action == action) and (not with_field or with_field in form.names)
    ]
    assert len(fitting) == 1, (
        f"{len(fitting)} forms fit, of {[(form.action, sorted(form.names)) for form in forms_of(response)]}"
    )
    return fitting[0]
