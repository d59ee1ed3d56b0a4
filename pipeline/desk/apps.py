"""The desk as a Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The editors' pages."""

    name = "pipeline.desk"
    label = "desk"
    verbose_name = "编辑台"
