// One agent's day: each instant belongs to one record, that of the busiest state, then of the later start, then of the
// smaller id.
#include <algorithm>
#include <queue>
#include <tuple>
#include <vector>

#include "column/value.h"
#include "fact/fact_row.h"
#include "fact/instants.h"
#include "fact/record_names.h"
#include "fact/reduction.h"

namespace supportkpi::fact {
namespace {

constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;

struct Claim {
  const v1::AgentTime* record;
  int64_t from;        // as sent
  int64_t cut_from;    // cut to the day
  int64_t cut_to;
  int rank;            // 0: busiest
};

int RankOf(v1::AgentState state) {
  switch (state) {
    case v1::AGENT_STATE_HANDLING: return 0;
    case v1::AGENT_STATE_OTHER_SUPPORT_WORK: return 1;
    case v1::AGENT_STATE_AVAILABLE: return 2;
    case v1::AGENT_STATE_BREAK: return 3;
    default: return 4;
  }
}

bool GoesBefore(const Claim& a, const Claim& b) {
  if (a.rank != b.rank) return a.rank < b.rank;
  if (a.from != b.from) return a.from > b.from;
  return std::tie(a.record->id(), a.record->source()) < std::tie(b.record->id(), b.record->source());
}

struct Piece {
  const v1::AgentTime* record;
  int64_t from;
  int64_t to;
};

std::vector<Claim> ClaimsOfDay(int64_t day_start_ms, const std::vector<const v1::AgentTime*>& records) {
  std::vector<Claim> claims;
  for (const v1::AgentTime* record : records) {
    const int64_t from = MsOf(record->from());
    const int64_t cut_from = std::max(from, day_start_ms);
    const int64_t cut_to = std::min(MsOf(record->to()), day_start_ms + kDayMs);
    if (cut_from < cut_to) claims.push_back({record, from, cut_from, cut_to, RankOf(record->state())});
  }
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return a.cut_from != b.cut_from ? a.cut_from < b.cut_from : GoesBefore(a, b);
  });
  return claims;
}

// Claims that have begun wait in a heap, the winner on top; those that have ended are dropped when they come up.
std::vector<Piece> Settle(const std::vector<Claim>& claims) {
  const auto loses = [](const Claim* a, const Claim* b) { return GoesBefore(*b, *a); };
  std::priority_queue<const Claim*, std::vector<const Claim*>, decltype(loses)> begun(loses);
  std::vector<Piece> pieces;
  size_t next = 0;
  int64_t now = column::kNull;
  while (next < claims.size() || !begun.empty()) {
    while (!begun.empty() && begun.top()->cut_to <= now) begun.pop();
    if (begun.empty()) {
      if (next == claims.size()) break;
      now = std::max(now, claims[next].cut_from);
    }
    while (next < claims.size() && claims[next].cut_from <= now) begun.push(&claims[next++]);
    const Claim& winner = *begun.top();
    if (winner.cut_to <= now) continue;
    const int64_t to = next < claims.size() ? std::min(winner.cut_to, claims[next].cut_from) : winner.cut_to;
    if (!pieces.empty() && pieces.back().record == winner.record && pieces.back().to == now) {
      pieces.back().to = to;
    } else {
      pieces.push_back({winner.record, now, to});
    }
    now = to;
  }
  return pieces;
}

}  // namespace

void ReduceAgentDay(int64_t day_start_ms, const std::vector<const v1::AgentTime*>& records, Codes& codes,
                    std::vector<Fact>* facts) {
  using record::Domain;
  const auto code = [&](Domain domain, const std::string& name) -> int64_t {
    return name.empty() ? 0 : codes.CodeOf(domain, name);
  };
  for (const Piece& piece : Settle(ClaimsOfDay(day_start_ms, records))) {
    const v1::AgentTime& record = *piece.record;
    FactRow<FactSet::kAgentTime> row(facts);
    row.Set<Column::kAgentTime>(CodeOfRecord(Domain::kAgentTimeId, record.source(), record.id(), codes))
        .Set<Column::kSource>(code(Domain::kSource, record.source()))
        .Set<Column::kAgent>(code(Domain::kAgent, record.agent()))
        .Set<Column::kTeam>(code(Domain::kTeam, record.team()))
        .Set<Column::kStartAt>(piece.from)
        .Set<Column::kEndAt>(piece.to)
        .Set<Column::kAgentState>(record.state())
        .Set<Column::kPaid>(record.has_paid() ? record.paid() : record.state() != v1::AGENT_STATE_OFFLINE);
    row.fact().attributes = AttributesOf(record.attributes(), codes);
  }
}

}  // namespace supportkpi::fact
