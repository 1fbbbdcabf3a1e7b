#include "projection/sealed_facts.h"

#include <algorithm>
#include <utility>

#include "projection/layout.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using column::ColumnKey;
using column::ColumnRange;
using column::kForever;
using column::kNull;

absl::StatusOr<bool> HoldsLists(const column::Segment& segment, uint32_t row, const SetLayout& layout,
                                const fact::Fact& fact) {
  column::Lists lists;
  for (size_t place = layout.columns->scalar_count; place < layout.columns->columns.size(); ++place) {
    const auto expected = fact.List(static_cast<int>(place - layout.columns->scalar_count));
    ASSIGN_OR_RETURN(const auto column, segment.Column(layout.columns->columns[place].key));
    if (column == nullptr || !column->is_list()) {
      if (!expected.empty()) return false;
      continue;
    }
    column->ReadLists(row, 1, &lists);
    if (absl::MakeConstSpan(lists.values) != expected) return false;
  }
  return true;
}

using Attributes = std::vector<std::pair<int64_t, int64_t>>;

int64_t AttributeOf(const Attributes& attributes, ColumnKey name) {
  for (const auto& [code, value] : attributes) {
    if (code == name) return value;
  }
  return 0;
}

// Every attribute column of the segment is as the fact says, and the fact has no others.
absl::StatusOr<bool> HoldsAttributes(const column::Segment& segment, uint32_t row, const fact::Fact& fact) {
  size_t found = 0;
  const auto& columns = segment.header().columns;
  for (auto at = columns.rbegin(); at != columns.rend() && at->key >= column::kAttributeBase; ++at) {
    const bool of_ticket = at->key >= column::kTicketAttributeBase;
    const int64_t expected = of_ticket ? AttributeOf(fact.ticket_attributes, at->key - column::kTicketAttributeBase)
                                       : AttributeOf(fact.attributes, at->key - column::kAttributeBase);
    ASSIGN_OR_RETURN(const auto column, segment.Column(at->key));
    if (column->At(row) != expected) return false;
    found += expected != 0;
  }
  const auto is_set = [](const auto& attribute) { return attribute.second != 0; };
  return found == static_cast<size_t>(std::count_if(fact.attributes.begin(), fact.attributes.end(), is_set) +
                                      std::count_if(fact.ticket_attributes.begin(), fact.ticket_attributes.end(), is_set));
}

absl::StatusOr<bool> Holds(const column::Segment& segment, uint32_t row, const fact::Fact& fact) {
  const SetLayout& layout = LayoutOf(fact.set);
  for (size_t place = 0; place < layout.columns->scalar_count; ++place) {
    const column::SegmentColumn* info = segment.header().Find(layout.columns->columns[place].key);
    if (info == nullptr) {
      if (fact.scalars[place] != kNull) return false;
      continue;
    }
    if (info->is_constant) {
      if (info->constant != fact.scalars[place]) return false;
      continue;
    }
    ASSIGN_OR_RETURN(const auto column, segment.Column(info->key));
    if (column->At(row) != fact.scalars[place]) return false;
  }
  ASSIGN_OR_RETURN(const bool lists, HoldsLists(segment, row, layout, fact));
  if (!lists) return false;
  return HoldsAttributes(segment, row, fact);
}

Lasting LastingOf(const column::Segment& segment) {
  const SetLayout& layout = LayoutOf(static_cast<fact::FactSet>(segment.header().fact_set));
  if (!layout.known_to_column.has_value()) return Lasting::kAll;
  const ColumnRange known_to = segment.Range(*layout.known_to_column);
  if (!known_to.has_forever) return Lasting::kNone;
  return known_to.has_null || known_to.min <= known_to.max ? Lasting::kSome : Lasting::kAll;
}

}  // namespace

bool SealedFacts::Bounds::MayHold(int64_t sort_value, bool lasts) const {
  if (lasting == (lasts ? Lasting::kNone : Lasting::kAll)) return false;
  if (sort_value == kNull) return has_null;
  if (sort_value == kForever) return has_forever;
  return min <= sort_value && sort_value <= max;
}

void SealedFacts::Add(const SegmentPointer& segment) {
  Set& set = sets_[segment->header().fact_set];
  const ColumnRange range = segment->Range(segment->header().sort_column);
  set.segments.push_back(segment);
  set.bounds.push_back({range.min, range.max, range.has_null, range.has_forever, LastingOf(*segment)});
}

void SealedFacts::Remove(const column::Segment& segment) {
  Set& set = sets_[segment.header().fact_set];
  for (size_t i = 0; i < set.segments.size(); ++i) {
    if (set.segments[i].get() != &segment) continue;
    set.segments.erase(set.segments.begin() + static_cast<ptrdiff_t>(i));
    set.bounds.erase(set.bounds.begin() + static_cast<ptrdiff_t>(i));
    return;
  }
}

absl::StatusOr<std::optional<SealedRow>> SealedFacts::Find(const fact::Fact& fact,
                                                           const std::function<bool(const SealedRow&)>& is_taken) const {
  const Set& set = sets_[static_cast<size_t>(fact.set)];
  const SetLayout& layout = LayoutOf(fact.set);
  const int64_t sort_value = fact.scalars[layout.sort_place];
  const bool lasts = Lasts(fact);
  const int64_t identity = fact.scalars[layout.identity_place];
  for (size_t i = 0; i < set.segments.size(); ++i) {
    if (!set.bounds[i].MayHold(sort_value, lasts)) continue;
    const column::Segment& segment = *set.segments[i];
    const ColumnRange identities = segment.Range(layout.identity_column);
    if (identity != kNull && identity != kForever && (identity < identities.min || identity > identities.max)) continue;
    ASSIGN_OR_RETURN(uint32_t row, segment.LowerBound(sort_value, identity));
    ASSIGN_OR_RETURN(const auto sort_values, segment.Column(layout.sort_column));
    ASSIGN_OR_RETURN(const auto identity_values, segment.Column(layout.identity_column));
    for (; row < segment.row_count(); ++row) {
      if (sort_values->At(row) != sort_value || identity_values->At(row) != identity) break;
      if (segment.deaths()->IsDead(row) || is_taken({&segment, row})) continue;
      ASSIGN_OR_RETURN(const bool holds, Holds(segment, row, fact));
      if (holds) return SealedRow{&segment, row};
    }
  }
  return std::optional<SealedRow>();
}

std::vector<MergeCandidate> SealedFacts::MergeCandidates(fact::FactSet set) const {
  const Set& of_set = sets_[static_cast<size_t>(set)];
  std::vector<MergeCandidate> candidates;
  candidates.reserve(of_set.segments.size());
  for (size_t i = 0; i < of_set.segments.size(); ++i) {
    const Bounds& bounds = of_set.bounds[i];
    MergeCandidate candidate;
    candidate.min = bounds.has_null ? kNull : bounds.min;
    candidate.max = bounds.has_forever ? kForever : (bounds.min > bounds.max ? kNull : bounds.max);
    candidate.lasting = bounds.lasting;
    candidate.rows = of_set.segments[i]->row_count();
    candidate.dead = of_set.segments[i]->deaths()->count();
    candidates.push_back(candidate);
  }
  return candidates;
}

}  // namespace supportkpi::projection
