"""THE mix: which requests are made how often, and which function answers them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of request; `share` of all requests. `upload` ones are throttled apart, as files pass through them."""

    name: str
    doing: str
    function: str
    share: float
    upload: bool = False


MIX = (
    Kind("list of MOCs", "browse", "mocs", 0.25),
    Kind("gallery", "browse", "gallery", 0.12),
    Kind("wishlist", "browse", "wishlist", 0.08),
    Kind("one MOC", "open", "mocs", 0.18),
    Kind("one image", "open", "gallery", 0.07),
    Kind("search", "search", "mocs", 0.12),
    Kind("change a MOC", "edit", "mocs", 0.06),
    Kind("reorder the wishlist", "edit", "wishlist", 0.04),
    Kind("create a MOC", "create", "mocs", 0.03),
    Kind("declare an upload", "upload", "uploads", 0.02),
    Kind("send a parts list", "upload", "parts", 0.02, upload=True),
    Kind("send a picture", "upload", "gallery", 0.01, upload=True),
)
KINDS = {kind.name: kind for kind in MIX}
# What one person does before the cache has forgotten it: as many requests as `docs/costs.md` gives to a visit.
VISIT = 30
