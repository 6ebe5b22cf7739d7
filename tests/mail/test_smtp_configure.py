"""EMAIL_URL names the way out; what it cannot mean is refused at once and without repeating a password."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.certificates import certified
from twoyes.lib.errors import Refused
from twoyes.mail.outgoing.configure import transport_for
from twoyes.mail.outgoing.postroom import PostroomTransport
from twoyes.mail.outgoing.smtp import Server, SmtpTransport


def server(url: str) -> Server:
    transport = transport_for(url, data_dir=Path("var"))
    assert isinstance(transport, SmtpTransport)
    return transport.server


@pytest.mark.parametrize("url", ["", "  ", "postroom://"])
def test_without_a_relay_letters_go_to_the_post_room(url: str, tmp_path: Path) -> None:
    transport = transport_for(url, data_dir=tmp_path)

    assert isinstance(transport, PostroomTransport)
    assert transport.data_dir == tmp_path


@pytest.mark.case("C9")
def test_only_loopback_is_spoken_to_in_the_clear() -> None:
    assert server("smtp://mail.example.org") == Server("mail.example.org", 587, "starttls")
    assert server("smtp://10.0.0.25:25") == Server("10.0.0.25", 25, "starttls")
    assert server("smtp://localhost.example.org").tls == "starttls"
    assert server("smtp://localhost") == Server("localhost", 25, "none")
    assert server("smtp://127.0.0.1:1025") == Server("127.0.0.1", 1025, "none")
    assert server("smtp://[::1]:2525") == Server("::1", 2525, "none")
    assert server("smtps://mail.example.org") == Server("mail.example.org", 465, "implicit")


def test_a_user_and_a_password_may_hold_any_character() -> None:
    found = server("smtp://cora%40example.org:p%40ss%3A%2F%3F@mail.example.org:2587")

    assert found == Server("mail.example.org", 2587, "starttls", "cora@example.org", "p@ss:/?")


def test_with_certificates_of_ones_own_loopback_speaks_tls_too(tmp_path: Path) -> None:
    ca = certified(tmp_path).ca

    assert server(f"smtp://127.0.0.1:1025?ca={ca}") == Server("127.0.0.1", 1025, "starttls", ca=ca)


@pytest.mark.case("C2")
def test_a_relay_known_to_lie_can_be_named_as_such() -> None:
    lying = transport_for("smtp://localhost?strict_final_reply=yes", data_dir=Path("var"))
    honest = transport_for("smtp://localhost", data_dir=Path("var"))

    assert isinstance(lying, SmtpTransport)
    assert isinstance(honest, SmtpTransport)
    assert (lying.strict_final_reply, honest.strict_final_reply) == (True, False)


@pytest.mark.parametrize(
    "url",
    [
        "smtp://",
        "smtp://cora:s3same@",
        "smtp://cora@mail.example.org",
        "smtp://:s3same@mail.example.org",
        "smtp://cora:s3same@mail.example.org:port",
        "smtp://cora:s3same@mail.example.org:99999",
        "smtp://cora:s3same@mail.example.org/inbox",
        "smtp://cora:s3same@mail.example.org?cert=x",
        "smtp://cora:s3same@mail.example.org?strict_final_reply=perhaps",
        "smtps://cora:s3same@mail.example.org?ca=/nowhere/ca.pem",
        "smtp://cora:s3same@mail.example.org#s3same",
        "smtp://cora:s3s/ame@mail.example.org",
        "lmtp://cora:s3same@localhost",
        "s3same",
    ],
)
def test_what_cannot_be_meant_is_refused_and_no_password_repeated(url: str) -> None:
    with pytest.raises(Refused) as caught:
        transport_for(url, data_dir=Path("var"))

    assert caught.value.code == "bad_email_url"
    assert caught.value.sentence.startswith("EMAIL_URL is not usable: ")
    assert "s3s" not in caught.value.sentence


def test_a_file_that_holds_no_certificates_is_refused_before_the_first_letter(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")

    with pytest.raises(Refused):
        transport_for(f"smtps://mail.example.org?ca={tmp_path / 'ca.pem'}", data_dir=tmp_path)


def test_the_way_out_needs_neither_django_nor_its_settings() -> None:
    names = "configure, conversation, memory, postroom, smtp, transport"
    code = (
        f"from twoyes.mail.outgoing import {names}; import sys; "
        "sys.exit(any(name in sys.modules for name in ('django.db', 'django.conf', 'twoyes.settings')))"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DJANGO")}

    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
