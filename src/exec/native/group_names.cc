#include "exec/native/group_names.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exec/native/value_rules.h"
#include "time/calendar.h"

namespace supportkpi::exec::native {
namespace {

// value / 10^places, without trailing zeros.
std::string Decimal(int64_t value, int places) {
  std::string digits = absl::StrCat(value < 0 ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value));
  if (digits.size() <= static_cast<size_t>(places)) digits.insert(0, places + 1 - digits.size(), '0');
  std::string fraction = digits.substr(digits.size() - places);
  digits.resize(digits.size() - places);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return absl::StrCat(value < 0 ? "-" : "", digits, fraction.empty() ? "" : ".", fraction);
}

}  // namespace

GroupValue GroupNames::Name(const plan::BoundField& field, int64_t value) const {
  const GroupValue none{.kind = GroupValue::Kind::kNone};
  if (IsNull(value)) return none;
  std::string text;
  switch (field.kind) {
    case plan::ValueKind::kCode:
      if (value > 0) text = resources_.snapshot().NamesOf(field.domain).TextOf(value);
      return text.empty() ? none : GroupValue{.text = std::move(text)};
    case plan::ValueKind::kAgentName: {
      const auto& names = resources_.agents().name;
      if (value <= 0 || value >= static_cast<int64_t>(names.size()) || names[value].empty()) return none;
      return {.text = names[value]};
    }
    case plan::ValueKind::kEnum:
      for (const auto& [number, name] : field.enum_names)
        if (number == value) return {.order = value, .text = name};
      return none;
    case plan::ValueKind::kInstant:
      if (value == kForever) return none;
      return {.order = value, .text = time::FormatRfc3339(value)};
    case plan::ValueKind::kDuration: return {.order = value, .text = Decimal(value, 3)};
    case plan::ValueKind::kBillionths: return {.order = value, .text = Decimal(value, 9)};
    case plan::ValueKind::kInteger:
    case plan::ValueKind::kMoney: return {.order = value, .text = absl::StrCat(value)};
  }
  return none;
}

int32_t GroupNames::NumberOf(const Dimension& dimension, int64_t value) {
  const auto [number, added] = numbers_.try_emplace(std::make_pair(dimension.field, value), 0);
  if (added) {
    number->second = table_.NumberOf(
        dimension.place, value == dimension.other ? GroupValue{.kind = GroupValue::Kind::kOther} : Name(*dimension.field, value));
  }
  return number->second;
}

void GroupNames::Fold(absl::Span<int32_t> numbers) {
  plan::GroupTexts texts;
  for (size_t d = 0; d < numbers.size(); ++d) {
    if (!fold_->Folds(d)) continue;
    const GroupValue& value = table_.ValuesOf(d)[numbers[d]];
    if (value.kind == GroupValue::Kind::kAll) return;  // a total over what is folded
    if (value.kind == GroupValue::Kind::kOther) return;  // it is folded already, with its neighbours
    texts.push_back(value.name());
  }
  if (fold_->kept.contains(texts)) return;
  for (size_t d = 0; d < numbers.size(); ++d)
    if (fold_->Folds(d)) numbers[d] = table_.NumberOf(d, {.kind = GroupValue::Kind::kOther});
}

bool GroupNames::Keeps(const PartScan& scan, const std::vector<size_t>& folding, const std::vector<int64_t>& values) {
  plan::GroupTexts texts;
  for (size_t i = 0; i < folding.size(); ++i) {
    texts.push_back(Name(*scan.dimensions[folding[i]].field, values[i]).name());
  }
  return fold_->kept.contains(texts);
}

std::vector<int32_t> GroupNames::GroupsOf(const Accumulator& from, const plan::GroupingSet& set) {
  absl::MutexLock lock(&mutex_);
  std::vector<int32_t> groups(from.cells.group_count());
  std::vector<int32_t> all(table_.dimensions());
  for (size_t d = 0; d < all.size(); ++d) all[d] = table_.NumberOf(d, {.kind = GroupValue::Kind::kAll});
  for (uint32_t group = 0; group < groups.size(); ++group) {
    std::vector<int32_t> numbers = all;
    const int64_t* value = from.cells.ValuesOf(group).data();
    for (const Dimension& dimension : from.scan.dimensions) {
      if (!from.stream.Keeps(dimension)) continue;
      if (set.Keeps(dimension.place)) numbers[dimension.place] = NumberOf(dimension, *value);
      ++value;
    }
    if (fold_ != nullptr) Fold(absl::MakeSpan(numbers));
    groups[group] = table_.Intern(numbers);
  }
  return groups;
}

}  // namespace supportkpi::exec::native
