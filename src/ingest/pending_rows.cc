#include "ingest/pending_rows.h"

#include <algorithm>
#include <cstring>

#include "status/macros.h"

namespace supportkpi::ingest {

namespace {

constexpr size_t kBlockBytes = 256 << 10;

using Row = std::pair<absl::string_view, PendingRows::Value>;

}  // namespace

absl::string_view PendingRows::Keep(absl::string_view text) {
  if (text.empty()) return {};
  if (text.size() > free_bytes_) {
    free_bytes_ = std::max(kBlockBytes, text.size());
    blocks_.emplace_back(new char[free_bytes_]);
    free_ = blocks_.back().get();
  }
  std::memcpy(free_, text.data(), text.size());
  const absl::string_view kept(free_, text.size());
  free_ += text.size();
  free_bytes_ -= text.size();
  return kept;
}

std::vector<Row> PendingRows::Sorted() const {
  std::vector<Row> rows(rows_.begin(), rows_.end());
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.first < b.first; });
  return rows;
}

absl::StatusOr<std::optional<std::string>> ViewWithPending::Get(storage::Table table, absl::string_view key) const {
  if (rows_ != nullptr && table == storage::Table::kTruth) {
    if (const PendingRows::Value* value = rows_->Find(key); value != nullptr) {
      return value->has_value() ? std::optional<std::string>(**value) : std::nullopt;
    }
  }
  return store_.Get(table, key);
}

absl::Status ViewWithPending::Scan(storage::Table table, absl::string_view begin, absl::string_view end,
                                   const storage::Visitor& visit) const {
  if (rows_ == nullptr || table != storage::Table::kTruth) return store_.Scan(table, begin, end, visit);
  if (!sorted_.has_value()) sorted_ = rows_->Sorted();
  const auto before = [](const Row& row, absl::string_view key) { return row.first < key; };
  auto pending = std::lower_bound(sorted_->begin(), sorted_->end(), begin, before);
  const auto last = end.empty() ? sorted_->end() : std::lower_bound(pending, sorted_->end(), end, before);
  bool goes_on = true;
  const auto visit_pending = [&] {
    if (pending->second.has_value()) goes_on = visit(pending->first, *pending->second);
    ++pending;
  };
  RETURN_IF_ERROR(store_.Scan(table, begin, end, [&](absl::string_view key, absl::string_view value) {
    while (goes_on && pending != last && pending->first < key) visit_pending();
    if (!goes_on) return false;
    if (pending != last && pending->first == key) {
      visit_pending();
    } else {
      goes_on = visit(key, value);
    }
    return goes_on;
  }));
  while (goes_on && pending != last) visit_pending();
  return absl::OkStatus();
}

}  // namespace supportkpi::ingest
