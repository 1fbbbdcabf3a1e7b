"""Deadlines, retries, restarts, and the errors that tell of them."""

from __future__ import annotations

import concurrent.futures
import datetime
import pickle
import random
import threading
import time

import grpc
import pytest

from conftest import tickets
from supportkpi import (
    Client, DeadlineExceededError, Query, ResourceExhaustedError, SupportKpiError, UnavailableError)
from supportkpi.errors import ErrorStatus, FieldViolation, make_error
from supportkpi.retrying import BROKEN_WRITE, Attempts, Reconnects, RetryPolicy, shared_policy
from supportkpi.testing import Server


def test_calls_do_not_notice_a_restart(own_server: Server):
    """Readers and writers run while the server is stopped and started again on its port; no call fails."""
    port = int(own_server.address.rpartition(":")[2])
    stop = threading.Event()

    def reads(client: Client) -> int:
        done = 0
        while not stop.is_set():
            client.query("tickets_created", during="2026")
            done += 1
        return done

    def writes(client: Client) -> int:
        done = 0
        while not stop.is_set():
            client.upsert(tickets(5, first=done * 5))
            done += 1
        return done

    with own_server.client() as client, concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = [pool.submit(work, client) for work in (reads, writes, reads)]
        time.sleep(0.5)
        assert own_server.stop() == 0
        own_server.start(port)
        time.sleep(0.5)
        stop.set()
        assert min(future.result() for future in running) > 3


def test_without_retries_a_restart_is_seen_at_once(unanswered: Client):
    begin = time.monotonic()
    with pytest.raises(UnavailableError) as caught:
        unanswered.query("csat", during="2026")
    assert time.monotonic() - begin < 2
    assert "Usual causes" in str(caught.value) and "127.0.0.1:1 in plain text" in str(caught.value)
    assert isinstance(caught.value, grpc.RpcError) and caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_with_retries_it_takes_a_few_seconds():
    with Client("127.0.0.1:1") as client:
        begin = time.monotonic()
        with pytest.raises(UnavailableError):
            client.list_kpis()
        assert 1 < time.monotonic() - begin < 12


def unasked() -> Query:
    """A question that takes its time: one whose answer nobody holds."""
    start = datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(milliseconds=random.randrange(10**7))
    return Query("first_response_time").between(start, "2026-01-01").by("team", "category", "customer.region").every("day")


def test_a_deadline_holds_for_each_call_and_can_be_given(desk: Client):
    with pytest.raises(DeadlineExceededError, match="no answer within 0.0001 s"):
        desk.query(unasked(), timeout_seconds=0.0001)
    assert len(desk.query(unasked(), timeout_seconds=60)) > 0
    with Client(desk.target, timeout_seconds=0.0001) as impatient:
        with pytest.raises(DeadlineExceededError):
            impatient.query(unasked())
        assert len(impatient.query(unasked(), timeout_seconds=60)) > 0


def test_a_server_that_sends_calls_away_is_asked_again_after_the_time_it_names():
    """A tenant's rate refuses the same calls on a fast machine as on a slow one; a full queue would not."""
    with Server("--tenant_calls_per_second=5") as server:
        with server.client(retries=False) as client, pytest.raises(ResourceExhaustedError) as caught:
            for _ in range(40):
                client.query("tickets_created", during="2026-W02")
        assert caught.value.reason == "TENANT_RATE"
        assert caught.value.retry_after_seconds is not None and 0 < caught.value.retry_after_seconds <= 0.21
        with server.client() as client:
            for _ in range(15):
                client.query("tickets_created", during="2026-W02")


def error(code: grpc.StatusCode, retry_after_seconds: float | None = None) -> SupportKpiError:
    return make_error(ErrorStatus(code, "text", retry_after_seconds=retry_after_seconds))


def test_only_what_the_server_asks_for_is_tried_again():
    policy = RetryPolicy(3, 0.1, 1.0, 2.0)
    attempts = Attempts(10.0, policy)
    busy = error(grpc.StatusCode.RESOURCE_EXHAUSTED, 0.5)
    assert [0.5 <= (attempts.pause_seconds(busy) or 0) <= 0.6 for _ in range(2)] == [True, True]
    assert attempts.pause_seconds(busy) is None, "attempts are bounded"
    assert Attempts(10.0, policy).pause_seconds(error(grpc.StatusCode.RESOURCE_EXHAUSTED)) is None
    assert Attempts(10.0, policy).pause_seconds(error(grpc.StatusCode.UNAVAILABLE, 0.5)) is None, "gRPC did that"
    assert Attempts(0.4, policy).pause_seconds(busy) is None, "not beyond the deadline"
    assert (Attempts(None, policy).pause_seconds(busy) or 0) >= 0.5


def test_streams_reconnect_so_many_times_without_progress():
    reconnects = Reconnects(RetryPolicy(3, 0.1, 1.0, 2.0))
    gone = error(grpc.StatusCode.UNAVAILABLE)
    assert 0.08 <= (reconnects.pause_seconds(gone) or 0) <= 0.12 and 0.16 <= (reconnects.pause_seconds(gone) or 0) <= 0.24
    assert reconnects.pause_seconds(gone) is None
    reconnects.progressed()
    assert reconnects.pause_seconds(gone) is not None
    assert reconnects.pause_seconds(error(grpc.StatusCode.ABORTED)) is None


def test_a_connection_that_breaks_while_it_is_written_to_is_lost_and_other_internal_errors_are_not():
    reconnects = Reconnects(RetryPolicy(3, 0.1, 1.0, 2.0))
    assert reconnects.pause_seconds(make_error(ErrorStatus(grpc.StatusCode.INTERNAL, BROKEN_WRITE))) is not None
    assert reconnects.pause_seconds(make_error(ErrorStatus(grpc.StatusCode.INTERNAL, "the store is damaged"))) is None


def test_the_policy_is_that_of_the_service_config():
    assert shared_policy() == RetryPolicy(5, 0.2, 3.0, 2.5)


def test_errors_survive_pickling():
    status = ErrorStatus(grpc.StatusCode.INVALID_ARGUMENT, "a: b", (FieldViolation("a", "b"),), "R", (("k", "v"),), 1.5, "id")
    again = pickle.loads(pickle.dumps(make_error(status)))
    assert again.status == status and type(again).__name__ == "InvalidArgumentError"
    assert (again.reason, again.metadata, again.retry_after_seconds, again.request_id) == ("R", {"k": "v"}, 1.5, "id")
