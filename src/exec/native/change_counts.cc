#include "exec/native/change_counts.h"

#include <utility>

#include "exec/native/narrow_loops.h"

namespace supportkpi::exec::native {
namespace {

constexpr size_t kCountersEach = 2 * kLanes;

}  // namespace

uint64_t ChangeCounts::SizeFor(uint64_t groups, size_t reason_count, int32_t bucket_count) {
  return groups * (reason_count + 2) * (static_cast<uint64_t>(bucket_count) + 1) * kCountersEach;
}

void ChangeCounts::Begin(uint32_t groups, size_t reason_count, int32_t bucket_count) {
  groups_ = groups;
  reason_count_ = reason_count;
  places_each_ = static_cast<size_t>(bucket_count) + 1;
  counts_.assign(SizeFor(groups, reason_count, bucket_count), 0);
  block_of_verdict_ = BlocksOf(reason_count, static_cast<uint32_t>(groups * places_each_));
}

void ChangeCounts::Add(const uint32_t* groups, const int32_t* firsts, const int32_t* lasts, absl::Span<const uint8_t> verdicts) {
  const auto count_each = [&](auto group_of) {
    const auto each = static_cast<uint32_t>(places_each_);
    for (size_t i = 0; i < verdicts.size(); ++i) {
      const uint32_t place = block_of_verdict_[verdicts[i]] + group_of(i) * each;
      uint32_t* const lane = &counts_[i % kLanes];
      ++lane[(place + static_cast<uint32_t>(firsts[i])) * kCountersEach];
      ++lane[(place + static_cast<uint32_t>(lasts[i])) * kCountersEach + kLanes];
    }
  };
  if (groups == nullptr)
    count_each([](size_t) { return uint32_t{0}; });
  else
    count_each([&](size_t i) { return groups[i]; });
}

bool ChangeCounts::AddTo(Accumulator* to) {
  const auto bucket_count = static_cast<uint32_t>(places_each_ - 1);
  for (size_t block = 0; has_begun() && block <= reason_count_; ++block) {
    for (uint32_t group = 0; group < groups_; ++group) {
      for (uint32_t bucket = 0; bucket < bucket_count; ++bucket) {
        uint32_t* counters = &counts_[((block * groups_ + group) * places_each_ + bucket) * kCountersEach];
        int64_t change = 0;
        for (size_t lane = 0; lane < kLanes; ++lane)
          change += static_cast<int64_t>(std::exchange(counters[lane], 0)) - std::exchange(counters[kLanes + lane], 0);
        if (!to->AddAt(group * bucket_count + bucket, 0, bucket_count, block, change)) return false;
      }
    }
  }
  return true;
}

}  // namespace supportkpi::exec::native
