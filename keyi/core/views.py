"""How the reader wants the pages: the size of the text. The language is Django's own view."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

LARGE_TEXT = "keyi_large_text"
A_YEAR = 365 * 24 * 3600


@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """Switch 大字版 on or off and go back to the page it was asked from."""
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.COOKIES.get(LARGE_TEXT) == "1":
        response.delete_cookie(LARGE_TEXT)
    else:
        response.set_cookie(LARGE_TEXT, "1", max_age=A_YEAR, samesite="Lax", httponly=True)
    return response
