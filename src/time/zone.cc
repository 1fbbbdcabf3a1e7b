// Builds a zone's table from Abseil's transitions, keeps all zones, and turns readings into instants.
#include "time/zone.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "time/zone_names.h"

namespace supportkpi::time {

namespace {

constexpr size_t kNearestNames = 3;
constexpr size_t kQuotedBytes = 64;  // of a caller's text in a message

int64_t OffsetMsByAbsl(absl::TimeZone zone, int64_t at_ms) {
  return zone.At(absl::FromUnixMillis(at_ms)).offset * kSecondMs;
}

// `to` is the first reading after the change, so its `trans` is the instant of the change whatever its kind.
int64_t InstantOfChange(absl::TimeZone zone, const absl::TimeZone::CivilTransition& change) {
  return absl::ToUnixMillis(zone.At(change.to).trans);
}

// First change of the offset after at_ms, or kLastInstantMs. Abseil also reports changes of name alone.
int64_t NextChangeByAbsl(absl::TimeZone zone, int64_t at_ms) {
  const int64_t offset_ms = OffsetMsByAbsl(zone, at_ms);
  absl::TimeZone::CivilTransition change;
  while (at_ms < kLastInstantMs && zone.NextTransition(absl::FromUnixMillis(at_ms), &change)) {
    at_ms = InstantOfChange(zone, change);
    if (OffsetMsByAbsl(zone, at_ms) != offset_ms) return at_ms;
  }
  return kLastInstantMs;
}

// Last change of the offset at or before at_ms, or kFirstInstantMs.
int64_t PreviousChangeByAbsl(absl::TimeZone zone, int64_t at_ms) {
  absl::TimeZone::CivilTransition change;
  while (zone.PrevTransition(absl::FromUnixMillis(at_ms + 1), &change)) {
    const int64_t changed_at = InstantOfChange(zone, change);
    if (OffsetMsByAbsl(zone, changed_at) != OffsetMsByAbsl(zone, changed_at - 1)) return changed_at;
    at_ms = changed_at - 1;
  }
  return kFirstInstantMs;
}

// Every zone asked for so far. At most as many as there are names, so it needs no bound of its own.
class ZoneRegistry {
 public:
  static ZoneRegistry& Instance() {
    static ZoneRegistry& registry = *new ZoneRegistry;
    return registry;
  }

  const Zone* Find(absl::string_view name) const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::ReaderMutexLock lock(&mutex_);
    const auto found = zones_.find(name);
    return found == zones_.end() ? nullptr : found->second.get();
  }

  const Zone* Add(absl::string_view name, absl::TimeZone zone) ABSL_LOCKS_EXCLUDED(mutex_) {
    auto made = std::make_unique<const Zone>(std::string(name), zone);
    absl::MutexLock lock(&mutex_);
    return zones_.try_emplace(std::string(name), std::move(made)).first->second.get();
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, std::unique_ptr<const Zone>, std::less<>> zones_ ABSL_GUARDED_BY(mutex_);
};

absl::Status UnknownZone(absl::string_view name) {
  const std::vector<std::string> nearest = ZoneNames::System().Nearest(name, kNearestNames);
  const std::string quoted =
      absl::StrCat(absl::CEscape(name.substr(0, kQuotedBytes)), name.size() > kQuotedBytes ? "..." : "");
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown IANA zone \"", quoted, "\"; ",
      nearest.empty() ? std::string("use a name such as \"Europe/Berlin\" or \"UTC\"")
                      : absl::StrCat("did you mean \"", absl::StrJoin(nearest, "\", \""), "\"?")));
}

}  // namespace

Zone::Zone(std::string name, absl::TimeZone zone) : name_(std::move(name)), zone_(zone) {
  std::vector<int64_t> changes_at;
  int64_t at_ms = kFirstInstantMs;
  offsets_ms_.push_back(OffsetMsByAbsl(zone_, at_ms));
  while ((at_ms = NextChangeByAbsl(zone_, at_ms)) < kTableEndMs) {
    changes_at.push_back(at_ms);
    offsets_ms_.push_back(OffsetMsByAbsl(zone_, at_ms));
  }
  stretches_ = StepTable(std::move(changes_at));
}

int64_t Zone::OffsetMsBeyondTable(int64_t at_ms) const {
  return OffsetMsByAbsl(zone_, at_ms > kLastInstantMs ? kLastInstantMs : at_ms);
}

absl::CivilSecond Zone::CivilOfLocalMs(int64_t local_ms) {
  const int64_t seconds = local_ms >= 0 ? local_ms / kSecondMs : -((kSecondMs - 1 - local_ms) / kSecondMs);
  return absl::CivilSecond() + seconds;
}

absl::CivilSecond Zone::CivilAt(int64_t at_ms) const { return CivilOfLocalMs(LocalMsAt(at_ms)); }

absl::CivilDay Zone::DateAt(int64_t at_ms) const { return absl::CivilDay(CivilAt(at_ms)); }

int64_t Zone::BoundaryOfLocalMs(int64_t local_ms) const {
  if (local_ms >= kTableEndMs - kDayMs) {
    const absl::TimeZone::TimeInfo info = zone_.At(CivilOfLocalMs(local_ms));
    if (info.kind == absl::TimeZone::TimeInfo::SKIPPED) return absl::ToUnixMillis(info.trans);
    const int64_t part_of_second_ms = local_ms - LocalMs(CivilOfLocalMs(local_ms));
    return absl::ToUnixMillis(info.pre) + part_of_second_ms;
  }
  // The first stretch whose clock does not end before the reading; no offset reaches a day.
  size_t stretch = stretches_.Find(local_ms - kDayMs);
  while (stretch + 1 < stretches_.size() && local_ms >= stretches_.EndOf(stretch) + offsets_ms_[stretch]) ++stretch;
  const bool skipped = stretch > 0 && local_ms < stretches_.StartOf(stretch) + offsets_ms_[stretch];
  return skipped ? stretches_.StartOf(stretch) : local_ms - offsets_ms_[stretch];
}

int64_t Zone::InstantOf(absl::CivilSecond local) const {
  const int64_t local_ms = LocalMs(local);
  const int64_t boundary_at = BoundaryOfLocalMs(local_ms);
  const bool skipped = LocalMsAt(boundary_at) != local_ms;
  return skipped ? local_ms - OffsetMsAt(boundary_at - 1) : boundary_at;
}

int64_t Zone::StretchStartMs(int64_t at_ms) const {
  if (at_ms >= kTableEndMs) return PreviousChangeByAbsl(zone_, at_ms);
  const size_t stretch = stretches_.Find(at_ms);
  return stretch == 0 ? kFirstInstantMs : stretches_.StartOf(stretch);
}

int64_t Zone::StretchEndMs(int64_t at_ms) const {
  const size_t stretch = stretches_.Find(at_ms);
  return stretch + 1 < stretches_.size() ? stretches_.EndOf(stretch) : NextChangeByAbsl(zone_, at_ms);
}

absl::StatusOr<const Zone*> FindZone(absl::string_view iana_name) {
  if (const Zone* known = ZoneRegistry::Instance().Find(iana_name)) return known;
  const ZoneNames& names = ZoneNames::System();
  if (!names.Contains(iana_name)) return UnknownZone(iana_name);
  absl::TimeZone zone;
  const std::string target(names.TargetOf(iana_name));
  if (target == "Etc/UTC") {
    zone = absl::UTCTimeZone();
  } else if (!absl::LoadTimeZone(std::string(iana_name), &zone) && !absl::LoadTimeZone(target, &zone)) {
    return absl::FailedPreconditionError(
        absl::StrCat("IANA zone \"", iana_name, "\": its rules are not installed; install the package tzdata"));
  }
  return ZoneRegistry::Instance().Add(iana_name, zone);
}

const Zone& UtcZone() {
  static const Zone& utc = **FindZone("UTC");
  return utc;
}

}  // namespace supportkpi::time
