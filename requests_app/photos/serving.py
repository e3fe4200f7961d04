"""Answer a request for a photo. Whether the visitor may see it is decided before, by the view."""

from typing import Final

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from requests_app.photos import storage

_CONTENT_POLICY: Final = "default-src 'none'; sandbox"


def photo_response(request: HttpRequest, sha256: str, size: int, public: bool) -> HttpResponseBase:
    """The rendition as ``image/jpeg`` under a fixed file name, with headers that leave it nothing to run.

    Every use is asked for anew (``no-cache``) and answered 304 while the visitor still may see the photo, so that one
    that was turned private or redacted is gone at the next look; only ``public`` ones may lie in shared caches at all.
    With ``settings.PHOTO_ACCEL_PREFIX`` (such as ``/internal-media/``) the proxy sends the file (X-Accel-Redirect).
    Raises Http404 for a deleted photo or an unknown size.
    """
    try:
        name = storage.name_of(sha256, size)
        etag = quote_etag(f"{sha256}-{size}")
        response = _file(request, name, sha256, size)
    except (ValueError, FileNotFoundError) as error:
        raise Http404("no such photo") from error
    response["ETag"] = etag
    result = get_conditional_response(request, etag=etag, response=response) or response  # type: ignore[arg-type]
    if result is not response:
        response.close()
    if isinstance(result, HttpResponseNotModified):
        result["ETag"] = etag
    result["Cache-Control"] = "public, no-cache" if public else "private, no-cache"
    result["Content-Security-Policy"] = _CONTENT_POLICY
    result["X-Content-Type-Options"] = "nosniff"
    result["Cross-Origin-Resource-Policy"] = "same-origin"
    return result


def _file(request: HttpRequest, name: str, sha256: str, size: int) -> HttpResponseBase:
    prefix: str = getattr(settings, "PHOTO_ACCEL_PREFIX", "")
    response: HttpResponseBase
    if prefix:
        if not storage.path_of(sha256, size).exists():
            raise FileNotFoundError(name)
        response = HttpResponse(content_type="image/jpeg")
        response["X-Accel-Redirect"] = prefix + name
    else:
        response = FileResponse(storage.open_rendition(sha256, size), content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return response
