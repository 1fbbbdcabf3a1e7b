"""TLS and mTLS: who gets a connection, who is known by a certificate, and exchanging certificates while calls go on."""

from __future__ import annotations

import pathlib
import socket
import ssl
import time

import grpc
import pytest
from cryptography import x509

from authority import Authority, dns, entry, uri
from calls import list_kpis, until
from server_process import Server


def write_pair(folder: pathlib.Path, pair: tuple[bytes, bytes]) -> tuple[pathlib.Path, pathlib.Path]:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(pair[0])
    key.write_bytes(pair[1])
    return certificate, key


def flags(folder: pathlib.Path) -> list[str]:
    return [f"--tls_cert_file={folder}/cert.pem", f"--tls_key_file={folder}/key.pem"]


def served_name(address: str) -> str:
    """The common name of the certificate that a new connection is shown."""
    host, port = address.rsplit(":", 1)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    with socket.create_connection((host, int(port)), timeout=5) as plain, context.wrap_socket(plain) as connection:
        certificate = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True))
    return certificate.subject.rfc4514_string().removeprefix("CN=")


def channel_of(server: Server, authority: Authority, pair: tuple[bytes, bytes] | None = None) -> grpc.Channel:
    certificate, key = pair or (None, None)
    return grpc.secure_channel(server.address, grpc.ssl_channel_credentials(authority.certificate, key, certificate))


@pytest.fixture(name="folder")
def _folder(tmp_path: pathlib.Path, authority: Authority):
    write_pair(tmp_path, authority.issue_server())
    return tmp_path


def test_tls_with_tokens_and_nothing_else(folder, authority, tmp_path):
    (tmp_path / "credentials.yaml").write_text("tokens:\n" + entry("a", "skpi_a", "acme", "read"))
    with Server(*flags(folder), f"--credentials_file={tmp_path}/credentials.yaml") as server:
        with channel_of(server, authority) as channel:
            assert list_kpis(channel, "skpi_a").code == "OK"
            assert list_kpis(channel).reason == "NO_CREDENTIALS"
            over_token = grpc.composite_channel_credentials(grpc.ssl_channel_credentials(authority.certificate),
                                                            grpc.access_token_call_credentials("skpi_a"))
            with grpc.secure_channel(server.address, over_token) as with_token:
                assert list_kpis(with_token).code == "OK", "as gRPC's own call credentials send it"
        with grpc.insecure_channel(server.address) as plain:
            assert list_kpis(plain, "skpi_a", timeout=3).code in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
        stranger = Authority(tmp_path, "stranger")
        with channel_of(server, stranger) as channel:
            assert list_kpis(channel, "skpi_a", timeout=5).code == "UNAVAILABLE", "the client does not trust the server"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_only_versions_that_are_safe(folder, version):
    with Server(*flags(folder)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        host, port = server.address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=5) as plain:
            if version < ssl.TLSVersion.TLSv1_2:
                with pytest.raises((ssl.SSLError, ConnectionError)):
                    context.wrap_socket(plain)
            else:
                with context.wrap_socket(plain) as connection:
                    assert connection.selected_alpn_protocol() == "h2"


def test_client_certificates_are_required_and_name_the_caller(folder, authority, tmp_path):
    (tmp_path / "credentials.yaml").write_text(f"""
tokens:
{entry("token", "skpi_admin", "*", "admin")}
certificates:
  - {{name: gateway, uri: "spiffe://example.org/gateway", tenant: acme, roles: [read]}}
  - {{name: writer, dns: "writer.example.org", tenant: acme, roles: [write]}}
""")
    with Server(*flags(folder), f"--tls_client_ca_file={authority.path}", f"--credentials_file={tmp_path}/credentials.yaml") as server:
        def outcome(*names, by=authority, token=""):
            with channel_of(server, authority, by.issue("client", *names)) as channel:
                return list_kpis(channel, token, timeout=5)

        assert outcome(uri("spiffe://example.org/gateway")).code == "OK"
        assert outcome(dns("writer.example.org")).reason == "ROLE_MISSING", "known, but may only write"
        assert outcome(dns("a.example.org"), dns("writer.example.org")).reason == "ROLE_MISSING", "any of its names"
        assert outcome(uri("spiffe://example.org/gateway2")).reason == "NO_CREDENTIALS"
        assert outcome(uri("spiffe://example.org/gateway"), uri("spiffe://example.org/other")).reason == "NO_CREDENTIALS"
        assert outcome(dns("spiffe.example.org")).reason == "NO_CREDENTIALS"
        assert outcome().reason == "NO_CREDENTIALS", "a common name is no identity"
        assert outcome(uri("spiffe://example.org/gateway"), token="skpi_admin").reason == "ROLE_MISSING", "the token decides"
        assert outcome(uri("spiffe://example.org/gateway"), token="skpi_wrong").reason == "TOKEN_NOT_ACCEPTED"
        stranger = Authority(tmp_path / "..", "test authority")
        assert outcome(uri("spiffe://example.org/gateway"), by=stranger).code == "UNAVAILABLE", "signed by somebody else"
        with channel_of(server, authority) as channel:
            assert list_kpis(channel, "skpi_admin", timeout=5).code == "UNAVAILABLE", "no certificate"


def test_a_new_certificate_is_served_without_a_restart_and_calls_go_on(folder, authority):
    with Server(*flags(folder)) as server, channel_of(server, authority) as channel:
        assert list_kpis(channel).code == "OK" and served_name(server.address) == "server"
        write_pair(folder, authority.issue_server("renewed"))
        until(lambda: served_name(server.address) == "renewed", seconds=6)
        assert list_kpis(channel).code == "OK", "on the old connection"
        with channel_of(server, authority) as fresh:
            assert list_kpis(fresh).code == "OK"


def test_a_pair_that_does_not_fit_costs_no_connection(folder, authority):
    with Server(*flags(folder)) as server:
        renewed = authority.issue_server("renewed")
        (folder / "key.pem").write_bytes(renewed[1])  # the certificate is still the old one
        end = time.monotonic() + 4
        while time.monotonic() < end:
            assert served_name(server.address) == "server"
            time.sleep(0.1)
        (folder / "cert.pem").write_bytes(b"half of a certifi")
        time.sleep(2.5)
        assert served_name(server.address) == "server"
        (folder / "cert.pem").write_bytes(renewed[0])
        until(lambda: served_name(server.address) == "renewed", seconds=6)


def test_many_exchanges_break_no_handshake(folder, authority):
    with Server(*flags(folder)) as server:
        names = set()
        for number in range(6):
            write_pair(folder, authority.issue_server(f"number-{number}"))
            end = time.monotonic() + 1.1
            while time.monotonic() < end:
                names.add(served_name(server.address))
        assert len(names) > 2, names


def test_another_client_authority_counts_without_a_restart(folder, authority, tmp_path_factory):
    other = Authority(tmp_path_factory.mktemp("other"), "other authority")
    trusted = folder / "trusted.pem"
    trusted.write_bytes(authority.certificate)
    with Server(*flags(folder), f"--tls_client_ca_file={trusted}") as server:
        def code(by):
            with channel_of(server, authority, by.issue("client", dns("client"))) as channel:
                return list_kpis(channel, timeout=5).code

        assert (code(authority), code(other)) == ("OK", "UNAVAILABLE")
        trusted.write_bytes(other.certificate)
        until(lambda: code(other) == "OK")
        assert code(authority) == "UNAVAILABLE"


def test_files_that_cannot_serve_end_the_start(folder, authority, tmp_path):
    import subprocess  # pylint: disable=import-outside-toplevel

    from calls import BINARY  # pylint: disable=import-outside-toplevel

    def ended(*more: str) -> str:
        process = subprocess.run([*BINARY, f"--data_dir={tmp_path}/store", "--listen=127.0.0.1:0", *more], capture_output=True,
                                 text=True, timeout=60, check=False)
        assert process.returncode == 64, process.stderr
        return process.stderr

    bad = tmp_path / "bad"
    bad.mkdir()
    write_pair(bad, (authority.issue_server()[0], authority.issue_server()[1]))
    assert "is not the key of the first certificate" in ended(*flags(bad))
    write_pair(bad, authority.issue_server(days=-0.5))
    assert "has expired at" in ended(*flags(bad))
    write_pair(bad, (b"", b""))
    assert "tls_cert_file" in ended(*flags(bad))
    (bad / "credentials.yaml").write_text("tokens: [{name: a}]")
    both = ended(f"--tls_cert_file={bad}/cert.pem", f"--tls_key_file={bad}/none", f"--credentials_file={bad}/credentials.yaml")
    assert "tls_" in both and "tokens[0].tenant: required" in both, "all faults at once"
    assert not (tmp_path / "store").exists(), "the store was not opened"
