"""The readers' pages as a Django app."""

from django.apps import AppConfig


class ReaderConfig(AppConfig):
    """The readers' pages."""

    name = "pipeline.reader"
    label = "reader"
    verbose_name = "读者"
