"""The map of addresses."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from django.contrib import admin
from django.urls import include, path

from civic311 import views
from civic311.lib.ratelimit import limited
from dashboards.queue.tasks.views import colleague
from dashboards.reports.mail.board_views import board_link
from dashboards.reports.public.views import performance_csv, performance_page

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("language/", views.choose_language, name="choose_language"),
    # allauth's own limits are not atomic and switched off: these stand before its views of the same addresses
    path("accounts/login/", limited("sign-in", 10, 900)(account.login), name="account_login"),
    path("accounts/2fa/authenticate/", limited("code", 10, 900)(mfa.authenticate), name="mfa_authenticate"),
    path(
        "accounts/password/reset/",
        limited("password-reset", 5, 3600)(account.password_reset),
        name="account_reset_password",
    ),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("queue/templates/", include("dashboards.replies.urls")),
    path("queue/", include("dashboards.queue.urls")),
    path("colleagues/<int:task_id>/<str:token>/", colleague, name="colleague_task"),
    path("constituents/", include("dashboards.constituents.urls")),
    path("crew/", include("dashboards.crew.urls")),
    path("desk/", include("dashboards.desk.urls")),
    path("knowledge/", include("dashboards.knowledge.urls")),
    path("moderation/", include("dashboards.moderation.urls")),
    path("inbox/", include("dashboards.inbox.urls")),
    path("notices/", include("dashboards.notices.urls")),
    path("digests/<int:reader_id>/<str:token>/", board_link, name="board_digest"),
    path("performance/", performance_page, name="performance"),
    path("performance.csv", performance_csv, name="performance_csv"),
    path("reports/", include("dashboards.reports.urls")),
    path("storms/", include("dashboards.storms.urls")),
    path("styleguide/", include("dashboards.styleguide.urls")),
    path("", include("departments.urls")),
    path("", include("requests_app.resident.urls")),
]

handler400 = "civic311.views.bad_request"
handler403 = "civic311.views.permission_denied"
handler404 = "civic311.views.page_not_found"
handler500 = "civic311.views.server_error"
