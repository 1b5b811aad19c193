"""People and what they may do; the log of what they looked at and changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Role(models.TextChoices):
    """What a person is to the records; see ``web.rights`` for what each may do."""

    OPERATOR = "operator", "Scanning operator"
    RECORD_ROOM = "record_room", "Record room"
    REVIEWER = "reviewer", "Department reviewer"
    DEPARTMENT_ADMIN = "department_admin", "Department admin"
    MONITOR = "monitor", "State monitor"
    SYSTEM_ADMIN = "system_admin", "System admin"


class Account(models.Model):
    """A person's role and the bounds within which they hold it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account"
    )
    role = models.CharField(max_length=20, choices=Role.choices)
    offices = models.JSONField(default=list, help_text="codes; empty for none, ['*'] for all")
    departments = models.JSONField(default=list, help_text="codes; empty for none, ['*'] for all")
    language = models.CharField(max_length=2, default="hi")
    from_master = models.BooleanField(default=False, help_text="stands in the employee master")
    signed_out_at = models.DateTimeField(
        null=True, blank=True, help_text="sessions from before it are over"
    )

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class AuditEvent(models.Model):
    """One line of what a person did; written once, never changed."""

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=150)
    action = models.CharField(max_length=32)
    subject = models.CharField(max_length=128, default="", blank=True, help_text="kind and id")
    address = models.CharField(max_length=45, default="", blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="audit_newest"),
            models.Index(fields=["who", "-at"], name="audit_of_person"),
            models.Index(fields=["subject", "-at"], name="audit_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.action} {self.subject}"


class Token(models.Model):
    """Lets a program ask on a person's behalf; the secret itself is kept nowhere."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens"
    )
    label = models.CharField(max_length=80, help_text="what it is for, in the person's words")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret")
    beginning = models.CharField(max_length=12, help_text="of the secret, to know it again")
    writes = models.BooleanField(default=False, help_text="may decide, not only read")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} {self.beginning}"
