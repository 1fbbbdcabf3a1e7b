// The groups that occur in a result: tuples of one value for each dimension of the question, numbered 0, 1, 2, ...
// Thread-compatible.
#ifndef SUPPORTKPI_EXEC_GROUP_TABLE_H_
#define SUPPORTKPI_EXEC_GROUP_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"

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
  explicit GroupTable(size_t dimensions = 0);

  size_t dimensions() const { return dimensions_.size(); }
  int32_t size() const { return static_cast<int32_t>(group_count_); }

  // The number of a value of dimension d, and of the group with such values; added where it is new.
  int32_t NumberOf(size_t d, const GroupValue& value);
  int32_t Intern(absl::Span<const int32_t> numbers);
  int32_t Intern(absl::Span<const GroupValue> values);
  std::optional<int32_t> Find(absl::Span<const GroupValue> values) const;
  std::optional<int32_t> Find(absl::Span<const int32_t> numbers) const;

  absl::Span<const int32_t> NumbersOf(int32_t group) const {
    return absl::MakeConstSpan(tuples_).subspan(static_cast<size_t>(group) * dimensions_.size(), dimensions_.size());
  }
  const GroupValue& ValueOf(int32_t group, size_t d) const { return dimensions_[d].values[NumbersOf(group)[d]]; }
  // The values of a dimension, by number.
  const std::vector<GroupValue>& ValuesOf(size_t d) const { return dimensions_[d].values; }
  // For each value of dimension d its place in the order of values.
  std::vector<int32_t> RanksOf(size_t d) const;

 private:
  struct OfDimension {
    absl::flat_hash_map<GroupValue, int32_t> numbers;
    std::vector<GroupValue> values;
  };
  std::vector<OfDimension> dimensions_;
  absl::flat_hash_map<std::vector<int32_t>, int32_t> groups_;
  std::vector<int32_t> tuples_;  // by group and dimension
  size_t group_count_ = 0;
};

}  // namespace supportkpi::exec

#endif  // SUPPORTKPI_EXEC_GROUP_TABLE_H_
