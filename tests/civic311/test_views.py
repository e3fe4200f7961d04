"""Health checks and error pages."""

from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from civic311 import views


def test_healthz_asks_neither_database_nor_host(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_readyz_without_a_worker_is_503_and_says_so(client: Client) -> None:
    response = client.get("/readyz")
    answer = response.json()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert {name: check["ok"] for name, check in answer["checks"].items()} == {
        "database": True,
        "jobs": False,
        "storage": True,
    }


@pytest.mark.django_db
def test_readyz_with_a_living_worker_is_200(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_readyz_with_a_silent_worker_is_503(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')"
        )
    assert client.get("/readyz").status_code == 503


def test_readyz_without_a_database_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> bool:
        raise OperationalError("connection refused")

    monkeypatch.setattr(views, "_database_answers", refuse)
    monkeypatch.setattr(views, "_job_worker_is_alive", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"]["ok"] is False


def test_readyz_with_a_read_only_disk_is_503(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.MEDIA_ROOT = "/proc/media"
    monkeypatch.setattr(views, "_database_answers", lambda: True)
    monkeypatch.setattr(views, "_job_worker_is_alive", lambda: True)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["storage"]["ok"] is False


def raise_and_answer(request: HttpRequest, error: Exception) -> int:
    try:
        raise error
    except Exception:
        return views.server_error(request).status_code


@pytest.mark.django_db
def test_500_and_503_ask_no_database(rf: RequestFactory) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert raise_and_answer(rf.get("/"), RuntimeError("defect")) == 500
        assert raise_and_answer(rf.get("/"), OperationalError("gone")) == 503
        assert views.unavailable(rf.get("/"))["Retry-After"]
    assert len(queries) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 413, 500, 503])
def test_each_error_page_is_in_the_look_of_the_site(status: int, rf: RequestFactory) -> None:
    page = {
        400: lambda: views.bad_request(rf.get("/")),
        403: lambda: views.permission_denied(rf.get("/")),
        404: lambda: views.page_not_found(rf.get("/")),
        413: lambda: views.bad_request(rf.get("/"), RequestDataTooBig("x")),
        500: lambda: views.server_error(rf.get("/")),
        503: lambda: views.unavailable(rf.get("/")),
    }[status]()
    assert page.status_code == status
    assert page["Cache-Control"] == "no-store"
    assert 'rel="stylesheet"' in page.content.decode()


def test_page_that_cannot_be_rendered_still_answers(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> str:
        raise RuntimeError("template")

    monkeypatch.setattr("django.template.loader.render_to_string", broken)
    response = views.page_not_found(rf.get("/"))
    assert response.status_code == 404
    assert b"Error 404" in response.content
