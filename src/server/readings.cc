// Each reader is a table of names, helps and values.
#include "server/readings.h"

#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "metrics/process.h"

#ifndef SUPPORTKPI_VERSION
#error "the build says the version"
#endif

namespace supportkpi::server {

namespace {

using metrics::Reading;
using Readings = std::vector<Reading>;

enum class Kind { kGauge, kCounter };

void Add(const char* name, const char* help, Kind kind, std::vector<Reading::Sample> samples, Readings* readings) {
  readings->push_back({name, help, kind == Kind::kCounter, std::move(samples)});
}

template <class Number>
void Add(const char* name, const char* help, Kind kind, Number value, Readings* readings) {
  Add(name, help, kind, {Reading::Sample{{}, static_cast<double>(value)}}, readings);
}

void ReadBuild(Readings* readings) {
  Add("supportkpi_build_info", "Always 1; the labels say which server this is.", Kind::kGauge,
      {{{{"version", SUPPORTKPI_VERSION}, {"grpc_version", grpc::Version()}}, 1}}, readings);
}

void ReadEntry(service::Entry& entry, Readings* readings) {
  std::vector<Reading::Sample> waiting, waiting_max, running, threads, refused;
  for (const service::Work work : service::kAllWork) {
    const access::WorkQueue& queue = entry.QueueOf(work);
    const metrics::Labels labels = {{"queue", std::string(queue.name())}};
    waiting.push_back({labels, static_cast<double>(queue.waiting())});
    waiting_max.push_back({labels, static_cast<double>(queue.waiting_max())});
    running.push_back({labels, static_cast<double>(queue.running())});
    threads.push_back({labels, static_cast<double>(queue.thread_count())});
    refused.push_back({labels, static_cast<double>(queue.refused())});
  }
  Add("supportkpi_queue_waiting", "Calls that wait for a thread.", Kind::kGauge, std::move(waiting), readings);
  Add("supportkpi_queue_waiting_max", "Calls that may wait; more are refused.", Kind::kGauge, std::move(waiting_max), readings);
  Add("supportkpi_queue_running", "Calls and chunks of imports that a thread works on.", Kind::kGauge, std::move(running),
      readings);
  Add("supportkpi_queue_threads", "Threads.", Kind::kGauge, std::move(threads), readings);
  Add("supportkpi_queue_refused_total", "Calls refused because too many waited.", Kind::kCounter, std::move(refused), readings);
  Add("supportkpi_open_streams", "Streams that are open, of imports and of answers.", Kind::kGauge,
      {{{{"kind", "import"}}, static_cast<double>(entry.open_streams())},
       {{{"kind", "answer"}}, static_cast<double>(entry.open_answers())}},
      readings);
  Add("supportkpi_draining", "1 once the server is about to stop and refuses calls.", Kind::kGauge, entry.draining(), readings);
}

void ReadCommitter(const ingest::Committer& committer, Readings* readings) {
  const ingest::CommitterStats stats = committer.stats();
  Add("supportkpi_commits_total", "Commits: groups of requests that shared a sync of the disk.", Kind::kCounter, stats.groups,
      readings);
  Add("supportkpi_committed_requests_total", "Requests and chunks of imports that were committed.", Kind::kCounter,
      stats.requests, readings);
  Add("supportkpi_record_rows_written_total", "Rows of records that were written, traces of deleted ones too.", Kind::kCounter,
      stats.rows, readings);
  Add("supportkpi_writable", "0 after a write failed: the server stops, and only a new start tells what is durable.",
      Kind::kGauge, committer.Health().ok(), readings);
}

void ReadProjection(projection::Projection& projection, Readings* readings) {
  const projection::ProjectionTotals totals = projection.Totals();
  const auto state = [](const char* name, int64_t value) {
    return Reading::Sample{{{"state", name}}, static_cast<double>(value)};
  };
  Add("supportkpi_facts", "Facts of the tenants in memory: tail (not yet in a segment), sealed, dead (replaced, not yet merged away).",
      Kind::kGauge,
      {state("tail", totals.facts.tail_facts), state("sealed", totals.facts.sealed_facts),
       state("dead", totals.facts.dead_facts)},
      readings);
  Add("supportkpi_segments", "Sealed segments.", Kind::kGauge, totals.facts.segments, readings);
  Add("supportkpi_segment_bytes", "Encoded bytes of the sealed segments.", Kind::kGauge, totals.facts.segment_bytes, readings);
  Add("supportkpi_fact_memory_bytes", "Bytes held for tails, headers, names and look-up tables.", Kind::kGauge,
      totals.facts.memory_bytes, readings);
  Add("supportkpi_loaded_tenants", "Tenants that are in memory.", Kind::kGauge, totals.tenants, readings);
  Add("supportkpi_tenant_loads_total", "Tenants that came into memory since somebody asked for them.", Kind::kCounter,
      totals.tenants_loaded, readings);
  Add("supportkpi_tenant_releases_total", "Tenants that left memory since nobody asked for them any more.", Kind::kCounter,
      totals.tenants_released, readings);
  Add("supportkpi_column_cache_bytes", "Bytes of columns held in memory.", Kind::kGauge, totals.column_cache_bytes, readings);
  Add("supportkpi_column_cache_max_bytes", "Bytes of columns that may be held.", Kind::kGauge, totals.column_cache_bytes_max,
      readings);
  Add("supportkpi_column_cache_hits_total", "Columns that were looked for and were in memory.", Kind::kCounter,
      totals.columns_found, readings);
  Add("supportkpi_column_cache_misses_total", "Columns that were not in memory when they were read.", Kind::kCounter,
      totals.columns_fetched, readings);
  Add("supportkpi_column_cache_evictions_total", "Columns that left memory to make room.", Kind::kCounter,
      totals.columns_dropped, readings);
}

void ReadPartials(const exec::Executor& executor, Readings* readings) {
  const exec::PartialCounts counts = executor.partial_counts();
  Add("supportkpi_partial_cache_bytes", "Bytes of partial results held in memory.", Kind::kGauge, counts.bytes, readings);
  Add("supportkpi_partial_cache_hits_total", "Segments that a KPI needed not be counted from, since a partial result was held.",
      Kind::kCounter, counts.found, readings);
  Add("supportkpi_partial_cache_misses_total", "Segments that a KPI was counted from to keep a partial result.", Kind::kCounter,
      counts.missed, readings);
  Add("supportkpi_partial_cache_evictions_total", "Partial results that left memory to make room.", Kind::kCounter,
      counts.dropped, readings);
}

void ReadRepeats(const exec::Executor& executor, Readings* readings) {
  Add("supportkpi_repeat_index_bytes", "Bytes of what repeat contacts are told by.", Kind::kGauge, executor.repeat_index_bytes(),
      readings);
}

void ReadStore(const storage::Store& store, Readings* readings) {
  const storage::StoreStats stats = store.Stats();
  std::vector<Reading::Sample> memory, pending, level0, rows, stalls;
  for (const storage::StoreStats::OfTable& table : stats.tables) {
    const metrics::Labels labels = {{"table", table.name}};
    memory.push_back({labels, static_cast<double>(table.memory_bytes)});
    pending.push_back({labels, static_cast<double>(table.pending_compaction_bytes)});
    level0.push_back({labels, static_cast<double>(table.level0_files)});
    rows.push_back({labels, static_cast<double>(table.estimated_rows)});
    stalls.push_back({{{"table", table.name}, {"kind", "slowdown"}}, static_cast<double>(table.write_slowdowns)});
    stalls.push_back({{{"table", table.name}, {"kind", "stop"}}, static_cast<double>(table.write_stops)});
  }
  Add("supportkpi_store_memtable_bytes", "Bytes of rows not yet in a file.", Kind::kGauge, std::move(memory), readings);
  Add("supportkpi_store_pending_compaction_bytes", "Bytes that compaction has to rewrite.", Kind::kGauge, std::move(pending),
      readings);
  Add("supportkpi_store_level0_files", "Files not yet compacted; writes are slowed down at 20 and stopped at 36.", Kind::kGauge,
      std::move(level0), readings);
  Add("supportkpi_store_estimated_rows", "Rows stored, estimated.", Kind::kGauge, std::move(rows), readings);
  Add("supportkpi_store_write_stalls_total", "Times that writes were slowed down or stopped because compaction was behind.",
      Kind::kCounter, std::move(stalls), readings);
  Add("supportkpi_store_write_stopped", "1 while writes are stopped.", Kind::kGauge, stats.is_write_stopped, readings);
  Add("supportkpi_store_delayed_write_bytes_per_second", "What slowed-down writes are held to; 0: they are not.", Kind::kGauge,
      stats.delayed_write_bytes_per_second, readings);
  Add("supportkpi_store_background_errors_total", "Errors of flushes and compactions.", Kind::kCounter, stats.background_errors,
      readings);
  Add("supportkpi_store_block_cache_bytes", "Bytes in the store's own cache.", Kind::kGauge, stats.block_cache_bytes, readings);
  Add("supportkpi_store_block_cache_max_bytes", "Bytes that may be in it.", Kind::kGauge, stats.block_cache_capacity_bytes,
      readings);
  Add("supportkpi_store_disk_bytes", "Bytes of the store's files.", Kind::kGauge, store.disk_bytes(), readings);
  if (const auto space = store.disk_space(); space.has_value()) {
    Add("supportkpi_store_disk_free_bytes", "Bytes free on the store's disk.", Kind::kGauge, space->free_bytes, readings);
    Add("supportkpi_store_disk_capacity_bytes", "Bytes of the store's disk.", Kind::kGauge, space->capacity_bytes, readings);
  }
}

void ReadBackups(const storage::Backups& backups, Readings* readings) {
  const storage::Backups::Summary summary = backups.summary();
  Add("supportkpi_backups", "Backups: whole, or damaged (files are missing or of the wrong size).", Kind::kGauge,
      {{{{"state", "whole"}}, static_cast<double>(summary.count)},
       {{{"state", "damaged"}}, static_cast<double>(summary.damaged_count)}},
      readings);
  if (summary.count == 0) return;
  Add("supportkpi_backup_newest_timestamp_seconds", "When the newest backup was made, in seconds since 1970.", Kind::kGauge,
      absl::ToUnixSeconds(summary.newest_at), readings);
}

void ReadCallMemory(const access::TenantMemory& memory, Readings* readings) {
  const access::TenantMemory::Totals totals = memory.totals();
  Add("supportkpi_call_memory_bytes", "Bytes that calls hold: requests, what questions gather, answers being sent.", Kind::kGauge,
      totals.bytes, readings);
  Add("supportkpi_call_memory_largest_tenant_bytes", "The same of the tenant whose calls hold most.", Kind::kGauge,
      totals.largest_bytes, readings);
  Add("supportkpi_call_memory_tenant_max_bytes", "What the calls of one tenant may hold; 0: no limit.", Kind::kGauge,
      totals.bytes_max, readings);
}

void ReadAnswers(const service::AnswerShelf& answers, Readings* readings) {
  const service::AnswerShelf::Totals totals = answers.totals();
  Add("supportkpi_answer_cache_answers", "Answers that are held: for the same question again, and for their next page.",
      Kind::kGauge, totals.answers, readings);
  Add("supportkpi_answer_cache_bytes", "Bytes of these.", Kind::kGauge, totals.bytes, readings);
  Add("supportkpi_answer_cache_max_bytes", "Bytes of answers that may be held; 0: none are.", Kind::kGauge, totals.bytes_max,
      readings);
  Add("supportkpi_answer_cache_hits_total", "Questions answered with what was held, since nothing had changed.", Kind::kCounter,
      totals.hits, readings);
  Add("supportkpi_answer_cache_misses_total", "Questions of which no answer was held, so that they were computed.",
      Kind::kCounter, totals.misses, readings);
}

void ReadCertificate(const AccessControl& access, Readings* readings) {
  const std::optional<absl::Time> expires = access.CertificateExpires();
  if (!expires.has_value()) return;
  Add("supportkpi_certificate_not_after_timestamp_seconds",
      "When the certificate that the server uses ends, in seconds since 1970; (this - time()) / 86400 are days left.",
      Kind::kGauge, absl::ToUnixSeconds(*expires), readings);
}

}  // namespace

void AddReadings(const WatchedRooms& rooms, metrics::Registry* registry) {
  registry->AddReader(metrics::ReadProcess);
  registry->AddReader(ReadBuild);
  registry->AddReader([&entry = *rooms.entry](Readings* readings) { ReadEntry(entry, readings); });
  registry->AddReader([&committer = *rooms.committer](Readings* readings) { ReadCommitter(committer, readings); });
  registry->AddReader([&projection = *rooms.projection](Readings* readings) { ReadProjection(projection, readings); });
  registry->AddReader([&executor = *rooms.executor](Readings* readings) { ReadPartials(executor, readings); });
  registry->AddReader([&executor = *rooms.executor](Readings* readings) { ReadRepeats(executor, readings); });
  registry->AddReader([&store = *rooms.store](Readings* readings) { ReadStore(store, readings); });
  registry->AddReader([&answers = *rooms.answers](Readings* readings) { ReadAnswers(answers, readings); });
  if (rooms.backups != nullptr) {
    registry->AddReader([&backups = *rooms.backups](Readings* readings) { ReadBackups(backups, readings); });
  }
  registry->AddReader([&access = *rooms.access](Readings* readings) {
    ReadCallMemory(access.memory(), readings);
    ReadCertificate(access, readings);
  });
}

}  // namespace supportkpi::server
