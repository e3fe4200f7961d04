from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "civic311"
    verbose_name = "civic311"

    def ready(self) -> None:
        from civic311 import checks, checks_map  # noqa: F401  (registers the system checks)
