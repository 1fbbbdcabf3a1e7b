#include "exec/native/covered_periods.h"

#include <algorithm>
#include <set>
#include <utility>

namespace supportkpi::exec::native {
namespace {

// What the pieces of one cell add up to.
struct Sum {
  double value = 0, numerator = 0;
  int64_t facts = 0;
  std::vector<int64_t> left_out, notes;

  void Add(const PartCell& piece) {
    facts += piece.facts;
    value += piece.value.value_or(0);
    numerator += piece.numerator.value_or(0);
    for (size_t i = 0; i < piece.left_out.size(); ++i) left_out[i] += piece.left_out[i];
    for (size_t i = 0; i < piece.notes.size(); ++i) notes[i] += piece.notes[i];
  }
};

// The group of the pieces that a group of the covering part covers; nullopt: no piece is in it.
std::optional<int32_t> GroupOfPieces(const plan::PartPlan& part, int32_t group, const GroupTable& groups,
                                     const GroupTable& of_pieces) {
  std::vector<GroupValue> values;
  for (size_t d = 0; d < groups.dimensions(); ++d) {
    const bool applies = d < part.groups.size() && part.groups[d].applies;
    values.push_back(applies ? groups.ValueOf(group, d) : GroupValue{.kind = GroupValue::Kind::kAll});
  }
  return of_pieces.Find(absl::MakeConstSpan(values));
}

}  // namespace

plan::PartPlan PiecesOf(const plan::PartPlan& part, const PartResult& covering) {
  plan::PartPlan pieces = part;
  pieces.over = -1;
  pieces.buckets.clear();
  std::set<int64_t> ends;
  std::set<std::pair<int64_t, int64_t>> periods;
  for (const Cells& cells : covering.sets) {
    for (size_t i = 0; i < cells.size(); ++i) {
      for (const auto& period : cells.covered(i)) {
        periods.insert(period);
        ends.insert(period.first);
        ends.insert(period.second);
      }
    }
  }
  std::set<std::pair<int64_t, int64_t>> cut;
  for (const auto& [from, to] : periods) {
    auto end = ends.find(from);
    for (int64_t begin = from; begin < to; begin = *end) cut.insert({begin, *++end});
  }
  for (const auto& [from, to] : cut) pieces.buckets.push_back({.start_ms = from, .end_ms = to});
  return pieces;
}

PartResult SumPieces(const plan::PartPlan& part, const plan::PartPlan& pieces_plan, const Result& pieces,
                     const PartResult& covering, const GroupTable& groups) {
  PartResult result;
  const auto& buckets = pieces_plan.buckets;
  const size_t reasons = LeftOutNames(part.part).size(), notes = NoteNames(part.part).size();
  for (size_t set = 0; set < covering.sets.size(); ++set) {
    const Cells& cells = covering.sets[set];
    Cells& out = result.sets.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) {
      Sum sum{.left_out = std::vector<int64_t>(reasons), .notes = std::vector<int64_t>(notes)};
      const std::optional<int32_t> group = GroupOfPieces(part, cells.key(i).group, groups, pieces.groups);
      for (const auto& [from, to] : cells.covered(i)) {
        auto bucket = std::lower_bound(buckets.begin(), buckets.end(), from,
                                       [](const time::Bucket& b, int64_t at) { return b.start_ms < at; });
        for (; group.has_value() && bucket != buckets.end() && bucket->start_ms < to; ++bucket) {
          const CellKey key{.bucket = static_cast<int32_t>(bucket - buckets.begin()), .group = *group};
          if (const CellRef piece = pieces.parts[0].Find(set, key)) sum.Add(piece.cell());
        }
      }
      out.Add(cells.key(i), {.value = sum.value, .numerator = sum.numerator, .facts = sum.facts, .left_out = sum.left_out,
                             .notes = sum.notes});
    }
    out.Index();
  }
  return result;
}

}  // namespace supportkpi::exec::native
