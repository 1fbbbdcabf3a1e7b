// A Store in memory for tests of the rooms above: ordered maps behind a mutex, copies as views, faults on demand.
#ifndef SUPPORTKPI_TESTS_SUPPORT_MEMORY_STORE_H_
#define SUPPORTKPI_TESTS_SUPPORT_MEMORY_STORE_H_

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/store.h"

namespace supportkpi::storage {

class MemoryStore final : public Store {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;
  using Tables = std::array<std::shared_ptr<const Map>, 2>;

  MemoryStore() { tables_.fill(std::make_shared<const Map>()); }

  // The next Write (and all later ones) answers this and changes nothing; OK: works again.
  void FailWrites(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    write_status_ = std::move(status);
  }
  // Every later Write takes so long.
  void SlowWrites(absl::Duration duration) {
    absl::MutexLock lock(&mutex_);
    write_duration_ = duration;
  }
  int64_t write_count() const {
    absl::MutexLock lock(&mutex_);
    return write_count_;
  }

  std::unique_ptr<Batch> NewBatch() const override { return std::make_unique<MemoryBatch>(); }

  absl::Status Write(Batch& batch, bool) override {
    absl::SleepFor(write_duration());
    absl::MutexLock lock(&mutex_);
    if (!write_status_.ok()) return write_status_;
    ++write_count_;
    for (auto& [table, key, value] : static_cast<MemoryBatch&>(batch).changes) {
      auto& map = Writable(table);
      if (value.has_value())
        map.insert_or_assign(key, *value);
      else
        map.erase(key);
    }
    return absl::OkStatus();
  }

  std::unique_ptr<View> TakeView() const override { return std::make_unique<MemoryView>(*this); }
  absl::StatusOr<std::optional<std::string>> Get(Table table, absl::string_view key) const override {
    absl::MutexLock lock(&mutex_);
    return Find(*tables_[static_cast<size_t>(table)], key);
  }
  absl::Status Scan(Table table, absl::string_view begin, absl::string_view end, const Visitor& visit) const override {
    return MemoryView(*this).Scan(table, begin, end, visit);
  }
  absl::Status CompactAll() override { return absl::OkStatus(); }
  uint64_t disk_bytes() const override { return 0; }

 private:
  absl::Duration write_duration() const {
    absl::MutexLock lock(&mutex_);
    return write_duration_;
  }

  struct MemoryBatch final : Batch {
    struct Change {
      Table table;
      std::string key;
      std::optional<std::string> value;
    };
    void Put(Table table, absl::string_view key, absl::string_view value) override {
      bytes += key.size() + value.size();
      changes.push_back({table, std::string(key), std::string(value)});
    }
    void Delete(Table table, absl::string_view key) override {
      bytes += key.size();
      changes.push_back({table, std::string(key), std::nullopt});
    }
    size_t byte_count() const override { return bytes; }
    std::vector<Change> changes;
    size_t bytes = 0;
  };

  static std::optional<std::string> Find(const Map& map, absl::string_view key) {
    auto found = map.find(std::string(key));
    if (found == map.end()) return std::nullopt;
    return found->second;
  }

  class MemoryView final : public View {
   public:
    explicit MemoryView(const MemoryStore& store) : store_(store), tables_(store.Current()) {}
    // With the mutex: the next writer sees not only that it is gone but all that it read before.
    ~MemoryView() override {
      absl::MutexLock lock(&store_.mutex_);
      tables_ = {};
    }
    absl::StatusOr<std::optional<std::string>> Get(Table table, absl::string_view key) const override {
      return Find(*tables_[static_cast<size_t>(table)], key);
    }
    absl::Status Scan(Table table, absl::string_view begin, absl::string_view end, const Visitor& visit) const override {
      const Map& map = *tables_[static_cast<size_t>(table)];
      for (auto at = map.lower_bound(std::string(begin)); at != map.end(); ++at) {
        if (!end.empty() && absl::string_view(at->first) >= end) break;
        if (!visit(at->first, at->second)) break;
      }
      return absl::OkStatus();
    }

   private:
    const MemoryStore& store_;
    Tables tables_;
  };

  // Views share the map until somebody writes: then it is copied.
  Map& Writable(Table table) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    auto& shared = tables_[static_cast<size_t>(table)];
    if (shared.use_count() > 1) shared = std::make_shared<const Map>(*shared);
    return const_cast<Map&>(*shared);
  }
  Tables Current() const {
    absl::MutexLock lock(&mutex_);
    return tables_;
  }

  mutable absl::Mutex mutex_;
  Tables tables_ ABSL_GUARDED_BY(mutex_);
  absl::Status write_status_ ABSL_GUARDED_BY(mutex_);
  absl::Duration write_duration_ ABSL_GUARDED_BY(mutex_) = absl::ZeroDuration();
  int64_t write_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_TESTS_SUPPORT_MEMORY_STORE_H_
