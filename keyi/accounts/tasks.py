"""Mails about an account, sent by the worker. Links are made here, so that no secret waits in the queue."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from . import links
from .models import User


def _send(user: User, to: str, subject: str, template: str, **context: Any) -> None:
    context = {"user": user, "site_url": settings.SITE_URL, **context}
    send_mail(subject, render_to_string(f"accounts/mail/{template}.txt", context), None, [to])


@app.task(queue="mail", retry=5)
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


@app.task(queue="mail", retry=5)
def mail_reset(user_id: int) -> None:
    """The link for setting a new password: 忘记密码, and the mail icon of 实验室（院系）账号管理."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        link = f"{settings.SITE_URL}{links.reset_path(user)}"
        minutes = settings.PASSWORD_RESET_TIMEOUT // 60
        _send(user, user.email, _("Set a new password"), "reset", link=link, minutes=minutes)


@app.task(queue="mail", retry=5)
def mail_notice(user_id: int, notice: str, to: str) -> None:
    """Tells about a change the person should know of: ``notice`` is "password_changed" or "email_changed"."""
    user = User.objects.filter(pk=user_id).first()
    if user:
        subjects = {
            "password_changed": _("Your password was changed"),
            "email_changed": _("Your e-mail address was changed"),
        }
        _send(user, to, subjects[notice], notice)
