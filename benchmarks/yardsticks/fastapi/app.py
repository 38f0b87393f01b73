"""`GET /api/mocs` as FastAPI, Mangum, SQLAlchemy's ORM and boto3 answer it, for API Gateway's events."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import boto3
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from mangum import Mangum
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator
from pydantic.alias_generators import to_camel
from sqlalchemy import DateTime, Text, create_engine, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

# A Lambda function answers one request at a time, so it needs one connection.
engine = create_engine(os.environ["DATABASE_URL"], pool_size=1, max_overflow=0)
new_session = sessionmaker(engine, expire_on_commit=False)
s3 = boto3.client("s3")
app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), list[str]: ARRAY(Text)}  # noqa: RUF012 - SQLAlchemy's way


class MocRow(Base):
    __tablename__ = "moc_instructions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    type: Mapped[str]
    title: Mapped[str]
    description: Mapped[str | None]
    author: Mapped[str | None]
    parts_count: Mapped[int | None]
    theme: Mapped[str | None]
    subtheme: Mapped[str | None]
    uploaded_date: Mapped[datetime | None]
    brand: Mapped[str | None]
    set_number: Mapped[str | None]
    release_year: Mapped[int | None]
    retired: Mapped[bool | None]
    tags: Mapped[list[str]]
    thumbnail_url: Mapped[str | None]
    thumbnail_file_id: Mapped[UUID | None]
    total_piece_count: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class FileRow(Base):
    __tablename__ = "moc_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    object_key: Mapped[str]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[datetime, PlainSerializer(_iso, return_type=str)]


class Moc(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, from_attributes=True, populate_by_name=True)

    id: UUID
    user_id: str
    type: str
    title: str
    description: str | None
    author: str | None
    parts_count: int | None
    theme: str | None
    subtheme: str | None
    uploaded_date: Instant | None
    brand: str | None
    set_number: str | None
    release_year: int | None
    retired: bool | None
    tags: list[str]
    thumbnail_url: str | None
    total_piece_count: int | None
    created_at: Instant
    updated_at: Instant


class MocPage(BaseModel):
    success: bool = True
    data: list[Moc]
    total: int
    page: int
    limit: int


class MocQuery(BaseModel):
    page: int = Field(1, ge=1, le=10_000)
    limit: int = Field(20, ge=1, le=100)
    type: Literal["moc", "set"] | None = None
    theme: str | None = Field(None, min_length=1, max_length=100)
    tag: str | None = Field(None, min_length=1, max_length=50)
    sort: Literal["updatedAt", "createdAt", "title", "partsCount"] = "updatedAt"
    order: Literal["asc", "desc"] | None = None

    @model_validator(mode="after")
    def _titles_begin_with_a(self) -> MocQuery:
        self.order = self.order or ("asc" if self.sort == "title" else "desc")
        return self


def session() -> Iterator[Session]:
    with new_session() as opened:
        yield opened


def user_id(request: Request) -> str:
    """Whom API Gateway's authorizer found in the token."""
    context: dict[str, Any] = request.scope["aws.event"]["requestContext"]
    try:
        return str(context["authorizer"]["jwt"]["claims"]["sub"])
    except KeyError:
        raise HTTPException(401, "Sign in first.") from None


@app.exception_handler(RequestValidationError)
def invalid(_request: Request, problem: RequestValidationError) -> JSONResponse:
    return JSONResponse({"success": False, "errors": [str(error["msg"]) for error in problem.errors()]}, 400)


@app.get("/api/mocs")
def list_mocs(
    database: Annotated[Session, Depends(session)],
    owner: Annotated[str, Depends(user_id)],
    query: Annotated[MocQuery, Query()],
) -> MocPage:
    wanted = [MocRow.user_id == owner]
    if query.type:
        wanted.append(MocRow.type == query.type)
    if query.theme:
        wanted.append(MocRow.theme == query.theme)
    if query.tag:
        wanted.append(MocRow.tags.contains([query.tag]))
    rows = database.execute(
        select(MocRow, FileRow.object_key)
        .outerjoin(FileRow, FileRow.id == MocRow.thumbnail_file_id)
        .where(*wanted)
        .order_by(*_order(query))
        .limit(query.limit)
        .offset((query.page - 1) * query.limit)
    ).all()
    total = database.scalar(select(func.count()).select_from(MocRow).where(*wanted)) or 0
    return MocPage(data=[_shown(row, key) for row, key in rows], total=total, page=query.page, limit=query.limit)


def _order(query: MocQuery) -> tuple[Any, Any]:
    columns = {
        "updatedAt": MocRow.updated_at,
        "createdAt": MocRow.created_at,
        "title": func.lower(MocRow.title).collate("C"),
        "partsCount": MocRow.parts_count,
    }
    column = columns[query.sort]
    if query.order == "asc":
        return column.asc().nulls_last(), MocRow.id.asc()
    return column.desc().nulls_last(), MocRow.id.desc()


def _shown(row: MocRow, thumbnail_key: str | None) -> Moc:
    moc = Moc.model_validate(row)
    if thumbnail_key is not None:
        bucket = {"Bucket": os.environ["FILES_BUCKET"], "Key": thumbnail_key}
        moc.thumbnail_url = s3.generate_presigned_url("get_object", Params=bucket, ExpiresIn=7200)
    return moc


handler = Mangum(app, lifespan="off")
