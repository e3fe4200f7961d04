"""What the outermost door refuses, and the headers that every answer carries."""

from collections.abc import Callable

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from civic311.middleware import GuardMiddleware


def fine(request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


def failing(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_are_405(method: str, rf: RequestFactory) -> None:
    response = GuardMiddleware(fine)(rf.generic(method, "/"))
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_our_methods_pass(method: str, rf: RequestFactory) -> None:
    assert GuardMiddleware(fine)(rf.generic(method, "/")).status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=%FF", "q=%C3%28", "q=%ED%A0%80", "%00=1"])
def test_text_the_database_cannot_hold_is_400(query: str, rf: RequestFactory) -> None:
    assert GuardMiddleware(fine)(rf.get("/", QUERY_STRING=query)).status_code == 400


def test_nul_in_path_and_cookie_is_400(rf: RequestFactory) -> None:
    assert GuardMiddleware(fine)(rf.get("/a%00b")).status_code == 400
    assert GuardMiddleware(fine)(rf.get("/", HTTP_COOKIE='session="a\\000b"')).status_code == 400


@pytest.mark.parametrize("query", ["q=%C3%B1", "q=100+Holliday+St", "q=%25", "q=%F0%9F%95%B3"])
def test_other_text_passes(query: str, rf: RequestFactory) -> None:
    assert GuardMiddleware(fine)(rf.get("/", QUERY_STRING=query)).status_code == 200


@override_settings(MAX_BODY_BYTES=1000)
def test_large_body_is_413_without_being_read(rf: RequestFactory) -> None:
    request = rf.post("/", data=b"", content_type="text/plain", CONTENT_LENGTH="1001")
    assert GuardMiddleware(failing(AssertionError("read")))(request).status_code == 413


def test_length_that_is_no_number_is_400(rf: RequestFactory) -> None:
    assert GuardMiddleware(fine)(rf.get("/", CONTENT_LENGTH="many")).status_code == 400


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("canceling statement due to statement timeout"), 503),
        (InterfaceError("connection already closed"), 503),
        (RequestDataTooBig("too big"), 413),
        (ValueError("A string literal cannot contain NUL (0x00) characters."), 400),
        (DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"), 400),
    ],
)
def test_error_becomes_the_answer_it_deserves(error: Exception, status: int, rf: RequestFactory) -> None:
    response = GuardMiddleware(fine).process_exception(rf.get("/"), error)
    assert response is not None
    assert response.status_code == status
    assert ("Retry-After" in response.headers) == (status == 503)


def test_our_own_defects_stay_500(rf: RequestFactory) -> None:
    assert GuardMiddleware(fine).process_exception(rf.get("/"), ValueError("no such thing")) is None
    assert GuardMiddleware(fine).process_exception(rf.get("/"), KeyError("x")) is None


def test_policy_names_geolocation_only(rf: RequestFactory) -> None:
    assert GuardMiddleware(fine)(rf.get("/"))["Permissions-Policy"] == "geolocation=(self)"


def test_page_of_a_signed_in_person_is_not_stored(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        session = SessionBase()
        session[SESSION_KEY] = "1"
        request.session = session  # type: ignore[assignment]
        return HttpResponse("secret")

    assert "no-store" in GuardMiddleware(view)(rf.get("/"))["Cache-Control"]
    assert "Cache-Control" not in GuardMiddleware(fine)(rf.get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/no-such-page/", "/?q=%00"])
def test_error_pages_carry_the_security_headers(path: str, client: Client) -> None:
    response = client.get(path)
    assert response.status_code in {400, 404}
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Permissions-Policy"] == "geolocation=(self)"
