"""CSV by a mapping, JSON lines, resuming, reading in constant memory."""

from __future__ import annotations

import csv
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc

import pytest

from conftest import FIXTURES, import_command
from server_process import Server
from supportkpi import Client
from supportkpi.importers import json_files, mapping
from supportkpi.importers.csv_files import CsvFiles
from supportkpi.importers.help_desk import Options
from supportkpi.importers.item import Place, RowError
from supportkpi.importers.rejects import SERVER, Rejects
from supportkpi.importers.values import instant, number, zone_named
from supportkpi.importers.zendesk import Zendesk

CSV, MAPPING = FIXTURES / "csv" / "old-desk.csv", FIXTURES / "csv" / "mapping.yaml"


def test_csv(cli, client, home):
    done = cli("import", "csv", CSV, "--mapping", MAPPING)
    assert done.code == 1
    ticket = client.get_record("ticket", "1001", source="old-desk").ticket
    assert ticket.created_at.ToJsonString() == "2026-03-02T08:15:00Z"  # Zurich
    assert (ticket.cost.currency, ticket.cost.minor_units, ticket.handle_time.seconds) == ("CHF", 450, 750)
    assert list(ticket.tags) == ["vip", "rechnung"] and ticket.channel == "email" and ticket.team == "Zürich"
    other = client.get_record("ticket", "1003", source="old-desk").ticket
    assert other.attributes["product"] == 'Kasse; "neu"\nzweite Zeile' and other.channel == "Fax"
    # of a reading that occurs twice the first is meant
    assert (
        client.get_record("ticket", "1005", source="old-desk").ticket.created_at.ToJsonString()
        == "2026-10-25T00:30:00Z"
    )
    assert client.get_record("survey", "1001", source="old-desk").survey.score == 5


def test_csv_rejected_rows_can_be_corrected_and_imported(cli, client, home):
    done = cli("import", "csv", CSV, "--mapping", MAPPING)
    assert "3 rows were rejected, the first: " in done.last_line and "line 3: created_at" in done.last_line
    rejected = (home / "old-desk.rejected.csv").read_text("utf-8")
    assert (
        '"29.03.2026 02:30"" does not exist in Europe/Zurich' in rejected.replace('""', '"', 1)
        or "does not exist in Europe/Zurich" in rejected
    )
    assert '"schwebend"" in column ""State"" is none of neu, offen, erledigt' in rejected
    assert "server" in rejected and "survey.score" in rejected  # a score of 7 on 1-5 is for the server to refuse
    assert (home / "old-desk.rejected.csv").stat().st_mode & 0o077 == 0


def test_long_rows_that_the_server_refused_are_kept_when_an_import_goes_on(home):
    """More than what the csv module reads by default; the run before was another process."""
    old = csv.field_size_limit(131_072)
    try:
        rejects = Rejects(home / "a.rejected.csv", ["id", "text"], resumed=False)
        rejects.add(Place("a.csv", "line 2"), "text: too long", {"id": "1", "text": "x" * 200_000}, SERVER)
        rejects.close()
        shutil.copy(CSV, home)
        CsvFiles([str(home / CSV.name)], mapping.load(str(MAPPING), None, ""))
        again = Rejects(home / "a.rejected.csv", ["id", "text"], resumed=True)
        again.close()
        assert again.count == 1 and "text: too long" in again.first
    finally:
        csv.field_size_limit(old)


@pytest.mark.parametrize(
    "change, message",
    [
        (
            {"record: ticket": "record: tikcet"},
            'records[0].record: "tikcet" is no kind of record; did you mean "ticket"?',
        ),
        (
            {"      id: Number\n      created": "      idd: Number\n      created"},
            'records[0].fields.idd: "idd" is no field of a ticket; did you mean "id"?',
        ),
        ({"time_zone: Europe/Zurich": "time_zone: Europe/Zurch"}, '"Europe/Zurch" is no time zone'),
        ({"team: Group": "team: Gruop"}, 'no column "Gruop"; did you mean "Group"?'),
        ({'delimiter: ";"': 'delimiter: ","'}, "is delimiter right?"),
        ({"unit: minutes": "unit: fortnights"}, 'unit: "fortnights"; expected one of milliseconds, seconds'),
        ({"otherwise: keep": "otherwise: guess"}, 'otherwise: "guess"; expected one of reject, keep, none'),
        ({"records:": "recrods:"}, '"recrods" is not known; did you mean "records"?'),
        ({"source: old-desk": "source: [old-desk"}, "not YAML"),
        ({"column: Cost, unit: CHF": "column: Cost"}, "give its ISO 4217 code as unit"),
    ],
)
def test_a_wrong_mapping_is_told(cli, home, change, message):
    text = MAPPING.read_text()
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new, 1)
    (home / "mapping.yaml").write_text(text)
    done = cli("import", "csv", CSV, "-m", "mapping.yaml", "--dry-run")
    assert message in done.err and done.code in (1, 2)


def test_a_column_that_stands_twice_is_told(cli, home):
    (home / "a.csv").write_text("id,at,at\n1,2026-03-02,2026-03-03\n")
    (home / "m.yaml").write_text("record: ticket\ntime_zone: UTC\nfields: {id: id, created_at: at}\n")
    assert 'column "at" stands twice' in cli("import", "csv", "a.csv", "-m", "m.yaml").last_line


def test_times_without_a_zone_are_refused(cli, home):
    (home / "a.csv").write_text("id,at\n1,2026-03-02 10:00\n")
    (home / "m.yaml").write_text("record: ticket\nfields: {id: id, created_at: at}\n")
    assert "has no time zone; say which zone" in cli("import", "csv", "a.csv", "-m", "m.yaml").last_line
    assert cli("import", "csv", "a.csv", "-m", "m.yaml", "--time-zone", "Asia/Tokyo").code == 0


def test_day_and_month_are_not_guessed(cli, home):
    (home / "a.csv").write_text("id,at\n1,03/02/2026 10:00\n")
    (home / "m.yaml").write_text("record: ticket\ntime_zone: UTC\nfields: {id: id, created_at: at}\n")
    assert '"03/02/2026 10:00" is not an instant' in cli("import", "csv", "a.csv", "-m", "m.yaml").last_line


def test_json_lines(cli, client, home):
    done = cli("import", "jsonl", FIXTURES / "jsonl" / "records.jsonl", "--source", "lines")
    assert done.code == 1
    rejected = {
        row["where"]: row for row in map(json.loads, (home / "records.rejected.jsonl").read_text().splitlines())
    }
    assert set(rejected) == {"line 3", "line 4", "line 5", "line 6"}
    assert rejected["line 3"]["rejected_by"] == "server" and "survey.score" in rejected["line 3"]["reason"]
    assert 'did you mean "ticket"?' in rejected["line 4"]["reason"]
    assert '"chanel"' in rejected["line 5"]["reason"] and rejected["line 6"]["reason"].startswith("not JSON")
    assert client.get_record("ticket", "J1", source="lines").ticket.team == "support"
    # what was listed can be imported again
    with (home / "again.jsonl").open("w") as output:
        from google.protobuf import json_format

        for record in client.list_records("ticket"):
            output.write(json_format.MessageToJson(record, indent=None) + "\n")
    assert cli("import", "jsonl", "again.jsonl").code == 0


def test_dry_run_needs_no_server(cli, client, monkeypatch):
    monkeypatch.setenv("SUPPORTKPI_ENDPOINT", "127.0.0.1:1")
    done = cli("import", "csv", CSV, "-m", MAPPING, "--dry-run")
    assert "nothing was sent" in done.out and "2 rows were rejected" in done.last_line
    assert not list(client.list_records("ticket"))


def test_files_that_are_not_there(cli, home):
    assert '"nothing.json" does not exist' in cli("import", "zendesk", "nothing.json").last_line
    (home / "empty").mkdir()
    assert '"empty" holds no file that ends in .json' in cli("import", "zendesk", "empty").last_line


def test_a_cut_file_is_told_and_the_rest_kept(cli, client, home):
    whole = (FIXTURES / "zendesk" / "ticket_audits.json").read_text()
    (home / "audits.json").write_text(whole[: len(whole) // 2])
    done = cli("import", "zendesk", "audits.json", FIXTURES / "zendesk" / "tickets-1.json")
    assert done.code == 1 and "the file ends early" in done.last_line
    assert len(list(client.list_records("ticket"))) == 5 and list(client.list_records("ticket_event"))


def test_packed_files_and_byte_order_marks(cli, client, home):
    for file in ("tickets-1.json", "ticket_audits.json"):
        with gzip.open(home / f"{file}.gz", "wb") as packed:
            packed.write(b"\xef\xbb\xbf" + (FIXTURES / "zendesk" / file).read_bytes())
    assert cli("import", "zendesk", home).code == 0
    assert client.query("first_response_time", start="2026-01-01", end="2027-01-01").rows[0].cells[0].facts == 5


def test_pages_as_lines(cli, client, home):
    pages = [json.loads((FIXTURES / "zendesk" / f"tickets-{page}.json").read_text()) for page in (1, 2)]
    (home / "pages.jsonl").write_text("\n".join(map(json.dumps, pages)))
    done = cli("import", "zendesk", "pages.jsonl")
    assert "pages.jsonl, line 2, tickets[4] (id 4109)" in done.last_line
    assert len(list(client.list_records("ticket"))) == 8


def _tickets(path: pathlib.Path, count: int) -> None:
    with path.open("w") as output:
        output.write('{"tickets": [')
        for number in range(count):
            output.write(
                ("," if number else "")
                + json.dumps(
                    {
                        "id": number,
                        "created_at": "2026-03-02T09:00:00Z",
                        "updated_at": "2026-03-02T09:00:00Z",
                        "status": "open",
                        "requester_id": number,
                        "subject": "x" * 300,
                        "via": {"channel": "email"},
                    }
                )
            )
        output.write("]}")


def test_memory_does_not_grow_with_the_file(home):
    peaks = []
    for count in (500, 1500):
        path = home / f"{count}.json"
        _tickets(path, count)
        tracemalloc.start()
        assert sum(1 for item in Zendesk([str(path)], Options()).items() if item.record) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3, peaks


def test_an_import_that_is_killed_goes_on(server, tenant, home):
    """The process is killed in the middle; the same command sends only what is missing."""
    path = home / "many.json"
    _tickets(path, 8_000)
    command = import_command(server, tenant, path)
    with Client(server.address, tenant=tenant) as client:
        process = subprocess.Popen(
            command, env={**os.environ}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + 60
        while client.stats().facts.commit < 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.kill()
        process.communicate()
        stored = sum(1 for _ in client.list_records("ticket", page_size=1000))
        assert 0 < stored < 8_000
        again = subprocess.run(command, env={**os.environ}, capture_output=True, text=True, check=False)
        assert again.returncode == 0, again.stderr
        assert "goes on where it stopped" in again.stderr
        rows = {
            cells[1].strip(): int(cells[2].replace(",", ""))
            for line in again.stdout.splitlines()
            if len(cells := line.split("│")) == 4 and cells[2].replace(",", "").strip().isdigit()
        }
        assert rows["stored by an earlier run"] > 0
        assert rows["new"] + rows["stored by an earlier run"] + rows.get("replaced", 0) == 8_000
        assert sum(1 for _ in client.list_records("ticket", page_size=1000)) == 8_000


def _heed_ctrl_c():
    """Where the tests run in the background, Ctrl-C is ignored, and what they start would inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_with_130(server, tenant, home):
    path = home / "many.json"
    _tickets(path, 10_000)
    command = import_command(server, tenant, path)
    with Client(server.address, tenant=tenant) as client:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_heed_ctrl_c
        )
        while client.stats().facts.commit < 1 and process.poll() is None:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "goes on there" in errors and "Traceback" not in errors


def test_a_server_that_dies_is_told(home, tenant):
    path = home / "many.json"
    _tickets(path, 10_000)
    server = Server().start()
    command = import_command(server, tenant, path)
    with Client(server.address, tenant=tenant) as client:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while client.stats().facts.commit < 1 and process.poll() is None:
            time.sleep(0.005)
    server.kill()
    shutil.rmtree(pathlib.Path(server.data_dir).parent, ignore_errors=True)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    assert "what was acknowledged is kept" in errors and "cannot be reached" in errors.strip().splitlines()[-1]


def test_a_server_that_is_not_there_is_told_soon(cli, home):
    begin = time.monotonic()
    done = cli("--endpoint", "127.0.0.1:9", "import", "zendesk", FIXTURES / "zendesk")
    assert done.code == 3 and "`supportkpi doctor`" in done.last_line and time.monotonic() - begin < 60


def test_plain_lines_without_a_terminal(cli, home, monkeypatch):
    from supportkpi.cli import progress

    monkeypatch.setattr(progress, "LINE_EVERY_SECONDS", 0.0)
    for name in ("a.json", "b.json", "c.json"):
        _tickets(home / name, 600)
    done = cli("import", "zendesk", "a.json", "b.json", "c.json")
    shares = [int(share) for share in re.findall(r"^(\d+) % of 0.8 MB read", done.err, re.MULTILINE)]
    assert shares == sorted(shares) and shares[-1] == 100 and len(shares) >= 9, done.err
    assert "1,800 records" in done.err and "\x1b" not in done.err


@pytest.mark.parametrize(
    "text, decimal, meant",
    [
        ("1.5", ".", 1.5),
        ("-3", ".", -3),
        ("1,234,567.5", ".", 1234567.5),
        ("12,500.0", ".", 12500),
        ("12,500", ".", None),  # could be either
        ("0,125", ".", None),
        ("1.234,5", ",", 1234.5),
        ("12.500", ",", 12500),
        ("1.5", ",", None),
        ("1 234,5", ",", 1234.5),
        ("nan", ".", None),
        ("1e400", ".", None),
        ("", ".", None),
        ("1.2.3", ".", None),
    ],
)
def test_numbers(text, decimal, meant):
    if meant is None:
        with pytest.raises(RowError):
            number(text, "x", decimal)
    else:
        assert number(text, "x", decimal) == meant


@pytest.mark.parametrize(
    "text, meant",
    [
        ("2026-03-02T10:00:00Z", "2026-03-02T10:00:00+00:00"),
        ("2026-03-02 10:00", "2026-03-02T10:00:00+01:00"),
        ("2026-03-02 10:00:00.5 -0500", "2026-03-02T10:00:00.500000-05:00"),
        ("2026-03-02 10:00 UTC", "2026-03-02T10:00:00+00:00"),
        ("2026-03-02", "2026-03-02T00:00:00+01:00"),
        ("1772445600", "2026-03-02T10:00:00+00:00"),
        (1772445600123, "2026-03-02T10:00:00.123000+00:00"),
        ("2026-03-02 10:00 EST", None),  # which of them?
        ("02/03/2026", None),
        ("2026-03-29 02:30", None),  # the clock skipped it
        ("noon", None),
        ("10:00", None),
        (True, None),
        ("99999-01-01", None),
    ],
)
def test_instants(text, meant):
    berlin = zone_named("Europe/Berlin")
    if meant is None:
        with pytest.raises(RowError):
            instant(text, "x", berlin)
    else:
        assert instant(text, "x", berlin).isoformat() == meant


def test_built_in_mappings_are_whole():
    for name in mapping.built_in():
        assert mapping.load(name, None, "").records


def test_csv_reads_tabs_and_other_encodings(home):
    (home / "a.tsv").write_bytes("id\tat\tteam\n1\t2026-03-02T10:00:00Z\tKöln\n".encode("cp1252"))
    (home / "m.yaml").write_text(
        "record: ticket\ndelimiter: tab\nencoding: cp1252\nfields: {id: id, created_at: at, team: team}\n"
    )
    items = list(CsvFiles([str(home / "a.tsv")], mapping.load(str(home / "m.yaml"), None, "")).items())
    assert [item.record.ticket.team for item in items] == ["Köln"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"tickets": []}',
        "null",
        "3",
        '{"tickets": [1, "a", null, [2]]}',
        "[[]]",
        '{"tickets": {"a": 1}}',
    ],
)
def test_odd_json_is_no_crash(home, text):
    (home / "odd.json").write_text(text)
    for found in json_files.objects(home / "odd.json", ("tickets",), json_files.Meter()):
        assert found.error or found.value is not None or text == '{"tickets": [1, "a", null, [2]]}'
    for item in Zendesk([str(home / "odd.json")], Options()).items():
        assert item.reason
