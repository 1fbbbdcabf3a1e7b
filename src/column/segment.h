// A sealed segment: up to kRowsPerChunk facts of one fact set, sorted, encoded column by column. Its header is in memory;
// its columns are fetched when they are read and may be dropped again.
#ifndef SUPPORTKPI_COLUMN_SEGMENT_H_
#define SUPPORTKPI_COLUMN_SEGMENT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "column/encoding.h"
#include "column/fact_chunk.h"

namespace supportkpi::column {

// A column as the header tells of it.
struct SegmentColumn {
  ColumnKey key = 0;
  bool is_list = false;
  bool is_constant = false;   // a scalar whose one value stands in the header: nothing is stored
  int64_t constant = 0;
  ColumnKey stored_as = 0;    // the column whose bytes these are: its own key, or an earlier equal column's
  uint32_t byte_count = 0;
  uint32_t crc32c = 0;        // of the bytes
  ColumnRange range;
};

struct SegmentHeader {
  uint8_t fact_set = 0;
  uint32_t row_count = 0;
  ColumnKey sort_column = 0;  // rows ascend by it, then by `identity_column`
  ColumnKey identity_column = 0;
  std::vector<SegmentColumn> columns;  // ascending by key

  const SegmentColumn* Find(ColumnKey key) const;
  int64_t byte_count() const;  // of all columns
};

std::string EncodeHeader(const SegmentHeader& header);
// DATA_LOSS where damaged, or of a format this program does not know.
absl::StatusOr<SegmentHeader> DecodeHeader(absl::string_view bytes);

class Segment;

// Where the columns of segments come from. Thread-safe.
class ColumnFetcher {
 public:
  virtual ~ColumnFetcher() = default;
  // The stored bytes of the column.
  virtual absl::StatusOr<std::string> Fetch(const Segment& segment, ColumnKey stored_as) = 0;
  // A column was decoded and is held by the segment until it is told to drop it.
  virtual void Held(const std::shared_ptr<const Segment>& segment, size_t place, size_t byte_count) = 0;
  // A column was read that the segment held already.
  virtual void Found() {}
  // A column is no longer held by its segment.
  virtual void Released(size_t byte_count) = 0;
  // What Fetch gave is damaged, or it failed.
  virtual void Failed(const Segment& segment, const absl::Status& status) = 0;
  // Nobody reads the segment any more.
  virtual void Gone(uint64_t segment_id) = 0;
};

class Segment final : public FactChunk, public std::enable_shared_from_this<Segment> {
 public:
  Segment(uint64_t id, SegmentHeader header, std::shared_ptr<Deaths> deaths, std::shared_ptr<ColumnFetcher> fetcher);
  ~Segment() override;

  uint64_t id() const { return id_; }
  const SegmentHeader& header() const { return header_; }

  uint32_t row_count() const override { return header_.row_count; }
  bool is_complete() const override { return true; }
  bool Has(ColumnKey column) const override { return header_.Find(column) != nullptr; }
  ColumnRange Range(ColumnKey column) const override;
  // Fetches the column, as reading it does; one that cannot be fetched has its Range().
  ColumnRange RangeWithin(ColumnKey column, uint32_t first, uint32_t count) const override;
  void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const override;
  void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, uint8_t* out) const override;
  void Read(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, uint32_t* out) const override;
  void ReadRows(ColumnKey column, absl::Span<const uint32_t> rows, int64_t missing, int64_t* out) const override;
  // Fetches it; nullptr for a constant as well.
  std::shared_ptr<const EncodedColumn> Stored(ColumnKey column) const override;
  void ReadLists(ColumnKey column, uint32_t first, uint32_t count, Lists* out) const override;
  absl::Status status() const override ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<ColumnSpec> Columns() const override;

  // The decoded column; nullptr: it has no such column.
  absl::StatusOr<std::shared_ptr<const EncodedColumn>> Column(ColumnKey column) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Lets go of the column at `place` of the header unless it was used since the last call. Did it?
  bool DropUnlessUsed(size_t place) const ABSL_LOCKS_EXCLUDED(mutex_);
  // The first row whose (sort column, identity column) is not before these.
  absl::StatusOr<uint32_t> LowerBound(int64_t sort_value, int64_t identity) const;

 private:
  struct Slot {
    std::shared_ptr<const EncodedColumn> column;
    bool used = false;
  };
  absl::StatusOr<std::shared_ptr<const EncodedColumn>> FetchAndParse(const SegmentColumn& info) const;
  template <class Word>
  void ReadScalars(ColumnKey column, uint32_t first, uint32_t count, int64_t missing, Word* out) const;
  void NoteFailure(const absl::Status& status) const ABSL_LOCKS_EXCLUDED(mutex_);

  const uint64_t id_;
  const SegmentHeader header_;
  const std::shared_ptr<ColumnFetcher> fetcher_;
  mutable absl::Mutex mutex_;
  mutable std::vector<Slot> slots_ ABSL_GUARDED_BY(mutex_);  // by place in the header
  mutable absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

// Takes the columns of a segment one after the other.
class SegmentWriter {
 public:
  SegmentWriter(uint8_t fact_set, uint32_t row_count, ColumnKey sort_column, ColumnKey identity_column);

  // Each column once. Returns the bytes to store under its key; nothing where they need not be stored.
  std::optional<std::string> AddScalars(ColumnKey key, absl::Span<const int64_t> values);
  std::optional<std::string> AddLists(ColumnKey key, absl::Span<const uint32_t> offsets, absl::Span<const int64_t> values);
  SegmentHeader Finish();

 private:
  std::optional<std::string> AddBytes(SegmentColumn column, std::string bytes);

  using Fingerprint = std::pair<uint64_t, uint64_t>;
  SegmentHeader header_;
  // Columns with the same bytes are stored once: the current value of a field is often its value at every moment.
  std::map<Fingerprint, ColumnKey> stored_;
};

}  // namespace supportkpi::column

#endif  // SUPPORTKPI_COLUMN_SEGMENT_H_
