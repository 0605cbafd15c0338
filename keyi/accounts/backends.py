from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from .held import held_by
from .models import User


class AccountBackend(ModelBackend):
    """Account name in any case and password. An unknown name takes as long as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            User().set_password(password)
            return None
        if not user.check_password(password):
            return None
        if not self.user_can_authenticate(user):
            if request is not None:
                request.is_switched_off = True  # type: ignore[attr-defined]  # only told with the right password
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        """With what the person may do, since every request asks for both: one question instead of two."""
        held = held_by(user_id)
        if not held:
            return super().get_user(user_id)  # type: ignore[return-value]
        user = held[0].user
        user.hold(held)
        return user if self.user_can_authenticate(user) else None
