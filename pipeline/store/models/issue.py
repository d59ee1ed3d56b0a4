"""Issues and every revision they ever had."""

from typing import ClassVar

from django.db import models


class StandingIssues(models.Manager["IssueRow"]):
    """All issues but those that a holiday made part of a later one."""

    def get_queryset(self) -> models.QuerySet["IssueRow"]:
        """Leave out what was merged."""
        return super().get_queryset().filter(merged_into="")


class IssueRow(models.Model):
    """One week's number."""

    week = models.CharField(max_length=8, unique=True)  # 2026-W47
    number = models.IntegerField()
    status = models.CharField(max_length=16, default="draft")  # model.IssueStatus
    publishes_at = models.DateTimeField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    created_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True)  # when it goes out; null: at publishes_at
    queued_at = models.DateTimeField(null=True)  # when the outbox held every reader; null: not yet
    published_at = models.DateTimeField(null=True)  # of the first mail delivered; null: none yet
    announced_at = models.DateTimeField(null=True)  # archive, print and robots done; null: not yet
    merged_into = models.CharField(max_length=8, blank=True)  # the week whose issue took it in

    every = models.Manager()
    objects = StandingIssues()

    class Meta:
        db_table = "issue"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return self.week


class IssueRevisionRow(models.Model):
    """The issue as it stood at one moment. Rows are only ever added."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="revisions")
    n = models.IntegerField()  # 1, 2, 3 …; the highest is the current one
    author = models.CharField(max_length=150, blank=True)  # "": the pipeline
    made_at = models.DateTimeField()
    payload = models.JSONField()  # the issue as issue.json has it
    content_hash = models.CharField(max_length=64)  # what reviewers sign
    note = models.TextField(blank=True)

    class Meta:
        db_table = "issue_revision"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "n"], name="issue_revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} r{self.n}"


class IssueItemRow(models.Model):
    """What stands in the current revision: one row an item, so that lists need no payload."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="placed")
    key = models.CharField(max_length=32, db_index=True)
    position = models.IntegerField()
    section = models.CharField(max_length=16)
    title = models.TextField()
    source_id = models.CharField(max_length=64)
    districts = models.JSONField(default=list)
    members = models.JSONField(default=list)  # registered units named in it

    class Meta:
        db_table = "issue_item"

    def __str__(self) -> str:
        return self.title
