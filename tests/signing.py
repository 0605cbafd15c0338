"""Signing in without the page for it."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from keyi.accounts.models import User


def sign_in(client: Client, user: User) -> None:
    """As ``client.force_login(user)``, by one statement instead of sixteen; nobody is told of it."""
    key = get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")
    values = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    until = timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    Session.objects.create(session_key=key, session_data=SessionStore().encode(values), expire_date=until)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
