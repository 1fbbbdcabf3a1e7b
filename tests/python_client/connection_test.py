"""Addresses, TLS, tokens."""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import pathlib
import shutil
import subprocess
import time

import grpc
import pytest

from conftest import tickets
from supportkpi import (
    AsyncClient, Client, PermissionDeniedError, ResourceExhaustedError, Tls, UnauthenticatedError, UnavailableError)
from supportkpi.connection import Connection
from supportkpi.testing import Server
from supportkpi.v1 import kpi_service_pb2 as pb


@pytest.mark.parametrize("target, name, secure", [
    ("127.0.0.1:50051", "127.0.0.1:50051", False), ("localhost", "localhost:50051", False),
    ("grpc://kpi.example.org", "kpi.example.org:50051", False), ("grpcs://kpi.example.org:443", "kpi.example.org:443", True),
    ("[::1]:1234", "[::1]:1234", False), ("[::1]", "[::1]:50051", False), ("dns:///kpi:50051", "dns:///kpi:50051", False),
    ("unix:/run/kpi.sock", "unix:/run/kpi.sock", False)])
def test_targets(target: str, name: str, secure: bool):
    connection = Connection.of(target, None, None, True)
    assert (connection.target, bool(connection.tls)) == (name, secure)
    assert connection.describe() == f"called {name} {'with TLS' if secure else 'in plain text'}"


@pytest.mark.parametrize("target, options, words", [
    ("kpi:port", {}, "no port from 1 to 65535"), ("kpi:0", {}, "no port"), ("kpi:70000", {}, "no port"),
    ("grpc://kpi", {"tls": True}, "asks for plain text and tls is given"),
    ("kpi.example.org", {"token": "t"}, "in plain text over a network; give tls=True or grpcs"),
    ("dns:///kpi:50051", {"token": "t"}, "in plain text over a network"),
])
def test_targets_that_cannot_be_meant(target: str, options: dict, words: str):
    for kind in (Client, AsyncClient):
        with pytest.raises(ValueError, match=words):
            kind(target, **options)


def test_a_token_may_go_where_nobody_can_see_it_or_where_plain_text_is_asked_for():
    for target, tls in (("127.0.0.1", None), ("localhost:1", None), ("[::1]", None), ("unix:/x", None),
                        ("grpc://kpi", None), ("grpcs://kpi", None), ("kpi", True)):
        Client(target, token="t", tls=tls).close()


def test_a_client_opens_no_connection_before_its_first_call():
    client = Client("grpcs://nobody.invalid", tls=Tls(ca_certificate="/there/is/none"))
    with pytest.raises(FileNotFoundError):
        client.list_kpis()
    with pytest.raises(ValueError, match="client_certificate and client_key go together"):
        Client("grpcs://nobody.invalid", tls=Tls(client_key=b"k")).list_kpis()


def test_a_closed_client_can_be_used_again(supportkpi_server: Server):
    client = supportkpi_server.client()
    kpis = len(client.list_kpis())
    client.close()
    client.close()
    assert len(client.list_kpis()) == kpis
    client.close()


def test_threads_that_call_first_share_one_connection(supportkpi_server: Server, monkeypatch):
    opened = []
    original = grpc.insecure_channel

    def slow(*arguments):
        time.sleep(0.1)
        opened.append(original(*arguments))
        return opened[-1]
    monkeypatch.setattr(grpc, "insecure_channel", slow)
    with supportkpi_server.client() as client, concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert len([future.result() for future in [pool.submit(client.list_kpis) for _ in range(4)]]) == 4
    assert len(opened) == 1


def openssl(folder: pathlib.Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def issue(folder: pathlib.Path, name: str, extension: str) -> None:
    """A certificate and key NAME.pem, NAME.key, signed by the folder's authority."""
    if not (folder / "ca.pem").exists():
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.csr")
    (folder / "extension").write_text(f"subjectAltName={extension}\n")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "extension", "-out", f"{name}.pem")


@pytest.fixture(scope="module", name="secure")
def _secure(tmp_path_factory):
    """(server with TLS and tokens, its folder of certificates)."""
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificates, is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    issue(folder, "server", "DNS:localhost,IP:127.0.0.1")
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in (READER, WRITER)}
    (folder / "credentials.yaml").write_text(
        "tokens:\n"
        f'  - {{name: reader, sha256: "{digests[READER]}", tenant: acme, roles: [read]}}\n'
        f'  - {{name: writer, sha256: "{digests[WRITER]}", tenant: acme, roles: [read, write]}}\n')
    with Server(f"--tls_cert_file={folder}/server.pem", f"--tls_key_file={folder}/server.key",
                f"--credentials_file={folder}/credentials.yaml") as server:
        yield server, folder


READER, WRITER = "skpi_" + "r" * 43, "skpi_" + "w" * 43


def test_tokens_open_what_they_may_over_tls(secure):
    server, folder = secure
    tls = Tls(ca_certificate=folder / "ca.pem")
    with server.client(token=WRITER, tls=tls) as writer, server.client(token=lambda: READER, tls=tls) as reader:
        assert writer.upsert(tickets(3)).accepted == 3
        assert writer.import_records(tickets(7), stream_id="s").accepted == 4
        assert reader.query("tickets_created", during="2026").value == 7
        assert len(reader.kpis.ListKpis(pb.ListKpisRequest()).kpis) > 60, "the generated stubs carry the token too"
        with pytest.raises(PermissionDeniedError):
            reader.upsert(tickets(1))
    with server.client(tls=tls) as nobody, pytest.raises(UnauthenticatedError):
        nobody.query("tickets_created", during="2026")
    with server.client(token="wrong", tls=tls) as wrong, pytest.raises(UnauthenticatedError):
        wrong.query("tickets_created", during="2026")

    async def ask() -> None:
        async with server.async_client(token=READER, tls=tls) as client:
            assert (await client.query("tickets_created", during="2026")).value == 7
            assert [row async for row in client.query_rows(client_query())]
            assert len((await client.kpis.ListKpis(pb.ListKpisRequest())).kpis) > 60
        async with server.async_client(token=WRITER, tls=tls) as client:
            assert (await client.import_records(tickets(7), stream_id="s")).skipped == 7
    asyncio.run(ask())


def client_query():
    from supportkpi import Query
    return Query("tickets_created").during("2026").by("channel")


def test_a_certificate_of_nobody_we_trust_is_refused(secure):
    server, folder = secure
    for tls in (True, Tls(ca_certificate=folder / "server.pem", server_name="other.example.org")):
        with server.client(tls=tls, retries=False, timeout_seconds=5) as client, pytest.raises(UnavailableError, match="with TLS"):
            client.list_kpis()
    with server.client(retries=False, timeout_seconds=5) as client, pytest.raises(UnavailableError, match="wants TLS"):
        client.list_kpis()


def test_a_name_that_the_certificate_holds_can_be_given(secure):
    server, folder = secure
    port = server.address.rpartition(":")[2]
    tls = Tls(ca_certificate=(folder / "ca.pem").read_bytes(), server_name="localhost")
    with Client(f"grpcs://127.0.0.2:{port}", token=READER, tls=tls, retries=False) as client:
        # 127.0.0.2 is this machine too, but the server listens on 127.0.0.1 only
        with pytest.raises(UnavailableError):
            client.list_kpis()
    with Client(f"grpcs://127.0.0.1:{port}", token=READER, tls=tls) as client:
        assert client.list_kpis()


def test_calls_beyond_a_tenants_rate_come_back_when_the_server_says():
    """More calls than ten a second: without retries some are refused, with them each succeeds."""
    with Server("--tenant_calls_per_second=10") as server:
        with server.client(retries=False) as client, pytest.raises(ResourceExhaustedError) as caught:
            for _ in range(60):
                client.list_kpis()
        assert caught.value.retry_after_seconds and caught.value.retry_after_seconds > 0
        with server.client() as client:
            for _ in range(25):
                client.list_kpis()

        async def ask() -> None:
            async with server.async_client() as client:
                for _ in range(15):
                    await client.list_kpis()
        asyncio.run(ask())
