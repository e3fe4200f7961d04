"""The map of addresses."""

from django.contrib import admin
from django.urls import include, path

from civic311 import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("queue/", include("dashboards.queue.urls")),
    path("reports/", include("dashboards.reports.urls")),
    path("styleguide/", include("dashboards.styleguide.urls")),
    path("", include("departments.urls")),
    path("", include("requests_app.resident.urls")),
]

handler400 = "civic311.views.bad_request"
handler403 = "civic311.views.permission_denied"
handler404 = "civic311.views.page_not_found"
handler500 = "civic311.views.server_error"
