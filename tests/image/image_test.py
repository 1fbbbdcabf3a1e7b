"""The image, made by the Dockerfile's own instructions and run without a container engine. With IMAGE_FULL=1 its build stage
runs too, on a bare Debian; else the binary that SERVER names stands for what it builds."""

from __future__ import annotations

import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time

import pytest
from container import Container, run, volume
from dockerfile import Build, Stage
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from supportkpi import Client
from supportkpi.v1 import records_pb2

ROOT = pathlib.Path(__file__).parents[2]
IS_FULL = os.environ.get("IMAGE_FULL") == "1"
SERVER = "/usr/local/bin/supportkpid"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")


def lay_out_ready_binary(root: pathlib.Path) -> None:
    """What the build stage leaves, from the binary of this machine's build."""
    binary = root / "binary/supportkpid"
    binary.parent.mkdir()
    shutil.copy(os.environ["SERVER"], binary)
    subprocess.run(["strip", str(binary)], check=True)
    subprocess.run(["bash", "clients/image/steps.sh", "root", str(binary), str(root / "image")], cwd=ROOT, check=True)


@pytest.fixture(name="image", scope="session")
def _image(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    work = tmp_path_factory.mktemp("image")
    cache = pathlib.Path(os.environ["IMAGE_CACHE"]).absolute() if os.environ.get("IMAGE_CACHE") else None
    if cache:
        cache.mkdir(parents=True, exist_ok=True)
    yield Build(ROOT, work, cache=cache,
                prepared={} if IS_FULL else {"build": lay_out_ready_binary}).run()
    shutil.rmtree(work)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what: str) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_says_what_it_is(image: Stage) -> None:
    version = re.search(r"project\(supportkpi VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    chart = (ROOT / "helm/supportkpi/Chart.yaml").read_text()
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in image.labels.items()}
    assert labels["version"] == version
    assert f"appVersion: {version}\n" in chart
    assert labels["licenses"] == "Apache-2.0"
    assert {"title", "description", "revision", "created", "version", "licenses"} <= set(labels)
    assert run(image, [SERVER, "--version"]).stdout == f"supportkpid {version}\n"


def test_its_user_has_a_number_and_no_rights(image: Stage) -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", image.user)  # Kubernetes' runAsNonRoot wants a number
    assert image.entrypoint == [SERVER]
    assert image.health_command == [SERVER, "health"]
    assert image.ports[0] == 50051
    assert image.volumes == ["/data"]
    user = int(image.user.split(":")[0])
    its_own = {str(path.relative_to(image.root)) for path in image.root.rglob("*")
               if not path.is_symlink() and (path.stat().st_uid == user or path.stat().st_gid == user or path.stat().st_mode & 0o002)}
    assert its_own == {"data", "backup", "tmp"}
    privileged = [path for path in image.root.rglob("*") if path.is_file() and path.stat().st_mode & 0o6000]
    assert privileged == []


def test_there_is_nothing_to_run_but_the_server(image: Stage) -> None:
    executable = {str(path.relative_to(image.root)) for path in image.root.rglob("*")
                  if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o111}
    loaders = {path for path in executable if re.search(r"/ld-linux[^/]*$", path)}
    assert executable - loaders == {SERVER.lstrip("/")}
    size = sum(path.stat().st_size for path in image.root.rglob("*") if path.is_file() and not path.is_symlink())
    assert size < 60_000_000


def test_every_library_is_there(image: Stage) -> None:
    loader = next(image.root.glob("lib64/ld-linux*"))
    listed = run(image, ["/" + str(loader.relative_to(image.root)), "--list", SERVER])
    assert listed.returncode == 0, listed.stderr
    assert "libgrpc" in listed.stdout and "not found" not in listed.stdout


def test_the_bill_of_materials_is_whole(image: Stage) -> None:
    document = parse_file(str(image.root / "usr/share/sbom/supportkpi.spdx.json"))
    assert validate_full_spdx_document(document) == []
    names = {package.name for package in document.packages}
    recorded = {path.name for path in (image.root / "var/lib/dpkg/status.d").iterdir()}
    licensed = {path.parent.name for path in image.root.glob("usr/share/doc/*/copyright")}
    assert recorded | {"supportkpid"} <= names
    assert licensed | {"supportkpid"} == names
    assert {"libgrpc++1.51", "libc6", "libssl3", "tzdata", "ca-certificates"} <= recorded
    if IS_FULL:  # the archives are known from the build
        assert "librocksdb-dev" in names


def test_it_does_not_serve_strangers_unasked(image: Stage, tmp_path: pathlib.Path) -> None:
    refused = run(image, image.entrypoint, {"/data": volume(image, tmp_path / "data", "/data")})
    assert refused.returncode == 64
    assert "insecure" in refused.stderr


def test_it_serves_from_a_read_only_root_and_keeps_its_volume(image: Stage, tmp_path: pathlib.Path) -> None:
    data = {"/data": volume(image, tmp_path / "data", "/data")}
    log = tmp_path / "log"
    port = free_port()
    arguments = ["--insecure", f"--listen=0.0.0.0:{port}"]
    with Container(image, arguments, data, log) as container:
        wait_for(lambda: answers(port) or container.process.poll() is not None, "no answer")
        assert container.process.poll() is None, log.read_text()
        status = pathlib.Path(f"/proc/{container.pid()}/status").read_text()
        assert re.search(r"^Uid:\s+10001\s+10001\s+10001\s+10001$", status, re.MULTILINE)
        assert re.search(r"^CapEff:\s+0+$", status, re.MULTILINE)
        assert re.search(r"^NoNewPrivs:\s+1$", status, re.MULTILINE)
        with Client(f"127.0.0.1:{port}") as client:
            tickets = [records_pb2.Record(ticket=records_pb2.Ticket(id=f"t{number}", channel="email")) for number in range(100)]
            for ticket in tickets:
                ticket.ticket.created_at.FromJsonString("2025-03-10T08:00:00Z")
            client.import_records(tickets, stream_id="image")
            before = client.query("tickets_created", start="2025-01-01", end="2026-01-01", time_zone="Europe/Berlin").rows
            assert before[0].cells[0].value == 100
        healthy = run(image, [*image.health_command, f"--target=127.0.0.1:{port}"], data)
        assert healthy.returncode == 0, healthy.stderr
        assert container.stop() == 0, log.read_text()
    sick = run(image, [*image.health_command, f"--target=127.0.0.1:{port}"], data)
    assert sick.returncode == 1, sick.stderr
    with Container(image, arguments, data, log) as container:
        wait_for(lambda: answers(port) or container.process.poll() is not None, "no answer")
        with Client(f"127.0.0.1:{port}") as client:
            after = client.query("tickets_created", start="2025-01-01", end="2026-01-01", time_zone="Europe/Berlin").rows
            assert after[0].cells[0].value == 100
        assert container.stop() == 0


def test_a_mounted_file_sets_it(image: Stage, tmp_path: pathlib.Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("listen: 127.0.0.1:7\ndata_dir: /data/other\ntail_facts: 5000\n")
    printed = run(image, [SERVER, "--print_config"], {"/etc/supportkpi/config.yaml": config})
    assert printed.returncode == 0, printed.stderr
    assert re.search(r"^tail_facts: 5000 +# file$", printed.stdout, re.MULTILINE)
    assert re.search(r'^data_dir: "/data/other" +# file$', printed.stdout, re.MULTILINE)


if IS_FULL:  # else the binary is not built as the image's is

    def test_the_binary_is_hardened(image: Stage) -> None:
        binary = str(image.root) + SERVER
        read = subprocess.run(["readelf", "--wide", "--file-header", "--program-headers", "--dynamic", "--symbols", binary],
                              capture_output=True, text=True, check=True).stdout
        assert re.search(r"Type:\s+DYN \(Position-Independent Executable", read)
        assert "GNU_RELRO" in read
        assert re.search(r"FLAGS.*\bBIND_NOW\b|FLAGS_1.*\bNOW\b", read)
        assert not re.search(r"GNU_STACK.*RWE", read)
        assert "__stack_chk_fail" in read and re.search(r"__\w+_chk@", read)
        assert "RPATH" not in read and "RUNPATH" not in read
        assert "/source/" not in subprocess.run(["strings", "-n", "8", binary], capture_output=True, text=True, check=True).stdout


def test_hadolint_is_content() -> None:
    hadolint = pathlib.Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed")
    linted = subprocess.run([str(hadolint), str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout
