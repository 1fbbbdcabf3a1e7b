#include "exec/native/entity_sums.h"

#include <algorithm>
#include <array>

#include "exec/native/radix_sort.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

// Of more runs than that, finding the one that is next would cost more than a place for each code.
constexpr size_t kMergedRunsMax = 16;
constexpr size_t kCodesPerEntityMax = 4;
// Fewer are sorted by comparisons: counting digits would cost more.
constexpr size_t kRadixSortMin = 2048;

struct CodeRange {
  uint32_t first = ~uint32_t{0}, last = 0;

  void Add(uint32_t code) { first = std::min(first, code), last = std::max(last, code); }
};

CodeRange CodesOf(absl::Span<const EntityRun> runs, absl::Span<const EntityValue> loose) {
  CodeRange codes;
  for (const EntityValue& value : loose) codes.Add(value.entity);
  for (const EntityRun& run : runs) {
    if (run.size == 0) continue;
    codes.Add(run.entities[0]);
    codes.Add(run.entities[run.size - 1]);
  }
  return codes;
}

void SortByEntity(absl::Span<EntityValue> values, std::vector<EntityValue>* scratch) {
  if (values.size() < kRadixSortMin) {
    std::sort(values.begin(), values.end(), [](const auto& left, const auto& right) { return left.entity < right.entity; });
    return;
  }
  scratch->assign(values.begin(), values.end());
  uint64_t largest = 0;
  for (const EntityValue& value : values) largest = std::max<uint64_t>(largest, value.entity);
  RadixSort(scratch, largest, [](const EntityValue& value) { return static_cast<uint64_t>(value.entity); });
  std::copy(scratch->begin(), scratch->end(), values.begin());
}

}  // namespace

void EntitySums::Sum(absl::Span<const EntityRun> runs, absl::Span<EntityValue> loose) {
  sums_.clear();
  lost_.clear();
  if (loose.empty() && runs.size() <= kMergedRunsMax) return Merge(runs);
  if (SumByCode(runs, loose)) return;
  if (runs.empty()) return SumSorted(loose);
  gathered_.assign(loose.begin(), loose.end());
  for (const EntityRun& run : runs)
    for (size_t i = 0; i < run.size; ++i) gathered_.push_back({run.entities[i], run.ValueAt(i)});
  SumSorted(absl::MakeSpan(gathered_));
}

// What of a run is not summed yet.
struct EntitySums::Head {
  const EntityRun* run;
  size_t at;

  uint32_t entity() const { return run->entities[at]; }
};

// Chunks lie one behind the other in time, and so, mostly, do their entities: the run that is behind goes on for long before
// another is.
void EntitySums::Merge(absl::Span<const EntityRun> runs) {
  std::array<Head, kMergedRunsMax> heads;
  size_t count = 0;
  for (const EntityRun& run : runs)
    if (run.size > 0) heads[count++] = {&run, 0};
  while (count > 0) {
    size_t least = 0;
    uint64_t next = ~uint64_t{0};  // the least entity of the other heads; none: greater than any
    for (size_t i = 1; i < count; ++i) {
      if (heads[i].entity() < heads[least].entity()) {
        next = heads[least].entity();
        least = i;
      } else {
        next = std::min<uint64_t>(next, heads[i].entity());
      }
    }
    Head& head = heads[least];
    const EntityRun& run = *head.run;
    for (; head.at < run.size && run.entities[head.at] < next; ++head.at) sums_.push_back(run.ValueAt(head.at));
    if (head.at < run.size && head.entity() == next) {
      int64_t sum = 0;
      for (size_t i = 0; i < count; ++i) {
        if (heads[i].at == heads[i].run->size || heads[i].entity() != next) continue;
        sum += heads[i].run->ValueAt(heads[i].at++);
      }
      sums_.push_back(sum);
    }
    const auto done = [](const Head& of) { return of.at == of.run->size; };
    count = static_cast<size_t>(std::remove_if(heads.begin(), heads.begin() + count, done) - heads.begin());
  }
}

// Where the entities' codes lie close together, as those of one month's tickets do, a sum for each code between the first
// and the last takes less than sorting. False: they do not.
bool EntitySums::SumByCode(absl::Span<const EntityRun> runs, absl::Span<const EntityValue> loose) {
  const auto [first, last] = CodesOf(runs, loose);
  size_t count = loose.size();
  for (const EntityRun& run : runs) count += run.size;
  if (count == 0 || last - first > kCodesPerEntityMax * count) return false;
  by_code_.assign(last - first + 1, kNull);  // none yet; kNoSchedule: lost
  for (const EntityRun& run : runs) {
    for (size_t i = 0; i < run.size; ++i) {
      int64_t& sum = by_code_[run.entities[i] - first];
      sum = (sum == kNull ? 0 : sum) + run.ValueAt(i);
    }
  }
  for (const EntityValue& value : loose) {
    int64_t& sum = by_code_[value.entity - first];
    if (value.value == kNoSchedule)
      sum = kNoSchedule;
    else if (sum != kNoSchedule)
      sum = (sum == kNull ? 0 : sum) + value.value;
  }
  for (size_t code = 0; code < by_code_.size(); ++code) {
    if (by_code_[code] == kNoSchedule)
      lost_.push_back(first + static_cast<uint32_t>(code));
    else if (by_code_[code] != kNull)
      sums_.push_back(by_code_[code]);
  }
  return true;
}

void EntitySums::SumSorted(absl::Span<EntityValue> values) {
  SortByEntity(values, &scratch_);
  for (size_t begin = 0, end = 0; begin < values.size(); begin = end) {
    int64_t sum = 0;
    bool lost = false;
    for (; end < values.size() && values[end].entity == values[begin].entity; ++end) {
      lost = lost || values[end].value == kNoSchedule;
      sum = lost ? 0 : sum + values[end].value;
    }
    if (lost)
      lost_.push_back(values[begin].entity);
    else
      sums_.push_back(sum);
  }
}

}  // namespace supportkpi::exec::native
