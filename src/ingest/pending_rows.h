// The rows of a commit that is being written, so that the next commit can be prepared meanwhile as if it were stored.
#ifndef SUPPORTKPI_INGEST_PENDING_ROWS_H_
#define SUPPORTKPI_INGEST_PENDING_ROWS_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"

namespace supportkpi::ingest {

// Changes of the truth table by key. Filled by one thread, then read by any number.
class PendingRows {
 public:
  using Value = std::optional<absl::string_view>;  // nullopt: deleted

  void Put(absl::string_view key, absl::string_view value) { rows_[Keep(key)] = Keep(value); }
  void Delete(absl::string_view key) { rows_[Keep(key)] = std::nullopt; }
  // nullptr: the commit does not touch it.
  const Value* Find(absl::string_view key) const {
    const auto found = rows_.find(key);
    return found == rows_.end() ? nullptr : &found->second;
  }
  std::vector<std::pair<absl::string_view, Value>> Sorted() const;

 private:
  absl::string_view Keep(absl::string_view text);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  size_t free_bytes_ = 0;
  absl::flat_hash_map<absl::string_view, Value> rows_;
};

// Passes everything on and remembers what goes into the truth table until told to stop.
class RememberingBatch final : public storage::Batch {
 public:
  explicit RememberingBatch(std::unique_ptr<storage::Batch> batch)
      : batch_(std::move(batch)), rows_(std::make_shared<PendingRows>()) {}

  void Put(storage::Table table, absl::string_view key, absl::string_view value) override {
    if (table == storage::Table::kTruth) rows_->Put(key, value);
    batch_->Put(table, key, value);
  }
  void Delete(storage::Table table, absl::string_view key) override {
    if (table == storage::Table::kTruth) rows_->Delete(key);
    batch_->Delete(table, key);
  }
  size_t byte_count() const override { return batch_->byte_count(); }

  // The batch itself, for what need not be remembered.
  storage::Batch& batch() { return *batch_; }
  std::shared_ptr<const PendingRows> rows() const { return rows_; }

 private:
  const std::unique_ptr<storage::Batch> batch_;
  const std::shared_ptr<PendingRows> rows_;
};

// The store as it will be. One thread.
class ViewWithPending final : public storage::View {
 public:
  // Without rows: the store as it is.
  ViewWithPending(const storage::View& store, std::shared_ptr<const PendingRows> rows)
      : store_(store), rows_(std::move(rows)) {}

  absl::StatusOr<std::optional<std::string>> Get(storage::Table table, absl::string_view key) const override;
  absl::Status Scan(storage::Table table, absl::string_view begin, absl::string_view end,
                    const storage::Visitor& visit) const override;

 private:
  const storage::View& store_;
  const std::shared_ptr<const PendingRows> rows_;
  mutable std::optional<std::vector<std::pair<absl::string_view, PendingRows::Value>>> sorted_;  // once a scan asked
};

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_PENDING_ROWS_H_
