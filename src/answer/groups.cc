#include "answer/groups.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace supportkpi::answer {

using exec::GroupValue;

GroupTexts TextsOf(const exec::GroupTable& groups, int32_t group, plan::DimensionMask dimensions) {
  GroupTexts texts;
  for (size_t d = 0; d < groups.dimensions(); ++d) {
    if (plan::Has(dimensions, d)) texts.push_back(groups.ValueOf(group, d).name());
  }
  return texts;
}

GroupOrder::GroupOrder(const exec::GroupTable& groups) : groups_(groups) {
  uint64_t places = 1;
  bool fit = true;
  for (size_t d = 0; d < groups.dimensions(); ++d) {
    value_ranks_.push_back(groups.RanksOf(d));
    const uint64_t values = std::max<uint64_t>(value_ranks_.back().size(), 1);
    fit = fit && places <= std::numeric_limits<uint64_t>::max() / values;
    places *= values;
  }
  if (!fit) return;
  places_.reserve(static_cast<size_t>(groups.size()));
  for (int32_t group = 0; group < groups.size(); ++group) {
    const auto numbers = groups.NumbersOf(group);
    uint64_t place = 0;
    for (size_t d = 0; d < numbers.size(); ++d)
      place = place * value_ranks_[d].size() + static_cast<uint64_t>(value_ranks_[d][numbers[d]]);
    places_.push_back(place);
  }
}

void GroupOrder::RankFirst(plan::DimensionMask dimensions, const std::map<GroupTexts, int32_t>& ranks) {
  first_ranks_.resize(groups_.size(), std::numeric_limits<int32_t>::max());
  for (int32_t group = 0; group < groups_.size(); ++group) {
    bool is_other = false;
    for (size_t d = 0; d < groups_.dimensions(); ++d)
      is_other = is_other || (plan::Has(dimensions, d) && groups_.ValueOf(group, d).kind >= GroupValue::Kind::kOther);
    if (is_other) continue;
    const auto rank = ranks.find(TextsOf(groups_, group, dimensions));
    if (rank != ranks.end()) first_ranks_[group] = rank->second;
  }
}

bool GroupOrder::BeforeByValues(int32_t left, int32_t right) const {
  if (!places_.empty()) return places_[left] < places_[right];
  const auto left_numbers = groups_.NumbersOf(left), right_numbers = groups_.NumbersOf(right);
  for (size_t d = 0; d < value_ranks_.size(); ++d) {
    const int32_t l = value_ranks_[d][left_numbers[d]], r = value_ranks_[d][right_numbers[d]];
    if (l != r) return l < r;
  }
  return false;
}

bool GroupOrder::Before(int32_t left, int32_t right) const {
  if (left == right) return false;
  if (!first_ranks_.empty() && first_ranks_[left] != first_ranks_[right]) return first_ranks_[left] < first_ranks_[right];
  return BeforeByValues(left, right);
}

void GroupOrder::Sort(std::vector<int32_t>* groups) const {
  if (places_.empty()) {
    std::sort(groups->begin(), groups->end(), [&](int32_t left, int32_t right) { return Before(left, right); });
    return;
  }
  struct Placed {
    uint64_t place;
    int32_t first_rank;
    int32_t group;
  };
  std::vector<Placed> placed;
  placed.reserve(groups->size());
  for (const int32_t group : *groups) placed.push_back({places_[group], first_ranks_.empty() ? 0 : first_ranks_[group], group});
  std::sort(placed.begin(), placed.end(), [](const Placed& left, const Placed& right) {
    return std::tie(left.first_rank, left.place) < std::tie(right.first_rank, right.place);
  });
  for (size_t i = 0; i < placed.size(); ++i) (*groups)[i] = placed[i].group;
}

int GroupOrder::Compare(int32_t left, int32_t right, size_t dimension, bool descending) const {
  const int32_t l = value_ranks_[dimension][groups_.NumbersOf(left)[dimension]];
  const int32_t r = value_ranks_[dimension][groups_.NumbersOf(right)[dimension]];
  if (l == r) return 0;
  const bool named = groups_.ValueOf(left, dimension).kind == GroupValue::Kind::kName &&
                     groups_.ValueOf(right, dimension).kind == GroupValue::Kind::kName;
  return (l < r) != (descending && named) ? -1 : 1;
}

}  // namespace supportkpi::answer
