"""What a first visit costs over the wire, compressed as CloudFront does."""

from __future__ import annotations

import gzip

from playwright.sync_api import Response, expect

from e2e.visit import Shelf, User, Visit

LIMIT = 150_000


def test_the_first_load_up_to_a_full_shelf_is_small(visit: Visit, ada: User, shelf: Shelf) -> None:
    shelf.add("Northern Lighthouse")
    answers: list[Response] = []
    visit.page.on("response", lambda answer: answers.append(answer))

    visit.sign_in(ada)
    expect(visit.page.get_by_text("1 MOC", exact=True)).to_be_visible()

    own = {one.url: one for one in answers if one.url.startswith(visit.url) and one.request.method == "GET"}
    sizes = {url: len(gzip.compress(one.body(), 6)) for url, one in own.items() if one.status == 200}
    assert any(url.endswith("/vendor/preact.mjs") for url in sizes)
    assert sum(sizes.values()) < LIMIT, sizes
