"""Settings from outside: sources, faults, exit codes, SIGHUP."""

from __future__ import annotations

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import grpc

from calls import list_kpis, until
from server_process import Server
from supportkpi import Client
from supportkpi.v1 import kpi_service_pb2, records_pb2

BINARY = os.environ["SERVER"]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SUPPORTKPI_")}
    return subprocess.run([BINARY, *arguments], env={**clean, **variables}, capture_output=True, text=True, timeout=60, check=False)


def test_every_fault_is_told_at_once_and_the_exit_code_is_64(tmp_path: pathlib.Path):
    file = tmp_path / "kpi.yaml"
    file.write_text("grace: soon\nlisten: 0.0.0.0:50051\n")
    ended = run(f"--config={file}", "--tail_facts=1", "--bogus=1", SUPPORTKPI_INSECURE="perhaps")
    assert ended.returncode == 64
    for fault in (f"{file}:1: grace: \"soon\" is not allowed; duration 0..24h", "--tail_facts", "--bogus: there is no setting",
                  "SUPPORTKPI_INSECURE: insecure: \"perhaps\"", "data_dir: required",
                  "the server has no TLS (tls_cert_file and tls_key_file) and no credentials"):
        # quotes may be escaped in the log's format
        assert fault in ended.stderr.replace('\\"', '"'), ended.stderr


def test_print_config_names_each_origin_and_no_secret(tmp_path: pathlib.Path):
    (tmp_path / "kpi.yaml").write_text(f"data_dir: {tmp_path}/store\ndrain: 7s\n")
    secret = tmp_path / "credentials.yaml"
    secret.write_text("tokens: []  # skpi_hidden\n")
    ended = run("--print_config", "--grace=9s", SUPPORTKPI_CONFIG=f"{tmp_path}/kpi.yaml", SUPPORTKPI_TAIL_FACTS="5000",
                SUPPORTKPI_CREDENTIALS_FILE=str(secret))
    assert ended.returncode == 0, ended.stderr
    origins = {line.split(":")[0]: line.rsplit("#", 1)[1].strip() for line in ended.stdout.splitlines()[1:]}
    assert (origins["drain"], origins["grace"], origins["tail_facts"], origins["listen"]) == ("file", "flag", "environment", "default")
    assert "skpi_hidden" not in ended.stdout and str(secret) in ended.stdout
    assert not (tmp_path / "store").exists(), "nothing was opened"


def test_exit_codes_of_the_outside(tmp_path: pathlib.Path):
    with Server() as first:
        port = first.address.rsplit(":", 1)[1]
        taken = run(f"--data_dir={tmp_path}/other", f"--listen=127.0.0.1:{port}")
        assert taken.returncode == 69 and "another program has the port" in taken.stderr
        locked = run(f"--data_dir={first.data_dir}", "--listen=127.0.0.1:0")
        assert locked.returncode == 75, locked.stderr
        missing = run(f"--data_dir={tmp_path}/other", "--tls_cert_file=none.pem", "--tls_key_file=none.pem")
        assert missing.returncode == 64 and "tls_cert_file: none.pem: cannot be read" in missing.stderr
        assert list_kpis(grpc.insecure_channel(first.address)).code == "OK", "the first one serves on"
        assert first.stop() == 0
    assert run("--help").returncode == 0
    assert run("--version").stdout.startswith("supportkpid ")


def test_other_addresses_than_loopback_need_tls_and_credentials(tmp_path: pathlib.Path):
    ended = run(f"--data_dir={tmp_path}/store", "--listen=0.0.0.0:0")
    assert ended.returncode == 64 and "insecure" in ended.stderr


class Logged(Server):
    """A server whose log is read."""

    def __init__(self, path: pathlib.Path, *flags: str) -> None:
        super().__init__("--log_format=json", *flags, log=str(path))
        self.log_path = path

    def messages(self) -> list[str]:
        return [json.loads(line)["message"] for line in self.log_path.read_text().splitlines() if line.startswith("{")]


def test_sighup_takes_what_it_can_and_says_what_it_cannot(tmp_path: pathlib.Path):
    file = tmp_path / "kpi.yaml"
    file.write_text("tenant_calls_per_second: 1000000\n")
    with Logged(tmp_path / "log", f"--config={file}") as server, grpc.insecure_channel(server.address) as channel:
        def said(text: str):
            return any(text in message for message in server.messages())

        assert {list_kpis(channel).code for _ in range(20)} == {"OK"}
        file.write_text("tenant_calls_per_second: 1\ntail_facts: 5000\n")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: said('tenant_calls_per_second: "1000000" -> "1"'))
        assert said('tail_facts: stays "400000" until a restart')
        assert "RESOURCE_EXHAUSTED" in {list_kpis(channel).code for _ in range(20)}

        file.write_text("tenant_calls_per_second: -5\ngrace: 1s\n")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: said("reload refused, what was in use stays"))
        assert not said('grace: "20s" -> "1s"'), "all or nothing"

        file.unlink()
        server.process.send_signal(signal.SIGHUP)
        until(lambda: said("cannot read the file"))
        file.write_text("{}\n")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: said('tenant_calls_per_second: "1" -> "2000"'))
        assert {list_kpis(channel).code for _ in range(20)} == {"OK"}


def test_a_store_that_lost_its_log_is_not_opened_unless_accepted(tmp_path: pathlib.Path):
    with Server() as server:
        with Client(server.address) as client:
            client.import_records([records_pb2.Record(customer=records_pb2.Customer(id=f"c{number}")) for number in range(100)],
                                  stream_id="s")
        time.sleep(1.5)  # what was acknowledged is written down once a second
        server.kill()
        logs = [file for file in pathlib.Path(server.data_dir).glob("*.log") if file.stat().st_size]
        assert logs
        for log in logs:
            log.unlink()
        refused = run(f"--data_dir={server.data_dir}", "--listen=127.0.0.1:0")
        assert refused.returncode == 65 and "acknowledged writes are missing" in refused.stderr, refused.stderr
        accepted = re.search(r"--accept_data_loss_through=\d+", refused.stderr).group()
        with Server(accepted, data_dir=server.data_dir) as again, Client(again.address) as client:
            assert client.kpis.ListKpis(kpi_service_pb2.ListKpisRequest()).kpis
