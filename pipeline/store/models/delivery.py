"""The outbox: one row for every reader of every issue, in exactly one state."""

from typing import ClassVar

from django.db import models

from pipeline.store.models.issue import IssueRow
from pipeline.store.models.subscriber import SubscriberRow


class DeliveryRow(models.Model):
    """One edition to one reader."""

    issue = models.ForeignKey(IssueRow, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(
        SubscriberRow, on_delete=models.CASCADE, related_name="deliveries"
    )
    edition_key = models.CharField(max_length=512)  # model.Preferences.key when it was queued
    status = models.CharField(max_length=16, default="pending")  # model.DeliveryStatus
    attempts = models.PositiveIntegerField(
        default=0
    )  # handed over, refused or in doubt; not: put off
    message_id = models.CharField(max_length=200, unique=True)  # stable over every attempt
    reply = models.TextField(blank=True)  # the receiver's last words, or why nothing was sent
    rule = models.CharField(max_length=40, blank=True)  # which rule read those words; "": none
    queued_at = models.DateTimeField()  # the Date: of the message, the same over every attempt
    at = models.DateTimeField(null=True)  # of the last change; null: never tried, or unknown
    next_at = models.DateTimeField(null=True)  # not to be tried before; null: at any time

    class Meta:
        db_table = "delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "subscriber"], name="delivery_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["issue", "status", "id"], name="delivery_state")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.status}"


class BounceRow(models.Model):
    """What came back: the evidence of every decision about an address."""

    subscriber = models.ForeignKey(SubscriberRow, on_delete=models.CASCADE, related_name="bounces")
    delivery = models.ForeignKey(
        DeliveryRow, on_delete=models.SET_NULL, null=True, related_name="bounces"
    )  # null: the message named no delivery of ours
    digest = models.CharField(max_length=64, unique=True)  # of the message: read twice, kept once
    kind = models.CharField(max_length=16)  # hard soft block complaint auto-reply
    rule = models.CharField(max_length=40)  # which rule decided
    said = models.TextField(blank=True)  # the words it decided by
    at = models.DateTimeField()

    class Meta:
        db_table = "bounce"

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
