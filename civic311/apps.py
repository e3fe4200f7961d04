from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "civic311"
    verbose_name = "civic311"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created

        from civic311 import checks, checks_map  # noqa: F401  (registers the system checks)
        from civic311.lib.compiled import plan_once

        connection_created.connect(plan_once, dispatch_uid="civic311.plan_once")
