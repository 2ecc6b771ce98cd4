"""Serves the timeline page, its files, and the counting of a text's length while it is typed.

The page is plain HTML, CSS and ES modules from this folder. Everything it shows comes from the sandbox's own
control API; nothing is loaded from elsewhere, and the policy sent with every answer keeps it so.
"""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field

from commands.text import weigh

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

# Scripts and styles come from files only: a post that slipped into the page as markup could run nothing.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

POST_LIMIT = 280
# Longest text the counter reads: the 10,000 of a private message and room to see by how much it is too long.
WEIGHED_CHARACTERS = 25_000


@dataclass(frozen=True)
class PageFile:
    """One file of the page, ready to be sent."""

    content: bytes
    content_type: str
    etag: str


class Draft(BaseModel):
    """A text somebody is typing."""

    text: str = Field(max_length=WEIGHED_CHARACTERS)


def mount(app: FastAPI) -> None:
    """Adds the page to the server: `/`, its files under `/timeline/static/`, and `POST /timeline/weigh`."""
    page_files = read_page_files()

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def timeline_page(request: Request) -> Response:
        return serve(page_files["timeline.html"], request)

    @app.api_route("/timeline/static/{name:path}", methods=["GET", "HEAD"], include_in_schema=False)
    def timeline_file(name: str, request: Request) -> Response:
        if name not in page_files:
            raise HTTPException(404, f"The timeline page has no file {name!r}.")
        return serve(page_files[name], request)

    @app.post("/timeline/weigh", include_in_schema=False)
    def weigh_draft(draft: Draft) -> dict[str, int]:
        return {"length": weigh(draft.text).length, "limit": POST_LIMIT}


def read_page_files() -> dict[str, PageFile]:
    """All files of the page by their path below `static/`, such as `script/app.js`."""
    found: dict[str, PageFile] = {}
    _collect(files("sandbox.timeline") / "static", "", found)
    return found


def _collect(folder: Traversable, prefix: str, found: dict[str, PageFile]) -> None:
    for entry in folder.iterdir():
        suffix = "." + entry.name.rpartition(".")[2]
        if entry.is_dir():
            _collect(entry, f"{prefix}{entry.name}/", found)
        elif suffix in CONTENT_TYPES:
            content = entry.read_bytes()
            etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
            found[prefix + entry.name] = PageFile(content, CONTENT_TYPES[suffix], etag)


def serve(file: PageFile, request: Request) -> Response:
    """The file with its type, policy and tag; 304 without a body when the browser already has these bytes."""
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        # Kept but asked for each time: after an upgrade nobody sees half of the old page.
        "Cache-Control": "no-cache",
        "ETag": file.etag,
    }
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.content_type, headers=headers)
