"""What the pipeline did, and when."""

from django.db import models


class RunRow(models.Model):
    """One run of the week's pipeline."""

    week = models.CharField(max_length=8)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # null: still running, or it was killed
    stage = models.CharField(max_length=16, default="collect")  # the last stage begun
    report = models.JSONField(default=dict)  # what `run --json` printed

    class Meta:
        db_table = "run"

    def __str__(self) -> str:
        return f"{self.week} {self.started_at:%Y-%m-%d %H:%M}"
