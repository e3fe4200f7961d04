from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "requests_app.notifications"
    label = "notifications"
    verbose_name = "Messages"
