"""X's own Python SDK, `xdk`, talks to the sandbox as it talks to X: only `base_url` is given.

It asks in the `post.*` words alone and checks every answer with models made from X's OpenAPI description. It
has no time-out of its own and raises for every refusal alike (`requests.HTTPError`). For reads it takes a
bearer token, for `POST` a bearer token too when it has one: so one client here is signed (OAuth 1.0a), one
carries the user's OAuth 2.0 token.
"""

import base64
from itertools import islice

import pytest
import requests
import xdk
from xdk.direct_messages.models import CreateByParticipantIdRequest
from xdk.media.models import CreateMetadataRequest, UploadRequest
from xdk.oauth1_auth import OAuth1
from xdk.posts.models import CreateRequest

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")  # one point


@pytest.fixture
def signed(x):
    """The brand's client, every request signed by the SDK itself."""
    keys = x.keys()
    auth = OAuth1(
        api_key=keys["api_key"],
        api_secret=keys["api_secret"],
        callback="oob",
        access_token=keys["access_token"],
        access_token_secret=keys["access_token_secret"],
    )
    client = xdk.Client(base_url=x.base, auth=auth)
    yield client
    client.session.close()


@pytest.fixture
def brand(x):
    """The brand's client with its OAuth 2.0 user token."""
    client = xdk.Client(base_url=x.base, access_token=x.keys()["bearer_user"])
    yield client
    client.session.close()


@pytest.fixture(params=["signed", "brand"])
def either(request):
    return request.getfixturevalue(request.param)


def pages(found, most=10):
    return list(islice(found, most))


def test_it_knows_who_it_is(either, x):
    me = either.users.get_me(
        user_fields=["created_at", "public_metrics", "verified"],
        post_fields=["id"],  # says in which words it asks: else X's old ones are answered
    ).data

    assert (me.id, me.username) == (x.id_of("BrightTel"), "BrightTel")
    assert me.public_metrics.post_count >= 0


def test_a_mention_is_found_and_answered_and_the_answer_deleted(either, x, request):
    way = request.node.callspec.id
    asked = x.says("ana", f"@BrightTel #data {way} & more")

    found = next(
        either.users.get_mentions(
            x.id_of("BrightTel"),
            max_results=5,
            post_fields=["entities", "created_at", "conversation_id", "note_post"],
            expansions=["author_id", "referenced_posts"],
        )
    )
    made = either.posts.create(CreateRequest(text=f"3 GB, {way}", reply={"in_reply_to_tweet_id": asked})).data
    read = either.posts.get_by_id(
        made.id,
        post_fields=["conversation_id", "public_metrics"],
        expansions=["referenced_posts", "author_id"],
    )

    assert found.data[0].id == asked
    assert found.data[0].text == f"@BrightTel #data {way} &amp; more"
    assert found.data[0].entities.hashtags[0].tag == "data"
    assert found.data[0].edit_history_post_ids == [asked]
    assert found.includes.users[0].username == "ana"
    assert read.data.conversation_id == asked
    assert [(one.type, one.id) for one in read.data.referenced_posts] == [("replied_to", asked)]
    assert read.data.public_metrics.repost_count == 0
    assert [post.id for post in read.includes.posts] == [asked]
    assert either.posts.delete(made.id).data.deleted
    gone = either.posts.get_by_id(made.id)
    assert gone.data is None
    assert gone.errors[0].type.endswith("/resource-not-found")


def test_pages_are_followed_to_their_end_and_no_further(either, x):
    made = [x.says("ana", f"@BrightTel question {number}") for number in range(12)]

    read = pages(
        either.users.get_mentions(x.id_of("BrightTel"), max_results=5, since_id=str(int(made[0]) - 1))
    )

    assert [post.id for page in read for post in page.data] == list(reversed(made))
    assert [page.meta.result_count for page in read] == [5, 5, 2]
    nothing = pages(either.users.get_mentions(x.id_of("BrightTel"), since_id=made[-1]))
    assert [(page.data, page.meta.result_count) for page in nothing] == [(None, 0)]


def test_a_customer_writes_privately_and_is_answered(either, x):
    first = x.writes("ana", "#charges & so on")

    sent = either.direct_messages.create_by_participant_id(
        x.id_of("ana"), CreateByParticipantIdRequest(text="12.40 GBP so far.")
    ).data
    with_ana = next(
        either.direct_messages.get_events_by_participant_id(
            x.id_of("ana"), dm_event_fields=["created_at", "dm_conversation_id"], expansions=["sender_id"]
        )
    )
    newest = next(either.direct_messages.get_events(max_results=1))
    one = either.direct_messages.get_events_by_id(first, dm_event_fields=["entities", "created_at"])

    assert [event.text for event in with_ana.data[:2]] == ["12.40 GBP so far.", "#charges &amp; so on"]
    assert [event.sender_id for event in with_ana.data[:2]] == [x.id_of("BrightTel"), x.id_of("ana")]
    assert {event.dm_conversation_id for event in with_ana.data} == {sent.dm_conversation_id}
    assert [event.id for event in newest.data] == [sent.dm_event_id]
    assert one.data.id == first
    assert either.direct_messages.delete_events(sent.dm_event_id).data.deleted
    assert [event.id for event in next(either.direct_messages.get_events(max_results=1)).data] == [first]


def test_search_and_look_ups_find_what_is_there_and_name_what_is_not(either, x):
    post = x.says("ana", "@BrightTel #poorservice at the old harbour")

    found = next(
        either.posts.search_recent(
            "@BrightTel #poorservice from:ana", max_results=10, since_id=str(int(post) - 1)
        )
    )
    people = either.users.get_by_ids([x.id_of("ana"), "77"])
    named = either.users.get_by_username("ana", user_fields=["receives_your_dm", "protected"])
    posts = either.posts.get_by_ids([post, "20"])

    assert [one.id for one in found.data] == [post]
    assert [person.username for person in people.data] == ["ana"]
    assert [error.resource_id for error in people.errors] == ["77"]
    assert (named.data.id, named.data.receives_your_dm) == (x.id_of("ana"), True)
    assert [one.id for one in posts.data] == [post]
    assert [error.value for error in posts.errors] == ["20"]


def test_own_posts_are_read_back(either, x, request):
    text = f"The shop opens at nine, {request.node.callspec.id}"
    said = either.posts.create(CreateRequest(text=text)).data.id

    mine = next(either.users.get_posts(x.id_of("BrightTel"), max_results=5, exclude=["replies"]))

    assert mine.data[0].id == said


def test_a_picture_is_uploaded_described_and_posted(either, x, request):
    uploaded = either.media.upload(
        UploadRequest(media=base64.b64encode(GIF).decode(), media_category="tweet_gif")
    ).data
    described = either.media.create_metadata(
        CreateMetadataRequest(id=uploaded.id, metadata={"alt_text": {"text": "one white point"}})
    ).data
    text = f"Look, {request.node.callspec.id}"
    post = either.posts.create(CreateRequest(text=text, media={"media_ids": [uploaded.id]})).data.id
    shown = either.posts.get_by_id(
        post, expansions=["attachments.media_keys"], media_fields=["alt_text", "width", "type"]
    )

    assert described.id == uploaded.id
    assert shown.data.attachments.media_keys == [uploaded.media_key]
    media = shown.includes.media[0]
    assert (media.media_key, media.alt_text, media.width) == (uploaded.media_key, "one white point", 1)


def test_usage_is_read_by_the_app_alone(x, brand):
    app = xdk.Client(base_url=x.base, bearer_token=x.keys()["bearer_app"])

    usage = app.usage.get(days=7).data

    assert int(usage.project_usage) >= 0
    with pytest.raises(ValueError, match="Authentication required"):  # by the SDK, before it asks
        app.users.get_me()
    app.session.close()


def test_refusals_arrive_with_x_s_status_and_body(either, x, says_as_x, request):
    text = f"said once, {request.node.callspec.id}"
    either.posts.create(CreateRequest(text=text))

    with pytest.raises(requests.HTTPError) as twice:
        either.posts.create(CreateRequest(text=text))
    with pytest.raises(requests.HTTPError) as unwanted:
        either.direct_messages.create_by_participant_id(
            x.id_of("closed_kim"), CreateByParticipantIdRequest(text="hello")
        )

    says_as_x(twice.value.response, "duplicate")
    says_as_x(unwanted.value.response, "no-dm")
