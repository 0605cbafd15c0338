"""What a token is: the first thing a new program asks."""

from ninja import Router

from keyi.api.summaries import SUMMARIES
from keyi.api.tokens import READS

from .schemas import MeOut

router = Router(tags=["work"], auth=READS)


@router.get(
    "/me", response={200: MeOut}, operation_id="work_me", url_name="work-me", summary=SUMMARIES["/work/me"]
)  # fmt: skip
def me(request):
    token = request.auth
    return {
        "name": token.name,
        "unit": token.unit.name,
        "may_write": token.may_write,
        "expires_at": token.expires_at,
    }
