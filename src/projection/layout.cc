#include "projection/layout.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "column/hash.h"

namespace supportkpi::projection {

namespace {

using column::kForever;
using column::kNull;
using fact::Column;
using fact::FactSet;

// The first of these that a set has is its identity column.
constexpr Column kRecordColumns[] = {Column::kSurvey, Column::kCall,   Column::kAgentTime,
                                     Column::kCost,   Column::kPeriod, Column::kTicket};

SetLayout MakeLayout(const fact::FactSetInfo& info) {
  SetLayout layout;
  std::vector<column::ColumnSpec> specs;
  const auto scalar_count = static_cast<size_t>(info.scalar_count);
  for (size_t place = 0; place < info.columns.size(); ++place) {
    const fact::ColumnInfo& column = fact::InfoOf(info.columns[place]);
    const auto key = static_cast<column::ColumnKey>(column.column);
    specs.push_back({key, place >= scalar_count});
    if (column.type != fact::ColumnType::kInstant) continue;
    layout.instant_columns.push_back(key);
    if (place < scalar_count) layout.instant_places.push_back(place);
    else layout.instant_lists.push_back(place - scalar_count);
  }
  layout.columns = std::make_shared<column::PlainLayout>(std::move(specs));
  layout.sort_column = static_cast<column::ColumnKey>(info.sort_column);
  layout.sort_place = static_cast<size_t>(*fact::PositionOf(info.set, info.sort_column));
  layout.identity_column = layout.sort_column;
  layout.identity_place = layout.sort_place;
  for (const Column candidate : kRecordColumns) {
    const std::optional<int> place = fact::PositionOf(info.set, candidate);
    if (!place.has_value()) continue;
    layout.identity_column = static_cast<column::ColumnKey>(candidate);
    layout.identity_place = static_cast<size_t>(*place);
    break;
  }
  if (const std::optional<int> place = fact::PositionOf(info.set, Column::kKnownTo); place.has_value()) {
    layout.known_to_column = static_cast<column::ColumnKey>(Column::kKnownTo);
    layout.known_to_place = static_cast<size_t>(*place);
  }
  return layout;
}

std::array<SetLayout, fact::kFactSetCount> MakeLayouts() {
  std::array<SetLayout, fact::kFactSetCount> layouts;
  for (const fact::FactSetInfo& info : fact::AllFactSets()) layouts[static_cast<size_t>(info.set)] = MakeLayout(info);
  return layouts;
}

uint64_t HashPairs(uint64_t hash, const std::vector<std::pair<int64_t, int64_t>>& pairs) {
  for (const auto& [name, value] : pairs) hash = column::MixHash(hash ^ static_cast<uint64_t>(name), static_cast<uint64_t>(value));
  return hash;
}

}  // namespace

const SetLayout& LayoutOf(FactSet set) {
  static const auto* layouts = new std::array<SetLayout, fact::kFactSetCount>(MakeLayouts());
  return (*layouts)[static_cast<size_t>(set)];
}

column::PlainRow RowOf(const fact::Fact& fact) {
  return {fact.scalars, fact.list_values, fact.list_ends, fact.attributes, fact.ticket_attributes};
}

bool Lasts(const fact::Fact& fact) {
  const SetLayout& layout = LayoutOf(fact.set);
  return !layout.known_to_column.has_value() || fact.scalars[layout.known_to_place] == kForever;
}

uint64_t HashOf(const fact::Fact& fact) {
  uint64_t hash = column::HashWords(static_cast<uint64_t>(fact.set) + 1, fact.scalars);
  if (!fact.list_values.empty()) {
    hash = column::HashWords(hash, fact.list_values);
    for (const uint32_t end : fact.list_ends) hash = column::MixHash(hash, end);
  }
  hash = HashPairs(hash, fact.attributes);
  return HashPairs(hash + 1, fact.ticket_attributes);
}

int64_t LatestInstantOf(const fact::Fact& fact) {
  const SetLayout& layout = LayoutOf(fact.set);
  int64_t latest = kNull;
  const auto consider = [&latest](int64_t instant) {
    if (instant != kForever) latest = std::max(latest, instant);
  };
  for (const size_t place : layout.instant_places) consider(fact.scalars[place]);
  for (const size_t list : layout.instant_lists) {
    for (const int64_t instant : fact.List(static_cast<int>(list))) consider(instant);
  }
  return latest;
}

}  // namespace supportkpi::projection
