"""A browser for tests: Django's client with somebody's cookies, and forms read from the page as a person would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from tests.support import scenes
from tests.support.cast import Cast
from twoyes.lib import clock


@dataclass
class FoundForm:
    """A form as it stands on a page: where it posts, and what it would post if nothing were touched."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    @property
    def act(self) -> str:
        return self.values.get("act", "")


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FoundForm] = []
        self.labels: set[str] = set()
        self.ids: list[str] = []
        self.fields: list[str] = []
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.append(found["id"])
        if tag in {"input", "textarea", "select"} and found.get("type") != "hidden":
            self.fields.append(found.get("id", ""))
        if tag == "label":
            self.labels.add(found.get("for", ""))
        if tag == "form":
            self.forms.append(FoundForm(found.get("action", ""), found.get("method", "get")))
        if self.forms:
            self._in_form(tag, found, self.forms[-1])

    def _in_form(self, tag: str, found: Mapping[str, str], form: FoundForm) -> None:
        name = found.get("name", "")
        if tag == "input" and found.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(found.get("value", ""))
            if "checked" in found:
                form.values[name] = found.get("value", "")
        elif tag == "input" and name:
            form.values[name] = found.get("value", "")
        elif tag == "textarea" and name:
            form.values[name], self.area = "", name
        elif tag == "select":
            self.select = name
        elif tag == "option":
            form.choices.setdefault(self.select, []).append(found.get("value", ""))
            if "selected" in found or self.select not in form.values:
                form.values[self.select] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.forms:
            self.forms[-1].values[self.area] += data.removeprefix("\n")


def forms_of(response: HttpResponse) -> list[FoundForm]:
    """Return every form on a page."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return parser.forms


def twice(response: HttpResponse) -> list[str]:
    """Return the ids that stand more than once on a page."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return [one for one in parser.ids if parser.ids.count(one) > 1]


def unlabelled(response: HttpResponse) -> list[str]:
    """Return the ids of fields that have no label of their own."""
    parser = _Forms()
    parser.feed(response.content.decode())
    return [one for one in parser.fields if one not in parser.labels]


@dataclass
class Browser:
    """One person's browser. Time is the cast's."""

    cast: Cast
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Open an address, without following where it leads."""
        with clock.frozen(self.cast.now):
            return self.client.get(path, headers=headers)  # type: ignore[return-value]

    def post(self, path: str, fields: Mapping[str, object], **headers: str) -> HttpResponse:
        """Post fields to an address, without following where it leads."""
        with clock.frozen(self.cast.now):
            return self.client.post(path, dict(fields), headers=headers)  # type: ignore[return-value]

    def follow(self, path: str) -> HttpResponse:
        """Open an address and go where it leads."""
        response = self.get(path)
        while response.status_code in {301, 302, 303}:
            response = self.get(response.headers["Location"])
        return response

    def form(self, path: str, act: str) -> FoundForm:
        """Return the form of this act on a page. Raises `StopIteration` where there is none."""
        return next(form for form in forms_of(self.follow(path)) if form.act == act)

    def press(self, path: str, act: str, **fields: str) -> HttpResponse:
        """Open a page, fill in the form of this act, and press its button."""
        form = self.form(path, act)
        return self.post(form.action, {**form.values, **fields})

    def open_as(self, introduction: str, side: str) -> str:
        """Open the letter of a side (requester, target, first, second); return the address of its page."""
        _link, token = self.cast.page(introduction, side)
        door = "r" if side == "requester" else "t"
        return self.get(f"/{door}/{token}").headers["Location"]

    def log_in(self, connector: str = "cora") -> None:
        """Log a connector in, without the letter."""
        who = self.cast.cora if connector == "cora" else self.cast.otto
        with scenes.aside(self.cast):
            self.client.force_login(User.objects.get(pk=who.user_id or 0))
