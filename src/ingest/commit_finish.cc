// Finishing a commit: which families must be reduced, their facts before and after, the rows to write.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "ingest/commit_state.h"
#include "status/macros.h"

namespace supportkpi::ingest {

using storage::Table;

namespace {

bool IsIn(const std::vector<std::string>& sorted, const std::string& key) {
  return std::binary_search(sorted.begin(), sorted.end(), key);
}

}  // namespace

// The projection's codes, with the agents of this commit seen as before it or as after it.
class CommitState::CommitCodes final : public fact::Codes {
 public:
  explicit CommitCodes(fact::Codes& codes) : codes_(codes) {}
  int64_t CodeOf(record::Domain domain, absl::string_view name) override { return codes_.CodeOf(domain, name); }
  bool IsBot(absl::string_view agent) override {
    const auto found = bots_.find(agent);
    if (found == bots_.end()) return codes_.IsBot(agent);
    return sees_after_ ? found->second.second : found->second.first;
  }
  void SeeAfter(bool after) { sees_after_ = after; }
  void SetBot(const std::string& agent, bool before, bool after) { bots_[agent] = {before, after}; }
  bool Flips() const {
    return std::any_of(bots_.begin(), bots_.end(), [](const auto& bot) { return bot.second.first != bot.second.second; });
  }
  bool Flips(const std::string& agent) const {
    const auto found = bots_.find(agent);
    return found != bots_.end() && found->second.first != found->second.second;
  }
  // The flipping agents' names, to look for in rows before they are parsed.
  std::vector<std::string> FlippingAgents() const {
    std::vector<std::string> agents;
    for (const auto& [agent, bot] : bots_)
      if (bot.first != bot.second) agents.push_back(agent);
    return agents;
  }

 private:
  fact::Codes& codes_;
  absl::flat_hash_map<std::string, std::pair<bool, bool>> bots_;
  bool sees_after_ = true;
};

absl::Status CommitState::Gather(Family& family, Side Slot::*side, LiveFamily* live) {
  for (auto& [suffix, slot] : family.slots) {
    Side& row = slot.*side;
    if (!row.stored || !row.head.live) continue;
    const auto kind = static_cast<RowKind>(suffix.front());
    if (row.message == nullptr) row.message = ParseMessage(kind, row.bytes, &arena_);
    if (row.message == nullptr) return DamagedRow("a family");
    if (!slot.changed) slot.before.message = slot.after.message = row.message;
    live->Add(family.name.letter, kind, row.head, *row.message);
  }
  return absl::OkStatus();
}

absl::Status CommitState::FollowCalls() {
  for (size_t i = 0; i < families_.size(); ++i) {  // grows while it runs
    Family& call = *families_[i];
    if (call.name.letter != kCallFamily || !call.changed) continue;
    LiveFamily live;
    RETURN_IF_ERROR(Gather(call, &Slot::after, &live));
    call.named_after = TicketFamiliesOfCall(live);
    call.writes_head = !call.has_head || call.named_after != call.named_before;
    for (const std::string& named : call.named_before)
      if (!IsIn(call.named_after, named)) links_.emplace_back(LinkKey(tenant_, named, call.key), false);
    for (const std::string& named : call.named_after) {
      if (IsIn(call.named_before, named)) continue;
      links_.emplace_back(LinkKey(tenant_, named, call.key), true);
      ASSIGN_OR_RETURN(Family * ticket, Load(named));
      Slot& head = TicketHead(*ticket);
      if (!head.after.head.has_links) {
        head.after.head.has_links = true;
        head.changed = true;
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CommitState::FollowTickets() {
  for (size_t i = 0; i < families_.size(); ++i) {
    Family& ticket = *families_[i];
    if (ticket.name.letter != kTicketFamily || !ticket.ticket_changed) continue;
    const Slot& head = ticket.slots[RowSuffix(RowKind::kTicket)];
    if (!head.before.head.has_links) continue;  // calls that name it from this commit on are reduced anyway
    const std::string prefix = LinkPrefix(tenant_, ticket.key);
    std::vector<std::string> calls;
    RETURN_IF_ERROR(store_.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                                [&](absl::string_view key, absl::string_view) {
                                  calls.emplace_back(key.substr(prefix.size()));
                                  return true;
                                }));
    for (const std::string& key : calls) {
      ASSIGN_OR_RETURN(Family * call, Load(key));
      if (!call->changed) call->named_after = call->named_before;
      call->reduce = true;
    }
  }
  return absl::OkStatus();
}

absl::Status CommitState::GatherTables(CommitCodes& codes) {
  for (const auto& family : families_) {
    if (!family->changed) continue;
    if (family->name.letter != kCustomerFamily && family->name.letter != kAgentFamily) continue;
    Slot& slot = family->slots.begin()->second;
    LiveFamily unused;
    RETURN_IF_ERROR(Gather(*family, &Slot::before, &unused));
    RETURN_IF_ERROR(Gather(*family, &Slot::after, &unused));
    const auto* before = slot.before.message;
    const auto* after = slot.after.message;
    if (family->name.letter == kCustomerFamily) {
      tables_.customers.emplace_back(family->name.id, static_cast<const v1::Customer*>(after));
      continue;
    }
    tables_.agents.emplace_back(family->name.id, static_cast<const v1::Agent*>(after));
    const auto is_bot = [](const google::protobuf::Message* agent) {
      return agent != nullptr && static_cast<const v1::Agent*>(agent)->kind() == v1::AGENT_KIND_BOT;
    };
    codes.SetBot(family->name.id, is_bot(before), is_bot(after));
  }
  return absl::OkStatus();
}

// An agent became a bot or is none any more: every ticket that names it is reduced again. Rare, so a scan over all
// tickets finds them.
absl::Status CommitState::FollowBots(CommitCodes& codes) {
  if (!codes.Flips()) return absl::OkStatus();
  const std::vector<std::string> agents = codes.FlippingAgents();
  const std::string space = RowPrefix(tenant_, "");
  const std::string prefix = RowPrefix(tenant_, std::string(1, kTicketFamily));
  std::vector<std::string> keys;
  RETURN_IF_ERROR(store_.Scan(
      Table::kTruth, prefix, storage::PrefixEnd(prefix), [&](absl::string_view key, absl::string_view value) {
        if (std::none_of(agents.begin(), agents.end(), [&](const auto& agent) { return absl::StrContains(value, agent); }))
          return true;
        absl::string_view rest = key.substr(space.size());
        const absl::string_view from_family = rest;
        FamilyName name;
        if (!TakeFamily(&rest, &name)) return true;
        const absl::string_view family = from_family.substr(0, from_family.size() - rest.size());
        if (keys.empty() || keys.back() != family) keys.emplace_back(family);
        return true;
      }));
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(Family * ticket, Load(key));
    ticket->reduce = true;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<fact::Fact>> CommitState::ReduceSide(Family& family, Side Slot::*side, CommitCodes& codes) {
  std::vector<fact::Fact> facts;
  LiveFamily live;
  RETURN_IF_ERROR(Gather(family, side, &live));
  const bool is_after = side == &Slot::after;
  std::vector<fact::TicketFamily> tickets;
  for (const std::string& named : is_after ? family.named_after : family.named_before) {
    ASSIGN_OR_RETURN(Family * ticket_family, Load(named));
    LiveFamily ticket;
    RETURN_IF_ERROR(Gather(*ticket_family, side, &ticket));
    tickets.push_back(std::move(ticket.ticket));
  }
  codes.SeeAfter(is_after);
  ReduceFamily(family.name, live, tickets, codes, &facts);
  return facts;
}

absl::Status CommitState::Reduce(CommitCodes& codes) {
  const size_t count = families_.size();  // families loaded from here on are only read
  changes_.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    Family& family = *families_[i];
    if (!family.changed && !family.reduce) continue;
    if (family.name.letter == kCustomerFamily || family.name.letter == kAgentFamily) continue;
    projection::FamilyChange change;
    ASSIGN_OR_RETURN(change.before, ReduceSide(family, &Slot::before, codes));
    ASSIGN_OR_RETURN(change.after, ReduceSide(family, &Slot::after, codes));
    if (change.before == change.after) continue;
    change.family = family.key;
    changes_.push_back(std::move(change));
  }
  return absl::OkStatus();
}

// In the order of the keys: RocksDB's skip list then finds the place of a row beside the one before.
void CommitState::WriteRows(storage::Batch* batch) {
  std::vector<const Family*> families;
  families.reserve(families_.size());
  for (const auto& family : families_) families.push_back(family.get());
  std::sort(families.begin(), families.end(), [](const Family* a, const Family* b) { return a->key < b->key; });
  std::string key, value;
  for (const Family* family : families) {
    key = RowPrefix(tenant_, family->key);
    const size_t prefix_size = key.size();
    if (family->writes_head)
      batch->Put(Table::kTruth, RowKey(tenant_, family->key, RowSuffix(RowKind::kCallHead)), EncodeCallHead(family->named_after));
    for (const auto& [suffix, slot] : family->slots) {
      if (!slot.changed) continue;
      ++row_count_;
      key.replace(prefix_size, std::string::npos, suffix);
      if (!slot.after.stored) {
        if (slot.before.stored) batch->Delete(Table::kTruth, key);
        continue;
      }
      value.clear();
      AppendRow(static_cast<RowKind>(suffix.front()), slot.after.head, slot.after.bytes, &value);
      batch->Put(Table::kTruth, key, value);
    }
  }
  std::vector<const IndexSlot*> entries;
  for (const auto& [key_of_slot, slot] : index_)
    if (slot->changed) entries.push_back(slot.get());
  std::sort(entries.begin(), entries.end(), [](const IndexSlot* a, const IndexSlot* b) { return a->key < b->key; });
  for (const IndexSlot* slot : entries) batch->Put(Table::kTruth, slot->key, EncodeIndexEntry(*slot->entry));
  std::sort(links_.begin(), links_.end());
  for (const auto& [link, is_new] : links_) {
    if (is_new)
      batch->Put(Table::kTruth, link, "");
    else
      batch->Delete(Table::kTruth, link);
  }
}

absl::Status CommitState::Finish(storage::Batch* batch) {
  ASSIGN_OR_RETURN(fact::Codes * inner, projection_.CodesFor(tenant_));
  CommitCodes codes(*inner);
  RETURN_IF_ERROR(FollowCalls());
  RETURN_IF_ERROR(GatherTables(codes));
  RETURN_IF_ERROR(FollowBots(codes));
  RETURN_IF_ERROR(FollowTickets());
  RETURN_IF_ERROR(Reduce(codes));
  WriteRows(batch);
  return absl::OkStatus();
}

}  // namespace supportkpi::ingest
