// A tenant's names: one append-only dictionary per domain. Names of small domains are held in memory both ways once somebody
// has asked for one (a million customers take a start that asks for none no time), names of records (as many as records) stay
// in the store, with those that are not durable yet and the last asked ones in memory.
#ifndef SUPPORTKPI_PROJECTION_NAMES_H_
#define SUPPORTKPI_PROJECTION_NAMES_H_

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "fact/reduction.h"
#include "projection/keys.h"
#include "projection/snapshot.h"
#include "record/domain.h"
#include "storage/store.h"

namespace supportkpi::projection {

// One domain. Codes above the durable ones are pending: they become durable with a batch or are dropped. Any thread.
class Dictionary {
 public:
  Dictionary(const storage::View& store, const Keys& keys, record::Domain domain);

  // Reads how many there are.
  absl::Status Load() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::optional<int64_t>> Find(absl::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::string> TextOf(int64_t code) ABSL_LOCKS_EXCLUDED(mutex_);
  // False: the names are not in memory; ask for each.
  bool EachText(absl::Span<const int64_t> codes, int64_t code_max, absl::FunctionRef<void(size_t, absl::string_view)> see)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The code of a name; a new name gets the next, pending.
  absl::StatusOr<int64_t> FindOrAdd(absl::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t code_count() const ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t durable_count() const ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t byte_count() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool may_have_erased() ABSL_LOCKS_EXCLUDED(mutex_);
  // Why names could not be read when they were last asked for, and read as "".
  absl::Status status() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Adds pending names to the batch; returns how many codes are durable once it is written.
  int64_t WritePending(storage::Batch* batch) ABSL_LOCKS_EXCLUDED(mutex_);
  void MarkDurable(int64_t count) ABSL_LOCKS_EXCLUDED(mutex_);
  void DropPending() ABSL_LOCKS_EXCLUDED(mutex_);
  // Erasing a name: its code stays taken, its text reads as "".
  void WriteErased(absl::string_view text, int64_t code, storage::Batch* batch) const;
  void Erase(absl::string_view text, int64_t code) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Remember(absl::string_view text, int64_t code) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Of a small domain: has its names in memory. After a failure the next call tries again.
  absl::Status HoldTexts() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadTexts() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const storage::View& store_;
  const Keys& keys_;
  const record::Domain domain_;
  const bool in_memory_;

  mutable absl::Mutex mutex_;
  bool holds_texts_ ABSL_GUARDED_BY(mutex_) = false;  // small domains: all names are in memory
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  int64_t durable_count_ ABSL_GUARDED_BY(mutex_) = 0;
  // Small domains: all texts, by code - 1. Record domains: the pending ones, from durable_count_ on.
  std::deque<std::string> texts_ ABSL_GUARDED_BY(mutex_);
  // Keys point into texts_; an erased name has no entry.
  absl::flat_hash_map<absl::string_view, int64_t> codes_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, int64_t> recent_ ABSL_GUARDED_BY(mutex_);  // record domains: durable ones
  int64_t text_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool has_erased_ ABSL_GUARDED_BY(mutex_) = false;  // of names in memory
};

// Every domain's dictionary.
class TenantNames {
 public:
  TenantNames(const storage::View& store, absl::string_view tenant);

  absl::Status Load();
  absl::Status status() const;
  Dictionary& Of(record::Domain domain) { return *Find(domain); }
  // nullptr: there is no such domain.
  Dictionary* Find(record::Domain domain) { return dictionaries_[static_cast<size_t>(domain)].get(); }
  int64_t byte_count() const;

  static constexpr size_t kDomainsMax = 64;
  using Counts = std::array<int64_t, kDomainsMax>;
  Counts WritePending(storage::Batch* batch);
  void MarkDurable(const Counts& counts);
  void DropPending();

 private:
  const Keys keys_;
  std::array<std::unique_ptr<Dictionary>, kDomainsMax> dictionaries_;  // nullptr: no such domain
};

// A snapshot's look at a dictionary: names with codes up to a count.
class NamesUpTo final : public Names {
 public:
  NamesUpTo(Dictionary* dictionary, int64_t count) : dictionary_(dictionary), count_(count) {}
  int64_t code_count() const override { return count_; }
  std::optional<int64_t> CodeOf(absl::string_view text) const override;
  std::string TextOf(int64_t code) const override;
  void EachText(absl::Span<const int64_t> codes, absl::FunctionRef<void(size_t, absl::string_view)> see) const override;
  bool may_have_erased() const override { return dictionary_ != nullptr && dictionary_->may_have_erased(); }

 private:
  Dictionary* dictionary_;  // nullptr: a domain that does not exist
  int64_t count_;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_NAMES_H_
