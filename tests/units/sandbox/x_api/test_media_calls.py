"""Pictures uploaded, described, and sent."""

import base64
import struct

ANA = "2000000000000000101"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\x02\x00\x00\x00"


def upload(x, content=PNG):
    return x.call(
        "POST", "/2/media/upload", media=base64.b64encode(content).decode(), media_category="dm_image"
    )


def test_a_picture_is_uploaded_described_and_sent(x):
    data = upload(x).json()["data"]
    described = x.call("POST", "/2/media/metadata", id=data["id"], metadata={"alt_text": {"text": "a phone"}})
    x.call("POST", f"/2/dm_conversations/with/{ANA}/messages", attachments=[{"media_id": data["id"]}])

    event = x.get(
        "/2/dm_events",
        dm_event__fields="attachments",
        expansions="attachments.media_keys",
        media__fields="alt_text,width",
    )
    shown = x.control("GET", "timeline")["messages"][0]["media"][0]

    assert data["image"] == {"image_type": "image/png", "w": 640, "h": 480}
    assert described.status_code == 200
    assert event["data"][0]["attachments"] == {"media_keys": [data["media_key"]]}
    assert event["includes"]["media"][0] == {
        "media_key": data["media_key"],
        "type": "photo",
        "alt_text": "a phone",
        "width": 640,
    }
    assert shown["alt_text"] == "a phone"
    assert x.session.get(x.base + shown["url"], timeout=5).content == PNG


def test_a_multipart_upload_does_the_same(x):
    keys = x.keys()
    answer = x.session.post(
        x.base + "/2/media/upload",
        files={"media": ("a.png", PNG, "image/png")},
        data={"media_category": "tweet_image"},
        headers={"Authorization": f"Bearer {keys['bearer_user']}"},
        timeout=5,
    )

    assert answer.status_code == 200
    post = x.call("POST", "/2/tweets", media={"media_ids": [answer.json()["data"]["id"]]})
    assert post.status_code == 201


def test_what_is_no_picture_or_too_large_is_refused(x):
    assert upload(x, b"hello").status_code == 400
    assert upload(x, PNG + b"\x00" * 5 * 1024 * 1024).status_code == 400


def test_somebody_else_s_media_cannot_be_used(x):
    theirs = x.call(
        "POST",
        "/2/media/upload",
        by="ana",
        media=base64.b64encode(PNG).decode(),
        media_category="tweet_image",
    ).json()["data"]["id"]

    assert x.call("POST", "/2/tweets", text="a", media={"media_ids": [theirs]}).status_code == 400
