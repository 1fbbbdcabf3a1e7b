#include "exec/native/group_names.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exec/native/value_rules.h"
#include "time/calendar.h"

namespace supportkpi::exec::native {
namespace {

// Not numbered yet, and about to be. No value has such a number.
constexpr int32_t kUnknown = std::numeric_limits<int32_t>::min();
constexpr int32_t kPending = kUnknown + 1;

// An array of numbers may be so large, or so many times as large as the groups are many.
constexpr int64_t kDenseMin = 4096;
constexpr int64_t kDensePerGroupMax = 16;

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

int32_t& GroupNames::Numbers::Of(int64_t value) {
  if (value >= 0 && value < static_cast<int64_t>(dense.size())) return dense[static_cast<size_t>(value)];
  return sparse.try_emplace(value, kUnknown).first->second;
}

int32_t GroupNames::Numbers::Known(int64_t value) const {
  if (value >= 0 && value < static_cast<int64_t>(dense.size())) return dense[static_cast<size_t>(value)];
  const auto known = sparse.find(value);
  return known == sparse.end() ? kUnknown : known->second;
}

GroupNames::GroupNames(const QueryResources& resources, const plan::Fold* fold, GroupTable* table)
    : resources_(resources), fold_(fold), table_(*table), places_(table->dimensions()) {
  if (fold == nullptr) return;
  for (const plan::GroupTexts& texts : fold->kept) {
    auto text = texts.begin();
    for (size_t d = 0; d < places_.size() && text != texts.end(); ++d)
      if (fold->Folds(d)) places_[d].kept.insert(*text++);
  }
}

GroupNames::Space& GroupNames::SpaceOf(const Dimension& dimension) {
  std::deque<Space>& spaces = places_[dimension.place].spaces;
  const plan::BoundField& field = *dimension.field;
  for (Space& space : spaces) {
    const bool same_codes = field.kind == plan::ValueKind::kCode && space.field->kind == field.kind &&
                            space.field->domain == field.domain;
    if (space.field == &field || same_codes) return space;
  }
  if (spaces.size() == 1) {
    // From here on texts tell what is the same.
    const int32_t first = table_.NameAll(dimension.place);
    for (Numbers& numbers : spaces[0].numbers) {
      for (int32_t& number : numbers.dense)
        if (number < 0 && number != kUnknown) number = first - 1 - number;
      for (auto& [value, number] : numbers.sparse)
        if (number < 0) number = first - 1 - number;
    }
  }
  return spaces.emplace_back(Space{.field = &field});
}

void GroupNames::NumberByText(const Dimension& dimension, absl::Span<const int64_t> values, bool folded, Numbers* numbers) {
  const Place& place = places_[dimension.place];
  for (const int64_t value : values) {
    GroupValue named = value == dimension.other ? GroupValue{.kind = GroupValue::Kind::kOther} : Name(*dimension.field, value);
    if (folded && !place.kept.contains(named.name())) named = {.kind = GroupValue::Kind::kOther};
    numbers->Of(value) = table_.NumberOf(dimension.place, named);
  }
}

// Equal names have equal codes, so no text is looked at but to see whether there is one (an erased name is none).
void GroupNames::NumberByCode(const Dimension& dimension, absl::Span<const int64_t> values, bool folded, Space* space) {
  using Kind = GroupValue::Kind;
  const projection::Names& names = resources_.snapshot().NamesOf(dimension.field->domain);
  const size_t d = dimension.place;
  const auto number_of = [&](int64_t value) -> int32_t& { return space->numbers[folded ? 1 : 0].Of(value); };
  absl::flat_hash_set<int64_t> kept;
  const bool keeps_none = !folded || places_[d].kept.contains(std::nullopt);
  if (folded) {
    for (const std::optional<std::string>& text : places_[d].kept)
      if (text.has_value()) kept.insert(names.CodeOf(*text).value_or(0));
  }
  const Kind none = keeps_none ? Kind::kNone : Kind::kOther;
  std::vector<int64_t> codes;
  for (const int64_t value : values) {
    if (value == dimension.other)
      number_of(value) = SpecialNumber(d, Kind::kOther);
    else if (IsNull(value) || value <= 0 || value > names.code_count())
      number_of(value) = SpecialNumber(d, none);
    else if (!keeps_none && !kept.contains(value))
      number_of(value) = SpecialNumber(d, Kind::kOther);
    else
      codes.push_back(value);
  }
  names.EachText(codes, [&](size_t place, absl::string_view text) ABSL_NO_THREAD_SAFETY_ANALYSIS {
    int32_t& number = number_of(codes[place]);
    if (text.empty())
      number = SpecialNumber(d, none);
    else if (folded && !kept.contains(codes[place]))
      number = SpecialNumber(d, Kind::kOther);
    else if (const int32_t same = space->numbers[folded ? 0 : 1].Known(codes[place]);
             same != kUnknown && same != SpecialNumber(d, Kind::kOther))
      number = same;
    else if (table_.names_later())
      number = table_.AddUnnamed(d, dimension.field->domain, codes[place]);
    else
      number = table_.AddName(d, std::string(text));
  });
}

void GroupNames::AddNumbers(const CellTable& cells, size_t column, const Dimension& dimension, bool folded,
                            std::vector<int32_t>* tuples) {
  Space& space = SpaceOf(dimension);
  Numbers& numbers = space.numbers[folded ? 1 : 0];
  const uint32_t count = cells.group_count();
  if (numbers.dense.empty() && numbers.sparse.empty() &&
      dimension.size <= std::max(kDenseMin, kDensePerGroupMax * static_cast<int64_t>(count)))
    numbers.dense.assign(static_cast<size_t>(dimension.size), kUnknown);
  std::vector<int64_t> fresh;
  for (uint32_t group = 0; group < count; ++group) {
    const int64_t value = cells.ValuesOf(group)[column];
    int32_t& number = numbers.Of(value);
    if (number != kUnknown) continue;
    number = kPending;
    fresh.push_back(value);
  }
  const bool by_code = dimension.field->kind == plan::ValueKind::kCode && places_[dimension.place].spaces.size() == 1;
  if (by_code)
    NumberByCode(dimension, fresh, folded, &space);
  else
    NumberByText(dimension, fresh, folded, &numbers);
  const size_t dimensions = places_.size();
  for (uint32_t group = 0; group < count; ++group)
    (*tuples)[group * dimensions + dimension.place] = numbers.Of(cells.ValuesOf(group)[column]);
}

bool GroupNames::Folds(const Accumulator& from, const plan::GroupingSet& set) const {
  if (fold_ == nullptr) return false;
  for (size_t d = 0; d < places_.size(); ++d) {
    if (!fold_->Folds(d)) continue;
    const auto& dimensions = from.scan.dimensions;
    const auto found = std::find_if(dimensions.begin(), dimensions.end(), [&](const Dimension& of) { return of.place == d; });
    if (found == dimensions.end() || !from.stream.Keeps(*found) || !set.Keeps(d)) return false;  // a total over what is folded
  }
  return true;
}

void GroupNames::Fold(absl::Span<int32_t> numbers) {
  plan::GroupTexts texts;
  bool is_other = false;
  for (size_t d = 0; d < numbers.size() && !is_other; ++d) {
    if (!fold_->Folds(d)) continue;
    const GroupValue& value = table_.ValuesOf(d)[numbers[d]];
    is_other = value.kind == GroupValue::Kind::kOther;
    texts.push_back(value.name());
  }
  if (!is_other && fold_->kept.contains(texts)) return;
  for (size_t d = 0; d < numbers.size(); ++d)
    if (fold_->Folds(d)) numbers[d] = SpecialNumber(d, GroupValue::Kind::kOther);
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
  const size_t dimensions = places_.size();
  std::vector<int32_t> groups(from.cells.group_count());
  std::vector<int32_t> tuples(groups.size() * dimensions);
  for (size_t d = 0; d < dimensions; ++d) {
    const int32_t all = SpecialNumber(d, GroupValue::Kind::kAll);
    for (size_t i = d; i < tuples.size(); i += dimensions) tuples[i] = all;
  }
  const bool folds = Folds(from, set);
  size_t column = 0, folded_dimensions = 0;
  for (const Dimension& dimension : from.scan.dimensions) {
    if (!from.stream.Keeps(dimension)) continue;
    const bool folded = folds && fold_->Folds(dimension.place);
    folded_dimensions += folded;
    if (set.Keeps(dimension.place)) AddNumbers(from.cells, column, dimension, folded, &tuples);
    ++column;
  }
  for (size_t group = 0; group < groups.size(); ++group) {
    const auto tuple = absl::MakeSpan(tuples).subspan(group * dimensions, dimensions);
    if (folded_dimensions > 1) Fold(tuple);
    groups[group] = table_.Intern(tuple);
  }
  return groups;
}

}  // namespace supportkpi::exec::native
