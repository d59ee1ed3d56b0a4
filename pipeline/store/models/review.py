"""What people decide about an issue: signatures, waivers, the order of sending."""

from typing import ClassVar

from django.db import models

from pipeline.store.models.issue import IssueRow


class SignatureRow(models.Model):
    """One reviewer's sign-off on one content hash. A void one stays, with the reason."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="signatures")
    step = models.CharField(max_length=8)  # model.ReviewStep
    user = models.CharField(max_length=150)  # the account's name
    revision = models.IntegerField()  # the revision's n at the time
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    note = models.TextField(blank=True)
    boxes = models.JSONField(default=list)  # the human boxes that were ticked, by name
    voided_at = models.DateTimeField(null=True)  # null: it counts
    # changed:<revision>, sent-back:<user>:<reason>; a sentence in rows of before that
    void_reason = models.TextField(blank=True)

    class Meta:
        db_table = "signature"
        constraints: ClassVar = [
            # Whatever two processes do at once: one signature a step, one a person.
            models.UniqueConstraint(
                fields=["issue", "step"],
                condition=models.Q(voided_at=None),
                name="signature_step_once",
            ),
            models.UniqueConstraint(
                fields=["issue", "user"],
                condition=models.Q(voided_at=None),
                name="signature_user_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.step} {self.user}"


class SendBackRow(models.Model):
    """An issue handed back to the desk, with the reason."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="send_backs")
    user = models.CharField(max_length=150)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "send_back"

    def __str__(self) -> str:
        return f"{self.issue_id} {self.user}"


class WaiverRow(models.Model):
    """A warning that an editor lets stand, with the reason."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="waivers")
    fingerprint = models.CharField(
        max_length=64
    )  # of rule, item, field, surface, message and content
    rule = models.CharField(max_length=32)
    surface = models.TextField(blank=True)
    user = models.CharField(max_length=150)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "waiver"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "fingerprint"], name="waiver_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.rule}"


class DraftFieldsRow(models.Model):
    """What an editor has typed and not saved yet: one row a form."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="typed")
    user = models.CharField(max_length=150)
    item = models.CharField(max_length=32)  # the story's key
    fields = models.JSONField(default=dict)
    revision = models.IntegerField()  # the revision the form was opened on
    at = models.DateTimeField()

    class Meta:
        db_table = "draft_fields"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "user", "item"], name="draft_fields_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.item} {self.user}"
