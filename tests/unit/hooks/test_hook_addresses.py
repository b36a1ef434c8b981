"""Where webhooks may lead: the public network, and what a configuration lets through (SSRF)."""

from ipaddress import ip_network

import pytest

from central.api.sentences import ApiRefused
from central.hooks.address import Allowed, target

PUBLIC = Allowed()
TRIAL = Allowed(loopback=True)
INTRANET = Allowed(networks=[ip_network("10.20.0.0/16"), ip_network("fd00::/8")])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "114.114.114.114"])
def test_the_public_network_is_sent_to(address: str) -> None:
    assert PUBLIC.to(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "192.0.2.1", "ff0e::1",
    ],
)  # fmt: skip
def test_what_only_the_centre_reaches_is_not_sent_to(address: str) -> None:
    assert not PUBLIC.to(address)


def test_a_configuration_lets_more_through() -> None:
    assert TRIAL.to("127.0.0.1") and TRIAL.to("::1") and TRIAL.to("::ffff:127.0.0.1") and not TRIAL.to("10.20.0.1")
    assert INTRANET.to("10.20.3.4") and INTRANET.to("fd12::1") and INTRANET.to("93.184.216.34")
    assert not INTRANET.to("10.21.0.1") and not INTRANET.to("127.0.0.1")
    assert not Allowed(networks=[ip_network("127.0.0.0/8")]).to("127.0.0.1"), "loopback is asked for by its name"


def test_a_url_is_taken_apart() -> None:
    found = target("https://hooks.example.org:8443/a?b=c", PUBLIC)
    assert found == (True, "hooks.example.org", 8443, "/a?b=c") and found.named == "hooks.example.org:8443"
    assert target("https://例子.公司/", PUBLIC).named == "xn--fsqu00a.xn--55qx5d"
    assert target("http://localhost:8000", TRIAL).named == "localhost:8000"
    assert target("http://[::1]:8000/", TRIAL).named == "[::1]:8000"


@pytest.mark.parametrize(
    "url",
    [
        "", "hooks", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///x", "https://a@example.org/",
        "https://a:b@example.org/", "https://example.org/#x", "https://example.org:0/", "https://example.org:99999/",
        "https://example.org/a b", "https://example.org/\n", "https://exa\\mple.org", "https://[::1/", "gopher://x",
        "https://" + "a" * 70 + ".org/", "https://example.org/" + "a" * 500, "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_strange_url_is_refused(url: str) -> None:
    with pytest.raises(ApiRefused) as refused:
        target(url, TRIAL)
    assert refused.value.field == "url" and "https://example.org/hooks" in refused.value.detail


@pytest.mark.parametrize("url", ["http://example.org/", "http://localhost/", "http://127.0.0.1/"])
def test_only_https_is_sent_to(url: str) -> None:
    with pytest.raises(ApiRefused, match="only https"):
        target(url, PUBLIC)
    with pytest.raises(ApiRefused):
        target("http://10.20.0.1/", INTRANET)


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest"])
def test_an_address_that_is_private_is_refused_at_once(url: str) -> None:
    with pytest.raises(ApiRefused, match="public network"):
        target(url, PUBLIC)
