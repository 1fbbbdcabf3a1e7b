// Store over RocksDB 7.8. Settings are chosen for one promise: what Write(sync) answered OK is there after any crash, and
// damage is an error, never a wrong answer.
#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/cache.h"
#include "rocksdb/db.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"
#include "rocksdb/utilities/checkpoint.h"
#include "rocksdb/write_batch.h"
#include "status/macros.h"
#include "storage/high_water.h"
#include "storage/rocks_backup.h"
#include "storage/rocks_status.h"
#include "storage/store.h"

namespace supportkpi::storage {
namespace {

constexpr int kTableCount = 2;
// Stored on disk as column family names; do not rename.
constexpr const char* kTableNames[kTableCount] = {"truth", "segments"};
// Bytes kept beside each key of a batch to notice memory damage between here and the log; RocksDB takes 0 or 8.
constexpr size_t kProtectionBytesPerKey = 8;

rocksdb::Slice ToSlice(absl::string_view text) { return rocksdb::Slice(text.data(), text.size()); }
absl::string_view ToView(const rocksdb::Slice& slice) { return absl::string_view(slice.data(), slice.size()); }

// Remembers that RocksDB stopped taking writes; its threads call it.
class ErrorHandler final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    absl::MutexLock lock(&mutex_);
    health_ = FromRocks(*error, "background work");
  }
  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    absl::MutexLock lock(&mutex_);
    if (info.new_bg_error.ok()) health_ = absl::OkStatus();
  }
  absl::Status health() const {
    absl::MutexLock lock(&mutex_);
    return health_;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
};

// The number of a written batch's last change. A batch begins with that of its first one, 8 bytes little-endian: RocksDB's
// format on disk (db/write_batch.cc), which it keeps across versions.
uint64_t LastSequence(const rocksdb::WriteBatch& batch) {
  uint64_t first = 0;
  for (int i = 7; i >= 0; --i) first = first << 8 | static_cast<unsigned char>(batch.Data()[i]);
  return batch.Count() == 0 ? first : first + batch.Count() - 1;
}

class RocksBatch final : public Batch {
 public:
  explicit RocksBatch(const std::vector<rocksdb::ColumnFamilyHandle*>& tables)
      : tables_(tables), batch_(0, 0, kProtectionBytesPerKey, 0) {}
  void Put(Table table, absl::string_view key, absl::string_view value) override {
    Keep(batch_.Put(tables_[static_cast<size_t>(table)], ToSlice(key), ToSlice(value)));
  }
  void Delete(Table table, absl::string_view key) override {
    Keep(batch_.Delete(tables_[static_cast<size_t>(table)], ToSlice(key)));
  }
  size_t byte_count() const override { return batch_.GetDataSize(); }

  rocksdb::WriteBatch& batch() { return batch_; }
  // The first error of a Put or Delete, so that a batch with a hole is never written.
  const rocksdb::Status& status() const { return status_; }

 private:
  void Keep(rocksdb::Status status) {
    if (status_.ok() && !status.ok()) status_ = std::move(status);
  }

  const std::vector<rocksdb::ColumnFamilyHandle*>& tables_;
  rocksdb::WriteBatch batch_;
  rocksdb::Status status_;
};

// Reads of the live store (no snapshot) and of views (one) are the same code.
class Reader {
 public:
  Reader(rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& tables, const rocksdb::Snapshot* snapshot)
      : db_(db), tables_(tables), snapshot_(snapshot) {}

  absl::StatusOr<std::optional<std::string>> Get(Table table, absl::string_view key) const {
    rocksdb::PinnableSlice value;
    rocksdb::Status status = db_.Get(Options(), tables_[static_cast<size_t>(table)], ToSlice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return FromRocks(status, "read");
    return std::optional<std::string>(value.ToString());
  }

  absl::Status Scan(Table table, absl::string_view begin, absl::string_view end,
                    const Visitor& visit) const {
    rocksdb::ReadOptions options = Options();
    rocksdb::Slice upper = ToSlice(end);
    if (!end.empty()) options.iterate_upper_bound = &upper;
    std::unique_ptr<rocksdb::Iterator> iterator(db_.NewIterator(options, tables_[static_cast<size_t>(table)]));
    for (iterator->Seek(ToSlice(begin)); iterator->Valid(); iterator->Next())
      if (!visit(ToView(iterator->key()), ToView(iterator->value()))) return absl::OkStatus();
    return FromRocks(iterator->status(), "read");
  }

 private:
  rocksdb::ReadOptions Options() const {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.snapshot = snapshot_;
    return options;
  }

  rocksdb::DB& db_;
  const std::vector<rocksdb::ColumnFamilyHandle*>& tables_;
  const rocksdb::Snapshot* snapshot_;
};

class RocksView final : public View {
 public:
  RocksView(rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& tables)
      : db_(db), snapshot_(db.GetSnapshot()), reader_(db, tables, snapshot_) {}
  ~RocksView() override { db_.ReleaseSnapshot(snapshot_); }
  absl::StatusOr<std::optional<std::string>> Get(Table table, absl::string_view key) const override {
    return reader_.Get(table, key);
  }
  absl::Status Scan(Table table, absl::string_view begin, absl::string_view end,
                    const Visitor& visit) const override {
    return reader_.Scan(table, begin, end, visit);
  }

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* snapshot_;
  Reader reader_;
};

class RocksStore final : public Store {
 public:
  RocksStore(std::unique_ptr<rocksdb::DB> db, std::vector<rocksdb::ColumnFamilyHandle*> handles,
             std::shared_ptr<ErrorHandler> error_handler, std::unique_ptr<HighWaterKeeper> high_water)
      : db_(std::move(db)), tables_(std::move(handles)), error_handler_(std::move(error_handler)),
        high_water_(std::move(high_water)), reader_(*db_, tables_, nullptr) {}
  ~RocksStore() override {
    FlushAll();
    high_water_.reset();
    for (rocksdb::ColumnFamilyHandle* handle : tables_) db_->DestroyColumnFamilyHandle(handle);
    db_->Close().PermitUncheckedError();
  }

  std::unique_ptr<Batch> NewBatch() const override { return std::make_unique<RocksBatch>(tables_); }

  absl::Status Write(Batch& batch, bool sync) override {
    RocksBatch& rocks_batch = static_cast<RocksBatch&>(batch);
    if (!rocks_batch.status().ok()) return FromRocks(rocks_batch.status(), "batch");
    rocksdb::WriteOptions options;
    options.sync = sync;
    RETURN_IF_ERROR(FromRocks(db_->Write(options, &rocks_batch.batch()), "write"));
    // The log is in the order of the numbers: what came before is synced with it.
    if (sync) high_water_->Acknowledged(LastSequence(rocks_batch.batch()));
    return absl::OkStatus();
  }

  std::unique_ptr<View> TakeView() const override { return std::make_unique<RocksView>(*db_, tables_); }
  absl::StatusOr<std::optional<std::string>> Get(Table table, absl::string_view key) const override {
    return reader_.Get(table, key);
  }
  absl::Status Scan(Table table, absl::string_view begin, absl::string_view end,
                    const Visitor& visit) const override {
    return reader_.Scan(table, begin, end, visit);
  }

  absl::Status CompactAll() override {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
    options.blob_garbage_collection_age_cutoff = 1;
    for (rocksdb::ColumnFamilyHandle* table : tables_) {
      rocksdb::Status status = db_->CompactRange(options, table, nullptr, nullptr);
      if (!status.ok()) return FromRocks(status, "compaction");
    }
    return absl::OkStatus();
  }

  uint64_t disk_bytes() const override {
    std::error_code error;
    uint64_t bytes = 0;
    for (std::filesystem::directory_iterator file(db_->GetName(), error), end; !error && file != end;
         file.increment(error)) {
      std::error_code gone;  // files come and go under compaction
      const uintmax_t size = file->is_regular_file(gone) ? file->file_size(gone) : 0;
      if (!gone) bytes += size;
    }
    return bytes;
  }

  std::optional<DiskSpace> disk_space() const override {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(db_->GetName(), error);
    if (error) return std::nullopt;
    return DiskSpace{space.capacity, space.available};
  }

  StoreStats Stats() const override {
    const auto number = [this](rocksdb::ColumnFamilyHandle* table, const std::string& property) {
      uint64_t value = 0;
      return db_->GetIntProperty(table, property, &value) ? value : 0;
    };
    const auto text_number = [this](rocksdb::ColumnFamilyHandle* table, const std::string& property) {
      std::string text;
      uint64_t value = 0;
      return db_->GetProperty(table, property, &text) && absl::SimpleAtoi(text, &value) ? value : 0;
    };
    using Properties = rocksdb::DB::Properties;
    StoreStats stats;
    for (int i = 0; i < kTableCount; ++i) {
      std::map<std::string, std::string> counts;
      db_->GetMapProperty(tables_[i], Properties::kCFStats, &counts);
      const auto count = [&counts](const char* name) {
        uint64_t value = 0;
        const auto found = counts.find(name);
        return found != counts.end() && absl::SimpleAtoi(found->second, &value) ? value : 0;
      };
      stats.tables.push_back({kTableNames[i], number(tables_[i], Properties::kCurSizeAllMemTables),
                              number(tables_[i], Properties::kEstimatePendingCompactionBytes),
                              text_number(tables_[i], Properties::kNumFilesAtLevelPrefix + "0"),
                              number(tables_[i], Properties::kEstimateNumKeys), count("io_stalls.total_slowdown"),
                              count("io_stalls.total_stop")});
    }
    stats.block_cache_bytes = number(tables_[0], Properties::kBlockCacheUsage);
    stats.block_cache_capacity_bytes = number(tables_[0], Properties::kBlockCacheCapacity);
    stats.is_write_stopped = number(tables_[0], Properties::kIsWriteStopped) != 0;
    stats.delayed_write_bytes_per_second = number(tables_[0], Properties::kActualDelayedWriteRate);
    stats.background_errors = number(tables_[0], Properties::kBackgroundErrors);
    return stats;
  }

  absl::Status Health() const override { return error_handler_->health(); }

  absl::Status Checkpoint(const std::string& path) override {
    rocksdb::Checkpoint* raw = nullptr;
    rocksdb::Status status = rocksdb::Checkpoint::Create(db_.get(), &raw);
    std::unique_ptr<rocksdb::Checkpoint> checkpoint(raw);
    if (status.ok()) status = checkpoint->CreateCheckpoint(path, /*log_size_for_flush=*/0);
    return FromRocks(status, "checkpoint");
  }

  absl::StatusOr<int64_t> BackUp(const std::string& path, absl::string_view note) override {
    return BackUpDatabase(*db_, path, note);
  }

 private:
  // For a clean stop: the next start has no log to replay. Where it fails the log has everything.
  void FlushAll() {
    if (!Health().ok()) return;
    rocksdb::FlushOptions options;
    options.allow_write_stall = true;  // nobody writes any more
    db_->Flush(options, tables_).PermitUncheckedError();
  }

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> tables_;
  std::shared_ptr<ErrorHandler> error_handler_;
  std::unique_ptr<HighWaterKeeper> high_water_;
  Reader reader_;
};

// Refuses a database that ends before what was acknowledged, and starts to write down how far that is.
absl::StatusOr<std::unique_ptr<HighWaterKeeper>> GuardAcknowledged(rocksdb::DB& db, const StoreOptions& options) {
  HighWaterMark found;
  RETURN_IF_ERROR(FromRocks(db.GetDbIdentity(found.database), "identity"));
  found.sequence = db.GetLatestSequenceNumber();
  ASSIGN_OR_RETURN(const std::optional<HighWaterMark> mark, ReadHighWaterMark(options.path));
  if (mark.has_value()) RETURN_IF_ERROR(CheckHighWaterMark(*mark, found, options.accept_data_loss_through));
  RETURN_IF_ERROR(WriteHighWaterMark(options.path, found));
  return std::make_unique<HighWaterKeeper>(options.path, found, options.high_water_interval);
}

rocksdb::DBOptions DatabaseOptions(const StoreOptions& options, std::shared_ptr<ErrorHandler> error_handler) {
  rocksdb::DBOptions database;
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.paranoid_checks = true;
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  database.track_and_verify_wals_in_manifest = true;
  database.verify_sst_unique_id_in_manifest = true;
  database.enable_pipelined_write = false;  // it and the next would weaken what a snapshot shows
  database.unordered_write = false;
  database.manual_wal_flush = false;
  database.recycle_log_file_num = 0;
  database.best_efforts_recovery = false;
  database.max_background_jobs = options.background_jobs;
  database.max_total_wal_size = 8 * options.write_buffer_bytes;
  database.bytes_per_sync = 1 << 20;  // smooths the disk, promises nothing
  database.info_log_level = rocksdb::InfoLogLevel::INFO_LEVEL;
  database.max_log_file_size = 16 << 20;
  database.keep_log_file_num = 4;
  database.listeners.push_back(std::move(error_handler));
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> TableDescriptors(const StoreOptions& options) {
  rocksdb::BlockBasedTableOptions block;
  block.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  block.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(10.0));
  // Held by the open tables: about 10 bits a key. In the cache a whole filter is one block, larger than the cache's shards
  // hold beside each other from a million tickets on, and every look-up then reads and checks megabytes again.
  block.cache_index_and_filter_blocks = false;
  block.format_version = 5;
  block.block_size = 16 << 10;

  rocksdb::ColumnFamilyOptions truth;
  truth.write_buffer_size = options.write_buffer_bytes;
  truth.max_write_buffer_number = 4;
  truth.min_write_buffer_number_to_merge = 1;
  truth.level_compaction_dynamic_level_bytes = true;
  truth.compression = rocksdb::kLZ4Compression;
  truth.bottommost_compression = rocksdb::kZSTD;
  // Records are short and alike: a dictionary for each file, from its first samples, takes a fifteenth off.
  truth.bottommost_compression_opts.enabled = true;
  truth.bottommost_compression_opts.max_dict_bytes = 8 << 10;
  truth.bottommost_compression_opts.zstd_max_train_bytes = 100 * truth.bottommost_compression_opts.max_dict_bytes;
  truth.bottommost_compression_opts.max_dict_buffer_bytes = 16 << 20;
  truth.force_consistency_checks = true;
  truth.memtable_whole_key_filtering = true;  // most lookups of an import are of keys that are not there
  truth.memtable_prefix_bloom_size_ratio = 0.05;
  truth.table_factory.reset(rocksdb::NewBlockBasedTableFactory(block));

  rocksdb::ColumnFamilyOptions segments = truth;
  segments.compression = rocksdb::kLZ4Compression;
  segments.bottommost_compression = rocksdb::kLZ4Compression;
  segments.bottommost_compression_opts = rocksdb::CompressionOptions();
  segments.enable_blob_files = true;  // segments are written once: compaction need not copy them
  segments.min_blob_size = 32 << 10;
  segments.blob_compression_type = rocksdb::kLZ4Compression;
  // A compaction moves what is live out of the oldest files of blobs, and leaves what merged segments left behind in the
  // others: of the oldest quarter a sixth of all bytes was garbage at 30 million tickets.
  segments.enable_blob_garbage_collection = true;
  segments.blob_garbage_collection_age_cutoff = 0.6;
  segments.target_file_size_base = 8 << 20;  // small rows that name large blobs: few are moved along with the latest

  return {rocksdb::ColumnFamilyDescriptor(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()),
          rocksdb::ColumnFamilyDescriptor(kTableNames[0], truth),
          rocksdb::ColumnFamilyDescriptor(kTableNames[1], segments)};
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.path, error);
  if (error)
    return absl::FailedPreconditionError(absl::StrCat("store: cannot create the directory ", options.path, ": ", error.message()));
  if (std::filesystem::exists(std::filesystem::path(options.path) / kUnfinishedRestore, error)) {
    return absl::DataLossError(absl::StrCat("store: in the directory ", options.path,
                                            " a restore did not come to its end; remove the directory and restore again"));
  }
  auto error_handler = std::make_shared<ErrorHandler>();
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(DatabaseOptions(options, error_handler), options.path,
                                                   TableDescriptors(options), &handles, &raw);
  if (!status.ok()) {
    if (absl::StrContains(status.ToString(), "lock"))
      return absl::FailedPreconditionError(absl::StrCat("store: the directory ", options.path,
                                                        " is in use by another process; stop it or choose another directory"));
    return FromRocks(status, "open");
  }
  std::unique_ptr<rocksdb::DB> db(raw);
  raw->DestroyColumnFamilyHandle(handles[0]);  // nothing is kept in the default one
  handles.erase(handles.begin());
  auto high_water = GuardAcknowledged(*db, options);
  if (!high_water.ok()) {
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    return high_water.status();
  }
  return std::make_unique<RocksStore>(std::move(db), std::move(handles), std::move(error_handler), *std::move(high_water));
}

std::string PrefixEnd(absl::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

}  // namespace supportkpi::storage
