import http.server
import json
import re
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest, AWSResponse

from pipeline.settings.production import LocalStorage
from pipeline.storage.probing import probes
from pipeline.storage.probing.probes import Finding, examine
from pipeline.storage.probing.repairs import repair
from pipeline.storage.store.client import Keys
from pipeline.storage.store.conditions import put_if
from pipeline.storage.store.object_store import ObjectStore
from pipeline.storage.store.policy import public_policy, publisher_policy
from pipeline.storage.store.public import Answer


def by_name(store: ObjectStore) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(store)}


def test_the_local_store_is_right_and_left_as_it_was(store: ObjectStore) -> None:
    store.put("feed.xml", b"<rss/>", "text/xml")
    findings = examine(store)
    assert {finding.verdict for finding in findings} == {"ok"}
    assert [finding.name for finding in findings] == [
        "reachable",
        "clock",
        "addressing",
        "checksums",
        "acl",
        "conditional writes",
        "parts",
        "headers",
        "public read",
        "ranges",
        "revalidation",
        "cors",
        "closed",
        "https",
        "redirect",
        "root",
    ]
    assert list(store.list()) == ["feed.xml"]


def test_a_store_that_cannot_be_reached_is_one_finding(address: LocalStorage, keys: Keys) -> None:
    wrong = ObjectStore(address, Keys(keys.access_key, "wrong"))
    (finding,) = examine(wrong)
    assert (finding.name, finding.verdict) == ("reachable", "fail")
    assert "secret key does not belong" in finding.message


def test_conditions_that_are_ignored_are_found_out(store: ObjectStore, wire: Any) -> None:
    def ignore(request: AWSRequest, **_: Any) -> None:
        for name in ("If-Match", "If-None-Match"):
            del request.headers[name]

    wire.on("before-sign.s3.PutObject", ignore)
    finding = by_name(store)["conditional writes"]
    assert finding.verdict == "warn"
    assert "ignored silently" in finding.message


def test_conditions_that_are_refused_are_found_out(store: ObjectStore, wire: Any) -> None:
    class Body:
        def stream(self, **_: Any) -> list[bytes]:
            return [b"<Error><Code>NotImplemented</Code></Error>"]

    def refuse(request: AWSRequest, **_: Any) -> AWSResponse | None:
        if {"If-Match", "If-None-Match"} & set(request.headers):
            return AWSResponse(request.url, 501, {}, Body())  # type: ignore[arg-type]
        return None

    wire.on("before-send.s3.PutObject", refuse)
    finding = by_name(store)["conditional writes"]
    assert finding.verdict == "warn"
    assert "HTTP 501" in finding.message
    assert "multipart register" in finding.message


def test_a_store_that_only_takes_bare_etags_honours_conditions(
    store: ObjectStore, wire: Any
) -> None:
    def spaces(params: dict[str, Any], **_: Any) -> None:
        etag = params["headers"].get("If-Match", "")
        if etag.startswith('"'):
            params["headers"]["If-Match"] = '"no-such-etag"'

    wire.on("before-call.s3.PutObject", spaces)
    assert by_name(store)["conditional writes"].verdict == "ok"
    store.put("a", b"old", "text/plain")
    found = store.head("a")
    assert found is not None
    put_if(store, "a", b"new", "text/plain", found)
    assert store.list()["a"].size == 3


def test_headers_that_are_lost_are_found_out(store: ObjectStore, wire: Any) -> None:
    def lose(params: dict[str, Any], **_: Any) -> None:
        params["headers"]["Cache-Control"] = "no-store"

    wire.on("before-call.s3.PutObject", lose)
    assert by_name(store)["headers"].verdict == "warn"


def test_a_public_address_that_leads_elsewhere_is_found_out(
    address: LocalStorage, keys: Keys
) -> None:
    wrong = address.model_copy(update={"public_url": "http://127.0.0.1:9"})
    findings = by_name(ObjectStore(wrong, keys))
    assert findings["public read"].verdict == "fail"
    assert "public_url" in findings["public read"].hint
    assert findings["conditional writes"].verdict == "ok"


@pytest.mark.proves("H-14")
def test_what_anybody_may_do_is_found_out(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An open bucket beside others on one server would open theirs too, so the answer is ours.
    monkeypatch.setattr(
        "pipeline.storage.probing.probes.ask", lambda *_, **__: Answer(200, {}, b"other")
    )
    findings = by_name(store)
    assert findings["closed"].message == "anybody can write to this bucket"
    assert findings["public read"].verdict == "fail"
    assert findings["ranges"].verdict == "fail"
    assert findings["cors"].verdict == "warn"
    assert findings["revalidation"].verdict == "warn"


@pytest.mark.proves("H-05")
def test_http_for_the_public_is_found_out(address: LocalStorage, keys: Keys) -> None:
    wrong = address.model_copy(update={"public_url": "http://nowhere.invalid"})
    assert by_name(ObjectStore(wrong, keys))["https"].verdict == "warn"


def test_a_wrong_clock_is_found_out(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt

    late = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    monkeypatch.setattr(ObjectStore, "server_time", lambda _: late)
    finding = by_name(store)["clock"]
    assert finding.verdict == "warn"
    assert re.search(r"differ by 3\d\d s", finding.message)


def test_a_store_that_ignores_conditions_is_told_from_its_answers(rclone_server: Any) -> None:
    findings = by_name(rclone_server.store())
    assert findings["conditional writes"].verdict == "warn"
    assert "ignored silently" in findings["conditional writes"].message
    assert "multipart register" in findings["conditional writes"].message
    assert findings["ranges"].verdict == "fail", "it sends the whole file and calls it a range"
    assert findings["closed"].message == "anybody can write to this bucket"
    assert findings["public read"].verdict == findings["parts"].verdict == "ok"
    assert findings["checksums"].verdict == findings["acl"].verdict == "ok"
    tried = {each.name for each in repair(rclone_server.store(), list(findings.values()))}
    assert tried <= {"fix", "fix cors", "fix policy"}


def test_moto_s_differences_are_found(moto_server: Any) -> None:
    store = moto_server.store()
    findings = by_name(store)
    assert findings["conditional writes"].verdict == "ok"
    assert findings["closed"].verdict in {"warn", "fail"}
    assert findings["public read"].verdict == "fail"
    assert findings["cors"].verdict == "warn"
    assert "do not fit their checksum" in findings["checksums"].message
    assert 'acl = "public-read"' in findings["acl"].hint
    repaired = {each.name: each for each in repair(store, list(findings.values()))}
    assert repaired["fix policy"].verdict == "ok"
    mended = by_name(store)
    assert mended["public read"].verdict == mended["acl"].verdict == "ok"


def test_rules_of_the_host_s_own_stay(moto_server: Any) -> None:
    store = moto_server.store()
    own = {"Sid": "Mine", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
           "Resource": "arn:aws:s3:::show/mine/*"}  # fmt: skip
    store.set_policy(json.dumps({"Version": "2012-10-17", "Statement": [own]}))
    store.set_cors({"AllowedMethods": ["GET"], "AllowedOrigins": ["https://mine.example"]})
    broken = [Finding("public read", "fail", ""), Finding("cors", "warn", "")]
    assert {each.verdict for each in repair(store, broken)} == {"ok"}
    assert {each.verdict for each in repair(store, broken)} == {"ok"}
    policy = json.loads(store.client.get_bucket_policy(Bucket="show")["Policy"])
    assert [each["Sid"] for each in policy["Statement"]] == ["Mine", "ListenersRead"]
    rules = store.client.get_bucket_cors(Bucket="show")["CORSRules"]
    assert [rule["AllowedOrigins"] for rule in rules] == [["https://mine.example"], ["*"]]


class _Site(http.server.BaseHTTPRequestHandler):
    """A store's website, or a CDN's: with an index document, and the error page that it was told of."""

    index = b"<h1>The show</h1>"
    missing = b"Not here"

    def do_GET(self) -> None:
        content = self.index if self.path == "/" else self.missing
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def test_what_the_bare_address_shows_is_found_out(
    address: LocalStorage, keys: Keys, monkeypatch: pytest.MonkeyPatch, serving: Any
) -> None:
    monkeypatch.setattr(probes, "is_here", lambda host: False)  # as if listeners could reach it
    store = ObjectStore(address, keys)
    store.put("index.html", _Site.index, "text/html")
    store.put("404.html", b"Nothing there", "text/html")
    finding = by_name(store)["root"]
    assert finding.verdict == "warn"
    assert "gives other bytes instead of the show's page, which is index.html" in finding.message
    assert "404.html as error document" in finding.hint
    with serving(http.server.HTTPServer(("127.0.0.1", 0), _Site)) as public_url:
        site = ObjectStore(
            address.model_copy(update={"public_url": public_url, "prefix": ""}), keys
        )
        site.put("index.html", _Site.index, "text/html")
        site.put("404.html", b"Nothing there", "text/html")
        assert "the store's own error" in by_name(site)["root"].message
        monkeypatch.setattr(_Site, "missing", b"Nothing there")
        assert by_name(site)["root"].verdict == "ok"


def test_a_bucket_s_website_is_set_only_where_there_is_none(moto_server: Any) -> None:
    store = moto_server.store()
    broken = [Finding("root", "warn", "")]
    (done,) = repair(store, broken)
    assert done.verdict == "ok"
    found = store.client.get_bucket_website(Bucket="show")
    assert found["IndexDocument"] == {"Suffix": "index.html"}
    assert found["ErrorDocument"]["Key"].endswith("404.html")
    (again,) = repair(store, broken)
    assert "settings for a website already, which are left alone" in again.message


def test_the_least_that_must_be_allowed(store: ObjectStore) -> None:
    (read,) = public_policy(store)["Statement"]
    assert read["Action"] == ["s3:GetObject"]
    assert read["Resource"] == [f"arn:aws:s3:::show/{store.prefix}*"]
    listing, uploads, writing = publisher_policy(store)["Statement"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": [f"{store.prefix}*"]}}
    assert "Condition" not in uploads, "AWS knows no prefix for this action, and would refuse"
    assert "s3:*" not in writing["Action"]
