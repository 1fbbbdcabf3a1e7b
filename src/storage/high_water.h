// How far writes were acknowledged, in a file of its own beside the log. RocksDB opens a log that lost its middle, or is gone,
// without a word: what is missing then is only known to whoever wrote it down elsewhere.
#ifndef SUPPORTKPI_STORAGE_HIGH_WATER_H_
#define SUPPORTKPI_STORAGE_HIGH_WATER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace supportkpi::storage {

// Of one database: RocksDB's sequence number of the last write that was acknowledged as synced.
struct HighWaterMark {
  std::string database;  // its identity
  uint64_t sequence = 0;
};

// nullopt: there is none, as in a folder of an earlier version or of a backup. DATA_LOSS: the file is damaged.
absl::StatusOr<std::optional<HighWaterMark>> ReadHighWaterMark(const std::string& folder);
// Replaces the file, synced. The file is either the old one or the new one, whatever happens.
absl::Status WriteHighWaterMark(const std::string& folder, const HighWaterMark& mark);

// DATA_LOSS: the database is another one, or ends before the mark; unless the mark is at most `accepted_sequence`.
absl::Status CheckHighWaterMark(const HighWaterMark& mark, const HighWaterMark& found, uint64_t accepted_sequence);

// Writes the mark on a thread of its own, so that no write waits for it: what it lags behind is what a loss in the last
// interval before a crash can hide.
class HighWaterKeeper {
 public:
  HighWaterKeeper(std::string folder, HighWaterMark mark, std::chrono::milliseconds interval);
  ~HighWaterKeeper();  // writes the last one
  HighWaterKeeper(const HighWaterKeeper&) = delete;
  HighWaterKeeper& operator=(const HighWaterKeeper&) = delete;

  // Any thread.
  void Acknowledged(uint64_t sequence);

 private:
  void Run();
  void WriteIfNew();  // on the thread, or when it has ended

  const std::string folder_;
  const std::chrono::milliseconds interval_;
  HighWaterMark written_;  // on the thread, or when it has ended
  std::atomic<uint64_t> sequence_;
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace supportkpi::storage

#endif  // SUPPORTKPI_STORAGE_HIGH_WATER_H_
