// A part of a plan, compiled: which nodes say whether a fact counts, where it stands and what it adds. Immutable; shared by
// the threads that scan.
#ifndef SUPPORTKPI_EXEC_NATIVE_PART_SCAN_H_
#define SUPPORTKPI_EXEC_NATIVE_PART_SCAN_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "exec/native/bounds.h"
#include "exec/native/buckets_by_end.h"
#include "exec/native/compiler.h"
#include "exec/native/program.h"
#include "plan/plan.h"

namespace supportkpi::exec::native {

// How a fact is counted, or why not. Reasons are places in PartCell::left_out: the part's rules, then these.
enum BuiltInReason { kDeleted, kSpam, kTest, kMerged, kInvalidDuration, kNoScheduleReason, kNoValue, kBuiltInReasons };

// What is kept of the facts of a cell.
enum class Keep : uint8_t {
  kCount,      // weights
  kSums,       // sums, for these and means
  kNumbers,    // sum, squares, least, greatest
  kValues,     // every value, for percentiles
  kGreatest,   // the greatest value with its record
  kEntities,   // every entity
  kEntityValues,
  kPeriods,    // every period, for chains
};

// One grouping dimension of a part.
struct Dimension {
  size_t place = 0;                 // in group_by
  NodeId node = kNoNode;            // scalar
  NodeId before = kNoNode;          // of moves
  const plan::BoundField* field = nullptr;
  int64_t size = 0;                 // values lie in 0..size - 1; 0: anywhere
  int64_t other = kForever;         // no value: stands for all other groups, where lists are folded
  int list_group = -1;              // lists that go together entry by entry have the same; -1: scalar
  column::ColumnKey list = 0;
};

// Lists that go together: entries count while their instant in `at` is before `until` (kNoNode: all).
struct ListGroup {
  column::ColumnKey at = 0;
  NodeId until = kNoNode;
  std::vector<int> dimensions;
};

// One accumulation: items of the buckets or of the whole range, told apart by some dimensions. Grouping sets are read off
// these: what is additive over cells is added from finer ones, the rest has a stream of its own.
struct Stream {
  bool whole_range = false;
  plan::DimensionMask dimensions = 0;

  bool Keeps(const Dimension& dimension) const { return plan::Has(dimensions, dimension.place); }
  bool operator==(const Stream&) const = default;
};

struct PartScan {
  const plan::PartPlan* plan = nullptr;
  std::vector<NodeId> row_conditions;   // cheap ones first
  size_t cheap_conditions = 0;          // so many of them may be computed before the anchor
  std::vector<NodeId> own_conditions;   // of row_conditions those that the part has whatever is filtered
  std::vector<NodeId> item_conditions;  // those that depend on the bucket
  NodeId at = kNoNode;
  NodeId to = kNoNode;
  NodeId moved_filter = kNoNode;        // moves: the filter on the other side of the instant
  NodeId exclusion = kNoNode;           // kNoNode: flags leave nothing out
  std::vector<NodeId> rules;
  std::vector<NodeId> notes;
  NodeId weight = kNoNode;              // kNoNode: 1
  NodeId value = kNoNode;
  NodeId entity = kNoNode;
  NodeId record = kNoNode;
  NodeId record_at = kNoNode;           // of the greatest: of equal ones the earliest is named
  NodeId currency = kNoNode;
  // Of periods: segment, persona, region, plan, customers at start, at end, period.
  std::array<NodeId, 7> period = {kNoNode, kNoNode, kNoNode, kNoNode, kNoNode, kNoNode, kNoNode};

  NodeId stretch_record = kNoNode;  // of clipped agent time

  Keep keep = Keep::kCount;
  std::vector<Dimension> dimensions;
  std::vector<ListGroup> list_groups;
  std::vector<int64_t> starts, ends;    // of the buckets; then those of the whole range
  int32_t bucket_count = 0;
  int64_t earliest = 0, latest = 0;     // bounds of the buckets and the whole range together: a range may have no bucket
  BucketsByEnd by_end;
  std::vector<Stream> streams;
  const plan::Fold* fold = nullptr;     // nullptr: no groups are taken together

  // States at bucket ends in which nothing depends on the bucket: each is counted where it begins and taken off where it
  // ends, and the counts are added up over the buckets at the end. A state of years costs as much as one of minutes.
  bool counts_changes = false;
  bool counts_whole_changes = false;    // told by cheap nodes alone, and nothing is kept but counts: of whole batches by place
  bool judged_by_row = false;           // no verdict depends on the bucket
  bool told_by_row = false;             // nothing at all does, but where a fact stands
  // Instants told by the row, by cheap nodes alone: all rows of a batch are gone through together, and those that do not count
  // are dropped at the end.
  bool takes_whole_batches = false;
  int gathered_by = -1;                 // the part that gathers all that this one needs; -1: it gathers itself
  int wider = -1;                       // the part that this one narrows; -1: none
  std::vector<NodeId> extra_conditions; // those that the wider one has not

  bool per_bucket() const;              // states and the like: expanded into pairs of row and bucket
  bool collects_periods() const { return plan->part.mode == kpi::Mode::kContained; }
  bool asks_for_states() const { return plan->part.mode == kpi::Mode::kAtBucketEnd; }
  // The first instant at which states are looked at.
  int64_t first_end() const { return std::min(ends.front(), ends.back()); }
  bool is_customer_period() const { return collects_periods() && plan->part.set == fact::FactSet::kCustomerPeriod; }
  size_t rule_count() const { return rules.size(); }
  size_t reason_count() const { return rules.size() + kBuiltInReasons; }
  size_t note_count() const;
  Stream StreamFor(const plan::GroupingSet& set) const;
  bool has_lists() const { return !list_groups.empty(); }
  // The same facts in the same cells, judged alike, but only those for which more conditions hold.
  bool Narrows(const PartScan& other) const;
  // The same facts in the same cells with the same values, of which `other` needs no more than is kept here: a mean beside a
  // percentile.
  bool GathersFor(const PartScan& other) const;
  // The stream that a grouping set is read off.
  int StreamOf(const plan::GroupingSet& set) const;
  // False where no fact of the chunk, or of the rows that the bounds are of, can count.
  bool MayHold(ChunkBounds& bounds) const;
  // Its part that tells of instants.
  bool ReachesRange(ChunkBounds& bounds) const;
};

// Compiles a part; `sets` are the grouping sets that will be asked for; `fold` may be nullptr.
absl::StatusOr<PartScan> CompilePart(const plan::PartPlan& plan, const std::vector<plan::GroupingSet>& sets,
                                     const plan::Fold* fold, QueryResources& resources, Program& program);

// Finds the parts for which others gather, and of the rest those that narrow others, as the numerators of rates do: what they
// need of a batch is read off what the wider part has made of it. A wider part narrows none itself.
void LinkParts(std::vector<PartScan>* scans);

}  // namespace supportkpi::exec::native

#endif  // SUPPORTKPI_EXEC_NATIVE_PART_SCAN_H_
