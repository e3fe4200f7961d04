from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "requests_app.imports"
    label = "imports"
    verbose_name = "Imported history"
