"""Who may read the console: its own page. Pages of anybody's run in the browser of whoever develops here."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

_HOSTS = ("127.0.0.1", "localhost")
# `none` is an address that a person has typed.
_SITES = ("same-origin", "none")


def refusal(request: Request, port: int) -> str | None:
    """Why the request is refused, None when it is not.

    A name of somebody else's that leads to this machine (DNS rebinding) shows in Host, a page of somebody else's
    in Origin, and where a browser sends no Origin in Sec-Fetch-Site.
    """
    headers = request.headers
    hosts = headers.getlist("host")
    if len(hosts) != 1 or hosts[0].lower() not in {f"{name}:{port}" for name in _HOSTS}:
        return "The console answers under 127.0.0.1 and localhost only."
    if any(origin != f"http://{hosts[0].lower()}" for origin in headers.getlist("origin")):
        return "The console answers its own page only."
    if any(site not in _SITES for site in headers.getlist("sec-fetch-site")):
        return "The console answers its own page only."
    return None
