// A tenant goes only while nobody but the table has its hold, which is looked at under the table's lock: a new hold is made under
// the same lock, so nobody can come in between.
#include "projection/tenant_table.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "status/macros.h"

namespace supportkpi::projection {

namespace {

// For the sake of room alone nobody is let go of sooner after a use: whoever is asked now is likely to be asked again.
constexpr absl::Duration kRestMin = absl::Seconds(5);
// A tenant that is loaded again derives what is not sealed: so many facts, or commits, are sealed instead.
constexpr int64_t kDerivedFactsMax = 2'000;
constexpr int64_t kDerivedCommitsMax = 1'000;
// What Tenant::LatestStats() does not count: the objects themselves, 64 dictionaries, a view, appenders' spare room.
constexpr int64_t kTenantBytes = 64 << 10;
// One that is used all the time is not measured more often.
constexpr absl::Duration kMeasureEvery = absl::Seconds(10);

absl::Time SteadyNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

bool TenantTable::Has(absl::string_view name) const {
  absl::MutexLock lock(&mutex_);
  return entries_.find(name) != entries_.end();
}

HeldTenant TenantTable::Hold(absl::string_view name) {
  const absl::Time now = SteadyNow();
  absl::MutexLock lock(&mutex_);
  auto at = entries_.find(name);
  if (at == entries_.end()) {
    at = entries_.emplace(std::string(name), Entry{std::make_unique<Tenant>(around_, name), std::make_shared<int>(), now}).first;
    ++loaded_;
  }
  at->second.used_at = now;
  return {at->second.tenant.get(), at->second.hold};
}

std::optional<HeldTenant> TenantTable::HoldIfThere(absl::string_view name) {
  const absl::Time now = SteadyNow();
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  found->second.used_at = now;
  return HeldTenant(found->second.tenant.get(), found->second.hold);
}

absl::StatusOr<HeldTenant> TenantTable::Loaded(absl::string_view name) {
  HeldTenant held = Hold(name);
  RETURN_IF_ERROR(held->EnsureLoaded());
  return held;
}

std::vector<HeldTenant> TenantTable::All() const {
  absl::MutexLock lock(&mutex_);
  std::vector<HeldTenant> all;
  all.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) all.emplace_back(entry.tenant.get(), entry.hold);
  return all;
}

std::optional<HeldTenant> TenantTable::Find(absl::string_view name) const {
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(name);
  if (found == entries_.end()) return std::nullopt;
  return HeldTenant(found->second.tenant.get(), found->second.hold);
}

TenantTable::Counts TenantTable::counts() const {
  absl::MutexLock lock(&mutex_);
  return {loaded_, released_};
}

int64_t TenantTable::Measure() {
  std::vector<std::string> changed;
  const absl::Time before = SteadyNow() - kMeasureEvery;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : entries_)
      if (entry.measured_at < entry.used_at && entry.measured_at < before) changed.push_back(name);
  }
  for (const std::string& name : changed) {
    const absl::Time now = SteadyNow();
    const std::optional<HeldTenant> held = Find(name);
    if (!held.has_value()) continue;
    const int64_t bytes = (*held)->LatestStats().memory_bytes + kTenantBytes;
    absl::MutexLock lock(&mutex_);
    Entry& entry = entries_.find(name)->second;  // it is held
    entry.bytes = bytes;
    entry.measured_at = now;
  }
  absl::MutexLock lock(&mutex_);
  int64_t bytes = 0;
  for (const auto& [name, entry] : entries_) bytes += entry.bytes;
  return bytes;
}

std::vector<TenantTable::Candidate> TenantTable::Candidates() const {
  std::vector<Candidate> candidates;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [name, entry] : entries_)
      if (entry.hold.use_count() == 1) candidates.push_back({name, entry.used_at, entry.bytes});
  }
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& left, const Candidate& right) { return left.used_at < right.used_at; });
  return candidates;
}

std::unique_ptr<Tenant> TenantTable::Take(const Candidate& candidate) {
  {
    const std::optional<HeldTenant> held = Find(candidate.name);
    if (!held.has_value() || !(*held)->MayBeLetGo()) return nullptr;
    const bool is_long = (*held)->tail_facts() > kDerivedFactsMax || (*held)->logged_commits() > kDerivedCommitsMax;
    if (is_long && !(*held)->Seal().ok()) return nullptr;
  }
  absl::MutexLock lock(&mutex_);
  const auto found = entries_.find(candidate.name);
  if (found == entries_.end() || found->second.hold.use_count() > 1 || found->second.used_at != candidate.used_at) return nullptr;
  std::unique_ptr<Tenant> tenant = std::move(found->second.tenant);
  entries_.erase(found);  // and the last hold: use_count() orders nothing, giving it up does; so all others' uses come before
  ++released_;
  return tenant;
}

int64_t TenantTable::LetGo(absl::Duration later) {
  const ProjectionOptions& options = around_.options;
  const bool is_bounded = options.tenant_bytes_max < INT64_MAX;
  if (!is_bounded && options.tenant_idle_max == absl::InfiniteDuration()) return 0;
  int64_t bytes = is_bounded ? Measure() : 0;
  const absl::Time now = SteadyNow() + later;
  int64_t released = 0;
  for (const Candidate& candidate : Candidates()) {
    const absl::Duration rest = now - candidate.used_at;
    const bool is_due = rest >= options.tenant_idle_max || (bytes > options.tenant_bytes_max && rest >= kRestMin);
    if (!is_due) break;  // the others were used later still
    if (Take(candidate) == nullptr) continue;
    bytes -= candidate.bytes;
    ++released;
  }
  return released;
}

}  // namespace supportkpi::projection
