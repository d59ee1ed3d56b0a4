"""What is remembered of a source between runs."""

from typing import ClassVar

from django.db import models


class SourceStateRow(models.Model):
    """The last known state of one source; the configured source itself stands in feeds.yaml."""

    source_id = models.CharField(max_length=64, primary_key=True)
    # etag, last_modified, failures … as collect's SourceState writes itself.
    payload = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "source_state"

    def __str__(self) -> str:
        return self.source_id


class FetchRow(models.Model):
    """One attempt to read a source: the history an operator asks for."""

    source_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.CharField(max_length=16)  # ok unchanged failed skipped muted
    seconds = models.FloatField()
    fetched = models.IntegerField()  # entries the source listed
    new = models.IntegerField()  # articles stored for the first time
    revised = models.IntegerField(default=0)  # articles whose source corrected them
    error = models.TextField(blank=True)  # one line; "" when it went well
    cause = models.CharField(max_length=16, blank=True)  # a FetchCause; "" when it went well

    class Meta:
        db_table = "fetch"
        indexes: ClassVar = [models.Index(fields=["source_id", "-at"], name="fetch_source_at")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d %H:%M} {self.status}"
