"""What tests of adding MOCs share: files made by code, dropping them as a user does, watching what goes to S3."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import FilePayload, Page, Request, Route, expect

from e2e.visit import User, Visit
from integration.uploading import CSV, PDF, studio
from unit.runtime.photos import large_jpeg, phone_jpeg

AMBIGUOUS = b"part,color,quantity\n3001,4,6\n3024,1,2\n"
BROKEN = b"Part,Quantity,Color\n3001,4,Red\n3002,many,Blue\n3003,2,Red\n,3,Red\n"
PROGRAM = b"MZ" + b"\0" * 200


def named(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def everything() -> list[FilePayload]:
    """What a designer has of a MOC: a model, instructions, a parts list and three photos."""
    return [
        named("sherlock_holmes-v2.io", studio()),
        named("sherlock holmes instructions.pdf", PDF),
        named("rebrickable_parts_moc-257369-sherlock-holmes.csv", CSV),
        named("IMG_2034.jpg", phone_jpeg()),
        named("IMG_2035.jpg", phone_jpeg(500, 400)),
        named("lights at night.jpg", large_jpeg(900, 700)),
    ]


def on_the_add_page(visit: Visit, user: User) -> Page:
    visit.sign_in(user)
    page = visit.page
    page.get_by_role("link", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Add a MOC")).to_be_visible()
    return page


def choose(page: Page, *files: FilePayload) -> None:
    page.get_by_label("Choose files").set_input_files(list(files))


def drop(page: Page, *files: FilePayload) -> None:
    """Drops files onto the middle of the page, as from a file manager."""
    sent = [[file["name"], base64.b64encode(file["buffer"]).decode()] for file in files]
    page.evaluate(
        """files => {
          const transfer = new DataTransfer();
          for (const [name, text] of files) {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            transfer.items.add(new File([bytes], name));
          }
          for (const kind of ['dragenter', 'dragover', 'drop']) {
            const event = new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
            document.querySelector('h1').dispatchEvent(event);
          }
        }""",
        sent,
    )


def add(page: Page, title: str | None = None, pieces: int | None = None) -> None:
    """Fills what is given and adds what was chosen."""
    expect(page.get_by_text("Looking at it")).to_have_count(0)
    if title is not None:
        page.get_by_label("Title").fill(title)
    if pieces is not None:
        page.get_by_label("Pieces").fill(str(pieces))
    page.get_by_role("button", name="Add it with").click()


def all_there(page: Page, seconds: int = 60) -> None:
    expect(page.get_by_text("It is on your shelf")).to_be_visible(timeout=seconds * 1000)


@dataclass
class Storage:
    """S3 as the browser meets it: every file that is posted there is counted, and may be held or refused."""

    page: Page
    origin: str
    arrived: list[str] = field(default_factory=list)
    held: list[Route] = field(default_factory=list)
    treat: Callable[[Route], bool] = lambda _: False

    def __post_init__(self) -> None:
        self.page.context.route(f"{self.origin}/**", self._meet)

    def hold(self) -> None:
        """Lets no file through from now on."""

        def keep(route: Route) -> bool:
            self.held.append(route)
            return True

        self.treat = keep

    def let_go(self) -> None:
        self.treat = lambda _: False
        held, self.held = self.held, []
        for route in held:
            route.continue_()

    def forget_held(self) -> None:
        """Those of a page that is gone are nobody's."""
        self.treat, self.held = (lambda _: False), []

    def _meet(self, route: Route) -> None:
        if route.request.method != "POST" or not is_file(route.request):
            route.continue_()
        elif not self.treat(route):
            self.arrived.append(key_of(route.request))
            route.continue_()


def is_file(request: Request) -> bool:
    return "multipart/form-data" in (request.headers.get("content-type") or "")


def key_of(request: Request) -> str:
    """The key that a posted file gets."""
    body = request.post_data_buffer or b""
    _, _, rest = body.partition(b'name="key"\r\n\r\n')
    return rest.partition(b"\r\n")[0].decode()
