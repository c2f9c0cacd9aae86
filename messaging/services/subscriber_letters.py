"""What a mail to a subscriber says: its words, its links, the headers that let them leave."""

from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from messaging.models import PublicIncident, Subscriber, SubscriberMail
from messaging.rules.public_text import paragraphs_of
from messaging.rules.words import chosen, direction_of
from messaging.selectors.public_addresses import incident_address, update_address
from messaging.services.subscribers import token_of

Said = dict[str, object]


def letter_of(mail: SubscriberMail) -> EmailMultiAlternatives:
    """Return the mail, ready to send; its Message-ID is that of the row, however often it tries."""
    subscriber = mail.subscriber
    with translation.override(subscriber.language):
        said = _confirmation(subscriber) if mail.update is None else _update(mail)
        return _compose(mail, said)


def _compose(mail: SubscriberMail, said: Said) -> EmailMultiAlternatives:
    page, language = mail.subscriber.page, mail.subscriber.language
    name, _language = chosen(page.titles, [language])
    said |= {"name": name, "language": language, "direction": direction_of(language)}
    host = settings.PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    letter = EmailMultiAlternatives(
        subject=" ".join(str(said["subject"]).split()),
        body=render_to_string("public/mail.txt", said),
        from_email=formataddr((name, settings.DEFAULT_FROM_EMAIL)),
        to=[mail.subscriber.address],
        headers={"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(render_to_string("public/mail.html", said), "text/html")
    if mail.update is not None:
        # RFC 8058: mail programs offer one button, and POST to this address.
        letter.extra_headers["List-Unsubscribe"] = f"<{said['leave']}>"
        letter.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter.extra_headers["List-Id"] = f"<{page.slug}.updates.{host}>"
        letter.extra_headers["Precedence"] = "bulk"
    return letter


def _confirmation(subscriber: Subscriber) -> Said:
    page = subscriber.page
    name, _language = chosen(page.titles, [subscriber.language])
    link = page.address_of("confirm", subscriber.language, token=token_of(subscriber, "confirm"))
    return {
        "subject": _("Please confirm: updates from %(name)s") % {"name": name},
        "paragraphs": paragraphs_of(
            _(
                "Somebody, probably you, asked for updates from %(name)s to be sent to this "
                "address.\n\nTo get them, open the page below and confirm. If it was not you, do "
                "nothing: without your confirmation nothing more is sent."
            )
            % {"name": name}
        ),
        "text_language": subscriber.language,
        "action": _("Confirm"),
        "link": link,
    }


def _update(mail: SubscriberMail) -> Said:
    update, subscriber = mail.update, mail.subscriber
    assert update is not None  # noqa: S101 - the caller looked
    page, language = subscriber.page, subscriber.language
    public = PublicIncident.objects.shown().filter(incident_id=update.incident_id).first()
    title = chosen(public.titles, [language])[0] if public else ""
    link = (
        update_address(page, public.pk, update.pk, update.language)
        if public
        else page.address_of("page", language)
    )
    return {
        "subject": update.title,
        "heading": update.title,
        "topic": title,
        "topic_link": incident_address(page, public.pk, language) if public else "",
        "paragraphs": paragraphs_of(update.body),
        "text_language": update.language,
        "text_direction": direction_of(update.language),
        "action": _("Read it on the page"),
        "link": link,
        "leave": page.address_of("leave", language, token=token_of(subscriber, "leave")),
    }
