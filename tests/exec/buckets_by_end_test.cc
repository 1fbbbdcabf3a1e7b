// The bucket of each instant of a batch, against a search through all ends.
#include "exec/native/buckets_by_end.h"

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "exec/native/value_rules.h"
#include "gtest/gtest.h"

namespace supportkpi::exec::native {
namespace {

constexpr int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;

// So many buckets, of lengths from the least to the greatest.
std::vector<int64_t> Ends(int64_t begin, size_t count, int64_t least, int64_t greatest) {
  std::mt19937_64 random(7);
  std::vector<int64_t> ends;
  for (size_t i = 0; i < count; ++i)
    ends.push_back(begin += least + static_cast<int64_t>(random() % static_cast<uint64_t>(greatest - least + 1)));
  return ends;
}

void ExpectFound(const std::vector<int64_t>& ends) {
  std::vector<int64_t> instants = {kNull, kNoSchedule, 0, kForever - 1, kForever};
  for (const int64_t end : ends) instants.insert(instants.end(), {end - 1, end, end + 1, end + kHourMs, end - 3 * kDayMs});
  const BucketsByEnd table(ends);
  std::vector<int32_t> buckets(instants.size(), -1);
  table.FindAll(instants.data(), instants.size(), buckets.data());
  for (size_t i = 0; i < instants.size(); ++i) {
    const auto expected = std::upper_bound(ends.begin(), ends.end(), instants[i]) - ends.begin();
    ASSERT_EQ(buckets[i], expected) << instants[i];
    ASSERT_EQ(table.Find(instants[i]), static_cast<size_t>(expected)) << instants[i];
  }
}

TEST(BucketsByEnd, FindsTheFirstThatEndsAfterAnInstant) {
  constexpr int64_t kBegin = 1'700'000'000'000;
  for (const size_t count : {1u, 2u, 3u, 31u, 366u}) {
    ExpectFound(Ends(kBegin, count, kDayMs, kDayMs));
    ExpectFound(Ends(kBegin, count, kDayMs - kHourMs, kDayMs + kHourMs));
    ExpectFound(Ends(kBegin, count, 28 * kDayMs, 31 * kDayMs));
    ExpectFound(Ends(kBegin, count, 365 * kDayMs, 366 * kDayMs));
    ExpectFound(Ends(-kDayMs, count, 1, 5));
  }
}

TEST(BucketsByEnd, FindsItWhereSlotsWouldBeTooMany) {
  ExpectFound(Ends(0, 10'000, 1, 20 * kDayMs));
  ExpectFound({5, 5, 5, 9});
  ExpectFound({});
}

}  // namespace
}  // namespace supportkpi::exec::native
