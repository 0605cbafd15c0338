"""Mails about an account, sent by the worker. Links are made here, so that no secret waits in the queue."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from keyi.core.retrying import PATIENTLY

from . import links, retention
from .browsers import describe_browser
from .choices import IDENTITY_OF, Identity
from .models import LinkMail, User
from .roles import Role


def _send(user: User, to: str, subject: str, template: str, **context: Any) -> None:
    context = {"user": user, "site_url": settings.SITE_URL, **context}
    send_mail(subject, render_to_string(f"accounts/mail/{template}.txt", context), None, [to])


@app.task(queue="mail", retry=PATIENTLY)
def mail_confirmation(user_id: int, address: str) -> None:
    """The link that shows the address is the person's own: after 注册 and after a change of address."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        link = f"{settings.SITE_URL}{links.confirm_path(user, address)}"
        _send(
            user,
            address,
            _("Confirm your e-mail address"),
            "confirm",
            link=link,
            days=links.CONFIRM_LIFETIME.days,
        )


@app.task(queue="mail", retry=PATIENTLY)
def mail_reset(user_id: int, link_mail_id: int | None = None) -> None:
    """The link for setting a password: 忘记密码, a new account, and the mail icon of 实验室（院系）账号管理.

    ``link_mail_id`` names the LinkMail that tells whoever asked what became of it.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return
    mails = LinkMail.objects.filter(pk=link_mail_id or 0)
    try:
        _send_link(user)
    except Exception:
        mails.update(failed_at=timezone.now())
        raise  # the worker tries again
    mails.update(sent_at=timezone.now(), failed_at=None)


def _send_link(user: User) -> None:
    link = f"{settings.SITE_URL}{links.reset_path(user)}"
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    if user.has_usable_password() or user.home is None:
        _send(user, user.email, _("Set a new password"), "reset", link=link, minutes=minutes)
        return
    identity = Identity(IDENTITY_OF[Role(user.home.role)]).label
    about = {"link": link, "minutes": minutes, "unit": user.home.unit.name, "identity": identity}
    _send(user, user.email, _("Set the password of your new account"), "first_password", **about)


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="delete_old_accounts_data")
def delete_old(timestamp: int) -> None:
    """What is only kept for a while."""
    retention.delete_old()


@app.task(queue="mail", retry=PATIENTLY)
def mail_new_device(user_id: int, browser: str, address: str) -> None:
    """Somebody signed in with a browser that this account was never used with."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        about = {"browser": describe_browser(browser), "address": address}
        _send(user, user.email, _("Your account was used on a new device"), "new_device", **about)


@app.task(queue="mail", retry=PATIENTLY)
def mail_notice(user_id: int, notice: str, to: str) -> None:
    """Tells about a change the person should know of: ``notice`` is "password_changed" or "email_changed"."""
    user = User.objects.filter(pk=user_id).first()
    if user:
        subjects = {
            "password_changed": _("Your password was changed"),
            "email_changed": _("Your e-mail address was changed"),
        }
        _send(user, to, subjects[notice], notice)
