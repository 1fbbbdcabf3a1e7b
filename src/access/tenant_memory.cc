#include "access/tenant_memory.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "access/refusal.h"

namespace supportkpi::access {

namespace {

constexpr int64_t kMib = 1 << 20;
// Calls that hold much last about so long.
constexpr absl::Duration kRetryAfter = absl::Milliseconds(500);

absl::Status TooMuch(int64_t bytes_max, bool is_alone) {
  const int64_t mib = bytes_max / kMib;
  const auto error = [&](absl::string_view what) {
    return WithLimit(WithReason(absl::ResourceExhaustedError(absl::StrCat("tenant_memory_mib: ", what)), "TENANT_MEMORY"),
                     "tenant_memory_mib", mib);
  };
  if (is_alone) {
    return error(absl::StrCat("the call alone needs more than ", mib,
                              " MiB; ask for less: a shorter range, fewer groups or KPIs, smaller requests"));
  }
  return WithRetryAfter(error(absl::StrCat("the tenant's calls together need more than ", mib, " MiB; try again later")),
                        kRetryAfter);
}

}  // namespace

absl::Status MemoryLease::Take(int64_t bytes) {
  return memory_ == nullptr ? absl::OkStatus() : memory_->Take(tenant_, bytes, false, &bytes_);
}

void MemoryLease::TakeAnyway(int64_t bytes) {
  if (memory_ != nullptr) memory_->Take(tenant_, bytes, true, &bytes_).IgnoreError();
}

void MemoryLease::GiveBack(int64_t bytes) {
  if (memory_ != nullptr) memory_->GiveBack(tenant_, bytes, &bytes_);
}

void MemoryLease::GiveBack() { GiveBack(std::numeric_limits<int64_t>::max()); }

bool MemoryLease::IsTight() const { return memory_ != nullptr && memory_->IsTight(tenant_); }

void TenantMemory::SetLimit(int64_t bytes_max) {
  absl::MutexLock lock(&mutex_);
  bytes_max_ = bytes_max;
}

bool TenantMemory::IsTight(absl::string_view tenant) const {
  absl::MutexLock lock(&mutex_);
  if (bytes_max_ == 0) return false;
  const auto found = bytes_.find(tenant);
  return found != bytes_.end() && found->second > bytes_max_ / 2;
}

TenantMemory::Totals TenantMemory::totals() const {
  absl::MutexLock lock(&mutex_);
  Totals totals;
  totals.bytes_max = bytes_max_;
  for (const auto& [tenant, bytes] : bytes_) {
    totals.bytes += bytes;
    totals.largest_bytes = std::max(totals.largest_bytes, bytes);
  }
  return totals;
}

absl::Status TenantMemory::Take(absl::string_view tenant, int64_t bytes, bool anyway, int64_t* of_lease) {
  if (bytes <= 0) return absl::OkStatus();
  absl::MutexLock lock(&mutex_);
  const auto found = bytes_.find(tenant);
  const int64_t held = found == bytes_.end() ? 0 : found->second;
  if (!anyway && bytes_max_ > 0 && bytes > bytes_max_ - held) return TooMuch(bytes_max_, bytes > bytes_max_ - *of_lease);
  if (found == bytes_.end()) {
    bytes_.emplace(std::string(tenant), bytes);
  } else {
    found->second += bytes;
  }
  *of_lease += bytes;
  return absl::OkStatus();
}

void TenantMemory::GiveBack(absl::string_view tenant, int64_t bytes, int64_t* of_lease) {
  absl::MutexLock lock(&mutex_);
  bytes = std::min(bytes, *of_lease);
  if (bytes <= 0) return;
  *of_lease -= bytes;
  const auto found = bytes_.find(tenant);
  if ((found->second -= bytes) == 0) bytes_.erase(found);
}

}  // namespace supportkpi::access
