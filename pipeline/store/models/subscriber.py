"""Readers, what they agreed to and changed, and the addresses that must never be written to.

Every table that knows a reader refers to `SubscriberRow` with CASCADE: that is how forgetting
somebody reaches everything.
"""

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
    sections = models.JSONField(default=list)  # model.SectionKind; in full besides the two above
    units = models.JSONField(default=list)  # member units whose contact this is; empty: a resident
    # model.Preferences.key of the lists above: who shares it shares an edition.
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
            # Counts per preference read this index alone.
            models.Index(fields=["status", "edition_key"], name="subscriber_counts"),
            models.Index(fields=["confirmed_at"], name="subscriber_confirmed"),
            models.Index(fields=["left_at"], name="subscriber_left"),
            models.Index(
                fields=["paused_until"],
                name="subscriber_paused",
                condition=models.Q(paused_until__isnull=False),
            ),
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


class WordingRow(models.Model):
    """A text that somebody agreed to, kept word by word as it was shown."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256 of version and text
    version = models.CharField(max_length=32)
    text = models.TextField()

    class Meta:
        db_table = "wording"

    def __str__(self) -> str:
        return self.version


class ConsentRow(models.Model):
    """One proof of consent: when, how, from which network, to which text. Only ever added."""

    subscriber = models.ForeignKey(SubscriberRow, on_delete=models.CASCADE, related_name="consents")
    at = models.DateTimeField()
    how = models.CharField(max_length=16)  # asked confirmed imported returned
    network = models.CharField(max_length=64, blank=True)  # 203.0.113.0/24; "": not by the web
    wording = models.ForeignKey(WordingRow, on_delete=models.PROTECT, null=True)  # null: imported
    note = models.TextField(blank=True)  # the consent on record that an import stated

    class Meta:
        db_table = "consent"

    def __str__(self) -> str:
        return f"{self.how} {self.at:%Y-%m-%d}"


class SubscriberChangeRow(models.Model):
    """One event in the life of a subscription. Only ever added."""

    subscriber = models.ForeignKey(SubscriberRow, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    what = models.CharField(max_length=16)  # see store.subscriptions.EVENTS
    by = models.CharField(max_length=150, blank=True)  # an editor or "import"; "": the reader
    detail = models.JSONField(default=dict)  # before and after, or the reason given

    class Meta:
        db_table = "subscriber_change"
        indexes: ClassVar = [models.Index(fields=["at"], name="subscriber_change_at")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"


class ReaderRequestRow(models.Model):
    """A form as it was sent, until it is worked off; then the row is deleted.

    Nothing is looked up while the visitor waits, so known and unknown addresses take the same time.
    """

    kind = models.CharField(max_length=8)  # join link
    email = models.CharField(max_length=320)
    key = models.CharField(max_length=320, db_index=True)  # as SubscriberRow.key
    districts = models.JSONField(default=list)
    themes = models.JSONField(default=list)
    network = models.CharField(max_length=64, blank=True)
    wording = models.ForeignKey(WordingRow, on_delete=models.PROTECT, null=True)  # null: kind link
    at = models.DateTimeField()

    class Meta:
        db_table = "reader_request"

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class ConfirmationRow(models.Model):
    """A double opt-in that waits for its click. The token is kept only as a hash."""

    subscriber = models.ForeignKey(
        SubscriberRow, on_delete=models.CASCADE, related_name="confirmations"
    )
    token_hash = models.CharField(max_length=64, db_index=True, blank=True)  # hex; "": not made yet
    districts = models.JSONField(default=list)  # what was asked for; taken over when confirmed
    themes = models.JSONField(default=list)
    network = models.CharField(max_length=64, blank=True)
    wording = models.ForeignKey(WordingRow, on_delete=models.PROTECT)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)  # null: not confirmed; once only

    class Meta:
        db_table = "confirmation"

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d %H:%M}"


class OutgoingMailRow(models.Model):
    """A single mail (confirmation, links) that is to be sent; rendered only when it goes out."""

    kind = models.CharField(max_length=16)  # confirm link
    subscriber = models.ForeignKey(SubscriberRow, on_delete=models.CASCADE, related_name="mails")
    confirmation = models.ForeignKey(ConfirmationRow, on_delete=models.CASCADE, null=True)
    status = models.CharField(max_length=8, default="waiting")  # waiting sent failed
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # the next try
    attempts = models.PositiveIntegerField(default=0)
    reply = models.TextField(blank=True)  # the server's last words
    sent_at = models.DateTimeField(null=True)  # null: not yet

    class Meta:
        db_table = "outgoing_mail"
        indexes: ClassVar = [models.Index(fields=["status", "due_at"], name="outgoing_mail_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class LimitRow(models.Model):
    """How often something happened within one hour. Only a keyed hash says what."""

    what = models.CharField(max_length=64)  # HMAC of network, address or form
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "limit_count"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "hour"], name="limit_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.count} since {self.hour:%Y-%m-%d %H:%M}"
