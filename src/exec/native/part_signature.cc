#include "exec/native/part_signature.h"

#include <algorithm>
#include <type_traits>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "column/hash.h"
#include "exec/native/repeat_index.h"
#include "exec/native/value_rules.h"
#include "fact/fact_sets.h"

namespace supportkpi::exec::native {
namespace {

// 128 bits stand for the contents of a table.
constexpr uint64_t kTableSeeds[] = {0x7461626c65206f6eull, 0x7461626c65207477ull};

class Writer {
 public:
  // `by_chunk`: what depends on the chunk's place in time is left out, and its nodes are noted.
  Writer(const Program& program, const QueryResources& resources, bool by_chunk, PartSignature* out)
      : program_(program), resources_(resources), by_chunk_(by_chunk), out_(*out) {}

  template <class Number>
  void Add(Number number) {
    static_assert(std::is_integral_v<Number> || std::is_enum_v<Number>);
    const auto word = static_cast<int64_t>(number);
    out_.bytes.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  void AddText(absl::string_view text) {
    Add(text.size());
    out_.bytes.append(text.data(), text.size());
  }

  void AddNode(NodeId id) {
    if (id == kNoNode) return Add(-1);
    const auto [number, added] = numbers_.try_emplace(id, numbers_.size());
    Add(number->second);
    if (!added) return;
    const Node& node = program_.node(id);
    Add(node.op);
    Add(node.level);
    for (const column::ColumnKey key : {node.key, node.key2, node.key3, node.key4}) Add(key);
    Add(node.constant);
    AddWords(node.constants);
    AddTable(node.table);
    AddObjects(id, node);
    for (const NodeId arg : node.args) {
      if (by_chunk_ && arg != kNoNode && program_.node(arg).is_data_until)
        NoteDataUntil(id);
      else
        AddNode(arg);
    }
  }
  void AddNodes(absl::Span<const NodeId> ids) {
    Add(ids.size());
    for (const NodeId id : ids) AddNode(id);
  }

 private:
  // Of a comparison the outcome may be the same for all facts of a chunk.
  void NoteDataUntil(NodeId comparison) {
    Add(-2);
    out_.by_data_until.push_back(comparison);
  }
  void AddTable(const std::vector<int64_t>* table) {
    Add(table != nullptr);
    if (table == nullptr) return;
    if (resources_.IsMadeForQuery(table)) {
      for (const uint64_t seed : kTableSeeds) Add(column::HashWords(seed, *table));
      return;
    }
    AddAddress(table);
    AddObject(resources_.snapshot().Customers());
    AddObject(resources_.snapshot().Agents());
  }
  void AddWords(absl::Span<const int64_t> words) {
    Add(words.size());
    for (const int64_t word : words) Add(word);
  }

  void AddAddress(const void* object) { Add(reinterpret_cast<intptr_t>(object)); }
  void AddObject(const std::shared_ptr<const void>& object) {
    AddAddress(object.get());
    if (object != nullptr) out_.addressed.push_back(object);
  }

  void AddObjects(NodeId id, const Node& node) {
    if (node.clock != nullptr) {  // made anew for each question, of schedules that are not
      for (const time::BusinessClock* schedule : node.clock->schedule_by_team()) AddAddress(schedule);
      AddAddress(node.clock->schedule_of_others());
      for (const auto& schedule : node.clock->schedules()) AddObject(schedule);
    }
    switch (node.op) {
      case NodeOp::kHourOfDay:
      case NodeOp::kWeekday:
      case NodeOp::kMonthOfYear: return AddText(program_.zone->name());
      case NodeOp::kAgentTeamAt: return AddObject(resources_.snapshot().Agents());
      case NodeOp::kRepeatGap:
      case NodeOp::kNextSameIssueAt:
        Add(program_.range_end_ms);
        if (!by_chunk_) return AddObject(resources_.repeats);
        return out_.by_other_tickets.push_back(id);
      default: return;
    }
  }

  const Program& program_;
  const QueryResources& resources_;
  const bool by_chunk_;
  PartSignature& out_;
  absl::flat_hash_map<NodeId, size_t> numbers_;
};

}  // namespace

bool PartSignature::IsWhole() const {
  return std::none_of(addressed.begin(), addressed.end(), [](const auto& object) { return object.expired(); });
}

void AddOfChunk(const PartSignature& signature, const Program& program, const QueryResources& resources, const column::Chunk& chunk,
                ChunkBounds& bounds, std::vector<int64_t>* words) {
  for (const NodeId id : signature.by_data_until) {
    const Bounds& outcome = bounds.Of(id);
    words->push_back(outcome.IsOneValue() ? outcome.min : resources.snapshot().data_until_ms().value_or(kNull));
  }
  if (signature.by_other_tickets.empty()) return;
  // A ticket's own creation stands among those that concern it.
  constexpr auto kCreatedAt = static_cast<column::ColumnKey>(fact::Column::kCreatedAt);
  const column::ColumnRange created =
      chunk.Has(kCreatedAt) ? chunk.Range(kCreatedAt) : column::ColumnRange{.min = kNull, .max = kForever};
  for (const NodeId id : signature.by_other_tickets) {
    const Node& node = program.node(id);
    // What repeats asks for those created before; what comes next for those created until its last argument.
    const bool is_next = node.op == NodeOp::kNextSameIssueAt;
    words->push_back(resources.repeats->LastChange(is_next ? created.min : kNull, is_next ? bounds.Of(node.args[2]).max : created.max));
  }
}

std::shared_ptr<const PartSignature> SignatureOf(const PartScan& scan, const Program& program, const QueryResources& resources) {
  if (scan.has_lists()) return nullptr;
  auto signature = std::make_shared<PartSignature>();
  Writer to(program, resources, true, signature.get());
  to.Add(scan.plan->part.set);
  to.Add(scan.plan->part.mode);
  to.Add(scan.keep);
  to.Add(scan.counts_changes);
  to.Add(scan.plan->part.value_is_duration);
  to.Add(scan.plan->included_exclusions);
  to.AddNode(scan.at);
  to.AddNode(scan.to);
  to.AddNodes(scan.row_conditions);
  to.AddNodes(scan.item_conditions);
  to.AddNodes(scan.rules);
  to.AddNodes(scan.notes);
  to.AddNodes(scan.period);
  for (const NodeId id : {scan.moved_filter, scan.exclusion, scan.weight, scan.value, scan.entity, scan.record, scan.record_at, scan.currency,
                          scan.stretch_record}) {
    to.AddNode(id);
  }
  to.Add(scan.dimensions.size());
  for (const Dimension& dimension : scan.dimensions) {
    to.Add(dimension.place);
    to.Add(dimension.field->kind);
    to.AddNode(dimension.node);
    to.AddNode(dimension.before);
  }
  to.Add(scan.streams.size());
  for (const Stream& stream : scan.streams) {
    to.Add(stream.whole_range);
    to.Add(stream.dimensions);
  }
  signature->hash = column::HashBytes(0, signature->bytes);
  return signature;
}

std::shared_ptr<const PartSignature> SignatureOf(absl::Span<const NodeId> nodes, const Program& program,
                                                 const QueryResources& resources) {
  auto signature = std::make_shared<PartSignature>();
  Writer(program, resources, false, signature.get()).AddNodes(nodes);
  signature->hash = column::HashBytes(0, signature->bytes);
  return signature;
}

}  // namespace supportkpi::exec::native
