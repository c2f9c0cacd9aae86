"""The desk: the admin's site, with the floors and their models in the order of the story."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest

# What is not named comes last, by its name.
STORY = {
    "incidents": [
        "Incident",
        "Fact",
        "Evidence",
        "Task",
        "Assignment",
        "ShiftNote",
        "Clock",
        "Goal",
        "Stakeholder",
        "Involvement",
        "ContactEntry",
        "Playbook",
        "PlaybookVersion",
        "PlaybookRun",
        "RunStep",
        "Review",
        "Lesson",
        "Notification",
        "ResponsePolicy",
    ],
    "messaging": [
        "KeyMessage",
        "Message",
        "Variant",
        "MediaAsset",
        "MessageRevision",
        "ReviewRound",
        "ReviewDecision",
        "Comment",
        "Publication",
        "Hold",
        "HoldRule",
        "ReviewPolicy",
        "Channel",
        "Template",
        "LanguagePack",
        "LanguagePackRevision",
        "PublicPage",
        "PublicIncident",
        "PublicUpdate",
        "PublicNumber",
        "Question",
        "Poll",
        "LiveSession",
        "Subscriber",
        "SubscriberMail",
        "Block",
        "TemplateRevision",
        "SuccessStory",
        "NotificationTarget",
        "OutgoingNotification",
    ],
    "monitoring": [
        "Alert",
        "Narrative",
        "Claim",
        "Mention",
        "Author",
        "Influence",
        "Correction",
        "AskedQuestion",
        "AskedDecision",
        "Sample",
        "SecondLook",
        "Query",
        "AlertRule",
        "Source",
        "Delivery",
        "Rereading",
        "ResponseEffect",
        "Report",
        "ReportSchedule",
        "ReportMail",
        "Erasure",
    ],
    "accounts": ["Brand", "Member", "User", "ApiKey", "AccessToken"],
    "events": ["Event"],
}


class Desk(AdminSite):
    """Incidents first, then what is said about them, what the public says, and the platform."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return what the person may see, in the order of the story."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            told = STORY.get(app["app_label"], [])
            app["models"].sort(key=lambda model, told=told: _place(told, model["object_name"]))
        return sorted(apps, key=lambda app: _place(list(STORY), app["app_label"]))


class DeskConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "crisisapi.desk.Desk"


def _place(told: list[str], name: str) -> int:
    return told.index(name) if name in told else len(told)
