#include "service/asking.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "openssl/sha.h"
#include "plan/canonical.h"
#include "plan/planner.h"
#include "service/limits.h"
#include "service/request.h"
#include "service/wire.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

// No cell takes less: its KPI's alias and a reason, or a number.
constexpr int64_t kCellBytesMin = 7;

int64_t LeastBytesOf(const Asked& asked, int64_t rows) {
  return rows * static_cast<int64_t>(asked.answer->plan().kpis.size()) * kCellBytesMin;
}

// How many of the rows that the message has it should have.
int64_t CountThatFits(const std::string& message, int64_t rows) {
  const auto bytes = static_cast<int64_t>(message.size());
  if (bytes <= kPartBytesMax || rows <= 1) return rows;
  return std::clamp<int64_t>(rows * kPartBytesMax / bytes * 9 / 10, 1, rows - 1);
}

}  // namespace

absl::StatusOr<Understood> Understand(const v1::QueryKpisRequest& request, const projection::Snapshot& snapshot,
                                      const Call& call, int64_t now_ms) {
  Understood understood;
  understood.begun = absl::Now();
  if (call.record != nullptr) call.record->question_digest = QuestionDigest(request);
  ASSIGN_OR_RETURN(understood.question, QuestionFromWire(request, *snapshot.TenantSettings(), now_ms));
  understood.layout = request.layout();
  return understood;
}

std::string DigestOf(const Understood& understood, const settings::Settings& settings) {
  const std::string bytes = absl::StrCat(understood.layout, " ", settings.version, " ",
                                         plan::CanonicalBytes(understood.question, settings));
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

absl::StatusOr<std::shared_ptr<const Asked>> Ask(const Rooms& rooms, const Understood& understood, const Call& call,
                                                 std::shared_ptr<const projection::Snapshot> snapshot) {
  ASSIGN_OR_RETURN(plan::Plan plan,
                   plan::MakePlan(understood.question, *snapshot->TenantSettings(), plan::Limits()));
  exec::Context context;
  context.tenant = call.tenant;
  context.snapshot = std::move(snapshot);
  context.cancelled = call.cancelled;
  context.threads = rooms.query_threads;
  access::MemoryLease gathered = call.NewLease();
  context.take_memory = [&gathered](int64_t bytes) { return gathered.Take(bytes); };
  context.give_back_memory = [&gathered](int64_t bytes) { gathered.GiveBack(bytes); };
  auto asked = std::make_shared<Asked>();
  ASSIGN_OR_RETURN(asked->answer, answer::Ask(std::move(plan), *rooms.executor, context));
  asked->layout = understood.layout;
  asked->for_each = [executor = rooms.executor, threads = rooms.query_threads](size_t count, const std::function<void(size_t)>& body) {
    executor->ForEach(count, threads, body);
  };
  asked->took = absl::Now() - understood.begun;
  if (call.record != nullptr) {
    call.record->facts_read += asked->answer->facts_read();
    call.record->rows += asked->row_count();
  }
  return asked;
}

int64_t BytesOf(const Asked& asked) {
  const answer::Answer& answer = *asked.answer;
  const auto rows = static_cast<int64_t>(answer.rows().size() + answer.totals().size());
  const auto cells = rows * static_cast<int64_t>(answer.plan().parts.size());
  constexpr int64_t kBytesPerCell = exec::kCellBytes + 4 * sizeof(int64_t);  // with some counts
  return static_cast<int64_t>(sizeof(Asked)) + rows * static_cast<int64_t>(sizeof(answer::Row)) + cells * kBytesPerCell;
}

Part WholeOf(const Asked& asked) { return {0, asked.row_count(), true, true}; }

absl::StatusOr<std::string> PartToWire(const Asked& asked, const Part& part) {
  int64_t rows = part.row_end - part.row_begin;
  if (part.with_totals) rows += static_cast<int64_t>(asked.answer->totals().size());
  if (LeastBytesOf(asked, rows) > kMessageBytesMax) return ResponseSizeError(LeastBytesOf(asked, rows));
  v1::QueryKpisResponse rest;
  if (part.with_metadata) *rest.mutable_metadata() = MetadataToWire(*asked.answer);
  std::string bytes = AnswerToWire(*asked.answer, asked.layout, {part.row_begin, part.row_end}, part.with_totals, rest, asked.for_each);
  if (part.with_metadata && part.with_duration) bytes += DurationToWire(asked.took);
  return bytes;
}

std::string DurationToWire(absl::Duration took) {
  v1::QueryKpisResponse message;
  google::protobuf::Duration& duration = *message.mutable_metadata()->mutable_duration();
  duration.set_seconds(absl::ToInt64Seconds(took));
  duration.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(took) % 1'000'000'000));
  return message.SerializeAsString();
}

absl::StatusOr<std::string> FittingPageToWire(const Asked& asked, Part* part) {
  // What surely does not fit is not even written.
  const int64_t rows_max = std::max<int64_t>(1, kPartBytesMax / LeastBytesOf(asked, 1));
  part->row_end = std::min(part->row_end, part->row_begin + rows_max);
  for (;;) {
    const int64_t rows = part->row_end - part->row_begin;
    absl::StatusOr<std::string> message = PartToWire(asked, *part);
    if (!message.ok() && rows <= 1) return message;
    const int64_t kept = message.ok() ? CountThatFits(*message, rows) : rows / 2;
    if (kept == rows) return message;
    part->row_end = part->row_begin + kept;
  }
}

absl::StatusOr<std::string> FittingPartToWire(const Asked& asked, Part* part) {
  absl::StatusOr<std::string> message = PartToWire(asked, *part);
  const bool fits = message.ok() && static_cast<int64_t>(message->size()) <= kPartBytesMax;
  if (fits || part->row_end == part->row_begin) return message;
  part->with_totals = part->with_metadata = false;
  return FittingPageToWire(asked, part);
}

}  // namespace supportkpi::service
