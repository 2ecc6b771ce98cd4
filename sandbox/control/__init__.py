"""The sandbox's own controls, `/sandbox/…`, for tests and for people; nothing here exists on the real X.

- `GET /sandbox/health` → `{ok, world_id, profile, about, now}`
- `GET /sandbox/keys?as=USERNAME` (default the brand) → `{base_url, user_id, api_key, api_secret,
  access_token, access_token_secret, bearer_user, bearer_app}`
- `GET /sandbox/people` → `{people: [{id, username, name, lang, accepts_dms, protected, suspended,
  blocks_brand, verified, brand}]}`
- `POST /sandbox/people {username, name?, accepts_dms?, protected?, suspended?, blocks_brand?, lang?,
  verified?}` → `{id}`; `PATCH /sandbox/people/:username` with the same fields (a new username = rename) →
  `{id}`
- `POST /sandbox/posts {as, text, in_reply_to?, quotes?, reposts?, reply_settings?}` → `{id}`; `text` may be
  absent in a repost; `reply_settings` is `everyone`, `mentionedUsers`, `following`…, as X's
- `PUT /sandbox/posts/:id {text}` (an edit) → `{id}`, a new one; `DELETE /sandbox/posts/:id` → `{deleted}`
- `POST /sandbox/messages {as, text, to?}` (default to the brand) → `{id}`
- `GET /sandbox/timeline?after=ID` → `{posts: [{id, author, text, in_reply_to, created_at, deleted}],
  messages: [{id, from, to, text, media: [{id, alt_text, url}], created_at}]}`
- `GET /sandbox/stream`: the changes as server-sent events, see `sandbox.feed`
- `GET /sandbox/media/:id`: an uploaded picture
- `GET /sandbox/bill` → `{total_usd, lines: [{item, count, usd}], credit_left_usd}`; `PUT /sandbox/credit
  {usd}`: this much is left from now on → `{credit_left_usd}`
- `POST /sandbox/faults {route, kind, status?, body?, headers?, seconds?, times?, probability?, done?}` →
  `{id}`; `route` is `*` or a method and path, `times` defaults to 1 (0: until deleted), the kinds are in
  `sandbox.faults`; `GET /sandbox/faults` → `{faults: […]}` still to happen; `DELETE /sandbox/faults[/:id]`
  → `{deleted}`
- `GET /sandbox/requests?after=N&newest=COUNT` (at most the last COUNT) → `{requests: [{n, at, method, path,
  query, body, status, fault}]}`
- `POST /sandbox/clock {advance_seconds}` → `{now}`: moves X's time, not the machine's
- `POST /sandbox/load {name, seed, speed?}` → `{posts}`: people begin to write a whole day of posts, as many
  as told; `DELETE /sandbox/load` ends that → `{dropped}`, the posts not written any more

`as`, `to`, `author` and `from` are usernames. Ids are strings, lists run from old to new, errors are
`{error}` with 4xx. `as` may be the brand: a colleague using X's own app. A post's `text` in the timeline is
what its author wrote: names that X fills in at the head of a reply are not shown, links are not shortened,
nothing is escaped. An edited post appears once more under its new id, with `edited_from` naming the version
before; quotes and reposts carry `quotes` and `reposts`.

Names filled in: a reply gets the name of whom it answers, and those named in that post, at its head, as in
X's app; they are in the API's `text` and `entities`, outside `display_text_range`. Nothing is filled in
when the text already begins with the answered person's name, and nobody who is named in the text is filled
in.
"""
