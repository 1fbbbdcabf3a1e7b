// The groups that occur in a result: tuples of one value for each dimension of the question, numbered 0, 1, 2, ...
// Thread-compatible.
#ifndef SUPPORTKPI_EXEC_GROUP_TABLE_H_
#define SUPPORTKPI_EXEC_GROUP_TABLE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "projection/snapshot.h"

namespace supportkpi::exec {

// The value of one grouping dimension, as text for people; `order` sorts it (enums, hours by number; texts by bytes).
// Names come before "none", "none" before all other groups, these before all together.
struct GroupValue {
  enum class Kind : uint8_t { kName, kNone, kOther, kAll } kind = Kind::kName;
  int64_t order = 0;
  std::string text;
  // The text of a name; nullopt of everything else.
  std::optional<std::string> name() const { return kind == Kind::kName ? std::optional(text) : std::nullopt; }
  auto operator<=>(const GroupValue&) const = default;
  template <typename H>
  friend H AbslHashValue(H h, const GroupValue& value) {
    return H::combine(std::move(h), value.kind, value.order, value.text);
  }
};

class GroupTable {
 public:
  // With a snapshot, whose names codes stand for, a code may be numbered without its name; somebody asks for it with Named().
  explicit GroupTable(size_t dimensions = 0, std::shared_ptr<const projection::Snapshot> names_later = nullptr);

  size_t dimensions() const { return dimensions_.size(); }
  int32_t size() const { return static_cast<int32_t>(group_count_); }
  bool names_later() const { return snapshot_ != nullptr; }

  // The number of a value of dimension d, and of the group with such values; added where it is new.
  int32_t NumberOf(size_t d, const GroupValue& value);
  int32_t Intern(absl::Span<const int32_t> numbers);
  int32_t Intern(absl::Span<const GroupValue> values);
  // A name that the dimension does not have yet, or a code whose name it does not have.
  int32_t AddName(size_t d, std::string text);
  int32_t AddUnnamed(size_t d, record::Domain domain, int64_t code);
  // Gives all values of a dimension their names; those that NumberOf is asked for are found among them. What had the number
  // -1 - i has the returned one + i then.
  int32_t NameAll(size_t d);

  // Makes finding names as fast as numbering them.
  void IndexNames();
  std::optional<int32_t> Find(absl::Span<const GroupValue> values) const;
  std::optional<int32_t> Find(absl::Span<const int32_t> numbers) const;

  // Numbers of values; below 0: a name that is not known yet.
  absl::Span<const int32_t> NumbersOf(int32_t group) const {
    return absl::MakeConstSpan(tuples_).subspan(static_cast<size_t>(group) * dimensions_.size(), dimensions_.size());
  }
  // A name that is not known yet has the text "".
  const GroupValue& ValueOf(int32_t group, size_t d) const { return OfNumber(d, NumbersOf(group)[d]); }
  // The values of a dimension, by number.
  const std::vector<GroupValue>& ValuesOf(size_t d) const { return dimensions_[d].values; }
  // For each value of dimension d its place in the order of values; all are named.
  std::vector<int32_t> RanksOf(size_t d) const;
  // Some groups by themselves, all named; `numbers`: of each its number there.
  GroupTable Named(absl::Span<const int32_t> groups, std::vector<int32_t>* numbers) const;

 private:
  struct OfDimension {
    std::vector<GroupValue> values;
    std::array<int32_t, 4> special = {-1, -1, -1, -1};  // numbers of none, other, all, by kind; -1: it has none
    absl::flat_hash_map<GroupValue, int32_t> numbers;   // of names, those below `looked_up`
    int32_t looked_up = 0;
    std::vector<int64_t> codes;  // of values that have no name yet: number -1 - place
    record::Domain domain = record::Domain::kNotCoded;
  };
  const GroupValue& OfNumber(size_t d, int32_t number) const;
  void PrepareLookUp(OfDimension* dimension);
  void ResetSlots(size_t count);
  // The slot of a group with these numbers, or the free one where it belongs.
  size_t SlotOf(absl::Span<const int32_t> numbers) const;

  std::vector<OfDimension> dimensions_;
  std::shared_ptr<const projection::Snapshot> snapshot_;
  std::vector<int32_t> tuples_;  // by group and dimension
  size_t group_count_ = 0;
  std::vector<int32_t> slots_;   // a power of two of them, open addressing: group, or -1
};

}  // namespace supportkpi::exec

#endif  // SUPPORTKPI_EXEC_GROUP_TABLE_H_
