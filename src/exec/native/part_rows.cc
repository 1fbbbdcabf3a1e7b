// PartRun: which rows of a batch stay.
#include <algorithm>

#include "exec/native/part_run.h"
#include "exec/native/row_loops.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {
namespace {

// So many batches in a row whose bounds did not tell a condition.
constexpr uint8_t kUntoldMax = 4;

}  // namespace

// As PartScan::MayHold() of the whole chunk, which was asked before: what holds in all of it needs no look. Nor do conditions
// on columns in no order, of which a batch's bounds told nothing that the chunk's did not, batch after batch.
bool PartRun::MayHold() {
  if (!scan_.ReachesRange(*bounds_)) return false;
  for (size_t i = 0; i < cheap_conditions_.size(); ++i) {
    if (untold_[i] == kUntoldMax) continue;
    const Bounds& bounds = bounds_->Of(cheap_conditions_[i]);
    if (bounds.never_true()) return false;
    untold_[i] = bounds.always_true() ? 0 : untold_[i] + 1;
  }
  return std::none_of(dear_conditions_.begin(), dear_conditions_.end(),
                      [&](NodeId condition) { return bounds_->Of(condition).never_true(); });
}

// All rows stay but the dead.
void PartRun::BeginRows() {
  verdicts_.assign(batch_->count(), batch_->all_alive() ? kCounted : kDropped);
  for (size_t i = 0; !batch_->all_alive() && i < batch_->alive().size(); ++i) verdicts_[batch_->alive()[i]] = kCounted;
}

// Drops rows for which a cheap condition does not hold: one that bytes tell, or one of the others. How many of `kept` stay.
size_t PartRun::DropRows(bool by_bytes, size_t kept) {
  bool drops = false;
  for (size_t i = 0; i < cheap_conditions_.size(); ++i) {
    const NodeId condition = cheap_conditions_[i];
    if (evaluator_->narrow().IsByte(condition) != by_bytes) continue;
    if (untold_[i] < kUntoldMax && bounds_->Of(condition).always_true()) continue;
    DropWhereNotMarked(Marks(condition), verdicts_.size(), verdicts_.data());
    drops = true;
  }
  return drops ? CountedAmong(verdicts_) : kept;
}

void PartRun::KeepTrue(const std::vector<NodeId>& conditions) {
  for (const NodeId condition : conditions) {
    if (rows_.empty()) return;
    KeepTrue(condition);
  }
}

void PartRun::KeepTrue(NodeId condition) {
  if (bounds_->Of(condition).always_true()) return;
  const int64_t* values = evaluator_->Rows(condition, rows_);
  if (all_rows() && AllTrue(values, rows_.size())) return;
  size_t kept = 0;
  for (const uint32_t row : rows_) {
    rows_[kept] = row;
    kept += IsTrue(values[row]);
  }
  rows_.resize(kept);
}

// Drops rows that only other parts have put off. How many stay.
size_t PartRun::DropOthers(absl::Span<const uint32_t> rows) {
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_own = next_put_off_ < put_off_.size() && put_off_[next_put_off_] == rows[i];
    verdicts_[i] = is_own ? verdicts_[i] : kDropped;
    next_put_off_ += is_own;
  }
  return CountedAmong(verdicts_);
}

// What a batch costs beside its rows is paid once for the few of many batches.
void PartRun::PutOff() {
  PlacesCounted(verdicts_.data(), batch_->count(), &rows_);
  for (const uint32_t row : rows_) put_off_.push_back(batch_->first() + row);
}

}  // namespace supportkpi::exec::native
