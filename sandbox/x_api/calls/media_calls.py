"""Media: uploaded in one request, and given an alternative text.

Sources: X's OpenAPI description 2.167; image limit 5 MB, https://docs.x.com/x-api/media (2026-11-21).
"""

import base64
import binascii
import struct
from typing import Any

from python_multipart.multipart import parse_options_header

from sandbox.x_api.call import Answer, Call, as_id
from sandbox.x_api.calls.multipart import parts_of
from sandbox.x_api.problem_bodies import invalid

LARGEST_IMAGE = 5 * 1024 * 1024
LONGEST_ALT_TEXT = 1_000
LIFETIME_SECONDS = 86_400

CATEGORIES = {"tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles"}
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def upload(call: Call) -> Answer:
    """`POST /2/media/upload` (one-shot): the new media's id and key."""
    content, category = _read_upload(call)
    if not isinstance(category, str) or category not in CATEGORIES:
        raise invalid(f"$.media_category: [{category}] is not one of {sorted(CATEGORIES)}")
    mime = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), "")
    if not mime:
        raise invalid("$.media: the sandbox takes PNG, JPEG and GIF images only")
    if len(content) > LARGEST_IMAGE:
        raise invalid("$.media: the file is larger than 5 MB")
    width, height = _image_size(content, mime)
    media = call.world.upload(
        call.person,
        category=category,
        mime=mime,
        size=len(content),
        width=width,
        height=height,
        content=base64.b64encode(content).decode(),
    )
    data = {
        "id": str(media.id),
        "media_key": f"3_{media.id}",
        "size": media.size,
        "expires_after_secs": LIFETIME_SECONDS,
        "image": {"image_type": mime, "w": width, "h": height},
    }
    return 200, {"data": data}


def metadata(call: Call) -> Answer:
    """`POST /2/media/metadata`: sets the alternative text."""
    sent = call.json_body(frozenset(["id", "metadata"]))
    media = call.world.media.get(as_id("id", sent.get("id")))
    if media is None or media.owner != call.person.id:
        raise invalid("$.id: no such media", id=str(sent.get("id")))
    about = sent.get("metadata") or {}
    words = (about.get("alt_text") or {}) if isinstance(about, dict) else None
    text = words.get("text", "") if isinstance(words, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_ALT_TEXT:
        raise invalid(f"$.metadata.alt_text.text: must be a string of at most {LONGEST_ALT_TEXT} characters")
    media.alt_text = text
    call.world.keep_media(media)
    call.bill.charge_write("media.metadata")
    return 200, {"data": {"id": str(media.id), "associated_metadata": {"alt_text": {"text": text}}}}


def _read_upload(call: Call) -> tuple[bytes, Any]:
    kind, options = parse_options_header(call.content_type)
    if kind == b"multipart/form-data":
        fields = parts_of(call.body, options.get(b"boundary", b""))
        return fields.get("media", b""), fields.get("media_category", b"").decode("utf-8", "replace")
    sent = call.json_body(frozenset(["media", "media_category", "additional_owners", "media_type", "shared"]))
    try:
        return base64.b64decode(sent.get("media") or "", validate=True), sent.get("media_category")
    except (binascii.Error, TypeError, ValueError):
        raise invalid("$.media: must be base64") from None


def _image_size(content: bytes, mime: str) -> tuple[int, int]:
    if mime == "image/png" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if mime == "image/gif" and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    return _jpeg_size(content) if mime == "image/jpeg" else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
    return 0, 0
