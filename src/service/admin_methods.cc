// AdminService.
#include "absl/time/clock.h"
#include "kpi/catalogue.h"
#include "plan/planner.h"
#include "record/instant.h"
#include "service/answer_shelf.h"
#include "service/limits.h"
#include "service/rooms.h"
#include "status/macros.h"
#include "supportkpi/v1/admin_service.grpc.pb.h"
#include "time/zone_names.h"

#ifndef SUPPORTKPI_VERSION
#error "the build says the version"
#endif

namespace supportkpi::service {

namespace {

using v1::AdminService;

v1::FactStats ToWire(const projection::ProjectionStats& stats) {
  v1::FactStats message;
  message.set_commit(stats.commit);
  message.set_tail_facts(stats.tail_facts);
  message.set_sealed_facts(stats.sealed_facts);
  message.set_dead_facts(stats.dead_facts);
  message.set_segments(stats.segments);
  message.set_segment_bytes(stats.segment_bytes);
  message.set_memory_bytes(stats.memory_bytes);
  return message;
}

absl::StatusOr<v1::GetServerInfoResponse> Info(const Rooms& rooms, const v1::GetServerInfoRequest&, const Call&) {
  v1::GetServerInfoResponse response;
  response.set_version(SUPPORTKPI_VERSION);
  *response.mutable_uptime() = record::ToDuration(rooms.clock->NowMs() - rooms.started_at);
  response.set_kpi_count(static_cast<int32_t>(kpi::AllKpis().size()));
  response.set_time_zone_version(time::ZoneNames::System().version());
  v1::ServerLimits& limits = *response.mutable_limits();
  limits.set_message_bytes(kMessageBytesMax);
  limits.set_batch_records(ingest::kBatchRecordsMax);
  limits.set_page_records(kPageRecordsMax);
  const plan::Limits question;
  limits.set_question_kpis(static_cast<int32_t>(question.kpis));
  limits.set_question_dimensions(static_cast<int32_t>(question.dimensions));
  limits.set_question_buckets(static_cast<int32_t>(question.buckets));
  limits.set_question_groups(exec::Context().max_groups);
  limits.set_concurrent_questions(rooms.query_threads);
  limits.set_queued_requests(kWaitingMax);
  limits.set_batch_questions(kBatchQuestionsMax);
  limits.set_page_rows(kPageRowsMax);
  limits.set_message_rows(kPartRowsMax);
  limits.set_open_imports(kImportsMax);
  const ServerTraits traits = rooms.traits ? rooms.traits() : ServerTraits();
  *limits.mutable_deadline_default() = record::ToDuration(absl::ToInt64Milliseconds(traits.deadline_default));
  *limits.mutable_deadline_max() = record::ToDuration(absl::ToInt64Milliseconds(traits.deadline_max));
  limits.set_tenant_calls_per_second(traits.tenant_calls_per_second);
  limits.set_tenant_records_per_second(traits.tenant_records_per_second);
  limits.set_tenant_concurrent_calls(traits.tenant_concurrent_calls);
  limits.set_tenant_memory_bytes(traits.tenant_memory_bytes);
  *response.mutable_start_time() = record::ToTimestamp(rooms.started_at);
  for (const std::string& feature : traits.features) response.add_features(feature);
  v1::StoreInfo& store = *response.mutable_store();
  store.set_writable(rooms.store->Health().ok() && rooms.committer->Health().ok());
  store.set_disk_bytes(static_cast<int64_t>(rooms.store->disk_bytes()));
  if (const auto space = rooms.store->disk_space(); space.has_value()) {
    store.set_disk_free_bytes(static_cast<int64_t>(space->free_bytes));
    store.set_disk_capacity_bytes(static_cast<int64_t>(space->capacity_bytes));
  }
  return response;
}

absl::StatusOr<v1::GetStatsResponse> Stats(const Rooms& rooms, const v1::GetStatsRequest&, const Call& call) {
  ASSIGN_OR_RETURN(const projection::ProjectionStats stats, rooms.projection->Stats(call.tenant));
  v1::GetStatsResponse response;
  *response.mutable_facts() = ToWire(stats);
  response.set_disk_bytes(static_cast<int64_t>(rooms.store->disk_bytes()));
  return response;
}

absl::StatusOr<v1::RebuildFactsResponse> Rebuild(const Rooms& rooms, const v1::RebuildFactsRequest&, const Call& call) {
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(rooms.projection->Rebuild(call.tenant));
  rooms.answers->DropMessages(call.tenant);  // whoever asks for this wants to see what the facts say now
  ASSIGN_OR_RETURN(const projection::ProjectionStats stats, rooms.projection->Stats(call.tenant));
  v1::RebuildFactsResponse response;
  *response.mutable_facts() = ToWire(stats);
  *response.mutable_duration() = record::ToDuration(absl::ToInt64Milliseconds(absl::Now() - start));
  return response;
}

absl::StatusOr<v1::CompactFactsResponse> Compact(const Rooms& rooms, const v1::CompactFactsRequest&, const Call& call) {
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(rooms.projection->Seal(call.tenant));
  RETURN_IF_ERROR(rooms.projection->Merge(call.tenant));
  rooms.answers->DropMessages(call.tenant);
  ASSIGN_OR_RETURN(const projection::ProjectionStats stats, rooms.projection->Stats(call.tenant));
  v1::CompactFactsResponse response;
  *response.mutable_facts() = ToWire(stats);
  *response.mutable_duration() = record::ToDuration(absl::ToInt64Milliseconds(absl::Now() - start));
  return response;
}

}  // namespace

std::vector<Method> AdminMethods(const Rooms& rooms) {
  std::vector<Method> methods = {
      Unary<AdminService, v1::GetServerInfoRequest>("GetServerInfo", Work::kAdmin, rooms, Info),
      Unary<AdminService, v1::GetStatsRequest>("GetStats", Work::kAdmin, rooms, Stats),
      Unary<AdminService, v1::RebuildFactsRequest>("RebuildFacts", Work::kAdmin, rooms, Rebuild),
      Unary<AdminService, v1::CompactFactsRequest>("CompactFacts", Work::kAdmin, rooms, Compact),
  };
  for (Method& method : BackupMethods(rooms)) methods.push_back(std::move(method));
  return methods;
}

}  // namespace supportkpi::service
