"""Settings: what ``feeds.yaml`` and the environment say, read once into frozen values."""

from pipeline.config.sections import (
    CollectSettings,
    DeliverySettings,
    FeedsFile,
    IssueSettings,
    Newsletter,
    ReaderSettings,
)
from pipeline.config.settings import Settings, load_settings

__all__ = [
    "CollectSettings",
    "DeliverySettings",
    "FeedsFile",
    "IssueSettings",
    "Newsletter",
    "ReaderSettings",
    "Settings",
    "load_settings",
]
