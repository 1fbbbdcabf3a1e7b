#include "exec/native/chunk_scan.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace supportkpi::exec::native {

void ChunkScan::ScanAll(bool may_put_off) {
  for (uint32_t first = 0; first < chunk_.row_count(); first += kBatchRows) {
    batch_.Begin(chunk_, first, std::min(kBatchRows, chunk_.row_count() - first), commit_);
    bounds_.Narrow(first, batch_.count());
    if (!ScanBatch(may_put_off)) return;
  }
  ScanPutOff();
}

void ChunkScan::ScanRows(absl::Span<const uint32_t> rows) {
  for (size_t first = 0; first < rows.size(); first += kBatchRows) {
    batch_.BeginChosen(chunk_, rows.subspan(first, kBatchRows), commit_);
    if (!ScanBatch(false)) return;
  }
}

bool ChunkScan::ScanBatch(bool may_put_off) {
  bool fits = true;
  if (!batch_.alive().empty()) {
    evaluator_.Begin(&batch_);
    for (PartRun* run : runs_) fits &= run->Process(batch_, evaluator_, bounds_, may_put_off);
  }
  return after_batch_(fits);
}

// Parts of one question mostly put off the same rows, so that these are read once for all of them.
void ChunkScan::ScanPutOff() {
  std::vector<uint32_t> rows, both;
  for (const PartRun* run : runs_) {
    if (run->put_off() == rows) continue;
    both.clear();
    std::set_union(rows.begin(), rows.end(), run->put_off().begin(), run->put_off().end(), std::back_inserter(both));
    rows.swap(both);
  }
  bounds_.Widen();
  for (size_t first = 0; first < rows.size(); first += kBatchRows) {
    const auto part = absl::MakeConstSpan(rows).subspan(first, kBatchRows);
    batch_.BeginChosen(chunk_, part, commit_);
    evaluator_.Begin(&batch_);
    bool fits = true;
    for (PartRun* run : runs_) fits &= run->ProcessPutOff(part, batch_, evaluator_, bounds_);
    if (!after_batch_(fits)) return;
  }
}

}  // namespace supportkpi::exec::native
