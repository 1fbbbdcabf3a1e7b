"""The server under test, spoken to through the generated Python code."""

import importlib
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE, ROOT / "tests", ROOT / "tests" / "support"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
sys.dont_write_bytecode = True

import wire  # noqa: E402
from server_process import Server  # noqa: E402,F401

CALL_SECONDS = 60  # a server that hangs is a failure with a place, not a test that never ends
KIND_NAMES = ("ticket", "ticket_event", "survey", "call_leg", "agent_time", "customer_period", "support_cost", "customer", "agent")


def load():
    """The generated modules: of the installed package, of clients/python, else generated now."""
    try:
        importlib.import_module("supportkpi.v1.record_service_pb2_grpc")
    except ImportError:
        for name in [name for name in sys.modules if name.split(".")[0] == "supportkpi"]:
            del sys.modules[name]
        folder = os.environ.get("SUPPORTKPI_STUBS")
        if not folder:
            folder = tempfile.mkdtemp(prefix="stubs-")
            subprocess.run(["bash", str(ROOT / "clients" / "python" / "generate.sh"), folder], check=True)
            os.environ["SUPPORTKPI_STUBS"] = folder
        sys.path.insert(0, folder)
    names = ("records", "settings", "record_service", "kpi_service", "config_service", "admin_service")
    found = {}
    for name in names:
        for suffix in ("_pb2", "_pb2_grpc"):
            found[name + suffix] = importlib.import_module("supportkpi.v1.%s%s" % (name, suffix))
    return found


class Api:
    def __init__(self, address):
        import grpc
        self.grpc = grpc
        modules = load()
        self.records, self.settings = modules["records_pb2"], modules["settings_pb2"]
        self.record_service, self.kpi_service = modules["record_service_pb2"], modules["kpi_service_pb2"]
        self.config_service, self.admin_service = modules["config_service_pb2"], modules["admin_service_pb2"]
        channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", -1)])
        self.record_stub = modules["record_service_pb2_grpc"].RecordServiceStub(channel)
        self.kpi_stub = modules["kpi_service_pb2_grpc"].KpiServiceStub(channel)
        self.config_stub = modules["config_service_pb2_grpc"].ConfigServiceStub(channel)
        self.admin_stub = modules["admin_service_pb2_grpc"].AdminServiceStub(channel)

    def definitions(self):
        return self.kpi_stub.ListKpis(self.kpi_service.ListKpisRequest()).kpis

    def set_up(self, tenant, settings):
        self.config_stub.UpdateSettings(self.config_service.UpdateSettingsRequest(
            tenant=tenant, settings=wire.settings_message(self.settings, settings)), timeout=CALL_SECONDS)

    def upsert(self, tenant, records, request_id=""):
        return self.record_stub.BatchUpsertRecords(self.record_service.BatchUpsertRecordsRequest(
            tenant=tenant, records=[wire.record_message(self.records, record) for record in records],
            request_id=request_id), timeout=CALL_SECONDS)

    def delete(self, tenant, name, version=None):
        kind, source, parent, identity = name
        request = self.record_service.DeleteRecordRequest(tenant=tenant)
        request.name.kind = KIND_NAMES.index(kind) + 1
        request.name.source, request.name.parent, request.name.id = source, parent, identity
        if version is not None:
            request.version = version
        return self.record_stub.DeleteRecord(request, timeout=CALL_SECONDS)

    def seal(self, tenant):
        self.admin_stub.CompactFacts(self.admin_service.CompactFactsRequest(tenant=tenant), timeout=CALL_SECONDS)

    def apply(self, tenant, changes, rng=None, sealed_after=(), on_sealed=lambda: None):
        """Sends changes in order, in batches of random sizes. After the given shares of them what was sent is sealed into
        segments, and on_sealed is called; later changes of the same records then kill facts of segments."""
        batch, seal_at = [], {int(share * len(changes)) for share in sealed_after}

        def flush():
            if batch:
                self.upsert(tenant, batch)
                batch.clear()
        for number, change in enumerate(changes):
            if number in seal_at:
                flush()
                self.seal(tenant)
                on_sealed()
            if change[0] == "delete":
                flush()
                self.delete(tenant, *change[1:])
            else:
                batch.append(change[1])
                if rng and rng.random() < 0.05:
                    flush()
        flush()
        if len(changes) in seal_at:
            self.seal(tenant)

    def ask(self, tenant, question, timeout=CALL_SECONDS):
        return self.kpi_stub.QueryKpis(wire.question_message(self.kpi_service, question, tenant), timeout=timeout)

    def ask_or_error(self, tenant, question):
        """(response, None) or (None, (code name, message))."""
        try:
            return self.ask(tenant, question), None
        except self.grpc.RpcError as error:
            return None, (error.code().name, error.details())
