// The only door to RocksDB: ordered bytes, atomic batches, snapshots, backup. Knows nothing of tenants or records.
#ifndef SUPPORTKPI_STORAGE_STORE_H_
#define SUPPORTKPI_STORAGE_STORE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace supportkpi::storage {

// Separate key spaces with their own tuning. Stored on disk as column family names.
enum class Table : uint8_t {
  kTruth = 0,     // records, indexes, change log, settings, request ids, names, what tells of segments
  kSegments = 1,  // derived: columns of segments (big values, written once)
};

// Changes that become durable together or not at all.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual void Put(Table table, absl::string_view key, absl::string_view value) = 0;
  virtual void Delete(Table table, absl::string_view key) = 0;
  virtual size_t byte_count() const = 0;
};

// Called with each key and value of a scan until it returns false; both are gone when it returns.
using Visitor = std::function<bool(absl::string_view key, absl::string_view value)>;

// A consistent view; reads through it do not see later writes.
class View {
 public:
  virtual ~View() = default;
  virtual absl::StatusOr<std::optional<std::string>> Get(Table table, absl::string_view key) const = 0;
  // Calls visit(key, value) in key order for every key in [begin, end) (empty end: to the last) until it returns false.
  virtual absl::Status Scan(Table table, absl::string_view begin, absl::string_view end,
                            const Visitor& visit) const = 0;
};

struct StoreOptions {
  std::string path;
  uint64_t block_cache_bytes = 256ull << 20;
  uint64_t write_buffer_bytes = 64ull << 20;
  int background_jobs = 2;
  // Open although acknowledged writes up to this number are missing (see high_water.h). 0: never.
  uint64_t accept_data_loss_through = 0;
  // How often it is written down how far writes were acknowledged.
  std::chrono::milliseconds high_water_interval = std::chrono::milliseconds(1000);
};

struct DiskSpace {
  uint64_t capacity_bytes = 0;
  uint64_t free_bytes = 0;
};

// How the store is doing, for whoever watches it. All zero where it has no files.
struct StoreStats {
  struct OfTable {
    std::string name;
    uint64_t memory_bytes = 0;              // rows not yet in a file
    uint64_t pending_compaction_bytes = 0;  // that have to be rewritten
    uint64_t level0_files = 0;
    uint64_t estimated_rows = 0;
    uint64_t write_slowdowns = 0;           // since the start: writes were slowed down because compaction is behind
    uint64_t write_stops = 0;               // since the start: writes were stopped
  };
  std::vector<OfTable> tables;
  uint64_t block_cache_bytes = 0;
  uint64_t block_cache_capacity_bytes = 0;
  bool is_write_stopped = false;
  uint64_t delayed_write_bytes_per_second = 0;  // 0: writes are not slowed down
  uint64_t background_errors = 0;
};

class Store : public View {
 public:
  // FAILED_PRECONDITION: another process has it open. DATA_LOSS: it is damaged, or acknowledged writes are missing.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);

  virtual std::unique_ptr<Batch> NewBatch() const = 0;
  // Durable when it returns OK (fsync) if `sync`. Any thread. Any error: the outcome is unknown, the batch may still be
  // there after a restart.
  virtual absl::Status Write(Batch& batch, bool sync) = 0;
  virtual std::unique_ptr<View> TakeView() const = 0;
  virtual absl::Status CompactAll() = 0;
  virtual uint64_t disk_bytes() const = 0;
  // Of the disk the store lives on; nullopt: none, or it does not say.
  virtual std::optional<DiskSpace> disk_space() const { return std::nullopt; }
  virtual StoreStats Stats() const { return {}; }
  // Not OK once a background or write error made the store refuse writes; reads may go on. Any thread.
  virtual absl::Status Health() const { return absl::OkStatus(); }
  // A copy of the store as of now in a new directory, openable with Open. UNIMPLEMENTED where there is no disk.
  virtual absl::Status Checkpoint(const std::string& path) {
    return absl::UnimplementedError(path + ": this store has no files");
  }
  // Adds a backup to the folder `path`; its id. For Backups (storage/backup.h), which lets one do so at a time.
  virtual absl::StatusOr<int64_t> BackUp(const std::string& /*path*/, absl::string_view /*note*/) {
    return absl::UnimplementedError("backup: this store has no files");
  }
};

// The key just after every key with this prefix; empty: there is none.
std::string PrefixEnd(absl::string_view prefix);

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_STORAGE_STORE_H_
