// Token buckets by tenant under one mutex: a call takes it twice, for a hash look-up.
#include "access/tenant_limits.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "access/refusal.h"

namespace supportkpi::access {

namespace {

constexpr double kBurstSeconds = 2;
// Fewer would make clients hurry back in vain.
constexpr absl::Duration kRetryMin = absl::Milliseconds(10);

absl::Status Exhausted(absl::string_view message, absl::string_view reason, absl::string_view limit, int64_t allowed,
                       absl::Duration retry_after) {
  return WithRetryAfter(WithLimit(WithReason(absl::ResourceExhaustedError(message), reason), limit, allowed),
                        std::max(retry_after, kRetryMin));
}

}  // namespace

void TokenBucket::Fill(int64_t per_second, absl::Time now) {
  const double most = kBurstSeconds * static_cast<double>(per_second);
  if (now > filled_) {
    tokens_ = std::min(most, tokens_ + static_cast<double>(per_second) * absl::ToDoubleSeconds(now - filled_));
    filled_ = now;
  }
  tokens_ = std::min(tokens_, most);  // the rate may have been lowered
}

absl::Duration TokenBucket::Take(int64_t amount, int64_t per_second, absl::Time now) {
  Fill(per_second, now);
  const double needed = std::min(static_cast<double>(amount), kBurstSeconds * static_cast<double>(per_second));
  // The clock's nanoseconds must not keep somebody waiting who came at the very time.
  if (tokens_ + 1e-6 < needed) return absl::Seconds((needed - tokens_) / static_cast<double>(per_second));
  tokens_ -= static_cast<double>(amount);
  return absl::ZeroDuration();
}

absl::Duration TokenBucket::TakeOnCredit(int64_t amount, int64_t per_second, absl::Time now) {
  Fill(per_second, now);
  tokens_ -= static_cast<double>(amount);
  return tokens_ >= 0 ? absl::ZeroDuration() : absl::Seconds(-tokens_ / static_cast<double>(per_second));
}

bool TokenBucket::IsFull(int64_t per_second, absl::Time now) {
  Fill(per_second, now);
  return tokens_ >= kBurstSeconds * static_cast<double>(per_second);
}

absl::Time SteadyNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

Place::~Place() {
  if (limits_ != nullptr) limits_->Leave(tenant_);
}

void TenantLimits::SetRates(TenantRates rates) {
  absl::MutexLock lock(&mutex_);
  rates_ = rates;
}

absl::StatusOr<Place> TenantLimits::Enter(absl::string_view tenant, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  Tenant& its = Of(tenant, now);
  if (rates_.concurrent_calls > 0 && its.concurrent >= rates_.concurrent_calls) {
    return Exhausted(absl::StrCat("tenant_concurrent_calls: ", its.concurrent, " calls of the tenant wait or run; at most ",
                                  rates_.concurrent_calls, ", try again later"),
                     "TENANT_CONCURRENCY", "tenant_concurrent_calls", rates_.concurrent_calls, absl::Milliseconds(100));
  }
  if (rates_.calls_per_second > 0) {
    const absl::Duration wait = its.calls.Take(1, rates_.calls_per_second, now);
    if (wait > absl::ZeroDuration()) {
      return Exhausted(absl::StrCat("tenant_calls_per_second: the tenant makes more than ", rates_.calls_per_second,
                                    " calls a second; try again later"),
                       "TENANT_RATE", "tenant_calls_per_second", rates_.calls_per_second, wait);
    }
  }
  ++its.concurrent;
  return Place(this, tenant);
}

absl::Status TenantLimits::TakeRecords(absl::string_view tenant, int64_t records, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (rates_.records_per_second == 0) return absl::OkStatus();
  const absl::Duration wait = Of(tenant, now).records.Take(records, rates_.records_per_second, now);
  if (wait <= absl::ZeroDuration()) return absl::OkStatus();
  return Exhausted(absl::StrCat("tenant_records_per_second: the tenant writes more than ", rates_.records_per_second,
                                " records a second; try again later, or use ImportRecords, which is slowed down instead"),
                   "TENANT_RECORD_RATE", "tenant_records_per_second", rates_.records_per_second, wait);
}

absl::Duration TenantLimits::PaceRecords(absl::string_view tenant, int64_t records, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (rates_.records_per_second == 0) return absl::ZeroDuration();
  return Of(tenant, now).records.TakeOnCredit(records, rates_.records_per_second, now);
}

size_t TenantLimits::tenants() const {
  absl::MutexLock lock(&mutex_);
  return tenants_.size();
}

void TenantLimits::Leave(absl::string_view tenant) {
  absl::MutexLock lock(&mutex_);
  const auto found = tenants_.find(tenant);
  if (found != tenants_.end()) --found->second.concurrent;
}

TenantLimits::Tenant& TenantLimits::Of(absl::string_view tenant, absl::Time now) {
  const auto found = tenants_.find(tenant);
  if (found != tenants_.end()) return found->second;
  if (tenants_.size() >= sweep_at_) {
    absl::erase_if(tenants_, [&](auto& entry) ABSL_NO_THREAD_SAFETY_ANALYSIS {
      Tenant& its = entry.second;
      return its.concurrent == 0 && its.calls.IsFull(rates_.calls_per_second, now) &&
             its.records.IsFull(rates_.records_per_second, now);
    });
    sweep_at_ = std::max<size_t>(1024, 2 * tenants_.size());
  }
  return tenants_[std::string(tenant)];
}

}  // namespace supportkpi::access
