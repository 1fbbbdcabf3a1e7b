"""The restore drill: what a backup gives back answers every question as the server did when it was made."""

from __future__ import annotations

import json
import pathlib
import shutil
import threading

import grpc
import pytest

from conftest import WatchedServer
from supportkpi import Client
from supportkpi.demo import profile, year
from supportkpi.demo.settings import settings
from supportkpi.v1 import (admin_service_pb2, admin_service_pb2_grpc, config_service_pb2, config_service_pb2_grpc, kpi_service_pb2,
                           kpi_service_pb2_grpc, record_service_pb2, record_service_pb2_grpc, records_pb2)

SCALE = 0.02


@pytest.fixture(name="records", scope="module")
def _records():
    return list(year.records(seed=11, scale=SCALE))


def admin(channel) -> admin_service_pb2_grpc.AdminServiceStub:
    return admin_service_pb2_grpc.AdminServiceStub(channel)


def load(channel, records, tenant: str = "") -> None:
    stub = record_service_pb2_grpc.RecordServiceStub(channel)
    config_service_pb2_grpc.ConfigServiceStub(channel).UpdateSettings(
        config_service_pb2.UpdateSettingsRequest(tenant=tenant, settings=settings()))
    for begin in range(0, len(records), 2_000):
        stub.BatchUpsertRecords(
            record_service_pb2.BatchUpsertRecordsRequest(tenant=tenant, records=records[begin:begin + 2_000]))


def answers(channel, tenant: str = "") -> list[str]:
    """Every KPI by quarter, and by team where it can be: all rows as bytes, without what tells of the call."""
    stub = kpi_service_pb2_grpc.KpiServiceStub(channel)
    lines = []
    for kpi in stub.ListKpis(kpi_service_pb2.ListKpisRequest()).kpis:
        request = kpi_service_pb2.QueryKpisRequest(tenant=tenant, kpis=[kpi_service_pb2.KpiSelection(kpi=kpi.id)], totals=True)
        if kpi.id == "time_in_status":
            request.kpis[0].parameters["status"] = "open"
        request.range.start.seconds = int(profile.BEGIN.timestamp())
        request.range.end.seconds = int(profile.END.timestamp())
        request.grain.unit = kpi_service_pb2.GRAIN_UNIT_QUARTER
        if kpi.id in ("channel_share", "type_share", "category_share"):
            request.group_by.append(kpi.id.removesuffix("_share"))
        if "team" in kpi.dimensions:
            request.group_by.append("team")
        if kpi.id == "tickets_by_status":
            request.group_by.append("status")
        response = stub.QueryKpis(request)
        lines.append(f"{kpi.id} {response.metadata.commit} {response.rows} {response.totals}")
    return lines


def test_a_restored_server_answers_as_the_one_that_was_backed_up(tmp_path, run, records):
    backups = tmp_path / "backups"
    with WatchedServer(tmp_path, f"--backup_dir={backups}", "--tail_facts=5000") as server, \
            grpc.insecure_channel(server.address) as channel:
        load(channel, records)
        load(channel, records[:3000], tenant="acme")
        expected, of_acme = answers(channel), answers(channel, "acme")
        made = admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest(label="before the migration"))
        ticket = next(record.ticket for record in records if record.WhichOneof("kind") == "ticket")
        # What comes later, and the end of the first server's disk.
        record_service_pb2_grpc.RecordServiceStub(channel).DeleteRecord(
            record_service_pb2.DeleteRecordRequest(name=record_service_pb2.RecordName(
                kind=records_pb2.RECORD_KIND_TICKET, id=ticket.id, source=ticket.source)))
        load(channel, records[:500], tenant="late")
        assert admin(channel).VerifyBackup(admin_service_pb2.VerifyBackupRequest(id=made.backup.id)).backup == made.backup
        server.kill()
    shutil.rmtree(server.data_dir, ignore_errors=True)
    store = tmp_path / "restored"
    code, out, errors = run("restore", f"--backup_dir={backups}", f"--data_dir={store}", f"--backup_id={made.backup.id}")
    assert (code, out) == (0, f"restored backup {made.backup.id} to {store}\n"), errors
    with WatchedServer(tmp_path, data_dir=str(store)) as server, grpc.insecure_channel(server.address) as channel:
        assert answers(channel) == expected
        assert answers(channel, "acme") == of_acme
        assert admin(channel).GetStats(admin_service_pb2.GetStatsRequest(tenant="late")).facts.commit == 0
        load(channel, records[:500], tenant="late")
        admin(channel).RebuildFacts(admin_service_pb2.RebuildFactsRequest())
        assert answers(channel) == expected


def test_backups_during_an_import_verify_and_restore(tmp_path, run, records):
    """Each holds everything acknowledged before it; an import that goes on after the restore ends as one never broken."""
    backups = tmp_path / "backups"
    chunk = 200
    acknowledged = 0
    made = []
    with WatchedServer(tmp_path, f"--backup_dir={backups}", "--tail_facts=5000") as server:
        with Client(server.address) as client:
            client.update_settings(settings())

            def progress(done: int, _: object) -> None:
                nonlocal acknowledged
                acknowledged = done

            def back_up() -> None:
                with grpc.insecure_channel(server.address) as channel:
                    while importing.is_alive():
                        before = acknowledged
                        backup = admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest()).backup
                        made.append((backup.id, before, acknowledged + 10 * chunk))
                        admin(channel).VerifyBackup(admin_service_pb2.VerifyBackupRequest(id=backup.id))

            importing = threading.Thread(
                target=client.import_records, args=(records,),
                kwargs={"stream_id": "long", "records_per_chunk": chunk, "on_progress": progress})
            importing.start()
            back_up()
            importing.join()
        with grpc.insecure_channel(server.address) as channel:
            expected = answers(channel)
    assert len(made) >= 2, "the import was over too soon to be backed up during it"
    backup_id, least, most = made[len(made) // 2]
    store = tmp_path / "restored"
    code, _, errors = run("restore", f"--backup_dir={backups}", f"--data_dir={store}", f"--backup_id={backup_id}")
    assert code == 0, errors
    with WatchedServer(tmp_path, data_dir=str(store)) as server:
        with Client(server.address) as client:
            summary = client.import_records(records, stream_id="long", records_per_chunk=chunk)
            assert len(records) - most <= summary.accepted <= len(records) - least
        with grpc.insecure_channel(server.address) as channel:
            without_commits = [line.split(" ", 2)[::2] for line in answers(channel)]
            assert without_commits == [line.split(" ", 2)[::2] for line in expected]


def test_the_oldest_go_beyond_backup_keep(tmp_path):
    with WatchedServer(tmp_path, f"--backup_dir={tmp_path / 'backups'}", "--backup_keep=2") as server, \
            grpc.insecure_channel(server.address) as channel:
        responses = [admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest(label=str(i))) for i in range(4)]
        assert [list(response.deleted_ids) for response in responses] == [[], [], [1], [2]]
        listed = admin(channel).ListBackups(admin_service_pb2.ListBackupsRequest()).backups
        assert [backup.label for backup in listed] == ["2", "3"]
        assert all(backup.server_version and backup.size_bytes > 0 and backup.file_count > 0 for backup in listed)
        assert server.scrape().total("supportkpi_backups", state="whole") == 2


def test_the_command_line_makes_lists_checks_and_deletes(tmp_path, run):
    with WatchedServer(tmp_path, f"--backup_dir={tmp_path / 'backups'}") as server:
        target = f"--target={server.address}"
        code, out, _ = run("backup", "create", "--label=nightly", target)
        assert code == 0
        made = json.loads(out)["backup"]
        assert made["label"] == "nightly"
        code, out, _ = run("backup", "list", target)
        assert code == 0 and json.loads(out)["backups"] == [made]
        code, out, _ = run("backup", "verify", f"--id={made['id']}", target)
        assert code == 0 and json.loads(out)["backup"] == made
        assert run("backup", "delete", f"--id={made['id']}", target)[0] == 0
        code, _, errors = run("backup", "verify", f"--id={made['id']}", target)
        assert code == 1 and "there is no backup 1" in errors
    for arguments, text in ((["verify"], "--id: required"), (["list", "--id=1"], "for nothing else"), ([], "say what to do"),
                            (["mend"], "say what to do"), (["delete", "--id=0"], '"0" is no id')):
        code, _, errors = run("backup", *arguments)
        assert code == 64 and text in errors


def test_without_a_folder_there_are_no_backups(tmp_path):
    with WatchedServer(tmp_path) as server, grpc.insecure_channel(server.address) as channel:
        for call in (lambda: admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest()),
                     lambda: admin(channel).ListBackups(admin_service_pb2.ListBackupsRequest())):
            with pytest.raises(grpc.RpcError) as refused:
                call()
            assert refused.value.code() == grpc.StatusCode.FAILED_PRECONDITION
            assert "--backup_dir" in refused.value.details()
        info = admin(channel).GetServerInfo(admin_service_pb2.GetServerInfoRequest())
        assert "backups" not in info.features and "metrics" in info.features


@pytest.mark.parametrize("label, text", [("x" * 201, "label: 201 bytes; at most 200"), ("a\nb", "control characters")])
def test_labels_are_checked(tmp_path, label, text):
    with WatchedServer(tmp_path, f"--backup_dir={tmp_path / 'backups'}") as server, grpc.insecure_channel(server.address) as channel:
        with pytest.raises(grpc.RpcError) as refused:
            admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest(label=label))
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert text in refused.value.details()
        admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest(label="x" * 200))


def test_damage_is_found_and_not_restored(tmp_path, run):
    backups = tmp_path / "backups"
    with WatchedServer(tmp_path, f"--backup_dir={backups}") as server, grpc.insecure_channel(server.address) as channel:
        config_service_pb2_grpc.ConfigServiceStub(channel).UpdateSettings(
            config_service_pb2.UpdateSettingsRequest(settings=settings()))
        admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest())
        table = max(backups.rglob("*.sst"), key=lambda path: path.stat().st_size)
        changed = bytearray(table.read_bytes())
        changed[len(changed) // 2] ^= 1
        table.write_bytes(changed)
        with pytest.raises(grpc.RpcError) as refused:
            admin(channel).VerifyBackup(admin_service_pb2.VerifyBackupRequest(id=1))
        assert refused.value.code() == grpc.StatusCode.DATA_LOSS
        assert str(tmp_path) not in refused.value.details()
    code, _, errors = run("restore", f"--backup_dir={backups}", f"--data_dir={tmp_path / 'restored'}")
    assert code == 65 and "damaged" in errors
    assert not pathlib.Path(tmp_path / "restored").exists()


def test_restore_says_what_is_wrong(tmp_path, run):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("precious")
    backups = tmp_path / "backups"
    with WatchedServer(tmp_path, f"--backup_dir={backups}") as server, grpc.insecure_channel(server.address) as channel:
        admin(channel).CreateBackup(admin_service_pb2.CreateBackupRequest())
    for arguments, code, text in (
        ([f"--backup_dir={backups}"], 64, "--data_dir: required"),
        ([f"--backup_dir={backups}", f"--data_dir={tmp_path / 'x'}", "--backup_id=one"], 64, '--backup_id: "one" is no id'),
        ([f"--backup_dir={tmp_path / 'nowhere'}", f"--data_dir={tmp_path / 'x'}"], 66, "is no folder"),
        ([f"--backup_dir={backups}", f"--data_dir={tmp_path / 'x'}", "--backup_id=9"], 66, "there is no backup 9"),
        ([f"--backup_dir={backups}", f"--data_dir={tmp_path / 'full'}"], 73, "is not empty"),
    ):
        got, _, errors = run("restore", *arguments)
        assert (got, text in errors) == (code, True), errors
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["file"]
