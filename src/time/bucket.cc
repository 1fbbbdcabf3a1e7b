// Checks a grain, counts its buckets before it builds them, and clips them to the range.
#include "time/bucket.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "status/macros.h"
#include "time/bucket_label.h"
#include "time/calendar.h"
#include "time/grid.h"

namespace supportkpi::time {

namespace {

// No one reads a bucket of more units, and products of it with days and months stay far from overflow.
constexpr int32_t kMostUnits = 10'000;
// Days that a zone's calendar left out; so many boundaries may coincide within one range.
constexpr int64_t kMissingBuckets = 8;

absl::Status CheckCount(const Grain& grain) {
  if (grain.count < 1 || grain.count > kMostUnits) {
    return absl::InvalidArgumentError(
        absl::StrCat("grain.count: ", grain.count, " is out of range; allowed are 1 to ", kMostUnits));
  }
  if (grain.unit == GrainUnit::kMinute && 60 % grain.count != 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "grain.count: ", grain.count, " minutes do not divide an hour; allowed are 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60"));
  }
  if (grain.unit == GrainUnit::kHour && 24 % grain.count != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("grain.count: ", grain.count, " hours do not divide a day; allowed are 1, 2, 3, 4, 6, 8, 12, 24"));
  }
  return absl::OkStatus();
}

absl::Status CheckOrigin(const Grain& grain) {
  if (!grain.origin) return absl::OkStatus();
  const absl::CivilSecond origin = *grain.origin;
  if (grain.unit == GrainUnit::kNone) {
    return absl::InvalidArgumentError("grain.origin: set without a unit; name a unit or leave the origin out");
  }
  if (origin.year() < 1 || origin.year() > 9999) {
    return absl::InvalidArgumentError(
        absl::StrCat("grain.origin: year ", origin.year(), " is out of range; allowed are the years 1 to 9999"));
  }
  if (grain.unit >= GrainUnit::kMonth && origin.day() > 28) {
    return absl::InvalidArgumentError(absl::StrCat("grain.origin: day ", origin.day(),
                                                   " does not occur in every month; allowed are days 1 to 28"));
  }
  return absl::OkStatus();
}

absl::Status CheckRange(int64_t start_ms, int64_t end_ms) {
  if (start_ms > end_ms) {
    return absl::InvalidArgumentError(absl::StrCat("range: start ", FormatRfc3339(start_ms), " is after end ",
                                                   FormatRfc3339(end_ms), "; start must not be after end"));
  }
  if (start_ms < kFirstInstantMs || end_ms > kLastInstantMs) {
    return absl::InvalidArgumentError("range: an instant is out of range; allowed are the years 1 to 9999");
  }
  return absl::OkStatus();
}

absl::Status TooMany(int64_t count, int64_t max_buckets, bool counted_exactly) {
  return absl::InvalidArgumentError(absl::StrCat("grain: ", counted_exactly ? "" : "at least ", count,
                                                 " buckets; at most ", max_buckets,
                                                 "; use a longer unit or a shorter range"));
}

Bucket CivilBucket(const CivilGrid& grid, const Grain& grain, int64_t index) {
  return {grid.InstantOf(index), grid.InstantOf(index + 1), false, CivilLabel(grain, grid.LocalMsOf(index))};
}

Bucket ClockBucket(const ClockGrid::Cell& cell, const Grain& grain, const Zone& zone) {
  const int64_t offset_ms = zone.OffsetMsAt(cell.start_ms);
  return {cell.start_ms, cell.end_ms, false, ClockLabel(grain, cell.start_ms + offset_ms, offset_ms)};
}

absl::StatusOr<std::vector<Bucket>> CivilBuckets(int64_t start_ms, int64_t end_ms, const Grain& grain, const Zone& zone,
                                                 int64_t max_buckets) {
  const CivilGrid grid(grain, zone);
  const int64_t first = grid.IndexAt(start_ms);
  const int64_t last = grid.IndexAt(end_ms - 1);
  const int64_t most = last - first + 1;
  if (most - kMissingBuckets > max_buckets) return TooMany(most, max_buckets, true);
  std::vector<Bucket> buckets;
  for (int64_t index = first; index <= last; ++index) {
    if (grid.InstantOf(index) < grid.InstantOf(index + 1)) buckets.push_back(CivilBucket(grid, grain, index));
  }
  const auto count = static_cast<int64_t>(buckets.size());
  if (count > max_buckets) return TooMany(count, max_buckets, true);
  return buckets;
}

absl::StatusOr<std::vector<Bucket>> ClockBuckets(int64_t start_ms, int64_t end_ms, const Grain& grain, const Zone& zone,
                                                 int64_t max_buckets) {
  const ClockGrid grid(grain, zone);
  // Cells are never longer than a step, so this bound spares the exact count over a range of centuries.
  const int64_t at_least = (end_ms - start_ms) / grid.step_ms();
  if (at_least > max_buckets) return TooMany(at_least, max_buckets, false);
  const int64_t count = grid.CountCells(start_ms, end_ms);
  if (count > max_buckets) return TooMany(count, max_buckets, true);
  std::vector<Bucket> buckets;
  buckets.reserve(static_cast<size_t>(count));
  for (int64_t at_ms = start_ms; at_ms < end_ms; at_ms = buckets.back().end_ms) {
    buckets.push_back(ClockBucket(grid.CellAt(at_ms), grain, zone));
  }
  return buckets;
}

void Clip(int64_t start_ms, int64_t end_ms, Bucket& bucket) {
  bucket.partial = bucket.start_ms < start_ms || bucket.end_ms > end_ms;
  bucket.start_ms = std::max(bucket.start_ms, start_ms);
  bucket.end_ms = std::min(bucket.end_ms, end_ms);
}

// The same weekday of earlier weeks; a date that does not exist is passed over.
std::vector<Bucket> EarlierDays(const Bucket& bucket, const Grain& grain, const Zone& zone, int n) {
  const CivilGrid grid(grain, zone);
  std::vector<Bucket> earlier;
  int64_t index = grid.IndexAt(bucket.start_ms);
  while (static_cast<int>(earlier.size()) < n) {
    index -= 7;
    const int64_t start_at = grid.InstantOf(index);
    if (start_at <= kFirstInstantMs) break;
    if (start_at < grid.InstantOf(index + 1)) earlier.push_back(CivilBucket(grid, grain, index));
  }
  return earlier;
}

// Every pass of the clock through one cell, latest first.
std::vector<Bucket> PassesThroughCell(int64_t cell_local_ms, const ClockGrid& grid, const Grain& grain,
                                      const Zone& zone) {
  std::vector<Bucket> passes;
  for (int64_t at_ms = cell_local_ms - kDayMs; at_ms < cell_local_ms + grid.step_ms() + kDayMs;) {
    const int64_t offset_ms = zone.OffsetMsAt(at_ms);
    const int64_t stretch_end = zone.StretchEndMs(at_ms);
    const int64_t from = std::max(cell_local_ms - offset_ms, zone.StretchStartMs(at_ms));
    const int64_t to = std::min(cell_local_ms + grid.step_ms() - offset_ms, stretch_end);
    if (from < to) passes.push_back(ClockBucket({from, to}, grain, zone));
    at_ms = stretch_end;
  }
  std::reverse(passes.begin(), passes.end());
  return passes;
}

std::vector<Bucket> EarlierHours(const Bucket& bucket, const Grain& grain, const Zone& zone, int n) {
  const ClockGrid grid(grain, zone);
  std::vector<Bucket> earlier;
  int64_t cell_local_ms = grid.CellLocalMs(zone.LocalMsAt(bucket.start_ms));
  for (; cell_local_ms > kFirstInstantMs + 2 * kDayMs; cell_local_ms -= kWeekMs) {
    for (Bucket& pass : PassesThroughCell(cell_local_ms, grid, grain, zone)) {
      if (static_cast<int>(earlier.size()) >= n) return earlier;
      if (pass.end_ms <= bucket.start_ms) earlier.push_back(std::move(pass));
    }
  }
  return earlier;
}

}  // namespace

absl::Status ValidateGrain(const Grain& grain) {
  if (grain.unit < GrainUnit::kNone || grain.unit > GrainUnit::kFiscalYear) {
    return absl::InvalidArgumentError(absl::StrCat("grain.unit: ", static_cast<int>(grain.unit),
                                                   " is unknown; allowed are minute to fiscal year"));
  }
  if (grain.first_weekday < absl::Weekday::monday || grain.first_weekday > absl::Weekday::sunday) {
    return absl::InvalidArgumentError(absl::StrCat("grain.first_weekday: ", static_cast<int>(grain.first_weekday),
                                                   " is unknown; allowed are monday to sunday"));
  }
  if (grain.fiscal_first_month < 1 || grain.fiscal_first_month > 12) {
    return absl::InvalidArgumentError(absl::StrCat("grain.fiscal_first_month: ", grain.fiscal_first_month,
                                                   " is out of range; allowed are 1 to 12"));
  }
  RETURN_IF_ERROR(CheckCount(grain));
  return CheckOrigin(grain);
}

absl::StatusOr<std::vector<Bucket>> MakeBuckets(int64_t start_ms, int64_t end_ms, const Grain& grain, const Zone& zone,
                                                int64_t max_buckets) {
  RETURN_IF_ERROR(ValidateGrain(grain));
  RETURN_IF_ERROR(CheckRange(start_ms, end_ms));
  if (grain.unit == GrainUnit::kNone) return std::vector<Bucket>{Bucket{start_ms, end_ms, false, ""}};
  if (start_ms == end_ms) return std::vector<Bucket>();
  ASSIGN_OR_RETURN(std::vector<Bucket> buckets,
                   IsWithinDay(grain.unit) ? ClockBuckets(start_ms, end_ms, grain, zone, max_buckets)
                                           : CivilBuckets(start_ms, end_ms, grain, zone, max_buckets));
  Clip(start_ms, end_ms, buckets.front());
  if (buckets.size() > 1) Clip(start_ms, end_ms, buckets.back());
  return buckets;
}

Bucket WholeBucketAt(int64_t at_ms, const Grain& grain, const Zone& zone) {
  if (IsWithinDay(grain.unit)) return ClockBucket(ClockGrid(grain, zone).CellAt(at_ms), grain, zone);
  const CivilGrid grid(grain, zone);
  return CivilBucket(grid, grain, grid.IndexAt(at_ms));
}

std::vector<Bucket> EarlierLikeBuckets(const Bucket& bucket, const Grain& grain, const Zone& zone, int n) {
  if (grain.unit == GrainUnit::kHour) return EarlierHours(bucket, grain, zone, n);
  if (grain.unit == GrainUnit::kDay && grain.count == 1) return EarlierDays(bucket, grain, zone, n);
  std::vector<Bucket> earlier;
  int64_t before_ms = WholeBucketAt(bucket.start_ms, grain, zone).start_ms;
  while (static_cast<int>(earlier.size()) < n && before_ms > kFirstInstantMs) {
    earlier.push_back(WholeBucketAt(before_ms - 1, grain, zone));
    before_ms = earlier.back().start_ms;
  }
  return earlier;
}

}  // namespace supportkpi::time
