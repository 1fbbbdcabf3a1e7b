"""Tokens, JWTs, roles and tenants, at every method of the API."""

from __future__ import annotations

import datetime
import pathlib
import re
import subprocess
import time

import grpc
import pytest

from authority import Issuer, entry, jwks
from calls import BINARY, LIST, Outcome, bearer, call, list_kpis, methods, stubs, until
from google.protobuf import timestamp_pb2
from server_process import Server
from supportkpi.v1 import kpi_service_pb2, record_service_pb2, records_pb2

# Said here once more, and not read from the server: what each method asks for.
READ = {"KpiService": ["ListKpis", "GetKpi", "QueryKpis", "BatchQueryKpis", "StreamQueryKpis", "ValidateQuery", "ListDimensions",
                       "ListDataIssues"],
        "RecordService": ["GetRecord", "ListRecords"], "ConfigService": ["GetSettings"],
        "AdminService": ["GetServerInfo", "GetStats"]}
WRITE = {"RecordService": ["BatchUpsertRecords", "ImportRecords", "DeleteRecord"]}
ADMIN = {"ConfigService": ["UpdateSettings"],
         "AdminService": ["RebuildFacts", "CompactFacts", "CreateBackup", "ListBackups", "VerifyBackup", "DeleteBackup"]}
ALL_TENANTS = ["CreateBackup", "ListBackups", "VerifyBackup", "DeleteBackup"]

TOKENS = {role: f"skpi_{role}" for role in ("read", "write", "admin")}


def role_of(path: str) -> str:
    service, method = path.removeprefix("supportkpi.v1.").split("/")
    return next(role for role, table in (("read", READ), ("write", WRITE), ("admin", ADMIN)) if method in table.get(service, []))


@pytest.fixture(name="files", scope="module")
def _files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("credentials")
    issuers = {algorithm: Issuer(algorithm, f"key-{algorithm}") for algorithm in ("RS256", "ES256", "EdDSA")}
    (folder / "jwks.json").write_text(jwks(*issuers.values()))
    (folder / "credentials.yaml").write_text(
        "tokens:\n" + "".join(entry(role, token, "*", role) for role, token in TOKENS.items())
        + entry("acme", "skpi_acme", "acme", "read, write, admin") + entry("other", "skpi_other", "other", "read, write, admin")
        + entry("old", "skpi_old", "acme", "read", "2020-01-01T00:00:00Z"))
    return folder, issuers


@pytest.fixture(name="server", scope="module")
def _server(files):
    folder, _ = files
    with Server(f"--credentials_file={folder}/credentials.yaml", f"--jwks_file={folder}/jwks.json", "--jwt_issuer=https://idp.test",
                "--jwt_audience=supportkpi") as running:
        yield running


@pytest.fixture(name="channel", scope="module")
def _channel(server):
    with grpc.insecure_channel(server.address) as channel:
        yield channel


def test_every_method_has_a_role_here():
    assert {path for path in methods() if role_of(path)} == set(methods())


@pytest.mark.parametrize("role", TOKENS)
def test_each_role_opens_its_methods_and_no_other(channel, role):
    for path in methods():
        outcome = call(channel, path, metadata=bearer(TOKENS[role]))
        needed = role_of(path)
        if role == needed:
            assert outcome.code not in ("UNAUTHENTICATED", "PERMISSION_DENIED"), f"{path}: {outcome}"
        else:
            assert str(outcome) == f"PERMISSION_DENIED ROLE_MISSING method {path} requires role {needed}"


def test_callers_of_one_tenant_do_not_reach_the_whole_server(channel):
    for path in methods():
        outcome = call(channel, path, metadata=bearer("skpi_acme"))
        if path.split("/")[1] in ALL_TENANTS:
            assert outcome.code == "PERMISSION_DENIED" and outcome.reason == "TENANT_BOUND", path
        else:
            assert outcome.code not in ("UNAUTHENTICATED", "PERMISSION_DENIED"), f"{path}: {outcome}"


def test_without_credentials_every_method_is_closed(channel):
    for path in methods():
        assert str(call(channel, path)) == "UNAUTHENTICATED NO_CREDENTIALS authorization: missing bearer token", path
        # Not a byte is parsed before.
    garbage = channel.unary_unary(f"/{LIST}", lambda data: data, lambda data: data)
    with pytest.raises(grpc.RpcError) as error:
        garbage(b"\xff\xff\xff")
    assert error.value.code() == grpc.StatusCode.UNAUTHENTICATED


def test_what_is_no_good_token_is_told_so(channel):
    def with_headers(*values: str) -> str:
        return str(call(channel, LIST, metadata=[("authorization", value) for value in values]))

    for value in ("Bearer skpi_wrong", "Bearer ", "Bearer a.b.c", "Bearer skpi_read "):
        assert with_headers(value) == "UNAUTHENTICATED TOKEN_NOT_ACCEPTED authorization: token not accepted", value
    assert "not a bearer token" in with_headers("Basic cmVhZDpyZWFk")
    assert "given 2 times" in with_headers("Bearer skpi_read", "Bearer skpi_read")
    assert "longer than 4096 bytes" in with_headers("Bearer " + "x" * 5000)
    assert re.fullmatch(r"UNAUTHENTICATED TOKEN_EXPIRED authorization: token expired \d+ s ago", with_headers("Bearer skpi_old"))
    assert with_headers("bearer skpi_read").startswith("OK")


def claims(**changes):
    now = int(time.time())
    usual = {"iss": "https://idp.test", "aud": ["supportkpi"], "sub": "someone", "exp": now + 60, "iat": now, "tenant": "acme",
             "roles": ["read"]}
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def test_jwts_of_each_algorithm_name_tenant_and_roles(channel, files):
    for algorithm, issuer in files[1].items():
        assert list_kpis(channel, issuer.token(**claims())).code == "OK", algorithm
        denied = call(channel, "supportkpi.v1.AdminService/CompactFacts", metadata=bearer(issuer.token(**claims())))
        assert denied.reason == "ROLE_MISSING", algorithm
        assert list_kpis(channel, issuer.token(**claims(roles="write"))).reason == "ROLE_MISSING"
        assert list_kpis(channel, issuer.token(**claims(roles="openid read"))).code == "OK"
        now = int(time.time())
        assert list_kpis(channel, issuer.token(**claims(exp=now - 60))).reason == "TOKEN_EXPIRED"
        assert list_kpis(channel, issuer.token(**claims(nbf=now + 600))).reason == "TOKEN_NOT_YET_VALID"
        for wrong in ({"iss": "https://evil.test"}, {"aud": "other"}, {"exp": None}, {"tenant": None}, {"tenant": "a/b"}):
            refused = list_kpis(channel, issuer.token(**claims(**wrong)))
            assert str(refused) == "UNAUTHENTICATED TOKEN_NOT_ACCEPTED authorization: token not accepted", wrong
        stranger = Issuer(algorithm, issuer.kid)
        assert list_kpis(channel, stranger.token(**claims())).reason == "TOKEN_NOT_ACCEPTED"


def ticket(name: str) -> records_pb2.Record:
    created = timestamp_pb2.Timestamp()
    created.FromDatetime(datetime.datetime(2025, 3, 1))
    return records_pb2.Record(ticket=records_pb2.Ticket(id=name, created_at=created, channel="email"))


def test_three_tokens_on_one_connection_are_three_callers(channel):
    def upsert(token: str, name: str, tenant: str = "") -> Outcome:
        request = record_service_pb2.BatchUpsertRecordsRequest(tenant=tenant, records=[ticket(name)])
        return call(channel, "supportkpi.v1.RecordService/BatchUpsertRecords", request, bearer(token))

    def names(token: str, tenant: str = "") -> list[str]:
        _, records = stubs(channel)
        request = record_service_pb2.ListRecordsRequest(tenant=tenant, kind=records_pb2.RECORD_KIND_TICKET)
        return [record.ticket.id for record in records.ListRecords(request, metadata=bearer(token)).records]

    for _ in range(3):
        assert upsert("skpi_acme", "of-acme").code == "OK"
        assert upsert("skpi_other", "of-other").code == "OK"
        assert upsert("skpi_write", "of-default").code == "OK"
        assert names("skpi_acme") == ["of-acme"]
        assert names("skpi_other") == ["of-other"]
        assert names("skpi_read") == ["of-default"]
        assert names("skpi_read", "acme") == ["of-acme"]
    for token, tenant in (("skpi_acme", "other"), ("skpi_acme", "never-existed"), ("skpi_acme", "default")):
        refused = upsert(token, "x", tenant)
        assert str(refused) == "PERMISSION_DENIED TENANT_NOT_PERMITTED tenant: not permitted"


def raw(channel, path: str, request, token: str) -> tuple:
    """All that a caller can tell two answers apart by, but for their number."""
    method = channel.unary_unary(f"/{path}", type(request).SerializeToString, lambda data: data)
    try:
        return ("OK", method(request, metadata=bearer(token)))
    except grpc.RpcError as error:
        return (error.code().name, error.details(), [pair for pair in error.trailing_metadata() if pair[0] != "x-request-id"])


def test_another_tenants_ids_are_like_ids_that_never_existed(channel):
    """Every method that takes an id: the same bytes for both."""
    call(channel, "supportkpi.v1.RecordService/BatchUpsertRecords",
         record_service_pb2.BatchUpsertRecordsRequest(records=[ticket("secret-ticket"), ticket("second")],
                                                      request_id="secret-request"),
         bearer("skpi_acme"))
    service = "supportkpi.v1.RecordService"
    call(channel, f"{service}/BatchUpsertRecords", record_service_pb2.BatchUpsertRecordsRequest(records=[ticket("of-other")]),
         bearer("skpi_other"))
    for path, make in {
            f"{service}/GetRecord": lambda name: record_service_pb2.GetRecordRequest(
                name=record_service_pb2.RecordName(kind=records_pb2.RECORD_KIND_TICKET, id=name)),
            f"{service}/DeleteRecord": lambda name: record_service_pb2.DeleteRecordRequest(
                name=record_service_pb2.RecordName(kind=records_pb2.RECORD_KIND_TICKET, id=name)),
    }.items():
        theirs, nobodys = (raw(channel, path, make(name), "skpi_other") for name in ("secret-ticket", "unused-ticket"))
        if theirs[0] == "OK":
            assert strip_commit(path, theirs[1]) == strip_commit(path, nobodys[1]), path
        else:
            assert repr(theirs).replace("secret-ticket", "unused-ticket") == repr(nobodys), path
    request = kpi_service_pb2.QueryKpisRequest(kpis=[kpi_service_pb2.KpiSelection(kpi="tickets_created")], range={"words": "2025"},
                                               group_by=["channel"])
    kpis, records = stubs(channel)
    rows = kpis.QueryKpis(request, metadata=bearer("skpi_other")).rows
    assert sum(row.cells[0].value for row in rows) == 1, "its own ticket only"
    # A request id of the other tenant is free.
    replayed = records.BatchUpsertRecords(record_service_pb2.BatchUpsertRecordsRequest(
        records=[ticket("mine")], request_id="secret-request"), metadata=bearer("skpi_other"))
    assert replayed.accepted == 1 and not replayed.replayed
    # And a page of the other tenant is nobody's.
    listing = record_service_pb2.ListRecordsRequest(kind=records_pb2.RECORD_KIND_TICKET, page_size=1)
    listing.page_token = records.ListRecords(listing, metadata=bearer("skpi_acme")).next_page_token
    assert listing.page_token
    foreign = call(channel, f"{service}/ListRecords", listing, bearer("skpi_other"))
    assert foreign.code == "INVALID_ARGUMENT" and "page_token: not valid" in foreign.text
    question = kpi_service_pb2.QueryKpisRequest(kpis=[kpi_service_pb2.KpiSelection(kpi="tickets_created")], range={"words": "2025"},
                                                grain={"unit": "GRAIN_UNIT_MONTH"}, page_size=1)
    question.page_token = kpis.QueryKpis(question, metadata=bearer("skpi_acme")).next_page_token
    assert question.page_token and call(channel, "supportkpi.v1.KpiService/QueryKpis", question, bearer("skpi_acme")).code == "OK"
    foreign = call(channel, "supportkpi.v1.KpiService/QueryKpis", question, bearer("skpi_other"))
    assert foreign.code in ("INVALID_ARGUMENT", "ABORTED") and "page_token" in foreign.text, foreign
    # It is still there for its owner.
    assert raw(channel, f"{service}/GetRecord", record_service_pb2.GetRecordRequest(
        name=record_service_pb2.RecordName(kind=records_pb2.RECORD_KIND_TICKET, id="secret-ticket")), "skpi_acme")[0] == "OK"


def strip_commit(path: str, data: bytes):
    response = {"GetRecord": record_service_pb2.GetRecordResponse, "DeleteRecord": record_service_pb2.DeleteRecordResponse}
    message = response[path.split("/")[1]].FromString(data)
    if message.DESCRIPTOR.fields_by_name.get("commit"):
        message.ClearField("commit")
    return message


def test_health_and_reflection_ask_for_nothing(channel):
    check = channel.unary_unary("/grpc.health.v1.Health/Check", lambda data: data, lambda data: data)
    assert check(b"\x0a\x18supportkpi.v1.KpiService") == b"\x08\x01"
    reflect = channel.stream_stream("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", lambda data: data, lambda data: data)
    assert b"supportkpi.v1.KpiService" in next(reflect(iter([b"\x3a\x00"])))


def test_unknown_paths_are_unimplemented_not_open(channel):
    for path in ("/supportkpi.v1.KpiService/Erase", "/supportkpi.v1.KpiService/", "/supportkpi.v1.KpiServiceX/ListKpis", "/x"):
        with pytest.raises(grpc.RpcError) as error:
            channel.unary_unary(path, lambda data: data, lambda data: data)(b"", metadata=bearer("skpi_admin"))
        assert error.value.code() == grpc.StatusCode.UNIMPLEMENTED, path


def test_changed_files_count_by_themselves_and_broken_ones_do_not(tmp_path: pathlib.Path):
    credentials, keys = tmp_path / "credentials.yaml", tmp_path / "jwks.json"
    first, second = Issuer("EdDSA", "one"), Issuer("ES256", "two")
    credentials.write_text("tokens:\n" + entry("a", "skpi_a", "acme", "read"))
    keys.write_text(jwks(first))
    with Server(f"--credentials_file={credentials}", f"--jwks_file={keys}", "--jwt_issuer=https://idp.test",
                "--jwt_audience=supportkpi") as server, grpc.insecure_channel(server.address) as channel:
        assert list_kpis(channel, "skpi_a").code == "OK"
        assert list_kpis(channel, second.token(**claims())).code == "UNAUTHENTICATED"
        credentials.write_text("tokens:\n" + entry("b", "skpi_b", "acme", "read"))
        until(lambda: list_kpis(channel, "skpi_b").code == "OK")
        assert list_kpis(channel, "skpi_a").code == "UNAUTHENTICATED", "revoked, on the connection that it was used on"
        keys.write_text(jwks(first, second))
        until(lambda: list_kpis(channel, second.token(**claims())).code == "OK")
        credentials.write_text("tokens:\n" + entry("c", "skpi_c", "acme", "owner"))
        time.sleep(2.5)
        assert list_kpis(channel, "skpi_b").code == "OK", "a file with a fault changes nothing"
        # As Kubernetes does: another file under the same name.
        fresh = tmp_path / "fresh"
        fresh.write_text("tokens:\n" + entry("d", "skpi_d", "acme", "read"))
        fresh.rename(credentials)
        until(lambda: list_kpis(channel, "skpi_d").code == "OK")


def test_the_token_command_makes_what_the_file_takes(tmp_path: pathlib.Path):
    made = subprocess.run([*BINARY, "token", "--name=job", "--tenant=acme", "--roles=read,write", "--valid_for=1h"],
                          capture_output=True, text=True, check=True)
    token = re.search(r"^token: (skpi_[A-Za-z0-9_-]{43})$", made.stdout, re.M).group(1)
    line = re.search(r"^entry: (\{.*\})$", made.stdout, re.M).group(1)
    assert token not in line
    (tmp_path / "credentials.yaml").write_text(f"tokens:\n  - {line}\n")
    with Server(f"--credentials_file={tmp_path}/credentials.yaml") as server, grpc.insecure_channel(server.address) as channel:
        assert list_kpis(channel, token).code == "OK"
    refused = subprocess.run([*BINARY, "token", "--name=job", "--tenant=A", "--roles=owner"], capture_output=True, text=True,
                             check=False)
    assert refused.returncode == 64
    assert '--tenant: "A" must match' in refused.stderr and '--roles: "owner" is no role' in refused.stderr
