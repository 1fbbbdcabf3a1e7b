"""The package as it is installed: types, copies, what it brings along."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.resources
import json
import pathlib
import re
import subprocess
import sys

import pytest

import supportkpi
from supportkpi.connection import service_config

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "clients" / "python"


def test_the_service_config_is_the_one_that_all_clients_share():
    assert service_config() == (ROOT / "clients" / "service_config.json").read_text()
    config = json.loads(service_config())
    named = {(name["service"], name.get("method")) for entry in config["methodConfig"] for name in entry["name"]}
    assert ("supportkpi.v1.ConfigService", "UpdateSettings") not in named, "a change with expected_version is not repeatable"
    assert {service for service, _ in named} >= {"supportkpi.v1.KpiService", "supportkpi.v1.RecordService"}


def test_the_package_brings_its_types():
    files = importlib.resources.files("supportkpi")
    assert files.joinpath("py.typed").is_file() and files.joinpath("v1/kpi_service_pb2.pyi").is_file()
    assert importlib.metadata.version("supportkpi") == supportkpi.__version__


def test_dependencies_have_floors_and_no_caps():
    requirements = importlib.metadata.requires("supportkpi") or []
    assert any(requirement.startswith("grpcio>=1.51") for requirement in requirements)
    assert any(requirement.startswith("protobuf>=3.20.2") for requirement in requirements)
    assert not [requirement for requirement in requirements if re.search(r"[<~]|==", requirement.split(";")[0])]


def test_every_public_name_is_there():
    for name in supportkpi.__all__:
        assert getattr(supportkpi, name) is not None
    assert sorted(supportkpi.__all__) == supportkpi.__all__


def test_every_public_thing_says_what_it_is():
    silent = []
    for file in sorted((PACKAGE / "supportkpi").glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        for node in ast.walk(tree):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Module)):
                continue
            name = getattr(node, "name", file.name)
            overload = any(isinstance(decorator, ast.Name) and decorator.id == "overload"
                           for decorator in getattr(node, "decorator_list", []))
            inner = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and name.startswith("intercept_")
            if not name.startswith("_") and not overload and not inner and not ast.get_docstring(node):
                silent.append(f"{file.name}: {name}")
    assert not [name for name in silent if name not in NAMES_SAY_IT]


NAMES_SAY_IT = frozenset({  # inside private classes and functions
    "client.py: code", "client.py: details", "client.py: trailing_metadata", "plotting.py: of", "plotting.py: title",
    "plotting.py: shown", "plotting.py: code_label", "plotting.py: label", "plotting.py: is_part", "plotting.py: local",
    "plotting.py: rank",
    "importing.py: end_index"})


@pytest.fixture(scope="module", name="mypy")
def _mypy(tmp_path_factory):
    """Runs mypy as strict as the package's own configuration; the second run uses what the first one learnt."""
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy", "--config-file", str(PACKAGE / "pyproject.toml"), "--cache-dir",
               str(tmp_path_factory.mktemp("mypy"))]
    return lambda *files, cwd: subprocess.run([*command, *files], cwd=cwd, capture_output=True, text=True, check=False)


def test_mypy_is_content_with_the_package(mypy):
    result = mypy(cwd=PACKAGE)
    assert result.returncode == 0, result.stdout


def test_mypy_is_content_with_a_strict_user_and_finds_mistakes(mypy, tmp_path: pathlib.Path):
    good = '''
from supportkpi import Answer, AsyncClient, Client, Query, SupportKpiError, field, kpi
from supportkpi.v1 import records_pb2

def ask(client: Client) -> float | None:
    answer: Answer = client.query(Query("csat").during("2025").where(field("channel") == "email"))
    both = client.batch_query([Query("csat").during("2025")])
    first: Answer = both[0]
    mixed = client.batch_query([Query("csat").during("2025")], errors="return")
    for one in mixed:
        if isinstance(one, SupportKpiError):
            print(one.violations[0].field)
        else:
            print(one.rows[0].cells[0].value)
    for row in client.query_rows(Query("csat").during("2025")):
        print(row.bucket.label)
    frame = first.to_dataframe()
    print(frame["csat"].mean())
    client.import_records([records_pb2.Record()], stream_id="s", on_progress=lambda done, summary: print(summary.accepted + done))
    return answer.value

async def wait(client: AsyncClient) -> int:
    async for page in client.query_pages(Query(kpi("csat", statistic="mean")).during("2025")):
        print(len(page))
    return (await client.upsert([])).accepted
'''
    (tmp_path / "good.py").write_text(good)
    (tmp_path / "bad.py").write_text('from supportkpi import Client\n\ndef f(client: Client) -> int:\n'
                                     '    return client.query("csat", durign=1, by=7).valeu\n')
    result = mypy("good.py", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    result = mypy("bad.py", cwd=tmp_path)
    assert '"by"' in result.stdout and '"valeu"' in result.stdout, result.stdout
