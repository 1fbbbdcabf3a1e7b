// Buckets of the civil calendar: a range cut into minutes, hours, days, weeks, months, quarters, years and fiscal periods
// of a zone. What every boundary is, is said in README.md of this room; labels name the whole bucket, clipped or not.
#ifndef SUPPORTKPI_TIME_BUCKET_H_
#define SUPPORTKPI_TIME_BUCKET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "time/zone.h"

namespace supportkpi::time {

enum class GrainUnit {
  kNone,  // the whole range is one bucket
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kFiscalQuarter,
  kFiscalYear,
};

struct Grain {
  GrainUnit unit = GrainUnit::kNone;
  int32_t count = 1;
  absl::Weekday first_weekday = absl::Weekday::monday;
  // A boundary, local. It moves the count of days and weeks (its weekday then goes before first_weekday), gives months and
  // longer their day (1 to 28) and time, hours and minutes the time of day at which they restart.
  std::optional<absl::CivilSecond> origin;
  int32_t fiscal_first_month = 1;
};

// [start_ms, end_ms). partial: the range cuts it, its label names more time than it holds.
struct Bucket {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
  bool partial = false;
  std::string label;
};

// OK or INVALID_ARGUMENT `grain.count: ...`, `grain.origin: ...`.
absl::Status ValidateGrain(const Grain& grain);

// The buckets that meet [start_ms, end_ms), in order, without gaps; the first and last clipped to it. No bucket where
// start == end, but for kNone, which always gives one. More than max_buckets: INVALID_ARGUMENT before any is built.
absl::StatusOr<std::vector<Bucket>> MakeBuckets(int64_t start_ms, int64_t end_ms, const Grain& grain, const Zone& zone,
                                                int64_t max_buckets);

// The whole bucket around an instant, never partial. Requires a valid grain other than kNone.
Bucket WholeBucketAt(int64_t at_ms, const Grain& grain, const Zone& zone);

// The n whole buckets before `bucket` that are like it, nearest first: of single days those of the same weekday, of hours
// those of the same weekday and hour (a repeated hour counts in each pass, a skipped one not), else those just before it.
// Requires a valid grain other than kNone.
std::vector<Bucket> EarlierLikeBuckets(const Bucket& bucket, const Grain& grain, const Zone& zone, int n);

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_BUCKET_H_
