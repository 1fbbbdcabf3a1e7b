#include "exec/native/covered_periods.h"

#include <algorithm>
#include <set>
#include <utility>

namespace supportkpi::exec::native {
namespace {

void AddPiece(const PartCell& piece, PartCell* sum) {
  sum->facts += piece.facts;
  *sum->value += piece.value.value_or(0);
  *sum->numerator += piece.numerator.value_or(0);
  for (size_t i = 0; i < piece.left_out.size(); ++i) sum->left_out[i] += piece.left_out[i];
  for (size_t i = 0; i < piece.notes.size(); ++i) sum->notes[i] += piece.notes[i];
}

}  // namespace

plan::PartPlan PiecesOf(const plan::PartPlan& part, const PartResult& covering) {
  plan::PartPlan pieces = part;
  pieces.over = -1;
  pieces.buckets.clear();
  std::set<int64_t> ends;
  std::set<std::pair<int64_t, int64_t>> periods;
  for (const auto& [key, cell] : covering.cells) {
    for (const auto& period : cell.covered) {
      periods.insert(period);
      ends.insert(period.first);
      ends.insert(period.second);
    }
  }
  std::set<std::pair<int64_t, int64_t>> cut;
  for (const auto& [from, to] : periods) {
    auto end = ends.find(from);
    for (int64_t begin = from; begin < to; begin = *end) cut.insert({begin, *++end});
  }
  for (const auto& [from, to] : cut) pieces.buckets.push_back({.start_ms = from, .end_ms = to});
  std::erase_if(pieces.groups, [](const plan::BoundField& field) { return !field.applies; });
  return pieces;
}

PartResult SumPieces(const plan::PartPlan& part, const plan::PartPlan& pieces_plan, const PartResult& pieces,
                     const PartResult& covering) {
  PartResult result;
  const auto& buckets = pieces_plan.buckets;
  for (const auto& [key, covering_cell] : covering.cells) {
    CellKey piece_key{.all_groups = key.all_groups};
    for (size_t d = 0; d < key.groups.size(); ++d)
      if (part.groups[d].applies) piece_key.groups.push_back(key.groups[d]);
    PartCell sum{.value = 0, .numerator = 0};
    sum.left_out.resize(LeftOutNames(part.part).size());
    sum.notes.resize(NoteNames(part.part).size());
    for (const auto& [from, to] : covering_cell.covered) {
      auto bucket = std::lower_bound(buckets.begin(), buckets.end(), from,
                                     [](const time::Bucket& b, int64_t at) { return b.start_ms < at; });
      for (; bucket != buckets.end() && bucket->start_ms < to; ++bucket) {
        piece_key.bucket = static_cast<int32_t>(bucket - buckets.begin());
        auto piece = pieces.cells.find(piece_key);
        if (piece != pieces.cells.end()) AddPiece(piece->second, &sum);
      }
    }
    result.cells.emplace(key, std::move(sum));
  }
  return result;
}

}  // namespace supportkpi::exec::native
