"""Readers, and the addresses that must never be written to."""

from typing import ClassVar

from django.db import models


class SubscriberRow(models.Model):
    """Somebody who reads the newsletter, or asked to."""

    email = models.CharField(max_length=320)  # as the reader wrote it
    # The address as compared: NFC, the domain in lower case and as IDNA, the local part folded.
    key = models.CharField(max_length=320, unique=True)
    name = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=16, default="pending")  # pending active left
    districts = models.JSONField(default=list)  # short names; empty: all
    themes = models.JSONField(default=list)  # empty: all
    # model.Preferences.key of the two lists above: who shares it shares an edition.
    edition_key = models.CharField(max_length=512, default="all")
    paused_until = models.DateField(null=True)  # null: not paused; no mail before that day
    epoch = models.PositiveIntegerField(default=0)  # raised to revoke every link ever sent
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)  # null: consent was never confirmed
    left_at = models.DateTimeField(null=True)  # null: has not left

    class Meta:
        db_table = "subscriber"
        indexes: ClassVar = [
            models.Index(fields=["status", "id"], name="subscriber_by_status"),
            models.Index(fields=["edition_key"], name="subscriber_by_edition"),
        ]

    def __str__(self) -> str:
        return f"subscriber {self.pk}"


class SuppressionRow(models.Model):
    """An address that gets nothing, whatever any list says. Only a keyed hash of it is kept."""

    address_hash = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=16)  # hard soft complaint left erased editor
    note = models.TextField(blank=True)  # the evidence, without the address
    at = models.DateTimeField()

    class Meta:
        db_table = "suppression"

    def __str__(self) -> str:
        return f"{self.reason} since {self.at:%Y-%m-%d}"
