"""What Prometheus sees of a real server, and that dashboard and alerts ask for nothing else."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

import grpc
import pytest

from conftest import WatchedServer
from supportkpi.v1 import (admin_service_pb2, admin_service_pb2_grpc, kpi_service_pb2, kpi_service_pb2_grpc, record_service_pb2,
                           record_service_pb2_grpc, records_pb2)

FILES = pathlib.Path(__file__).parents[2] / "helm" / "supportkpi" / "files"
# What Prometheus itself makes of a scrape.
OF_PROMETHEUS = {"up"}


def metric_names(expression: str) -> set[str]:
    """The metrics that an expression reads."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring)\s*\([^)]*\)', " ", expression)
    return {word for word in re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*(?![a-zA-Z0-9_:]*\s*\()", bare) if "_" in word or word == "up"}


def dashboard_expressions() -> list[str]:
    dashboard = json.loads((FILES / "dashboard.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            expressions.append(re.fullmatch(r"label_values\((.*), \w+\)", variable["definition"])[1])
    return expressions


def alert_expressions() -> list[str]:
    expressions = re.findall(r"^ +expr: (?:\|\n((?: {10,}.*\n)+)|(.+)\n)", (FILES / "alerts.yaml").read_text(), re.M)
    return [block or line for block, line in expressions]


@pytest.fixture(name="certificate", scope="module")
def _certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory, certificate):
    folder = tmp_path_factory.mktemp("server")
    cert, key = certificate
    with WatchedServer(folder, f"--tls_cert_file={cert}", f"--tls_key_file={key}", f"--backup_dir={folder / 'backups'}") as server:
        yield server


@pytest.fixture(name="channel", scope="module")
def _channel(server, certificate):
    credentials = grpc.ssl_channel_credentials(certificate[0].read_bytes())
    with grpc.secure_channel(server.address, credentials) as channel:
        admin_service_pb2_grpc.AdminServiceStub(channel).CreateBackup(admin_service_pb2.CreateBackupRequest())
        yield channel


def question(tenant: str) -> kpi_service_pb2.QueryKpisRequest:
    request = kpi_service_pb2.QueryKpisRequest(tenant=tenant, kpis=[kpi_service_pb2.KpiSelection(kpi="tickets_created")])
    request.range.words = "2025"
    return request


def test_calls_are_counted_by_method_code_and_class_of_tenant(server, channel):
    kpis = kpi_service_pb2_grpc.KpiServiceStub(channel)
    before = server.scrape()
    for tenant in ("", "acme-corp", "acme-corp"):
        kpis.QueryKpis(question(tenant))
    for _ in range(3):
        with pytest.raises(grpc.RpcError):
            kpis.GetKpi(kpi_service_pb2.GetKpiRequest(kpi="none"))
    with pytest.raises(grpc.RpcError):
        kpis.QueryKpis(question("no/tenant"))
    after = server.scrape()

    def grown(name: str, **labels: str) -> float:
        return after.total(name, **labels) - before.total(name, **labels)

    assert grown("grpc_server_handled_total", grpc_method="QueryKpis", grpc_code="OK") == 3
    assert grown("grpc_server_handled_total", grpc_method="QueryKpis", grpc_code="InvalidArgument") == 1
    assert grown("grpc_server_handled_total", grpc_method="GetKpi", grpc_code="NotFound") == 3
    assert grown("grpc_server_started_total") == grown("grpc_server_handled_total") == 7
    assert grown("grpc_server_handling_seconds_count", grpc_method="QueryKpis") == 4
    assert grown("supportkpi_calls_total", tenant_class="named", grpc_code="OK") == 2
    assert grown("supportkpi_calls_total", tenant_class="default", grpc_code="OK") == 1
    assert grown("supportkpi_calls_total", tenant_class="none", grpc_code="InvalidArgument") == 1
    assert grown("supportkpi_queue_wait_seconds_count", queue="query") == 7


def test_no_tenant_is_named(server, channel):
    kpi_service_pb2_grpc.KpiServiceStub(channel).QueryKpis(question("acme-corp"))
    assert "acme" not in server.scrape().text


def test_writes_and_facts_are_counted(server, channel):
    before = server.scrape()
    request = record_service_pb2.BatchUpsertRecordsRequest()
    for number in range(50):
        ticket = records_pb2.Ticket(id=f"m{number}", channel="email")
        ticket.created_at.seconds = 1_767_600_000 + number
        request.records.append(records_pb2.Record(ticket=ticket))
    record_service_pb2_grpc.RecordServiceStub(channel).BatchUpsertRecords(request)
    after = server.scrape()
    assert after.total("supportkpi_commits_total") - before.total("supportkpi_commits_total") == 1
    assert after.total("supportkpi_committed_requests_total") - before.total("supportkpi_committed_requests_total") == 1
    assert after.total("supportkpi_record_rows_written_total") - before.total("supportkpi_record_rows_written_total") == 50
    assert after.total("supportkpi_facts", state="tail") >= before.total("supportkpi_facts", state="tail") + 50
    assert after.total("supportkpi_loaded_tenants") >= 1
    admin_service_pb2_grpc.AdminServiceStub(channel).CompactFacts(admin_service_pb2.CompactFactsRequest())
    sealed = server.scrape()
    assert sealed.total("supportkpi_facts", state="sealed") >= 50
    assert sealed.total("supportkpi_segments") >= 1
    assert sealed.total("supportkpi_store_disk_bytes") > 0
    assert sealed.total("supportkpi_writable") == 1


def test_columns_are_read_from_memory_the_second_time(server, channel):
    request = record_service_pb2.BatchUpsertRecordsRequest(tenant="columns")
    for number in range(5_000):
        ticket = records_pb2.Ticket(id=f"c{number}", channel=("email", "chat")[number % 2])
        ticket.created_at.seconds = 1_740_000_000 + 1_000 * number
        request.records.append(records_pb2.Record(ticket=ticket))
    record_service_pb2_grpc.RecordServiceStub(channel).BatchUpsertRecords(request)
    admin_service_pb2_grpc.AdminServiceStub(channel).CompactFacts(admin_service_pb2.CompactFactsRequest(tenant="columns"))
    asked = question("columns")
    asked.group_by.append("channel")

    def reads() -> tuple[float, float]:
        asked.limit += 1  # another question, lest the answer to the last one is given again
        kpi_service_pb2_grpc.KpiServiceStub(channel).QueryKpis(asked)
        metrics = server.scrape()
        return metrics.total("supportkpi_column_cache_misses_total"), metrics.total("supportkpi_column_cache_hits_total")

    misses, hits = reads()
    misses_again, hits_again = reads()
    assert misses > 0
    assert misses_again == misses
    assert hits_again > hits
    assert server.scrape().total("supportkpi_column_cache_bytes") > 0


def test_an_unchanged_question_is_answered_with_what_is_held(server, channel):
    records = record_service_pb2_grpc.RecordServiceStub(channel)
    kpis = kpi_service_pb2_grpc.KpiServiceStub(channel)

    def write(ticket_id: str) -> None:
        request = record_service_pb2.BatchUpsertRecordsRequest(tenant="held")
        request.records.append(records_pb2.Record(ticket=records_pb2.Ticket(id=ticket_id, channel="email")))
        request.records[0].ticket.created_at.seconds = 1_750_000_000
        records.BatchUpsertRecords(request)

    def ask(**fields) -> tuple[float, float, kpi_service_pb2.QueryKpisResponse]:
        before = server.scrape()
        request = question("held")
        request.MergeFrom(kpi_service_pb2.QueryKpisRequest(**fields))
        answer = kpis.QueryKpis(request)
        after = server.scrape()
        hits, misses = (
            after.total(f"supportkpi_answer_cache_{name}_total") - before.total(f"supportkpi_answer_cache_{name}_total")
            for name in ("hits", "misses"))
        return hits, misses, answer

    write("1")
    hits, misses, first = ask()
    assert (hits, misses) == (0, 1)
    hits, misses, second = ask(time_zone="UTC")  # what is meant where nothing is said
    assert (hits, misses) == (1, 0)
    assert second.metadata.duration.ToNanoseconds() > 0
    second.metadata.duration.CopyFrom(first.metadata.duration)
    assert second == first
    assert ask(layout=kpi_service_pb2.ANSWER_LAYOUT_COLUMNS)[:2] == (0, 1)
    assert server.scrape().total("supportkpi_answer_cache_bytes") > 0
    write("2")
    hits, misses, third = ask()
    assert (hits, misses) == (0, 1)
    assert third.metadata.commit == first.metadata.commit + 1
    assert third.rows[0].cells[0].value == first.rows[0].cells[0].value + 1
    admin_service_pb2_grpc.AdminServiceStub(channel).RebuildFacts(admin_service_pb2.RebuildFactsRequest(tenant="held"))
    assert ask()[:2] == (0, 1)
    assert ask()[:2] == (1, 0)


def test_nothing_is_held_where_that_is_set_and_room_for_it_comes_and_goes_with_sighup(tmp_path):
    file = tmp_path / "kpi.yaml"
    file.write_text("answer_cache_mib: 0\n")
    with WatchedServer(tmp_path, f"--config={file}") as server, grpc.insecure_channel(server.address) as channel:
        write = record_service_pb2.BatchUpsertRecordsRequest()
        write.records.append(records_pb2.Record(ticket=records_pb2.Ticket(id="1", channel="email")))
        write.records[0].ticket.created_at.seconds = 1_750_000_000
        record_service_pb2_grpc.RecordServiceStub(channel).BatchUpsertRecords(write)

        def ask_twice() -> dict[str, float]:
            for _ in range(2):
                kpi_service_pb2_grpc.KpiServiceStub(channel).QueryKpis(question(""))
            metrics = server.scrape()
            return {name: metrics.total(f"supportkpi_answer_cache_{name}") for name in ("hits_total", "misses_total", "answers")}

        def change(mib: int) -> None:
            file.write_text(f"answer_cache_mib: {mib}\n")
            server.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + 10
            while server.scrape().total("supportkpi_answer_cache_max_bytes") != mib << 20:
                assert time.monotonic() < end, "the setting was not taken"
                time.sleep(0.1)

        assert ask_twice() == {"hits_total": 0, "misses_total": 0, "answers": 0}
        assert server.scrape().total("supportkpi_answer_cache_bytes") == 0
        change(7)
        assert ask_twice() == {"hits_total": 1, "misses_total": 1, "answers": 1}
        change(0)
        assert server.scrape().total("supportkpi_answer_cache_bytes") == 0
        assert ask_twice() == {"hits_total": 1, "misses_total": 1, "answers": 0}


def test_refusals_are_counted_by_their_reason(tmp_path):
    with WatchedServer(tmp_path, "--tenant_calls_per_second=1") as server, grpc.insecure_channel(server.address) as channel:
        stub = kpi_service_pb2_grpc.KpiServiceStub(channel)
        refused = 0
        for _ in range(10):
            try:
                stub.ListKpis(kpi_service_pb2.ListKpisRequest())
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
                refused += 1
        assert refused >= 5
        assert server.scrape().total("supportkpi_refusals_total", reason="TENANT_RATE") == refused
        lines = [line for line in server.lines() if line.get("reason") == "TENANT_RATE"]
        assert len(lines) == refused and all(line["level"] == "warning" for line in lines)


def test_the_dashboard_is_laid_out():
    dashboard = json.loads((FILES / "dashboard.json").read_text())
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert max(x for x, _ in cells) < 24, panel["title"]
        assert not cells & taken, f"{panel['title']} lies over another panel"
        taken |= cells
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_an_open_import_is_seen(server, channel):
    done = threading.Event()

    def requests():
        opening = record_service_pb2.ImportRecordsRequest()
        opening.open.stream_id = "watched"
        yield opening
        done.wait()

    stream = record_service_pb2_grpc.RecordServiceStub(channel).ImportRecords(requests())
    next(stream)
    assert server.scrape().total("supportkpi_open_streams", kind="import") == 1
    done.set()
    list(stream)
    assert server.scrape().total("supportkpi_open_streams", kind="import") == 0


def test_a_certificate_tells_its_end_and_a_backup_its_age(server, channel):
    metrics = server.scrape()
    now = metrics.total("process_start_time_seconds")
    days = (metrics.total("supportkpi_certificate_not_after_timestamp_seconds") - now) / 86400
    assert 29.9 < days < 30.1
    assert abs(metrics.total("supportkpi_backup_newest_timestamp_seconds") - now) < 300
    assert metrics.total("supportkpi_backups", state="whole") >= 1


def test_the_end_is_that_of_the_certificate_in_use(tmp_path, certificate):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert.write_bytes(certificate[0].read_bytes())
    key.write_bytes(certificate[1].read_bytes())
    with WatchedServer(tmp_path, f"--tls_cert_file={cert}", f"--tls_key_file={key}") as server:
        name = "supportkpi_certificate_not_after_timestamp_seconds"
        before = server.scrape().total(name)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout",
                        tmp_path / "other.pem", "-out", cert], check=True, capture_output=True)
        end = time.monotonic() + 10
        while not any("is not the key of" in line["message"] for line in server.lines()):
            assert time.monotonic() < end, "the changed file was not looked at"
            time.sleep(0.1)
        assert server.scrape().total(name) == before, "of a file that was refused"


def test_dashboard_and_alerts_name_only_what_is_there(server, channel):
    names = server.scrape().names | OF_PROMETHEUS
    for source, expressions in (("dashboard", dashboard_expressions()), ("alerts", alert_expressions())):
        asked = set().union(*(metric_names(expression) for expression in expressions))
        assert len(asked) >= 10, f"{source}: only {asked} found"
        assert asked <= names, f"{source} asks for {sorted(asked - names)}"
    assert len(alert_expressions()) == (FILES / "alerts.yaml").read_text().count("- alert: ")


def test_every_metric_of_ours_has_help_and_type(server, channel):
    metrics = server.scrape()
    helped = set(re.findall(r"^# HELP (\S+) \S", metrics.text, re.M))
    typed = dict(re.findall(r"^# TYPE (\S+) (\S+)", metrics.text, re.M))
    for name in metrics.names:
        family = re.sub(r"_(bucket|sum|count)$", "", name) if name not in typed else name
        assert family in typed, name
        assert family in helped, name
        if typed[family] == "counter":
            assert family.endswith("_total"), name


def test_promtool_finds_no_fault(server, channel, tmp_path):
    promtool = os.environ.get("PROMTOOL")
    if not promtool:
        pytest.skip("promtool could not be installed")
    # The client library's own metrics of the endpoint are not ours to name.
    ours = "".join(line + "\n" for line in server.scrape().text.splitlines() if "exposer_" not in line)
    checked = subprocess.run([promtool, "check", "metrics"], input=ours, text=True, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    rules = subprocess.run([promtool, "check", "rules", FILES / "alerts.yaml"], text=True, capture_output=True, check=False)
    assert rules.returncode == 0, rules.stdout + rules.stderr
    wrapped = tmp_path / "dashboard.yaml"
    wrapped.write_text("groups:\n- name: dashboard\n  rules:\n" + "".join(
        f"  - record: r{number}\n    expr: {json.dumps(expression.replace('$__rate_interval', '5m'))}\n"
        for number, expression in enumerate(dashboard_expressions())))
    panels = subprocess.run([promtool, "check", "rules", wrapped], text=True, capture_output=True, check=False)
    assert panels.returncode == 0, panels.stdout + panels.stderr


def test_alerts_go_off_when_they_should(tmp_path):
    promtool = os.environ.get("PROMTOOL")
    if not promtool:
        pytest.skip("promtool could not be installed")
    done = subprocess.run([promtool, "test", "rules", pathlib.Path(__file__).parent / "alerts_test.yaml"], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_port_serves_nothing_else(server):
    base = server.metrics_url().removesuffix("/metrics")
    for path in ("/", "/etc/passwd", "/..%2f..%2fetc/passwd", "/metric"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(base + path, timeout=10)
        assert refused.value.code == 404, path


def test_a_port_in_use_ends_the_start_with_a_clear_text(tmp_path, run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, errors = run(f"--data_dir={tmp_path / 'store'}", "--listen=127.0.0.1:0", f"--metrics_listen=127.0.0.1:{port}")
    assert code == 69
    assert f"metrics_listen: cannot listen on 127.0.0.1:{port}: another program has the port" in errors
