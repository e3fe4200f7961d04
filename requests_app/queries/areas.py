"""The areas of one request."""

from django.db import connection


def area_ids(request_id: int) -> list[int]:
    """The ids of the areas a request lies in, in the order in which they were made: districts first. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT area_id FROM requests_app_servicerequest_areas WHERE servicerequest_id = %s ORDER BY area_id",
            [request_id],
        )
        return [pk for (pk,) in cursor.fetchall()]
