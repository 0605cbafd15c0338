from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keyi.core import errors

from .. import kept
from ..middleware import form_page, to_page
from ..models import User


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Autosave: the form as the browser would send it, and ``_path``, the address it would be sent to.

    204 kept, 401 nobody is signed in, 413 too much to keep, 422 no form address.
    """
    if not isinstance(request.user, User):
        return HttpResponse(status=401)
    path = request.POST.get(kept.PATH_PARAM, "")
    if not kept.is_form_path(path):
        return HttpResponse(status=422)
    return HttpResponse(status=204 if kept.keep(request.user, path, request.POST) else 413)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is stale because its author signed in again in another tab: keep it and show it again.

    Only when the browser says that the form stood on our own page; anything else stays refused.
    """
    origin = urlsplit(request.headers.get("Origin", ""))
    is_ours = origin.netloc == request.get_host() and origin.scheme == request.scheme
    if not (is_ours and isinstance(request.user, User)):
        return errors.csrf_failure(request, reason)
    if not kept.keep(request.user, request.path, request.POST):
        return errors.csrf_failure(request, reason)
    messages.warning(
        request, _("The page was older than your session. What you typed is kept; please check and save.")
    )
    return to_page(request, form_page(request))
