"""The program as a whole: contexts, exit codes, doctor, completion, terminals."""

from __future__ import annotations

import os
import pty
import socket
import stat
import subprocess
import sys

import pytest
import yaml
from click.shell_completion import BashComplete

from conftest import FIXTURES, import_command
from server_process import Server
from supportkpi.cli import exits
from supportkpi.cli.main import cli as command_tree


def program(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "supportkpi.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_contexts(cli, server, tenant, home, monkeypatch):
    monkeypatch.delenv("SUPPORTKPI_ENDPOINT")
    monkeypatch.delenv("SUPPORTKPI_TENANT")
    assert "there are no contexts" in cli("context", "list").out
    (home / "token").write_text("secret\n")
    assert cli("context", "set", "dev", "--endpoint", server.address, "--tenant", tenant).code == 0
    assert (
        cli("context", "set", "prod", "--endpoint", "grpcs://kpi.example.com:443", "--token-file", home / "token").code
        == 0
    )
    file = home / "config" / "supportkpi" / "config.yaml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert yaml.safe_load(file.read_text())["current"] == "dev"
    assert cli("kpis", "csat").code == 0  # by the current context
    assert cli("context", "use", "prod").code == 0
    assert cli("context", "show").out.splitlines() == [
        "endpoint: grpcs://kpi.example.com:443",
        f"token_file: {home / 'token'}",
    ]
    assert cli("-c", "dev", "kpis", "csat").code == 0
    assert cli("--endpoint", server.address, "-c", "dev", "context", "show").out.startswith(
        f"endpoint: {server.address}"
    )
    monkeypatch.setenv("SUPPORTKPI_TOKEN", "hidden-one")
    assert "hidden-one" not in cli("context", "show").out and "token: (hidden)" in cli("context", "show").out
    monkeypatch.delenv("SUPPORTKPI_TOKEN")
    assert 'there is no context "live"; there are: dev, prod' in cli("context", "use", "live").last_line
    assert cli("context", "delete", "prod").code == 0 and cli("context", "show", "dev").code == 0
    assert cli("context", "set", "new").code == 2


def test_a_broken_configuration_is_told(cli, home):
    file = home / "config" / "supportkpi" / "config.yaml"
    file.parent.mkdir(parents=True)
    for text, message in (
        ("a: [", "is not YAML"),
        ("contexts: 3", "expected current and contexts"),
        ("contexts: {a: {endpont: x}}", 'context "a" has fields that are none of'),
    ):
        file.write_text(text)
        done = cli("kpis")
        assert done.code == 7 and message in done.last_line


def test_exit_codes_are_those_of_the_help(cli, server, home, monkeypatch):
    help_text = cli("--help").out
    for code, meaning in exits.MEANINGS:
        assert f"{code:>3}  {meaning}" in help_text
    assert cli("kpis").code == exits.DONE
    assert cli("import", "jsonl", FIXTURES / "jsonl" / "records.jsonl").code == exits.FINDING
    assert cli("query", "nothing_such").code == exits.WRONG and cli("frobnicate").code == exits.WRONG
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    nobody = cli("--endpoint", address, "--timeout", "3", "kpis")
    assert (
        nobody.code == exits.UNREACHABLE
        and f"{address} in plain text: " in nobody.last_line
        and "`supportkpi doctor`" in nobody.last_line
    )
    assert cli("query", "csat", "--question", "nothing.json").code in (exits.WRONG, exits.LOCAL)
    assert cli("--token-file", "nothing", "kpis").code == exits.LOCAL
    assert cli("--endpoint", "a:b", "kpis").code == exits.WRONG
    monkeypatch.setenv("SUPPORTKPI_TENANT", "Not A Tenant!")
    assert cli("query", "csat").code == exits.WRONG


def test_tokens(home, tenant):
    """A server that wants tokens: none, a wrong one, one without the right, the right one."""

    def make(name: str, roles: str) -> tuple[str, str]:
        made = subprocess.run(
            [os.environ["SERVER"], "token", f"--name={name}", f"--tenant={tenant}", f"--roles={roles}"],
            text=True,
            capture_output=True,
            check=True,
        )
        parsed = yaml.safe_load(made.stdout)
        return parsed["token"], yaml.safe_dump(parsed["entry"], default_flow_style=True, width=1000).strip()

    (reader, reader_entry), (writer, writer_entry) = make("reader", "read"), make("writer", "write")
    (home / "credentials.yaml").write_text(f"tokens:\n  - {reader_entry}\n  - {writer_entry}\n")
    lines = FIXTURES / "jsonl" / "records.jsonl"
    with Server(f"--credentials_file={home / 'credentials.yaml'}") as server:

        def call(token: str, *arguments: object) -> subprocess.CompletedProcess:
            return program("--endpoint", server.address, *arguments, SUPPORTKPI_TOKEN=token)

        missing = call("", "query", "csat")
        assert missing.returncode == exits.REFUSED and "SUPPORTKPI_TOKEN" in missing.stderr
        assert call(reader[:-1] + "_", "query", "csat").returncode == exits.REFUSED
        refused = call(reader, "import", "jsonl", lines)
        assert refused.returncode == exits.REFUSED and reader not in refused.stderr
        (home / "token").write_text(reader + "\n")
        assert (
            program("--endpoint", server.address, "--token-file", home / "token", "query", "csat").returncode
            == exits.DONE
        )
        assert call(writer, "import", "jsonl", lines).returncode == exits.FINDING
        doctor = call("", "doctor")
        assert doctor.returncode == exits.FINDING and "give a valid token" in doctor.stdout


def test_tls(home, tenant):
    """A private authority by --ca-file; plain text to a TLS port is told by doctor."""
    made = subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
        ],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("openssl is missing")
    with Server(f"--tls_cert_file={home / 'cert.pem'}", f"--tls_key_file={home / 'key.pem'}") as server:
        port = server.address.rpartition(":")[2]
        assert (
            program("--endpoint", f"grpcs://localhost:{port}", "--ca-file", "cert.pem", "kpis", "csat").returncode == 0
        )
        plain = program("--endpoint", f"localhost:{port}", "--timeout", "2", "doctor")
        assert plain.returncode == exits.FINDING and "one side speaks TLS and the other does not" in plain.stdout
    wrong = program("--endpoint", f"grpcs://localhost:{port}", "--ca-file", "nothing.pem", "kpis")
    assert wrong.returncode == exits.LOCAL and '"nothing.pem" does not exist' in wrong.stderr


def test_doctor(cli, client):
    first = cli("doctor")
    assert first.code == 0 and "there are no records yet" in first.out and "no schedule is set" in first.out
    cli("config", "apply", FIXTURES / "config" / "settings.yaml")
    cli("import", "zendesk", FIXTURES / "zendesk")
    done = cli("doctor")
    assert "6 tickets, data until" in done.out and "3 schedules, the default is eu" in done.out
    with socket.socket() as deaf:  # takes connections and says nothing
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        silent = cli("--endpoint", f"127.0.0.1:{deaf.getsockname()[1]}", "doctor")
    assert silent.code == 1 and "the port is open, so most likely one side speaks TLS" in silent.out
    nobody = cli("--endpoint", "127.0.0.1:9", "doctor")
    assert nobody.code == 1 and "start the server with supportkpid --data_dir=FOLDER" in nobody.out
    assert "::1:50051" in cli("--endpoint", "[::1]", "doctor").out  # the usual port
    unknown = cli("--endpoint", "no-such-host.invalid:50051", "doctor")
    assert unknown.code == 1 and 'the name "no-such-host.invalid" is not known' in unknown.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(cli, shell):
    assert "_SUPPORTKPI_COMPLETE" in cli("completion", shell).out


def test_completion_asks_the_server(cli, server, tenant):
    def complete(*words: str) -> list[str]:
        completion = BashComplete(command_tree, {}, "supportkpi", "_SUPPORTKPI_COMPLETE")
        return [item.value for item in completion.get_completions(list(words[:-1]), words[-1])]

    assert complete("query", "csat") == ["csat", "csat_score"]
    assert complete("query", "a=nps_pr") == ["a=nps_promoters"]
    assert "channel" in complete("query", "csat", "--by", "ch") and complete("query", "csat", "--by", "team,cha") == [
        "team,channel"
    ]
    assert complete("--endpoint", "127.0.0.1:9", "query", "csat") == []  # a prompt does not hang
    assert {"kpis", "query"} <= set(complete(""))


def test_every_command_has_help(cli):
    def each(command, path):
        yield path
        for name, child in getattr(command, "commands", {}).items():
            yield from each(child, [*path, name])

    for path in each(command_tree, []):
        done = cli(*path, "--help")
        assert done.code == 0 and "Usage: supportkpi" in done.out, path


def test_an_import_keeps_its_name_from_run_to_run(server, tenant, home):
    """Else one that broke off would begin anew. Python orders a set of texts differently in every process."""
    for seed in ("1", "2", "3"):
        bots = ("--bots", "ana,bo,cy", "--bots", "dee,eve,flo")
        program(
            "--endpoint", server.address, "--tenant", tenant, "import", "intercom", FIXTURES / "intercom", *bots,
            PYTHONHASHSEED=seed,
        )
    assert len(list((home / "state" / "supportkpi" / "imports").glob("*.json"))) == 1


def test_a_bar_on_a_terminal(server, tenant, home):
    """On a terminal there is a bar, and it is gone at the end."""
    main_end, program_end = pty.openpty()
    process = subprocess.Popen(
        import_command(server, tenant, FIXTURES / "zendesk"),
        stdout=program_end,
        stderr=program_end,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(program_end)
    shown = b""
    while True:
        try:
            part = os.read(main_end, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait() == exits.FINDING
    text = shown.decode()
    assert "reading" in text and "\x1b[2K" in text and "Error:" in text.strip().splitlines()[-1]


def test_a_closed_pipe_is_no_error(server, tenant):
    done = subprocess.run(
        f"{sys.executable} -m supportkpi.cli --endpoint {server.address} kpis | head -n 1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr and "Error" not in done.stderr


def test_a_missing_package_is_told():
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.modules['ijson'] = None; import supportkpi.cli.main"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        done.stderr.strip()
        == "Error: the package ijson is missing; install the command line with: pip install 'supportkpi[cli]'"
    )
