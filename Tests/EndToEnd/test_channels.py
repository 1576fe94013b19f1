"""Every channel against a far end that answers as its vendor documents it; acknowledgements come back as the vendor sends them, made
and checked with the vendor's own client library where there is one (twilio, slack-sdk, pywebpush)."""

import base64
import json
import re
import time
from urllib.parse import urlencode

import pytest
import requests
from support.channels import NUMBER, TWILIO_TOKEN, page_somebody, phase, set_channel, set_twilio, verify, wait_for_result
from support.organisation import contact, make_integration, make_user
from support.waiting import until


# Settings


def test_every_channel_describes_itself_and_its_secrets_are_never_shown(node, vendors):
    channels = {each["kind"]: each for each in node.api().read("/api/v1/channels")["items"]}
    assert set(channels) == {
        *("email sms voice ntfy pushover webpush slack mattermost teams telegram discord matrix pagerduty webhook".split())
    }
    for kind, channel in channels.items():
        assert channel["label"] and channel["about"] and channel["fields"], kind
    assert channels["email"]["ready"] and channels["ntfy"]["ready"] and not channels["sms"]["ready"]
    after = set_twilio(node, vendors, "sms")
    assert after["ready"] and after["secrets"] == {"authToken": True, "token": False}
    assert TWILIO_TOKEN not in json.dumps(after) and after["settings"]["from"] == "+15005550006"
    kept = set_channel(node, "sms", after["settings"], {"authToken": True})
    assert kept["secrets"]["authToken"] is True and kept["callback"] == after["callback"]
    assert node.api().post("/api/v1/channels/sms/check").json() == {"works": True, "detail": "The account is active."}
    data = b"".join(file.read_bytes() for file in node.data.iterdir() if file.is_file() and "key" not in file.name)
    assert TWILIO_TOKEN.encode() not in data


@pytest.mark.parametrize(
    "kind, settings, secrets, place",
    [
        ("sms", {"provider": "pigeon"}, {}, "/settings/provider"),
        ("sms", {"provider": "twilio"}, {}, "/settings/accountSid"),
        ("sms", {"provider": "twilio", "accountSid": "AC1", "from": "0151"}, {"authToken": "x"}, "/settings/from"),
        ("sms", {"provider": "http", "url": "not a url"}, {"token": "x"}, "/settings/url"),
        ("telegram", {}, {"token": "no token"}, "/secrets/token"),
        ("slack", {}, {}, "/secrets/token"),
        ("matrix", {"homeserver": "https://m.example"}, {}, "/secrets/token"),
        ("ntfy", {"colour": "red"}, {}, "/settings/colour"),
        ("webpush", {"contact": "me"}, {}, "/settings/contact"),
    ],
)
def test_an_account_that_cannot_work_is_refused_by_its_place(node, kind, settings, secrets, place):
    answer = requests.put(
        f"{node.url}/api/v1/channels/{kind}",
        json={"settings": settings, "secrets": secrets},
        headers={"Authorization": f"Bearer {node.token('admin')}"},
        timeout=10,
    )
    assert answer.status_code == 422, answer.text
    assert place in answer.text, answer.text


@pytest.mark.parametrize(
    "channel, destination, secret",
    [
        ("sms", "0151 1234567", None),
        ("sms", "+49 151 12345678", None),
        ("voice", "+0151123456", None),
        ("ntfy", "https://ntfy.sh/", None),
        ("ntfy", "https://ntfy.sh/a?b", None),
        ("pushover", "short", None),
        ("telegram", "hello there", None),
        ("slack", "#general", None),
        ("teams", "https://x.webhook.office.com/webhookb2/1", None),
        ("discord", "https://discord.com/nothing", None),
        ("matrix", "#room:lab", None),
        ("pagerduty", "tooshort", None),
        ("webpush", "https://push.example/1", "AAAA.BBBB"),
        ("carrier-pigeon", "Rome", None),
    ],
)
def test_a_destination_that_cannot_work_is_refused(node, channel, destination, secret):
    answer = requests.post(
        f"{node.url}/api/v1/users",
        json={"name": "N", "email": "n@example.org", "role": "responder", "contacts": [contact("c", channel, destination, secret)]},
        headers={"Authorization": f"Bearer {node.token('admin')}"},
        timeout=10,
    )
    assert answer.status_code == 422, answer.text
    assert "/contacts/0/" in answer.text, answer.text


# Telephones


def test_a_number_is_verified_paged_and_answered_by_a_reply(node, vendors):
    from twilio.request_validator import RequestValidator

    channel = set_twilio(node, vendors, "sms")
    api = node.api()
    page = page_somebody(node, [contact("phone", "sms", NUMBER)], title="Ordérs are stuck – “again”")
    assert vendors.of("twilio") == [], "nothing goes to a number that nobody has proved"
    assert any("not been verified" in json.dumps(entry) for entry in phase(node, page)["timeline"])
    verify(node, vendors, "sms")
    api.do(f"/api/v1/pages/{page['id']}/hand-over", {"rung": 0, "why": "The number works now."})
    request = vendors.wait("twilio", 2)[-1]
    assert request.path == f"/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
    assert base64.b64decode(request.headers["authorization"].split()[1]).decode() == f"AC{'0' * 32}:{TWILIO_TOKEN}"
    form = request.form
    code = phase(node, page)["code"]
    assert form["To"] == NUMBER and form["From"] == "+15005550006"
    assert 'Ordérs are stuck - "again"' in form["Body"] and f"Reply ACK {code}" in form["Body"]
    assert len(form["Body"]) <= 306
    # Twilio reports, first that it was sent and then that it has arrived.
    wait_for_result(node, page, "sent")

    def call(path: str, fields: dict, signature: str | None = None) -> requests.Response:
        url = path if path.startswith("http") else f"{channel['callback']}/{path}"
        signed = RequestValidator(TWILIO_TOKEN).compute_signature(url, fields)
        return requests.post(url, data=fields, headers={"X-Twilio-Signature": signature or signed}, timeout=10)

    assert call(form["StatusCallback"], {"MessageSid": "SM1", "MessageStatus": "sent"}).status_code == 200
    assert call(form["StatusCallback"], {"MessageSid": "SM1", "MessageStatus": "delivered"}).status_code == 200
    assert phase(node, page)["notices"][0]["result"] == "delivered"
    # Nobody else can answer: not without a signature, not from another number, not with another code.
    assert call("reply", {"From": NUMBER, "Body": f"ACK {code}"}, "AAAA").status_code == 403
    assert "No page" in call("reply", {"From": "+4915199999999", "Body": f"ACK {code}"}).text
    wrong = f"{(int(code) + 1) % 10000:04d}"
    assert "No page" in call("reply", {"From": NUMBER, "Body": f"ack {wrong}"}).text
    assert phase(node, page)["phase"] == "climbing"
    answer = call("reply", {"From": NUMBER, "Body": f" ack {code} "})
    assert answer.status_code == 200 and "<Message>Acknowledged: Ord" in answer.text
    taken = phase(node, page)
    assert taken["phase"] == "acknowledged" and taken["acknowledgedByName"] == "Ana"
    assert "You have it already" in call("reply", {"From": NUMBER, "Body": f"ACK {code}"}).text


def test_a_call_is_answered_by_a_key_and_not_by_picking_up(node, vendors):
    from twilio.request_validator import RequestValidator

    set_twilio(node, vendors, "voice")
    page = page_somebody(node, [contact("phone", "voice", NUMBER)], title="Disk <full> & burning")
    verify(node, vendors, "voice")
    node.api().do(f"/api/v1/pages/{page['id']}/hand-over", {"rung": 0, "why": "The number works now."})
    form = vendors.wait("twilio", 2)[-1].form
    assert "Disk &lt;full&gt; &amp; burning" in form["Twiml"] and "numDigits=\"1\"" in form["Twiml"]
    gather = re.search(r'action="([^"]+)"', form["Twiml"])[1].replace("&amp;", "&")

    def call(url: str, fields: dict) -> requests.Response:
        signature = RequestValidator(TWILIO_TOKEN).compute_signature(url, fields)
        return requests.post(url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=10)

    assert call(form["StatusCallback"], {"CallSid": "CA1", "CallStatus": "completed"}).status_code == 200
    assert phase(node, page)["phase"] == "climbing", "a call that was picked up is no acknowledgement"
    assert "That key means nothing" in call(gather, {"CallSid": "CA1", "Digits": "9"}).text
    assert "Acknowledged: Disk &lt;full&gt;" in call(gather, {"CallSid": "CA1", "Digits": "4"}).text
    assert phase(node, page)["phase"] == "acknowledged"


def test_a_message_that_does_not_arrive_lets_the_next_way_be_used_without_waiting(node, vendors, relay):
    from twilio.request_validator import RequestValidator

    set_twilio(node, vendors, "sms")
    ways = [contact("phone", "sms", NUMBER), contact("mail", "email", "ana@example.org")]
    page = page_somebody(
        node,
        ways,
        rules={"high": [{"contact": "phone", "delaySeconds": 0}, {"contact": "mail", "delaySeconds": 3000}]},
    )
    verify(node, vendors, "sms")
    node.api().do(f"/api/v1/pages/{page['id']}/hand-over", {"rung": 0, "why": "The number works now."})
    form = vendors.wait("twilio", 2)[-1].form
    before = len(relay.to("ana@example.org"))
    fields = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(form["StatusCallback"], fields)
    assert (
        requests.post(
            form["StatusCallback"], data=fields, headers={"X-Twilio-Signature": signature}, timeout=10
        ).status_code
        == 200
    )
    until(lambda: len(relay.to("ana@example.org")) > before, "the mail that was meant for fifty minutes later")
    words = json.dumps(phase(node, page)["timeline"])
    assert "did not arrive" in words and "30005" in words and "failed for good" in words


def test_a_gateway_of_ones_own_sends_reports_and_answers(node, vendors):
    channel = set_channel(
        node, "sms", {"provider": "http", "url": f"{vendors.base}/gateway"}, {"token": "gateway-secret"}
    )
    page = page_somebody(node, [contact("phone", "sms", NUMBER)])
    api = node.api()
    (user,) = [u for u in api.read("/api/v1/users")["items"] if u["name"] == "Ana"]
    path = f"/api/v1/users/{user['id']}/contacts/phone/verification"
    api.call("POST", path)
    code = re.search(r"\d{6}", vendors.wait("gateway")[0].json["text"])[0]
    api.call("PUT", path, json={"code": code})
    api.do(f"/api/v1/pages/{page['id']}/hand-over", {"rung": 0, "why": "The number works now."})
    sent = vendors.wait("gateway", 2)[-1]
    assert sent.headers["authorization"] == "Bearer gateway-secret"
    assert sent.json["to"] == NUMBER and sent.json["callback"] == channel["callback"]

    def call(path: str, body: dict, token: str = "gateway-secret") -> requests.Response:
        return requests.post(
            f"{channel['callback']}/{path}", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=10
        )

    reference = sent.json["reference"]
    assert call("status", {"reference": reference, "state": "delivered"}, "other").status_code == 403
    assert call("status", {"reference": reference, "state": "delivered"}).status_code == 200
    wait_for_result(node, page, "delivered")
    assert call("reply", {"from": NUMBER, "text": "ESC"}).json()["outcome"]
    answer = call("reply", {"from": NUMBER, "text": "ok"})
    assert answer.json()["outcome"].startswith("Acknowledged"), answer.text
    assert phase(node, page)["phase"] == "acknowledged"


# Apps


def test_an_ntfy_button_takes_the_page(node, vendors):
    page = page_somebody(node, [contact("app", "ntfy", f"{vendors.base}/my-topic", "tk_secret")])
    (request,) = vendors.wait("ntfy")
    assert request.path == "/" and request.headers["authorization"] == "Bearer tk_secret"
    message = request.json
    assert message["topic"] == "my-topic" and message["priority"] == 5
    action = message["actions"][0]
    assert (action["action"], action["label"], action["method"]) == ("http", "Acknowledge", "POST")
    # The app sends nothing but the POST.
    assert requests.request("POST", action["url"], timeout=10).status_code == 200
    assert phase(node, page)["phase"] == "acknowledged"


def test_a_pushover_receipt_takes_the_page_and_taking_it_elsewhere_ends_the_noise(node, vendors):
    set_channel(node, "pushover", {"apiBase": vendors.base}, {"token": "a" * 30})
    page = page_somebody(node, [contact("app", "pushover", "u" * 30)])
    (request,) = vendors.wait("pushover")
    form = request.form
    assert (form["priority"], form["retry"], form["expire"]) == ("2", "60", "3600")
    wait_for_result(node, page, "sent")
    callback = form["callback"]
    assert requests.post(callback, data={"receipt": "other", "acknowledged": "1"}, timeout=10).status_code == 200
    assert phase(node, page)["phase"] == "climbing"
    assert requests.post(callback + "x", data={"receipt": "x", "acknowledged": "1"}, timeout=10).status_code == 404
    node.api().do(f"/api/v1/pages/{page['id']}/acknowledge")
    cancel = vendors.wait("pushover", 2)[-1]
    assert re.fullmatch(r"/1/receipts/rcpt\d+/cancel.json", cancel.path)


def test_a_pushover_receipt_is_asked_for_where_nothing_can_call_back(node, vendors):
    set_channel(node, "pushover", {"apiBase": vendors.base}, {"token": "a" * 30})
    page = page_somebody(node, [contact("app", "pushover", "u" * 30)])
    vendors.wait("pushover")
    wait_for_result(node, page, "sent")
    vendors.acknowledged.update(f"rcpt{number}" for number in range(200))
    until(lambda: phase(node, page)["phase"] == "acknowledged", "the receipt to be seen", within=60)


def test_a_telegram_button_takes_the_page_for_the_one_who_was_meant(node, vendors):
    set_channel(node, "telegram", {"apiBase": vendors.base}, {"token": "123456:AAF_token-x"})
    page = page_somebody(node, [contact("chat", "telegram", "4711")], title="<b>not bold</b> & \U0001f525")
    (request,) = vendors.wait("telegram")
    assert request.path == "/bot123456:AAF_token-x/sendMessage"
    message = request.json
    assert message["chat_id"] == "4711" and "&lt;b&gt;not bold&lt;/b&gt; &amp;" in message["text"]
    data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert len(data) <= 64
    vendors.updates.append(
        {"update_id": 7, "callback_query": {"id": "1", "from": {"id": 9999}, "data": data}}
    )
    vendors.wait("telegram", 2)
    time.sleep(0.5)
    assert phase(node, page)["phase"] == "climbing", "somebody else pressed it"
    vendors.updates.append(
        {"update_id": 8, "callback_query": {"id": "2", "from": {"id": 4711}, "data": data}}
    )
    until(lambda: phase(node, page)["phase"] == "acknowledged", "the button to be seen", within=60)
    edit = until(lambda: [r for r in vendors.of("telegram") if r.path.endswith("/editMessageText")], "the edit")[0]
    assert "has it" in edit.json["text"]
    assert "AAF_token" not in node.output


def test_a_slack_button_takes_the_page_and_the_message_says_who_has_it(node, vendors):
    from slack_sdk.models.blocks import Block
    from slack_sdk.signature import SignatureVerifier

    channel = set_channel(
        node, "slack", {"apiBase": f"{vendors.base}/slack"}, {"token": "xoxb-1", "signingSecret": "s3cr3t"}
    )
    page = page_somebody(node, [contact("dm", "slack", "U0123456789")], title="<!channel> *down* & out")
    (request,) = vendors.wait("slack")
    assert request.headers["authorization"] == "Bearer xoxb-1"
    message = request.json
    assert "&lt;!channel&gt;" in message["blocks"][0]["text"]["text"] and "<!channel>" not in json.dumps(message["text"])
    for block in Block.parse_all(message["blocks"]):
        block.validate_json()
    wait_for_result(node, page, "sent")
    buttons = {element["action_id"]: element for element in message["blocks"][-1]["elements"]}

    def press(action: str, user: str, secret: str = "s3cr3t", age: int = 0) -> requests.Response:
        payload = {
            "type": "block_actions",
            "user": {"id": user},
            "actions": [{"action_id": action, "value": buttons[action]["value"]}],
        }
        body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int(time.time()) - age)
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        return requests.post(
            f"{channel['callback']}/interactive",
            data=body,
            headers={
                "X-Slack-Request-Timestamp": stamp,
                "X-Slack-Signature": signature,
                "Content-Type": "application/x-www-form-urlencoded",
            },
            timeout=10,
        )

    assert press("tocsin_ack", "U0123456789", secret="other").status_code == 403
    assert press("tocsin_ack", "U0123456789", age=400).status_code == 403
    assert "does not belong" in press("tocsin_ack", "U9999999999").text
    assert phase(node, page)["phase"] == "climbing"
    assert "Acknowledged" in press("tocsin_ack", "U0123456789").text
    assert phase(node, page)["phase"] == "acknowledged"
    update = vendors.wait("slack", 2)[-1]
    assert update.path.endswith("/chat.update") and "Ana has it" in json.dumps(update.json)
    assert "tocsin_ack" not in json.dumps(update.json)


def test_a_team_room_of_mattermost_is_told_and_its_button_needs_a_person(node, vendors):
    channel = set_channel(node, "mattermost")
    api = node.api()
    ana = make_user(api, "Ana", "ana@example.org", [])
    team = api.create(
        "/api/v1/teams",
        {
            "name": "Payments",
            "members": [ana["id"]],
            "contacts": [contact("room", "mattermost", f"{vendors.base}/mattermost/hooks/abc")],
        },
    )
    plan = api.create(
        "/api/v1/escalations",
        {"name": "Team", "rungs": [{"targets": [f"team:{team['id']}"], "patienceSeconds": 600}]},
    )
    service = api.create("/api/v1/services", {"name": "Orders", "plan": plan["id"]})
    integration = make_integration(api, "lab", "generic", service["id"])
    requests.post(integration.url, json={"title": "@all down", "key": "k1"}, timeout=10)
    (request,) = vendors.wait("mattermost")
    attachment = request.json["attachments"][0]
    assert attachment["actions"][0]["integration"]["url"] == f"{channel['callback']}/button"
    (page,) = api.pages()
    answer = requests.post(
        attachment["actions"][0]["integration"]["url"],
        json={"user_name": "ana", "context": attachment["actions"][0]["integration"]["context"]},
        timeout=10,
    )
    # A room is nobody: whoever presses there has to sign in.
    assert "does not belong" in answer.json()["ephemeral_text"].replace("\\", "")
    assert phase(node, page)["phase"] == "climbing"
    assert "/ack/" not in request.body.decode(), "a link in a room would be somebody's right in everybody's hands"


@pytest.mark.parametrize(
    "kind, destination, settings, secrets",
    [
        ("teams", "{base}/teams/workflows/1?sig=SECRETSIG", {}, {}),
        ("discord", "{base}/discord/webhooks/1/SECRETSIG", {}, {}),
        ("matrix", "!room:lab", {"homeserver": "{base}"}, {"token": "syt_1"}),
        ("pagerduty", "R" * 32, {"apiBase": "{base}"}, {}),
    ],
)
def test_one_way_channels_carry_the_page_and_a_link_that_asks(
    trusting, secure_vendors, kind, destination, settings, secrets
):
    node, vendors = trusting, secure_vendors
    set_channel(node, kind, {k: v.format(base=vendors.base) for k, v in settings.items()}, secrets)
    page = page_somebody(
        node, [contact("way", kind, destination.format(base=vendors.base))], title="Orders *are* @everyone <b>stuck</b>"
    )
    (request,) = vendors.wait(kind)
    wait_for_result(node, page, "sent")
    text = request.body.decode()
    if kind == "pagerduty":
        assert request.json["event_action"] == "trigger" and request.json["dedup_key"] == page["id"]
        node.api().do(f"/api/v1/pages/{page['id']}/acknowledge")
        after = vendors.wait(kind, 2)[-1].json
        assert (after["event_action"], after["dedup_key"]) == ("resolve", page["id"])
        return
    assert "/ack/" in text, text
    assert "SECRETSIG" not in node.output and "SECRETSIG" not in json.dumps(phase(node, page)["timeline"])
    if kind == "teams":
        card = request.json["attachments"][0]["content"]
        assert card["version"] == "1.4" and {a["type"] for a in card["actions"]} == {"Action.OpenUrl"}
    if kind == "discord":
        assert request.path.endswith("?wait=true") and request.json["allowed_mentions"] == {"parse": []}
        assert "@everyone" not in request.json["content"].replace("@\u200b", "")
    if kind == "matrix":
        assert request.method == "PUT" and "%21room%3Alab" in request.path
        assert "<b>stuck" not in request.json["formatted_body"]


def test_a_browser_decrypts_what_is_pushed_to_it_and_the_signature_verifies(trusting, secure_vendors):
    import http_ece
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    node, vendors = trusting, secure_vendors
    channel = set_channel(node, "webpush", {"contact": "mailto:ops@example.org"})
    assert channel["ready"] and channel["secrets"]["privateKey"] is True
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    auth = bytes(range(16))

    def text(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    way = contact("browser", "webpush", f"{vendors.base}/push/1", f"{text(point)}.{text(auth)}")
    page = page_somebody(node, [way], title="Schlüssel \U0001f525 " + "x" * 6_000)
    (request,) = vendors.wait("push")
    wait_for_result(node, page, "sent")
    assert request.headers["content-encoding"] == "aes128gcm" and request.headers["urgency"] == "high"
    assert int(request.headers["ttl"]) == 3600 and len(request.headers["topic"]) <= 32
    assert len(request.body) <= 4096
    message = json.loads(http_ece.decrypt(request.body, private_key=private, auth_secret=auth, version="aes128gcm"))
    assert message["title"].startswith("[") and "Schlüssel \U0001f525" in message["title"] and message["urgent"] is True
    token, key = re.fullmatch(r"vapid t=([^,]+), ?k=(.+)", request.headers["authorization"]).groups()
    curve = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    )
    claims = jwt.decode(token, curve, algorithms=["ES256"], audience=vendors.base)
    assert claims["sub"] == "mailto:ops@example.org" and claims["exp"] <= time.time() + 86_400
    # What the notification's button does.
    assert requests.post(message["action"], timeout=10).status_code == 200
    assert phase(node, page)["phase"] == "acknowledged"


def test_a_browser_whose_subscription_is_gone_gives_way_to_the_next_rung(trusting, secure_vendors):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    node, vendors = trusting, secure_vendors
    set_channel(node, "webpush", {"contact": "mailto:ops@example.org"})
    point = (
        ec.generate_private_key(ec.SECP256R1())
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    keys = ".".join(base64.urlsafe_b64encode(data).decode().rstrip("=") for data in (point, bytes(16)))
    vendors.behave["push"] = [(410, {}, b"")]
    page = page_somebody(node, [contact("browser", "webpush", f"{vendors.base}/push/1", keys)])
    failed = wait_for_result(node, page, "failed")
    assert "ended the subscription" in failed["reason"]
