#include "exec/native/repeat_index_cache.h"

#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "status/macros.h"

namespace supportkpi::exec::native {
namespace {

// Those who wait for an index ask so often whether they still want it.
constexpr absl::Duration kWaitAtATime = absl::Milliseconds(20);

absl::Status CheckSize(const projection::Snapshot& snapshot, int64_t bytes_max) {
  int64_t tickets = 0;
  for (const auto& chunk : snapshot.Chunks(fact::FactSet::kTicket))
    tickets += static_cast<int64_t>(chunk->row_count()) - chunk->DeadRows(snapshot.commit()).value_or(0);
  if (tickets * kBytesPerTicket <= bytes_max) return absl::OkStatus();
  const auto mib = [](int64_t bytes) { return (bytes + (1 << 20) - 1) >> 20; };
  return absl::ResourceExhaustedError(absl::StrCat("repeat_index_mib: what tells repeat contacts of ", tickets, " tickets takes about ",
                                                   mib(tickets * kBytesPerTicket), " MiB; at most ", mib(bytes_max),
                                                   "; the server's setting bounds it, whatever range is asked for"));
}

}  // namespace

std::shared_ptr<const RepeatIndex> RepeatIndexCache::Find(absl::string_view tenant, int64_t commit, bool* of_commit) {
  auto best = kept_.end();
  for (auto it = kept_.begin(); it != kept_.end(); ++it) {
    if (it->tenant != tenant || it->commit > commit) continue;
    if (best == kept_.end() || it->commit > best->commit) best = it;
  }
  if (best == kept_.end()) return nullptr;
  *of_commit = best->commit == commit;
  if (*of_commit) kept_.splice(kept_.begin(), kept_, best);
  return best->index;
}

absl::StatusOr<std::shared_ptr<const RepeatIndex>> RepeatIndexCache::IndexOf(const std::string& tenant,
                                                                             const projection::Snapshot& snapshot,
                                                                             const Helpers& helpers,
                                                                             const std::atomic<bool>* cancelled) {
  std::shared_ptr<const RepeatIndex> index;
  {
    absl::MutexLock lock(&mutex_);
    bool of_commit = false;
    index = Find(tenant, snapshot.commit(), &of_commit);
    if (of_commit) return index;
    const auto nobody_makes_it = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !making_.contains(tenant); };
    while (!mutex_.AwaitWithTimeout(absl::Condition(&nobody_makes_it), kWaitAtATime))
      if (cancelled != nullptr && *cancelled) return absl::CancelledError("the question was cancelled");
    index = Find(tenant, snapshot.commit(), &of_commit);
    if (of_commit) return index;
    making_.insert(tenant);
  }
  const absl::Cleanup made = [&] {
    absl::MutexLock lock(&mutex_);
    making_.erase(tenant);
  };
  RETURN_IF_ERROR(CheckSize(snapshot, bytes_max_));
  if (index != nullptr) index = index->Later(snapshot, helpers);
  if (index == nullptr) index = RepeatIndex::Build(snapshot, helpers);
  RETURN_IF_ERROR(snapshot.status());  // columns that could not be read, which a rebuild mends without a commit
  Keep(tenant, snapshot.commit(), index);
  return index;
}

void RepeatIndexCache::Keep(const std::string& tenant, int64_t commit, std::shared_ptr<const RepeatIndex> index) {
  const int64_t bytes = index->bytes();
  absl::MutexLock lock(&mutex_);
  kept_.remove_if([&](const Kept& kept) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const bool stale = kept.tenant == tenant && kept.commit <= commit;
    if (stale) bytes_ -= kept.bytes;
    return stale;
  });
  kept_.push_front({tenant, commit, std::move(index), bytes});
  bytes_ += bytes;
  while (bytes_ > bytes_max_ && kept_.size() > 1) {
    bytes_ -= kept_.back().bytes;
    kept_.pop_back();
  }
}

int64_t RepeatIndexCache::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

}  // namespace supportkpi::exec::native
