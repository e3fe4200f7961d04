from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "civic311.lib"
    label = "civic311_lib"
    verbose_name = "Shared parts"
