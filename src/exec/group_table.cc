#include "exec/group_table.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace supportkpi::exec {
namespace {

using Kind = GroupValue::Kind;

constexpr size_t kSlotsMin = 16;

uint64_t HashOf(absl::Span<const int32_t> numbers) {
  uint64_t hash = 0x9e3779b97f4a7c15;
  for (const int32_t number : numbers) {
    hash = (hash ^ static_cast<uint32_t>(number)) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
  }
  return hash;
}

// The first bytes of a text as a number that sorts like them.
uint64_t PrefixOf(const std::string& text) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, text.data(), std::min(text.size(), sizeof(prefix)));
  return __builtin_bswap64(prefix);
}

}  // namespace

GroupTable::GroupTable(size_t dimensions, std::shared_ptr<const projection::Snapshot> names_later)
    : dimensions_(dimensions), snapshot_(std::move(names_later)), slots_(kSlotsMin, -1) {}

void GroupTable::PrepareLookUp(OfDimension* dimension) {
  for (; dimension->looked_up < static_cast<int32_t>(dimension->values.size()); ++dimension->looked_up) {
    const GroupValue& value = dimension->values[dimension->looked_up];
    if (value.kind == Kind::kName) dimension->numbers.try_emplace(value, dimension->looked_up);
  }
}

void GroupTable::IndexNames() {
  for (OfDimension& dimension : dimensions_) PrepareLookUp(&dimension);
}

int32_t GroupTable::NumberOf(size_t d, const GroupValue& value) {
  OfDimension& dimension = dimensions_[d];
  const auto next = static_cast<int32_t>(dimension.values.size());
  if (value.kind != Kind::kName) {
    int32_t& number = dimension.special[static_cast<size_t>(value.kind)];
    if (number >= 0) return number;
    dimension.values.push_back(value);
    return number = next;
  }
  PrepareLookUp(&dimension);
  const auto [number, added] = dimension.numbers.try_emplace(value, next);
  if (added) dimension.values.push_back(value);
  return number->second;
}

int32_t GroupTable::AddName(size_t d, std::string text) {
  std::vector<GroupValue>& values = dimensions_[d].values;
  values.push_back({.text = std::move(text)});
  return static_cast<int32_t>(values.size()) - 1;
}

int32_t GroupTable::AddUnnamed(size_t d, record::Domain domain, int64_t code) {
  dimensions_[d].domain = domain;
  dimensions_[d].codes.push_back(code);
  return -static_cast<int32_t>(dimensions_[d].codes.size());
}

int32_t GroupTable::NameAll(size_t d) {
  OfDimension& dimension = dimensions_[d];
  const auto first = static_cast<int32_t>(dimension.values.size());
  if (dimension.codes.empty()) return first;
  snapshot_->NamesOf(dimension.domain).EachText(dimension.codes, [&](size_t, absl::string_view text) {
    dimension.values.push_back({.text = std::string(text)});
  });
  dimension.codes.clear();
  for (size_t i = d; i < tuples_.size(); i += dimensions_.size())
    if (tuples_[i] < 0) tuples_[i] = first - 1 - tuples_[i];
  ResetSlots(slots_.size());
  return first;
}

void GroupTable::ResetSlots(size_t count) {
  slots_.assign(count, -1);
  for (size_t group = 0; group < group_count_; ++group)
    slots_[SlotOf(NumbersOf(static_cast<int32_t>(group)))] = static_cast<int32_t>(group);
}

size_t GroupTable::SlotOf(absl::Span<const int32_t> numbers) const {
  const size_t mask = slots_.size() - 1;
  size_t slot = HashOf(numbers) & mask;
  while (slots_[slot] >= 0 && NumbersOf(slots_[slot]) != numbers) slot = (slot + 1) & mask;
  return slot;
}

int32_t GroupTable::Intern(absl::Span<const int32_t> numbers) {
  const size_t slot = SlotOf(numbers);
  if (slots_[slot] >= 0) return slots_[slot];
  const auto group = static_cast<int32_t>(group_count_++);
  tuples_.insert(tuples_.end(), numbers.begin(), numbers.end());
  slots_[slot] = group;
  if (group_count_ * 2 > slots_.size()) ResetSlots(slots_.size() * 2);
  return group;
}

int32_t GroupTable::Intern(absl::Span<const GroupValue> values) {
  std::vector<int32_t> numbers;
  for (size_t d = 0; d < values.size(); ++d) numbers.push_back(NumberOf(d, values[d]));
  return Intern(numbers);
}

std::optional<int32_t> GroupTable::Find(absl::Span<const int32_t> numbers) const {
  const int32_t group = slots_[SlotOf(numbers)];
  return group < 0 ? std::nullopt : std::optional(group);
}

std::optional<int32_t> GroupTable::Find(absl::Span<const GroupValue> values) const {
  std::vector<int32_t> numbers;
  for (size_t d = 0; d < values.size(); ++d) {
    const OfDimension& dimension = dimensions_[d];
    const auto known = dimension.numbers.find(values[d]);
    if (values[d].kind != Kind::kName) {
      numbers.push_back(dimension.special[static_cast<size_t>(values[d].kind)]);
    } else if (known != dimension.numbers.end()) {
      numbers.push_back(known->second);
    } else {
      const auto rest = dimension.values.begin() + dimension.looked_up;
      const auto found = std::find(rest, dimension.values.end(), values[d]);
      numbers.push_back(found == dimension.values.end() ? -1 : static_cast<int32_t>(found - dimension.values.begin()));
    }
    if (numbers.back() < 0) return std::nullopt;
  }
  return Find(numbers);
}

const GroupValue& GroupTable::OfNumber(size_t d, int32_t number) const {
  static const GroupValue* const unnamed = new GroupValue;
  return number < 0 ? *unnamed : dimensions_[d].values[static_cast<size_t>(number)];
}

std::vector<int32_t> GroupTable::RanksOf(size_t d) const {
  const std::vector<GroupValue>& values = dimensions_[d].values;
  struct Ordered {
    Kind kind;
    int32_t number;
    int64_t order;
    uint64_t prefix;
  };
  std::vector<Ordered> ordered;
  ordered.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i)
    ordered.push_back({values[i].kind, static_cast<int32_t>(i), values[i].order, PrefixOf(values[i].text)});
  std::sort(ordered.begin(), ordered.end(), [&](const Ordered& left, const Ordered& right) {
    if (left.kind != right.kind) return left.kind < right.kind;
    if (left.order != right.order) return left.order < right.order;
    return left.prefix != right.prefix ? left.prefix < right.prefix : values[left.number].text < values[right.number].text;
  });
  std::vector<int32_t> ranks(values.size());
  for (size_t rank = 0; rank < ordered.size(); ++rank) ranks[ordered[rank].number] = static_cast<int32_t>(rank);
  return ranks;
}

GroupTable GroupTable::Named(absl::Span<const int32_t> groups, std::vector<int32_t>* numbers) const {
  GroupTable named(dimensions());
  std::vector<int32_t> tuples(groups.size() * dimensions());
  for (size_t d = 0; d < dimensions(); ++d) {
    std::vector<int64_t> codes;  // of the groups that have no name, in order
    for (const int32_t group : groups) {
      const int32_t number = NumbersOf(group)[d];
      if (number < 0) codes.push_back(dimensions_[d].codes[static_cast<size_t>(-1 - number)]);
    }
    std::vector<GroupValue> texts;
    if (!codes.empty()) {
      snapshot_->NamesOf(dimensions_[d].domain).EachText(codes, [&](size_t, absl::string_view text) {
        texts.push_back(text.empty() ? GroupValue{.kind = Kind::kNone} : GroupValue{.text = std::string(text)});
      });
    }
    size_t next = 0;
    for (size_t i = 0; i < groups.size(); ++i) {
      const int32_t number = NumbersOf(groups[i])[d];
      tuples[i * dimensions() + d] = named.NumberOf(d, number < 0 ? texts[next++] : OfNumber(d, number));
    }
  }
  for (size_t i = 0; i < groups.size(); ++i)
    numbers->push_back(named.Intern(absl::MakeConstSpan(tuples).subspan(i * dimensions(), dimensions())));
  return named;
}

}  // namespace supportkpi::exec
