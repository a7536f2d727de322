"""Which addresses may be asked because somebody's feed or a redirect names them."""

import ipaddress
import socket

import pytest

from pipeline.web.outbound import PrivateAddress, is_loopback, is_public, route


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("64:ff9b::5db8:d822", True),  # the first, as a network without IPv4 reaches it
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),  # a provider's own
        ("169.254.169.254", False),  # a cloud's metadata
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),  # what was private before fd00::/8
        ("::ffff:10.0.0.1", False),  # IPv4 in IPv6's clothes: mapped, compatible, 6to4, NAT64
        ("::a00:1", False),
        ("2002:a00:1::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b:1::5db8:d822", False),  # a gateway of the network's own
        ("2001:0:a00:1::", False),  # Teredo
    ],
)
def test_only_the_open_network_is_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_this_machine_is_known_in_every_dress() -> None:
    for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
        assert is_loopback(ipaddress.ip_address(address))
    assert not is_loopback(ipaddress.ip_address("10.0.0.1"))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "only http and https are followed"),
        ("ftp://127.0.0.1/x", "only http and https are followed"),
        ("http://[64:ff9b::a9fe:a9fe]/latest", "inside a private network"),
        ("http://127.0.0.1:9/", "inside a private network"),
        ("http://2130706433/", "inside a private network"),  # 127.0.0.1 as one number
    ],
)
def test_what_leads_elsewhere_has_no_route(url: str, words: str) -> None:
    with pytest.raises(PrivateAddress, match=words):
        route(url, loopback=False)


def test_this_machine_has_a_route_for_whoever_means_it() -> None:
    found = route("http://127.0.0.1:9/a?b=1#c", loopback=True)
    assert (found.pool.host, found.pool.port, found.path) == ("127.0.0.1", 9, "/a?b=1")


def test_a_host_is_asked_for_as_name_servers_know_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def known(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", known)
    found = route("https://me@Bücher.example:9/ф", loopback=True)
    assert (found.host, asked) == ("xn--bcher-kva.example:9", ["xn--bcher-kva.example"])
    assert found.pool.conn_kw["server_hostname"] == "xn--bcher-kva.example"
    with pytest.raises(PrivateAddress, match="is no web address"):
        route(f"https://{'ü' * 80}.example/", loopback=True)


@pytest.mark.parametrize(
    ("url", "path"),
    [("http://127.0.0.1?feed=podcast", "/?feed=podcast"), ("http://127.0.0.1#a", "/")],
)
def test_an_address_without_a_path_asks_for_the_first_page(url: str, path: str) -> None:
    assert route(url, loopback=True).path == path
