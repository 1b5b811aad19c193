"""Django's entry for this room."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """People, their rights, and the log of what they looked at."""

    name = "web"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Abhilekh"

    def ready(self) -> None:
        """Listen to sign-ins."""
        from web import audit  # noqa: F401 - its receivers register themselves
