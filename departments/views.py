"""Public addresses of the city itself: map tiles."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from departments.basemap import tiles
from departments.models import City

TILE_AGE_S = 24 * 60 * 60


def _city() -> City:
    try:
        return City.current()
    except City.DoesNotExist:
        raise Http404("No city has been loaded.") from None


def _tile_etag(request: HttpRequest, z: int, x: int, y: int) -> str | None:
    city = _city()
    if settings.BASEMAP == "url" or not tiles.exists(city, z, x, y):
        return None
    return quote_etag(f"{city.slug}-{tiles.edition(city)}-{z}-{x}-{y}")


@login_not_required
@transaction.non_atomic_requests
@require_safe
@condition(etag_func=_tile_etag)
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A piece of the map as PNG, drawn here or at the provider; 404 outside the surroundings and zoom 10 to 19."""
    city = _city()
    if not tiles.exists(city, z, x, y):
        raise Http404("There is no such tile.")
    if settings.BASEMAP == "url":
        url = settings.BASEMAP_URL.replace("{z}", str(z)).replace("{x}", str(x)).replace("{y}", str(y))
        return HttpResponseRedirect(url, headers={"Cache-Control": f"public, max-age={TILE_AGE_S}"})
    headers = {"Cache-Control": f"public, max-age={TILE_AGE_S}"}
    return HttpResponse(tiles.tile(city, z, x, y), content_type="image/png", headers=headers)
