"""The store as a Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Tables of the pipeline."""

    name = "pipeline.store"
    label = "store"
    verbose_name = "资料库"
