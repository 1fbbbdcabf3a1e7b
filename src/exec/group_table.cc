#include "exec/group_table.h"

#include <algorithm>
#include <numeric>

namespace supportkpi::exec {

GroupTable::GroupTable(size_t dimensions) : dimensions_(dimensions) {}

int32_t GroupTable::NumberOf(size_t d, const GroupValue& value) {
  OfDimension& dimension = dimensions_[d];
  const auto [number, added] = dimension.numbers.try_emplace(value, static_cast<int32_t>(dimension.values.size()));
  if (added) dimension.values.push_back(value);
  return number->second;
}

int32_t GroupTable::Intern(absl::Span<const int32_t> numbers) {
  const auto [group, added] =
      groups_.try_emplace(std::vector<int32_t>(numbers.begin(), numbers.end()), static_cast<int32_t>(group_count_));
  if (added) {
    tuples_.insert(tuples_.end(), numbers.begin(), numbers.end());
    ++group_count_;
  }
  return group->second;
}

int32_t GroupTable::Intern(absl::Span<const GroupValue> values) {
  std::vector<int32_t> numbers;
  for (size_t d = 0; d < values.size(); ++d) numbers.push_back(NumberOf(d, values[d]));
  return Intern(numbers);
}

std::optional<int32_t> GroupTable::Find(absl::Span<const int32_t> numbers) const {
  const auto group = groups_.find(std::vector<int32_t>(numbers.begin(), numbers.end()));
  if (group == groups_.end()) return std::nullopt;
  return group->second;
}

std::optional<int32_t> GroupTable::Find(absl::Span<const GroupValue> values) const {
  std::vector<int32_t> numbers;
  for (size_t d = 0; d < values.size(); ++d) {
    const auto number = dimensions_[d].numbers.find(values[d]);
    if (number == dimensions_[d].numbers.end()) return std::nullopt;
    numbers.push_back(number->second);
  }
  return Find(numbers);
}

std::vector<int32_t> GroupTable::RanksOf(size_t d) const {
  const std::vector<GroupValue>& values = dimensions_[d].values;
  std::vector<int32_t> ordered(values.size()), ranks(values.size());
  std::iota(ordered.begin(), ordered.end(), 0);
  std::sort(ordered.begin(), ordered.end(), [&](int32_t left, int32_t right) { return values[left] < values[right]; });
  for (size_t rank = 0; rank < ordered.size(); ++rank) ranks[ordered[rank]] = static_cast<int32_t>(rank);
  return ranks;
}

}  // namespace supportkpi::exec
