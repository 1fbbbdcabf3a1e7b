// Keys of the derived rows of a tenant. They all begin with a byte that no record's key begins with.
//
//   0xFE | tenant length u8 | tenant | kind | rest          integers big-endian
//
//   in kTruth      M                       manifest
//                  L  commit u64           change log entry
//                  N  domain u8  code u64  text of a name ("": erased)
//                  C  domain u8  text      code u64 of a name of a record domain
//                  K  domain u8            how many codes a record domain has, u64
//                  X                       the derived rows are damaged: derive anew
//                  H  id u64               segment header
//                  D  id u64               dead list
//                  G  id u64               a segment that is no more, its columns to be deleted
//   in kSegments   V  id u64  column u32   column
//
// Small rows that are written again and again stay out of kSegments, whose keys so ascend with time: what is written out
// of it spans the latest segments, not all, and a compaction need not name the blobs of all.
//
// Stored on disk, do not change.
#ifndef SUPPORTKPI_PROJECTION_KEYS_H_
#define SUPPORTKPI_PROJECTION_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "record/domain.h"

namespace supportkpi::projection {

class Keys {
 public:
  explicit Keys(absl::string_view tenant);

  const std::string& Prefix() const { return prefix_; }
  std::string Manifest() const { return prefix_ + 'M'; }
  std::string Damage() const { return prefix_ + 'X'; }
  std::string LogPrefix() const { return prefix_ + 'L'; }
  std::string Log(int64_t commit) const;
  std::string NamePrefix(record::Domain domain) const;
  std::string Name(record::Domain domain, int64_t code) const;
  std::string Code(record::Domain domain, absl::string_view text) const;
  std::string CodeCount(record::Domain domain) const;

  std::string HeaderPrefix() const { return prefix_ + 'H'; }
  std::string Header(uint64_t segment) const;
  std::string ColumnPrefix() const { return prefix_ + 'V'; }
  std::string ColumnsOf(uint64_t segment) const;
  std::string Column(uint64_t segment, uint32_t column) const;
  std::string DeathsPrefix() const { return prefix_ + 'D'; }
  std::string Deaths(uint64_t segment) const;
  std::string GarbagePrefix() const { return prefix_ + 'G'; }
  std::string Garbage(uint64_t segment) const;

  // The big-endian u64 at `at` of a key; 0 where it is too short.
  static uint64_t NumberAt(absl::string_view key, size_t at);

 private:
  std::string WithNumber(char kind, uint64_t number) const;

  const std::string prefix_;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_KEYS_H_
