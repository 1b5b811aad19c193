"""Django's registration of the records room."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """The app ``records``; its tables are the truth about every page."""

    name = "records"
    verbose_name = "Records"
    default_auto_field = "django.db.models.BigAutoField"
