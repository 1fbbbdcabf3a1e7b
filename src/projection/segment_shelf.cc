#include "projection/segment_shelf.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "fact/fact_sets.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using storage::Table;

constexpr size_t kDeletesPerBatch = 10'000;

}  // namespace

SegmentShelf::SegmentShelf(storage::Store& store, std::shared_ptr<ColumnCache> cache, absl::string_view tenant)
    : store_(store), cache_(std::move(cache)), keys_(tenant) {}

std::shared_ptr<column::Segment> SegmentShelf::Make(uint64_t id, column::SegmentHeader header) {
  return std::make_shared<column::Segment>(id, std::move(header), std::make_shared<column::Deaths>(), shared_from_this());
}

absl::StatusOr<std::vector<std::shared_ptr<const column::Segment>>> SegmentShelf::Load() {
  std::vector<std::shared_ptr<const column::Segment>> segments;
  absl::Status status;
  const std::string prefix = keys_.HeaderPrefix();
  RETURN_IF_ERROR(store_.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                              [&](absl::string_view key, absl::string_view value) {
                                auto header = column::DecodeHeader(value);
                                status = header.status();
                                if (status.ok() && header->fact_set >= fact::kFactSetCount) {
                                  status = absl::DataLossError("segment header: unknown fact set");
                                }
                                if (!status.ok()) return false;
                                segments.push_back(Make(Keys::NumberAt(key, prefix.size()), *std::move(header)));
                                return true;
                              }));
  RETURN_IF_ERROR(status);
  for (const auto& segment : segments) {
    ASSIGN_OR_RETURN(const auto bytes, store_.Get(Table::kTruth, keys_.Deaths(segment->id())));
    if (!bytes.has_value()) continue;
    std::vector<column::Death> deaths;
    RETURN_IF_ERROR(column::DecodeDeaths(*bytes, segment->row_count(), &deaths));
    segment->deaths()->Add(std::move(deaths));
  }
  const std::string garbage = keys_.GarbagePrefix();
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(store_.Scan(Table::kTruth, garbage, storage::PrefixEnd(garbage),
                              [&](absl::string_view key, absl::string_view) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                                sweepable_.insert(Keys::NumberAt(key, garbage.size()));
                                return true;
                              }));
  return segments;
}

absl::StatusOr<std::set<uint64_t>> SegmentShelf::StoredIds() const {
  std::set<uint64_t> ids;
  for (const std::string& prefix : {keys_.HeaderPrefix(), keys_.DeathsPrefix(), keys_.GarbagePrefix()}) {
    RETURN_IF_ERROR(store_.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix), [&](absl::string_view key, absl::string_view) {
      ids.insert(Keys::NumberAt(key, prefix.size()));
      return true;
    }));
  }
  const std::string columns = keys_.ColumnPrefix(), end = storage::PrefixEnd(columns);
  std::optional<uint64_t> id;
  std::string begin = columns;
  do {
    id.reset();
    RETURN_IF_ERROR(store_.Scan(Table::kSegments, begin, end, [&](absl::string_view key, absl::string_view) {
      id = Keys::NumberAt(key, columns.size());
      return false;
    }));
    if (!id.has_value()) break;
    ids.insert(*id);
    begin = storage::PrefixEnd(keys_.ColumnsOf(*id));
  } while (begin < end);
  return ids;
}

void SegmentShelf::PutHeader(const column::Segment& segment, storage::Batch* batch) const {
  batch->Put(Table::kTruth, keys_.Header(segment.id()), column::EncodeHeader(segment.header()));
}

void SegmentShelf::PutDeaths(const column::Segment& segment, storage::Batch* batch) const {
  batch->Put(Table::kTruth, keys_.Deaths(segment.id()), column::EncodeDeaths(segment.deaths()->All()));
}

void SegmentShelf::DeleteSegment(uint64_t id, storage::Batch* batch) const {
  batch->Delete(Table::kTruth, keys_.Header(id));
  batch->Delete(Table::kTruth, keys_.Deaths(id));
  batch->Put(Table::kTruth, keys_.Garbage(id), "");
}

void SegmentShelf::Retire(uint64_t id, bool is_made) {
  absl::MutexLock lock(&mutex_);
  if (is_made) retired_.insert(id);
  if (!retired_.contains(id)) sweepable_.insert(id);
}

void SegmentShelf::Gone(uint64_t id) {
  absl::MutexLock lock(&mutex_);
  if (retired_.erase(id) > 0) sweepable_.insert(id);
}

absl::Status SegmentShelf::DeleteColumns(const std::string& begin, const std::string& end,
                                         const std::string& garbage_key) {
  std::vector<std::string> keys;
  RETURN_IF_ERROR(store_.Scan(Table::kSegments, begin, end, [&](absl::string_view key, absl::string_view) {
    keys.emplace_back(key);
    return true;
  }));
  auto batch = store_.NewBatch();
  for (size_t i = 0; i < keys.size(); ++i) {
    batch->Delete(Table::kSegments, keys[i]);
    if (i % kDeletesPerBatch != kDeletesPerBatch - 1) continue;
    RETURN_IF_ERROR(store_.Write(*batch, false));
    batch = store_.NewBatch();
  }
  if (!garbage_key.empty()) batch->Delete(Table::kTruth, garbage_key);
  return batch->byte_count() == 0 ? absl::OkStatus() : store_.Write(*batch, false);
}

void SegmentShelf::Sweep() {
  for (;;) {
    uint64_t id;
    {
      absl::MutexLock lock(&mutex_);
      if (sweepable_.empty()) return;
      id = *sweepable_.begin();
    }
    const std::string columns = keys_.ColumnsOf(id);
    if (!DeleteColumns(columns, storage::PrefixEnd(columns), keys_.Garbage(id)).ok()) return;
    absl::MutexLock lock(&mutex_);
    sweepable_.erase(id);
  }
}

void SegmentShelf::SweepUnfinished(uint64_t first_unused_id) {
  (void)DeleteColumns(keys_.ColumnsOf(first_unused_id), storage::PrefixEnd(keys_.ColumnPrefix()), "");
}

absl::Status SegmentShelf::damage() const {
  absl::MutexLock lock(&mutex_);
  return damage_;
}

void SegmentShelf::NoteDamage(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (damage_.ok()) damage_ = status;
}

void SegmentShelf::ClearDamage() {
  absl::MutexLock lock(&mutex_);
  damage_ = absl::OkStatus();
}

absl::StatusOr<std::string> SegmentShelf::Fetch(const column::Segment& segment, column::ColumnKey stored_as) {
  ASSIGN_OR_RETURN(auto bytes, store_.Get(Table::kSegments, keys_.Column(segment.id(), stored_as)));
  if (bytes.has_value()) return *std::move(bytes);
  return absl::DataLossError(absl::StrCat("segment ", segment.id(), ": column ", stored_as, " is not stored"));
}

void SegmentShelf::Held(const std::shared_ptr<const column::Segment>& segment, size_t place, size_t byte_count) {
  cache_->Held(segment, place, byte_count);
}

void SegmentShelf::Found() { cache_->Found(); }

void SegmentShelf::Released(size_t byte_count) { cache_->Released(byte_count); }

void SegmentShelf::Failed(const column::Segment&, const absl::Status& status) {
  any_failed_.store(true, std::memory_order_release);
  NoteDamage(status);
}

}  // namespace supportkpi::projection
