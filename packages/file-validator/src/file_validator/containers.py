"""The ZIP files that are models, and how files are refused that are not in the container they claim."""

from __future__ import annotations

from collections.abc import Iterable

from file_validator.faults import Kind, Refused, refusal
from file_validator.rules import extension_of

# The root entries that make an archive a Studio model, the preferred one first, and an LXF file.
MODELS = ("model.ldr", "modelv2.ldr", "model2.ldr")
LXF_MODEL = "IMAGE100.LXFML"
ZIP_EXTENSIONS = (".io", ".lxf")
LOCKED = (
    "This Studio file is locked, as older versions of Studio did. "
    "Open it in a current Studio, save it, and upload the saved file."
)
EXCEL_MESSAGE = 'This is an Excel workbook. Save it as "CSV UTF-8" and upload that file.'


def empty_file() -> Refused:
    """The refusal of a file without content."""
    return refusal(Kind.CONTENT, "EMPTY_FILE", "The file is empty.")


def wrong_zip(name: str) -> Refused:
    """The refusal of a ZIP archive that is called something else."""
    stem, _, extension = name.rpartition(".")
    message = (
        f"{name} is a ZIP archive, not a {extension.upper()} file. If it is a Studio file, rename it to {stem}.io."
    )
    return refusal(Kind.TYPE, "TYPE_MISMATCH", message)


def refuse_text_as_zip(name: str) -> None:
    """Refuses text that is called a model in a ZIP archive."""
    extension = extension_of(name)
    if extension in ZIP_EXTENSIONS:
        wanted = "a Studio file" if extension == ".io" else "an LXF file"
        message = f"{name} is text, not {wanted}. Give it the extension of what it is, such as .csv or .ldr."
        raise refusal(Kind.TYPE, "TYPE_MISMATCH", message)


def refuse_office(names: Iterable[str], name: str) -> None:
    """Refuses an archive whose entries make it an Office document; Excel is told how to go on."""
    lowered = [entry.lower() for entry in names]
    if "[content_types].xml" not in lowered:
        return
    is_excel = any(entry.startswith("xl/") for entry in lowered)
    message = EXCEL_MESSAGE if is_excel else f"{name} is an Office document, not a parts list."
    raise refusal(Kind.TYPE, "UNSUPPORTED_FORMAT", message)
