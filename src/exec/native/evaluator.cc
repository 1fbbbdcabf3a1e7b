#include "exec/native/evaluator.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "column/target_clones.h"
#include "exec/native/value_rules.h"
#include "time/calendar.h"

namespace supportkpi::exec::native {
namespace {

template <class Body>
inline void Each(const uint32_t* at, size_t count, Body body) {
  if (at == nullptr) {
    for (size_t i = 0; i < count; ++i) body(i);
  } else {
    for (size_t i = 0; i < count; ++i) body(at[i]);
  }
}

template <class Rule>
inline void Map1(const uint32_t* at, size_t count, const int64_t* __restrict a, int64_t* __restrict out, Rule rule) {
  Each(at, count, [&](size_t i) { out[i] = rule(a[i]); });
}
template <class Rule>
inline void Map2(const uint32_t* at, size_t count, const int64_t* __restrict a, const int64_t* __restrict b,
                 int64_t* __restrict out, Rule rule) {
  Each(at, count, [&](size_t i) { out[i] = rule(a[i], b[i]); });
}

// A function as an object of a type of its own: called through its address it would be called once a row.
#define SUPPORTKPI_RULE(function) [](auto... values) { return function(values...); }

constexpr int64_t kBillion = 1'000'000'000;

// A node is computed for the rows that are asked for alone where fewer than one of so many is. A column is mostly read as it
// lies: each row alone waits for memory.
constexpr size_t kRowsPerChosenMin = 8;
constexpr size_t kRowsPerReadMin = 24;

// Positive from here on, in billionths, on scales without a threshold of their own; kNull: no default.
int64_t DefaultThreshold(int64_t min, int64_t max) {
  if (IsNull(min) || IsNull(max)) return kNull;
  if (max - min == kBillion) return max;
  if (min == kBillion && max == 5 * kBillion) return 4 * kBillion;
  if (min == kBillion && max == 3 * kBillion) return 3 * kBillion;
  if (min == kBillion && max == 7 * kBillion) return 6 * kBillion;
  if ((min == 0 || min == kBillion) && max == 10 * kBillion) return 9 * kBillion;
  return kNull;
}

// 1 + 4 (score - min) / (max - min), all in billionths, rounded half away from zero.
int64_t FivePoints(int64_t score, int64_t min, int64_t max) {
  if (IsNull(score) || IsNull(min) || IsNull(max) || max <= min) return kNull;
  const __int128 span = static_cast<__int128>(max) - min;
  const __int128 twice = (span + 4 * (static_cast<__int128>(score) - min)) * kBillion * 2;
  return static_cast<int64_t>((twice >= 0 ? twice + span : twice - span) / (2 * span));
}

absl::Span<const int64_t> ListOf(const column::Lists& lists, uint32_t row) {
  return absl::MakeConstSpan(lists.values).subspan(lists.offsets[row], lists.offsets[row + 1] - lists.offsets[row]);
}

}  // namespace

Evaluator::Evaluator(const Program& program) : program_(program), states_(program.size()), all_rows_(kBatchRows), narrow_(program, *this) {
  std::iota(all_rows_.begin(), all_rows_.end(), 0u);
  for (NodeId id = 0; id < program.size(); ++id) {
    const Node& node = program.node(id);
    if (node.op == NodeOp::kConstant) states_[id].values.assign(kBatchRows, node.constant);
  }
}

void Evaluator::Begin(Batch* batch) {
  batch_ = batch;
  narrow_.Begin(batch);
  ++batch_number_;
  ++items_number_;
}

Evaluator::Args Evaluator::ArgsOf(const Node& node, absl::Span<const uint32_t> rows, bool whole) {
  Args args = {};
  for (size_t i = 0; i < args.size(); ++i)
    if (node.args[i] != kNoNode) args[i] = RowsOf(node.args[i], rows, whole);
  return args;
}

// Where the first argument decides, a dear one is computed for the rows that need it; what stands in the others is ignored.
Evaluator::Args Evaluator::NeededArgs(const Node& node, absl::Span<const uint32_t> rows, bool whole,
                                      std::vector<uint32_t>* chosen) {
  const bool decides = node.op == NodeOp::kAnd || node.op == NodeOp::kOr || node.op == NodeOp::kIf;
  if (!decides) return ArgsOf(node, rows, whole);
  Args args = {RowsOf(node.args[0], rows, whole), nullptr, nullptr, nullptr};
  for (size_t i = 1; i < args.size() && node.args[i] != kNoNode; ++i) {
    if (!program_.node(node.args[i]).dear) {
      args[i] = RowsOf(node.args[i], rows, whole);
      continue;
    }
    const bool needed_when = node.op == NodeOp::kIf ? i == 1 : node.op == NodeOp::kAnd;
    chosen->resize(rows.size());
    size_t count = 0;
    for (const uint32_t row : rows) {
      (*chosen)[count] = row;
      count += IsTrue(args[0][row]) == needed_when;
    }
    chosen->resize(count);
    args[i] = RowsOf(node.args[i], *chosen, false);
  }
  return args;
}

// The first node that asked for the column in this chunk, under its own key or that of a column with the same bytes, as the times
// of tickets and their own ones mostly have: it is read for all of them.
NodeId Evaluator::ReaderOf(NodeId column) {
  State& state = states_[column];
  if (state.chunk == chunk_number_) return state.reader;
  state.chunk = chunk_number_;
  state.reader = column;
  const column::EncodedColumn* stored = batch_->Stored(program_.node(column).key);
  if (stored == nullptr) return column;
  for (const auto& [other, reader] : readers_)
    if (other == stored) return state.reader = reader;
  readers_.push_back({stored, column});
  return column;
}

const int64_t* Evaluator::RowsOf(NodeId id, absl::Span<const uint32_t> rows, bool whole) {
  const Node& node = program_.node(id);
  if (node.op == NodeOp::kColumn) id = ReaderOf(id);
  State& state = states_[id];
  if (node.op == NodeOp::kConstant) return state.values.data();
  const bool first_time = state.batch != batch_number_;
  state.batch = batch_number_;
  if (state.values.empty()) state.values.resize(kBatchRows);
  if (!node.dear) {
    if (state.whole == batch_number_) return state.values.data();
    const size_t rows_per_chosen = node.op == NodeOp::kColumn ? kRowsPerReadMin : kRowsPerChosenMin;
    if (rows.size() * rows_per_chosen < batch_->count()) {
      if (whole && state.run == run_number_) return state.values.data();
      if (node.op == NodeOp::kColumn)
        batch_->ReadSome(node.key, node.constant, rows, state.values.data());
      else
        Compute(node, ArgsOf(node, rows, whole).data(), {rows.data(), rows.size(), nullptr}, state.values.data());
      if (whole) state.run = run_number_;
      return state.values.data();
    }
    state.whole = batch_number_;
    const Args args = ArgsOf(node, absl::MakeConstSpan(all_rows_).first(batch_->count()), true);
    Compute(node, args.data(), {nullptr, batch_->count(), nullptr}, state.values.data());
    return state.values.data();
  }
  if (whole && state.run == run_number_) return state.values.data();
  if (!node.is_dear_itself()) {
    const Args args = NeededArgs(node, rows, whole, &state.chosen);
    // Values of rows that were not asked for are of no meaning, but do no harm, and the plain loop is the faster one.
    const bool plain = rows.size() >= batch_->count() / 4;
    Compute(node, args.data(), plain ? Domain{nullptr, batch_->count(), nullptr} : Domain{rows.data(), rows.size(), nullptr},
            state.values.data());
  } else {
    if (first_time) state.done.assign(kBatchRows, 0);
    state.chosen.clear();
    for (const uint32_t row : rows) {
      if (state.done[row]) continue;
      state.done[row] = 1;
      state.chosen.push_back(row);
    }
    if (!state.chosen.empty()) {
      const Args args = ArgsOf(node, state.chosen, whole && state.chosen.size() == rows.size());
      Compute(node, args.data(), {state.chosen.data(), state.chosen.size(), nullptr}, state.values.data());
    }
  }
  if (whole) state.run = run_number_;
  return state.values.data();
}

const int64_t* Evaluator::ItemValues(NodeId id, const Items& items, const int64_t* starts, const int64_t* ends) {
  const Node& node = program_.node(id);
  if (items.all_rows && node.level != Level::kItem) return Rows(id, items.row);
  State& state = states_[id];
  if (state.items == items_number_) return state.item_values.data();
  state.items = items_number_;
  const size_t count = items.size();
  if (state.item_values.size() < count) state.item_values.resize(count);
  int64_t* out = state.item_values.data();
  if (node.level == Level::kConstant && node.op == NodeOp::kConstant) {
    std::fill_n(out, count, node.constant);
  } else if (node.level != Level::kItem) {
    const int64_t* by_row = Rows(id, items.row);
    for (size_t i = 0; i < count; ++i) out[i] = by_row[items.row[i]];
  } else if (node.op == NodeOp::kBucketStart || node.op == NodeOp::kBucketEnd) {
    const int64_t* bounds = node.op == NodeOp::kBucketStart ? starts : ends;
    for (size_t i = 0; i < count; ++i) out[i] = bounds[items.bucket[i]];
  } else {
    std::array<const int64_t*, 4> args = {};
    for (size_t i = 0; i < args.size(); ++i)
      if (node.args[i] != kNoNode) args[i] = ItemValues(node.args[i], items, starts, ends);
    Compute(node, args.data(), {nullptr, count, items.row.data()}, out);
  }
  return out;
}

void Evaluator::Compute(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  if (node.op >= NodeOp::kStepAt)
    ComputeDear(node, args, domain, out);
  else
    ComputeCheap(node, args, domain, out);
}

SUPPORTKPI_TARGET_CLONES
void Evaluator::ComputeCheap(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  const uint32_t* at = domain.at;
  const size_t count = domain.count;
  const int64_t *a = args[0], *b = args[1], *c = args[2];
  switch (node.op) {
    case NodeOp::kColumn: batch_->Read(node.key, node.constant, out); return;
    case NodeOp::kAdd: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(AddValues));
    case NodeOp::kSubtract: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(SubtractValues));
    case NodeOp::kMultiply: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(MultiplyValues));
    case NodeOp::kMin: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(MinValues));
    case NodeOp::kMax: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(MaxValues));
    case NodeOp::kLess: return Map2(at, count, a, b, out, [](int64_t x, int64_t y) -> int64_t { return Both(x, y) & (x < y); });
    case NodeOp::kAtMost: return Map2(at, count, a, b, out, [](int64_t x, int64_t y) -> int64_t { return Both(x, y) & (x <= y); });
    case NodeOp::kEqual: return Map2(at, count, a, b, out, [](int64_t x, int64_t y) -> int64_t { return Both(x, y) & (x == y); });
    case NodeOp::kNotEqual: return Map2(at, count, a, b, out, [](int64_t x, int64_t y) -> int64_t { return Both(x, y) & (x != y); });
    case NodeOp::kAnd: return Map2(at, count, a, b, out, [](int64_t x, int64_t y) -> int64_t { return BothAreTrue(x, y); });
    case NodeOp::kOr: return Map2(at, count, a, b, out, [](int64_t x, int64_t y) -> int64_t { return OneIsTrue(x, y); });
    case NodeOp::kNot: return Map1(at, count, a, out, [](int64_t x) -> int64_t { return !IsTrue(x); });
    case NodeOp::kIsNull: return Map1(at, count, a, out, [](int64_t x) -> int64_t { return IsNull(x); });
    case NodeOp::kCoalesce: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(CoalesceValues));
    case NodeOp::kFirstNamed: return Map2(at, count, a, b, out, SUPPORTKPI_RULE(FirstNamedValue));
    case NodeOp::kIf: return Each(at, count, [&](size_t i) { out[i] = IsTrue(a[i]) ? b[i] : c[i]; });
    case NodeOp::kHasBit:
      return Map1(at, count, a, out, [bits = node.constant](int64_t x) -> int64_t { return !IsNull(x) & ((x & bits) != 0); });
    case NodeOp::kIsOneOf: {
      const auto& values = node.constants;
      if (values.size() == 1)
        return Map1(at, count, a, out, [value = values[0]](int64_t x) -> int64_t { return (x == value) & !IsNull(x); });
      if (!values.empty() && !IsNull(values[0]) && static_cast<uint64_t>(values.back()) - static_cast<uint64_t>(values[0]) < 64) {
        uint64_t bits = 0;  // from the least value on
        for (const int64_t value : values) bits |= uint64_t{1} << (value - values[0]);
        return Map1(at, count, a, out, [bits, least = static_cast<uint64_t>(values[0])](int64_t x) -> int64_t {
          const uint64_t place = static_cast<uint64_t>(x) - least;
          const uint64_t bit = bits >> (place & 63) & 1;
          return static_cast<int64_t>(place >> 6 == 0 ? bit : 0);
        });
      }
      return Map1(at, count, a, out, [&](int64_t x) -> int64_t {
        return !IsNull(x) && std::binary_search(values.begin(), values.end(), x);
      });
    }
    case NodeOp::kTableOf: {
      const int64_t* table = node.table->data();
      const uint64_t size = node.table->size();
      return Map1(at, count, a, out, [=, outside = node.constant](int64_t x) {
        return static_cast<uint64_t>(x) < size ? table[x] : outside;
      });
    }
    case NodeOp::kDefaultThreshold: {  // neighbours are mostly of one scale
      int64_t min = kNull, max = kNull, threshold = kNull;
      return Map2(at, count, a, b, out, [&](int64_t x, int64_t y) {
        if (x != min || y != max) threshold = DefaultThreshold(min = x, max = y);
        return threshold;
      });
    }
    case NodeOp::kHourOfDay:
    case NodeOp::kWeekday:
    case NodeOp::kMonthOfYear: {
      const time::CalendarParts parts(*program_.zone);
      const auto each = [&](auto part_of) {  // instants come mostly in order: many in an hour
        time::HourAround hour;
        int64_t part = 0;
        Map1(at, count, a, out, [&](int64_t x) -> int64_t {
          if (IsNull(x)) return kNull;
          if (!hour.Holds(x)) {
            hour = parts.HourOf(x);
            part = part_of(x);
          }
          return part;
        });
      };
      if (node.op == NodeOp::kHourOfDay) return each([&](int64_t x) { return parts.HourOfDay(x); });
      if (node.op == NodeOp::kWeekday) return each([&](int64_t x) { return parts.Weekday(x); });
      return each([&](int64_t x) { return parts.Month(x); });
    }
    case NodeOp::kFivePoints:
      return Each(at, count, [&](size_t i) { out[i] = FivePoints(a[i], b[i], c[i]); });
    default: return;  // constants and bucket bounds are not computed here
  }
}

void Evaluator::ComputeDear(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  switch (node.op) {
    case NodeOp::kStepAt: return ComputeStepAt(node, args, domain, out);
    case NodeOp::kCoveringFrom: return ComputeCoveringFrom(node, args, domain, out);
    case NodeOp::kListAny: return ComputeListAny(node, args, domain, out);
    case NodeOp::kElapsed: return ComputeElapsed(node, args, domain, out);
    case NodeOp::kDueAt:
    case NodeOp::kTimeInStatus: return ComputeClock(node, args, domain, out);
    case NodeOp::kAgentTeamAt:
      return Map2(domain.at, domain.count, args[0], args[1], out, [&](int64_t agent, int64_t at) -> int64_t {
        const auto& teams = *program_.agent_teams;
        if (static_cast<uint64_t>(agent) >= teams.size()) return 0;
        int64_t team = 0;
        for (const auto& [from, code] : teams[agent])
          if (from <= at) team = code;
        return team;
      });
    case NodeOp::kRepeatGap:
      return Map1(domain.at, domain.count, args[0], out,
                  [&](int64_t ticket) { return program_.repeats->GapMs(ticket, program_.range_end_ms); });
    case NodeOp::kNextSameIssueAt:
      return Each(domain.at, domain.count, [&](size_t i) {
        const int64_t next = program_.repeats->NextCreatedAt(args[0][i], args[1][i], program_.range_end_ms);
        out[i] = next <= args[2][i] ? next : kForever;
      });
    default: return;
  }
}

void Evaluator::ComputeStepAt(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  const column::Lists& at_lists = batch_->ListsOf(node.key);
  const column::Lists& value_lists = batch_->ListsOf(node.key2);
  Each(domain.at, domain.count, [&](size_t i) {
    const uint32_t row = domain.row_of == nullptr ? static_cast<uint32_t>(i) : domain.row_of[i];
    const auto at = ListOf(at_lists, row);
    const size_t steps = std::upper_bound(at.begin(), at.end(), args[1][i]) - at.begin();
    out[i] = steps == 0 ? args[0][i] : ListOf(value_lists, row)[steps - 1];
  });
}

void Evaluator::ComputeCoveringFrom(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  const column::Lists& from_lists = batch_->ListsOf(node.key);
  const column::Lists& to_lists = batch_->ListsOf(node.key2);
  Each(domain.at, domain.count, [&](size_t i) {
    const uint32_t row = domain.row_of == nullptr ? static_cast<uint32_t>(i) : domain.row_of[i];
    const auto from = ListOf(from_lists, row);
    const auto to = ListOf(to_lists, row);
    out[i] = kNull;
    for (size_t span = 0; span < from.size(); ++span)
      if (from[span] < args[0][i] && args[0][i] <= to[span]) out[i] = from[span];
  });
}

void Evaluator::ComputeListAny(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  const column::Lists& lists = batch_->ListsOf(node.key);
  const column::Lists* at_lists = args[0] == nullptr ? nullptr : &batch_->ListsOf(node.key2);
  Each(domain.at, domain.count, [&](size_t i) {
    const uint32_t row = domain.row_of == nullptr ? static_cast<uint32_t>(i) : domain.row_of[i];
    const auto entries = ListOf(lists, row);
    out[i] = 0;
    for (size_t entry = 0; entry < entries.size(); ++entry) {
      if (at_lists != nullptr && ListOf(*at_lists, row)[entry] >= args[0][i]) continue;
      const uint64_t code = static_cast<uint64_t>(entries[entry]);
      if (node.table == nullptr ? IsTrue(entries[entry]) : code < node.table->size() && (*node.table)[code] != 0) {
        out[i] = 1;
        break;
      }
    }
  });
}

// Working time by a schedule. Arguments: from, to; the team at the start. Lists: key, key2 the steps of team.
void Evaluator::ComputeElapsed(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  const int64_t *from = args[0], *to = args[1], *team = args[2];
  WorkClock::Rows clock(*node.clock);
  if (team == nullptr) return Each(domain.at, domain.count, [&](size_t i) { out[i] = clock.Elapsed(from[i], to[i], 0); });
  if (node.key == 0) return Each(domain.at, domain.count, [&](size_t i) { out[i] = clock.Elapsed(from[i], to[i], team[i]); });
  const column::Lists& step_at = batch_->ListsOf(node.key);
  const column::Lists& step_team = batch_->ListsOf(node.key2);
  Each(domain.at, domain.count, [&](size_t i) {
    const uint32_t row = domain.row_of == nullptr ? static_cast<uint32_t>(i) : domain.row_of[i];
    const auto at = ListOf(step_at, row);
    out[i] = at.empty() ? clock.Elapsed(from[i], to[i], team[i])
                        : node.clock->Elapsed(from[i], to[i], {.initial = team[i], .at = at, .team = ListOf(step_team, row)});
  });
}

// Due times and times in status by a schedule (or, times in status only, by the calendar).
// Arguments: from; work or to; the team at the start. Lists: key, key2 the steps of team; key3, key4 those of status.
void Evaluator::ComputeClock(const Node& node, const int64_t* const* args, const Domain& domain, int64_t* out) {
  static const column::Lists kNone;
  const bool with_steps = args[2] != nullptr && node.key != 0;
  const column::Lists& step_at = with_steps ? batch_->ListsOf(node.key) : kNone;
  const column::Lists& step_team = with_steps ? batch_->ListsOf(node.key2) : kNone;
  const bool in_status = node.op == NodeOp::kTimeInStatus;
  const column::Lists& status_at = in_status ? batch_->ListsOf(node.key3) : kNone;
  const column::Lists& status = in_status ? batch_->ListsOf(node.key4) : kNone;
  Each(domain.at, domain.count, [&](size_t i) {
    const uint32_t row = domain.row_of == nullptr ? static_cast<uint32_t>(i) : domain.row_of[i];
    TeamHistory teams{.initial = args[2] == nullptr ? 0 : args[2][i]};
    if (with_steps) teams.at = ListOf(step_at, row), teams.team = ListOf(step_team, row);
    if (node.op == NodeOp::kDueAt)
      out[i] = node.clock->DueAt(args[0][i], args[1][i], teams);
    else
      out[i] = TimeInStatus(node.constant, args[0][i], args[1][i], {ListOf(status_at, row), ListOf(status, row)}, teams,
                            node.clock);
  });
}

}  // namespace supportkpi::exec::native
