#include "exec/native/repeat_tickets.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "absl/types/span.h"
#include "exec/native/value_rules.h"
#include "fact/fact_sets.h"

namespace supportkpi::exec::native {
namespace {

using column::ColumnKey;
using fact::Column;

constexpr uint32_t kRowsAtATime = 8192;

std::vector<uint32_t> AliveAt(const column::Chunk& chunk, int64_t commit, uint32_t first, uint32_t count) {
  std::vector<uint32_t> rows;
  if (!chunk.AliveRows(commit, first, count, &rows)) return rows;
  rows.resize(count);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

std::vector<uint32_t> Without(const std::vector<uint32_t>& rows, const std::vector<uint32_t>& others) {
  std::vector<uint32_t> left;
  std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(left));
  return left;
}

class Reader {
 public:
  Reader(const column::Chunk& chunk, RepeatTickets* out) : chunk_(chunk), out_(*out) {}

  // Rows are relative to `first`.
  void Add(uint32_t first, uint32_t count, absl::Span<const uint32_t> rows) {
    if (rows.empty()) return;
    for (auto& [column, missing, values] : scalars_) {
      values.resize(count);
      chunk_.Read(static_cast<ColumnKey>(column), first, count, missing, values.data());
    }
    chunk_.ReadLists(static_cast<ColumnKey>(Column::kResolvedFrom), first, count, &resolved_from_);
    chunk_.ReadLists(static_cast<ColumnKey>(Column::kResolvedTo), first, count, &resolved_to_);
    for (const uint32_t row : rows) AddRow(row);
  }

 private:
  struct Scalar {
    Column column;
    int64_t missing;
    std::vector<int64_t> values;
  };
  enum Which { kTicket, kCustomer, kCreatedAt, kIssueKey, kAtEvent, kFirst, kFirstAt, kExclusion, kUnknown };

  int64_t Of(Which which, uint32_t row) const { return scalars_[which].values[row]; }

  void AddRow(uint32_t row) {
    RepeatTicket ticket{.created_at = Of(kCreatedAt, row), .known_at = kNull};
    if (!IsTrue(Of(kTicket, row)) || !IsTrue(Of(kCustomer, row))) return;
    if (IsTrue(Of(kIssueKey, row))) {
      ticket.issue = static_cast<uint64_t>(Of(kIssueKey, row)) << 1;
    } else if (IsTrue(Of(kAtEvent, row))) {
      ticket.issue = static_cast<uint64_t>(Of(kAtEvent, row)) << 1 | 1;
    } else if (IsTrue(Of(kFirst, row)) && !IsNull(Of(kFirstAt, row)) && Of(kFirstAt, row) != kForever) {
      ticket.issue = static_cast<uint64_t>(Of(kFirst, row)) << 1 | 1;
      ticket.known_at = Of(kFirstAt, row);
    } else {
      return;
    }
    ticket.customer = static_cast<uint32_t>(Of(kCustomer, row));
    ticket.ticket = static_cast<uint32_t>(Of(kTicket, row));
    ticket.excluded = IsTrue(Of(kExclusion, row));
    ticket.state_unknown = IsTrue(Of(kUnknown, row));
    ticket.resolved_begin = static_cast<uint32_t>(out_.resolved.size());
    for (uint32_t i = resolved_from_.offsets[row]; i < resolved_from_.offsets[row + 1]; ++i)
      out_.resolved.push_back({resolved_from_.values[i], resolved_to_.values[i]});
    ticket.resolved_end = static_cast<uint32_t>(out_.resolved.size());
    out_.tickets.push_back(ticket);
  }

  const column::Chunk& chunk_;
  RepeatTickets& out_;
  std::vector<Scalar> scalars_ = {{Column::kTicket, 0, {}},        {Column::kCustomer, 0, {}},
                                  {Column::kCreatedAt, kNull, {}}, {Column::kIssueKey, 0, {}},
                                  {Column::kCategoryAtEvent, 0, {}}, {Column::kCategoryFirst, 0, {}},
                                  {Column::kCategoryFirstAt, kNull, {}}, {Column::kExclusion, 0, {}},
                                  {Column::kStateUnknown, 0, {}}};
  column::Lists resolved_from_, resolved_to_;
};

template <class Body>
void ForEachPiece(const column::Chunk& chunk, Body body) {
  for (uint32_t first = 0; first < chunk.row_count(); first += kRowsAtATime)
    body(first, std::min(kRowsAtATime, chunk.row_count() - first));
}

}  // namespace

void RepeatTickets::Add(RepeatTicket ticket, const std::vector<Resolved>& its_resolved) {
  const auto begin = its_resolved.begin() + ticket.resolved_begin, end = its_resolved.begin() + ticket.resolved_end;
  ticket.resolved_begin = static_cast<uint32_t>(resolved.size());
  resolved.insert(resolved.end(), begin, end);
  ticket.resolved_end = static_cast<uint32_t>(resolved.size());
  tickets.push_back(ticket);
}

void RepeatTickets::Append(const RepeatTickets& others) {
  const auto before = static_cast<uint32_t>(resolved.size());
  resolved.insert(resolved.end(), others.resolved.begin(), others.resolved.end());
  for (RepeatTicket ticket : others.tickets) {
    ticket.resolved_begin += before;
    ticket.resolved_end += before;
    tickets.push_back(ticket);
  }
}

RepeatTickets TicketsOf(const column::Chunk& chunk, int64_t commit) {
  RepeatTickets tickets;
  Reader reader(chunk, &tickets);
  ForEachPiece(chunk, [&](uint32_t first, uint32_t count) { reader.Add(first, count, AliveAt(chunk, commit, first, count)); });
  return tickets;
}

void AddChanges(const column::Chunk& chunk, int64_t after, int64_t until, RepeatChanges* changes) {
  Reader reader(chunk, &changes->born);
  std::vector<int64_t> codes;
  ForEachPiece(chunk, [&](uint32_t first, uint32_t count) {
    const std::vector<uint32_t> before = AliveAt(chunk, after, first, count), now = AliveAt(chunk, until, first, count);
    if (before == now) return;
    const std::vector<uint32_t> born = Without(now, before), died = Without(before, now);
    reader.Add(first, count, born);
    codes.resize(count);
    chunk.Read(static_cast<ColumnKey>(Column::kTicket), first, count, 0, codes.data());
    for (const std::vector<uint32_t>& rows : {born, died}) {
      for (const uint32_t row : rows)
        if (IsTrue(codes[row])) changes->changed.push_back(static_cast<uint32_t>(codes[row]));
    }
  });
}

void MarkAlive(const column::Chunk& chunk, int64_t commit, std::vector<uint8_t>* is_alive) {
  std::vector<int64_t> codes;
  std::vector<uint32_t> rows;
  ForEachPiece(chunk, [&](uint32_t first, uint32_t count) {
    codes.resize(count);
    chunk.Read(static_cast<ColumnKey>(Column::kTicket), first, count, 0, codes.data());
    rows.clear();
    if (chunk.AliveRows(commit, first, count, &rows)) {
      for (const int64_t code : codes) (*is_alive)[static_cast<size_t>(code)] = 1;
    } else {
      for (const uint32_t row : rows) (*is_alive)[static_cast<size_t>(codes[row])] = 1;
    }
  });
}

}  // namespace supportkpi::exec::native
