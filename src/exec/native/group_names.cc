#include "exec/native/group_names.h"

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
  const GroupValue none{.none = true};
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

int64_t GroupNames::GroupOf(size_t d, const plan::BoundField& field, int64_t value) {
  OfDimension& dimension = dimensions_[d];
  auto [it, added] = dimension.groups.try_emplace(std::make_pair(&field, value), 0);
  if (!added) return it->second;
  GroupValue name = Name(field, value);
  auto [number, is_new] = dimension.numbers.try_emplace(name, static_cast<int64_t>(dimension.values.size()));
  if (is_new) dimension.values.push_back(std::move(name));
  return it->second = number->second;
}

}  // namespace supportkpi::exec::native
