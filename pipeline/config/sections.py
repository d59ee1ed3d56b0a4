"""The sections of ``feeds.yaml``: every key, what it means, its limits and its default."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipeline.calendar import monday_of
from pipeline.errors import UsageError
from pipeline.model import DESK_NAME, DESK_SOURCE, Source


class Frozen(BaseModel):
    """Values that never change; an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Newsletter(Frozen):
    """What stands on the masthead and in the footer of every issue."""

    name: str = Field(description="刊名, on the masthead and in the subject")
    alliance: str = Field(default="", description="联盟名称, below the name")
    slogan: str = Field(default="", description="one line below the masthead")
    sender_name: str = Field(default="", description="name in From:; the newsletter's when empty")
    sender_email: str = Field(description="address in From:")
    reply_to: str = Field(default="", description="address in Reply-To:; the sender's when empty")
    postal_address: str = Field(
        default="", description="the sender's postal address, in the footer"
    )
    contact: str = Field(default="", description="address or telephone that answers complaints")
    first_week: str = Field(description="week of issue number 1, as 2026-W45")
    commercial: bool = Field(
        default=False, description="an advertising mail: 广告 at the front of the subject"
    )
    sample: bool = Field(default=False, description="mark every issue as a sample")

    @field_validator("first_week")
    @classmethod
    def _week_form(cls, value: str) -> str:
        try:
            monday_of(value)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("name", "alliance", "slogan", "sender_name", "postal_address", "contact")
    @classmethod
    def _one_line(cls, value: str) -> str:
        """They stand in headers of mails, where a line break would begin another header."""
        if any(unicodedata.category(character) == "Cc" for character in value):
            raise ValueError("expected one line of text")
        return value.strip()

    @field_validator("name")
    @classmethod
    def _some_name(cls, value: str) -> str:
        if not value:
            raise ValueError("expected the newsletter's name")
        return value

    @field_validator("sender_email", "reply_to")
    @classmethod
    def _address_form(cls, value: str) -> str:
        if value and not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", value):
            raise ValueError(f"expected an e-mail address, not {value!r}")
        return value


class IssueSettings(Frozen):
    """How much an issue holds and how it is chosen."""

    publish_at: str = Field(
        default="08:00", description="time of day on publishing days, Asia/Shanghai"
    )
    holidays: str | None = Field(
        default=None, description="YAML file of days off and days on, beside feeds.yaml"
    )
    lead_items: Annotated[int, Field(ge=1, le=3)] = Field(default=1, description="stories in 头条")
    district_items: Annotated[int, Field(ge=1, le=20)] = Field(
        default=3, description="stories per district in 各区动态"
    )
    section_items: Annotated[int, Field(ge=1, le=20)] = Field(
        default=4, description="stories in every other section"
    )
    silent_weeks: Annotated[int, Field(ge=1, le=52)] = Field(
        default=3, description="weeks without a word after which a unit or district counts more"
    )


class CollectSettings(Frozen):
    """Manners and limits towards the web."""

    user_agent: str = Field(
        default="community-newsroom/0.1",
        description="how we present ourselves; the contact is added",
    )
    contact: str = Field(
        default="", description="address or URL for site owners; the sender's when empty"
    )
    workers: Annotated[int, Field(ge=1, le=500)] = Field(
        default=200, description="requests under way at once over all hosts"
    )
    per_host: Annotated[int, Field(ge=1, le=16)] = Field(
        default=1, description="requests at once to one host"
    )
    delay: Annotated[float, Field(ge=0, le=60)] = Field(
        default=1.0, description="seconds between requests to one host"
    )
    timeout: Annotated[float, Field(gt=0, le=300)] = Field(
        default=20.0, description="seconds for one request"
    )
    max_bytes: Annotated[int, Field(ge=1024)] = Field(
        default=15_000_000, description="decompressed bytes of one document"
    )
    max_redirects: Annotated[int, Field(ge=0, le=20)] = Field(
        default=5, description="redirects followed"
    )
    robots: bool = Field(default=True, description="obey robots.txt")
    retries: Annotated[int, Field(ge=0, le=10)] = Field(
        default=2, description="further tries for what may heal"
    )
    check_links: Annotated[int, Field(ge=0, le=1000)] = Field(
        default=200, description="links of the draft that one run asks for; 0 asks for none"
    )
    check_seconds: Annotated[float, Field(gt=0, le=900)] = Field(
        default=60.0, description="seconds that asking for them may take"
    )


class TagSettings(Frozen):
    """How texts are taken apart."""

    engine: Literal["jieba", "rjieba"] = Field(
        default="jieba", description="tokenizer; rjieba is faster and needs the extra `fast`"
    )


class DeliverySettings(Frozen):
    """How an approved issue goes out."""

    connections: Annotated[int, Field(ge=1, le=64)] = Field(
        default=8, description="SMTP connections at once"
    )
    per_connection: Annotated[int, Field(ge=1)] = Field(
        default=100, description="messages on one connection"
    )
    per_domain_rate: Annotated[float, Field(gt=0)] = Field(
        default=20.0, description="messages a second to one recipient domain at the start"
    )
    deadline_hours: Annotated[float, Field(gt=0, le=168)] = Field(
        default=48.0, description="hours after it was to go out when an issue is stale"
    )
    uncertain: Literal["hold", "resend"] = Field(
        default="hold", description="what becomes of a message whose fate a crash left open"
    )
    timeout: Annotated[float, Field(gt=0, le=600)] = Field(
        default=60.0, description="seconds for one SMTP step"
    )
    relay_log: str | None = Field(
        default=None, description="log of the relay in Postfix's form, read after a crash"
    )
    esp: Literal["", "postmark", "brevo", "resend", "mailgun", "sparkpost"] = Field(
        default="",
        description="a provider's API instead of SMTP_URL; needs the extra `anymail` and ESP_KEY",
    )
    report_to: tuple[str, ...] = Field(
        default=(),
        description="editors' addresses that hear of a draft that is ready and of an issue that is out",
    )
    warm_up: bool = Field(default=False, description="a new sender: start slowly and double daily")
    count: tuple[Literal["opens", "clicks"], ...] = Field(
        default=(),
        description="what is counted of a letter, for all readers together: opens, clicks",
    )


class DeskSettings(Frozen):
    """The editors' desk."""

    session_hours: Annotated[float, Field(gt=0, le=168)] = Field(
        default=10.0, description="hours until an editor signs in again"
    )
    lockout_after: Annotated[int, Field(ge=3, le=50)] = Field(
        default=5, description="wrong passwords or codes until an account waits"
    )
    remind_hours: Annotated[float, Field(gt=0, le=72)] = Field(
        default=2.0,
        description="hours before publishing when a missing signature is asked for",
    )
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z]{2,4})?$")] = Field(
        default="zh-hans",
        description="language of the desk: `zh-hans`, or one whose catalogue was added",
    )


class ReaderSettings(Frozen):
    """The subscribers' pages: limits against abuse, and how long what is kept."""

    confirm_days: Annotated[int, Field(ge=1, le=30)] = Field(
        default=7, description="days a confirmation link works; then the request is deleted"
    )
    link_days: Annotated[int, Field(ge=30, le=3650)] = Field(
        default=365, description="days the preferences link of a mail works; leaving always does"
    )
    minimum_seconds: Annotated[float, Field(ge=0, le=60)] = Field(
        default=3.0, description="seconds nobody can be faster in, filling in a form"
    )
    network_per_hour: Annotated[int, Field(ge=1)] = Field(
        default=30, description="forms an hour from one network (IPv4 /24, IPv6 /48)"
    )
    address_per_hour: Annotated[int, Field(ge=1)] = Field(
        default=3, description="forms an hour that name one address; more are answered and dropped"
    )
    forms_per_hour: Annotated[int, Field(ge=1)] = Field(
        default=2000, description="forms an hour altogether"
    )
    proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        default=0, description="own reverse proxies in front; X-Forwarded-For is read so far"
    )
    keep_left_days: Annotated[int, Field(ge=30, le=3650)] = Field(
        default=180, description="days after leaving until only a keyed hash remains"
    )
    keep_history_days: Annotated[int, Field(ge=30, le=3650)] = Field(
        default=730, description="days a change of preferences stays in the history"
    )
    keep_mail_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=30, description="days the record of a confirmation mail stays"
    )


class FeedsFile(Frozen):
    """The whole of ``feeds.yaml``."""

    newsletter: Newsletter = Field(description="masthead and sender")
    issue: IssueSettings = Field(default_factory=IssueSettings, description="choice and size")
    collect: CollectSettings = Field(
        default_factory=CollectSettings, description="manners towards the web"
    )
    tag: TagSettings = Field(default_factory=TagSettings, description="segmentation")
    delivery: DeliverySettings = Field(default_factory=DeliverySettings, description="sending")
    desk: DeskSettings = Field(default_factory=DeskSettings, description="the editors' desk")
    readers: ReaderSettings = Field(
        default_factory=ReaderSettings, description="the subscribers' pages"
    )
    members: str | None = Field(
        default=None,
        description="register of member units beside feeds.yaml; the shipped one when unset",
    )
    themes: str | None = Field(
        default=None,
        description="themes file beside feeds.yaml, with the tables that it names beside it; "
        "the shipped ones when unset",
    )
    places: str | None = Field(default=None, description="gazetteer overrides beside feeds.yaml")
    proof: str | None = Field(
        default=None,
        description="folder of proofreading lists beside feeds.yaml; shipped ones where it has none",
    )
    sources: tuple[Source, ...] = Field(default=(), description="where articles come from")

    @field_validator("sources", mode="before")
    @classmethod
    def _no_source_yet(cls, value: object) -> object:
        return () if value is None else value  # the key with nothing below it

    @property
    def outlets(self) -> dict[str, str]:
        """The names beneath items, by source id; with the desk's, for what editors write."""
        return {DESK_SOURCE: DESK_NAME} | {one.id: one.outlet or one.name for one in self.sources}

    @property
    def own_sources(self) -> frozenset[str]:
        """Ids of the sources whose texts are the alliance's or its members' own."""
        return frozenset({DESK_SOURCE, *(one.id for one in self.sources if one.own)})
