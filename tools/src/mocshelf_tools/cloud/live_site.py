"""The pages of `dev --stage S`: this checkout's web app, and how users of the stage sign in to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mocshelf_infra.pages import SIGNED_IN
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.terminal import Terminal
    from mocshelf_tools.web.site import Site

# The second is what Cognito called it first.
_BY_PASSWORD = {"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}


@dataclass(frozen=True)
class WayIn:
    """Where pages are to be opened, and how users sign in there.

    By Cognito's own pages at `login`; else with their password, unless `closed` says why that cannot be.
    """

    origin: str
    login: str | None = None
    closed: str | None = None


def site(place: Place, linked: Mapping[str, Mapping[str, Any]], port: int, terminal: Terminal) -> tuple[WayIn, Site]:
    """The app for pages at this port; `linked` is what functions are linked to. CannotContinue."""
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import client, outputs
    from mocshelf_tools.web.publishing import settings_of
    from mocshelf_tools.web.site import of_checkout

    with explained(place):
        known = outputs(place)
    told = settings_of(place, known)
    origins = [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]
    users = linked["users"]
    try:
        with explained(place):
            described = client(place, "cognito-idp").describe_user_pool_client(
                UserPoolId=users["pool_id"], ClientId=users["client_id"]
            )
        way = way_in(described["UserPoolClient"], told.login, origins, place.stage.name)
    except CannotContinue as problem:
        way = WayIn(origins[0], closed=f"Nobody can sign in on these pages. {problem}")
    settings = replace(told, login=way.login, closed=way.closed)
    return way, of_checkout(settings, files_origin(place, str(linked["files"]["bucket"])), terminal)


def files_origin(place: Place, bucket: str) -> str:
    """Where browsers send files to, and read them."""
    return place.endpoint or f"https://{bucket}.s3.{place.stage.region}.amazonaws.com"


def way_in(app_client: Mapping[str, Any], login: str | None, origins: Sequence[str], stage: str) -> WayIn:
    """What the app client, as Cognito describes it, lets pages at these origins do; the first origin is preferred."""
    if login and "code" in app_client.get("AllowedOAuthFlows", ()):
        back = app_client.get("CallbackURLs", ())
        for origin in origins:
            if f"{origin}{SIGNED_IN}" in back:
                return WayIn(origin, login)
    if _BY_PASSWORD & set(app_client.get("ExplicitAuthFlows", ())):
        return WayIn(origins[0])
    return WayIn(
        origins[0],
        closed=f"Nobody can sign in on these pages: the app client of {stage} neither sends users back to "
        f"{origins[0]} nor lets a page ask for their password. The API here takes their tokens all the same.",
    )
