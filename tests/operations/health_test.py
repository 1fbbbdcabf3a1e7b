"""`supportkpid health`, for containers and probes."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from conftest import WatchedServer


def test_a_serving_server_is_healthy(tmp_path, run):
    with WatchedServer(tmp_path) as server:
        code, out, _ = run("health", f"--target={server.address}")
        assert code == 0
        assert out.startswith("SERVING, ") and " KPIs, " in out
        assert run("health", "--target", server.address, "--service=")[0] == 0, "the process itself"
        code, _, errors = run("health", f"--target={server.address}", "--service=no.Service")
        assert code == 1 and errors.startswith("supportkpid health: health: ")


def test_no_server_and_a_stopped_one_are_not(tmp_path, run):
    with WatchedServer(tmp_path) as server:
        address = server.address
        server.process.send_signal(signal.SIGSTOP)
        begin = time.monotonic()
        code, _, errors = run("health", f"--target={address}", "--timeout=1s")
        server.process.send_signal(signal.SIGCONT)
        assert code == 1 and "Deadline" in errors
        assert time.monotonic() - begin < 10
    assert run("health", f"--target={address}", "--timeout=2s")[0] == 1


def test_a_draining_server_is_not(tmp_path, run):
    with WatchedServer(tmp_path, "--drain=5s") as server:
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        code, _, errors = run("health", f"--target={server.address}")
        assert code == 1 and "NOT_SERVING" in errors


def test_tls_is_checked(tmp_path, run):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=kpi.example", "-addext",
                    "subjectAltName=DNS:kpi.example", "-keyout", key, "-out", cert], check=True, capture_output=True)
    with WatchedServer(tmp_path, f"--tls_cert_file={cert}", f"--tls_key_file={key}") as server:
        target = f"--target={server.address}"
        assert run("health", target, f"--tls_ca_file={cert}", "--tls_server_name=kpi.example")[0] == 0
        assert run("health", target, f"--tls_ca_file={cert}", "--timeout=2s")[0] == 1, "another name"
        assert run("health", target, "--tls=true", "--tls_server_name=kpi.example", "--timeout=2s")[0] == 1, "an unknown authority"
        assert run("health", target, "--timeout=2s")[0] == 1, "plain text"


@pytest.mark.parametrize("arguments, text", [
    (["--targte=x"], "--targte: unknown; there are --"),
    (["--timeout=soon"], '--timeout: "soon" is no duration'),
    (["--timeout=0s"], '--timeout: "0s" is no duration above 0'),
    (["--target"], "--target: has no value"),
    (["--target=a", "--target=b"], "--target: given twice"),
    (["please"], "please: not expected"),
    (["--tls_cert_file=/dev/null"], "--tls_cert_file: cannot read"),
    (["--tls_server_name=x"], "--tls_server_name: without TLS"),
])
def test_wrong_flags_are_64(run, arguments, text):
    code, _, errors = run("health", *arguments)
    assert code == 64
    assert text in errors


@pytest.mark.parametrize("command", ["health", "backup", "restore", "token"])
def test_each_command_has_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert out.startswith(f"  supportkpid {command} ") and "xit code 0" in out
