"""Addresses of the public pages."""

from django.urls import path

from requests_app.resident.views import (
    asides,
    categories,
    commenting,
    following,
    installing,
    joining,
    looking,
    pictures,
    pinmap,
    report,
    suggesting,
)

app_name = "resident"
urlpatterns = [
    path("", looking.home, name="home"),
    path("report/", report.report, name="report"),
    path("report/aside/", asides.aside, name="report_aside"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("sw.js", installing.service_worker, name="service_worker"),
    path("offline/", installing.offline, name="offline"),
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
    path("requests/<str:number>/follow/", joining.follow_it, name="follow"),
    path("requests/<str:number>/not-solved/", joining.not_solved, name="not_solved"),
    path("requests/<str:number>/comments/", commenting.comment, name="comment"),
    path("requests/<str:number>/abuse/", commenting.abuse, name="abuse"),
    # The same name as the page behind the secret link: without a token it is the look-up.
    path("track/", looking.lookup, name="track"),
    path("photos/<str:public_id>/<slug:size>.jpg", pictures.photo, name="photo"),
    path("places/suggest/", suggesting.suggest, name="place_suggest"),
    path("places/reverse/", suggesting.reverse_point, name="place_reverse"),
    path("places/map.png", pinmap.place_map, name="place_map"),
    path("places/outlines.json", pinmap.outlines, name="place_outlines"),
    path("categories/suggest/", categories.suggest, name="category_suggest"),
    path("help/", looking.help_page, name="help"),
    path("privacy/", looking.privacy, name="privacy"),
    path("accessibility/", looking.accessibility, name="accessibility"),
]
