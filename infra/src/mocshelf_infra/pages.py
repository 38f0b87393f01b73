"""How the web app's pages are answered, by CloudFront and by `dev` alike: addresses and headers."""

from __future__ import annotations

from collections.abc import Sequence

PAGE = "index.html"
SETTINGS = "config.json"
# Where users are sent back to from Cognito's own pages.
SIGNED_IN = "/signed-in"
# Where `dev` serves them on a developer's machine, unless told otherwise.
DEV_PORT = 8484
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(*, files: str, cognito: Sequence[str], api: Sequence[str] = ()) -> str:
    """What pages may load, and whom they may talk to: the API, the files bucket and Cognito, each by its origin.

    `api` is for pages that are not served beside it. Pictures may be from anywhere, because users give addresses of
    pictures.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "img-src": " ".join(["'self'", "blob:", "data:", "https:", *_plain(files)]),
        "connect-src": " ".join(["'self'", *api, files, *cognito]),
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def _plain(origin: str) -> list[str]:
    """The origin, where `https:` does not include it."""
    return [origin] if origin.startswith("http:") else []
