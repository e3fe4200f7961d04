"""The product's addresses and the floors: empty views behind the same middleware."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path


@login_not_required
def floor(request: HttpRequest) -> HttpResponse:
    """What an anonymous page costs before it does anything."""
    return HttpResponse("ok")


def staff_floor(request: HttpRequest) -> HttpResponse:
    """What a signed-in page costs before it does anything: session and account are read."""
    return HttpResponse(f"ok {request.user.pk}")


urlpatterns = [
    path("floor/", floor),
    path("staff-floor/", staff_floor),
    path("", include("civic311.urls")),
]
