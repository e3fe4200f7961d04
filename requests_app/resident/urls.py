"""Addresses of the public pages."""

from django.urls import path

from requests_app.resident.views import following, joining, looking, pictures, report, suggesting

app_name = "resident"
urlpatterns = [
    path("", looking.home, name="home"),
    path("report/", report.report, name="report"),
    path(
        "report/photos/<uuid:key>/<str:public_id>/<slug:size>.jpg", pictures.draft_photo, name="draft_photo"
    ),
    path("r/<str:token>/", following.track, name="track"),
    path("r/<str:token>/reopen/", following.reopen_own, name="reopen"),
    path("r/<str:token>/withdraw/", following.withdraw_own, name="withdraw"),
    path("r/<str:token>/messages/", following.switch_messages, name="messages"),
    path("r/<str:token>/photos/<str:public_id>/<slug:size>.jpg", pictures.own_photo, name="own_photo"),
    path("u/<str:number>/<str:token>/", following.unsubscribe, name="unsubscribe"),
    path("requests/<str:number>/", looking.public_page, name="request"),
    path("requests/<str:number>/support/", joining.support_it, name="support"),
    # The same name as the page behind the secret link: without a token it is the look-up.
    path("track/", looking.lookup, name="track"),
    path("photos/<str:public_id>/<slug:size>.jpg", pictures.photo, name="photo"),
    path("places/suggest/", suggesting.suggest, name="place_suggest"),
    path("places/reverse/", suggesting.reverse_point, name="place_reverse"),
    path("help/", looking.help_page, name="help"),
    path("privacy/", looking.privacy, name="privacy"),
    path("accessibility/", looking.accessibility, name="accessibility"),
]
