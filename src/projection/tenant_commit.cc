// One commit: the difference of facts before and after is staged, made durable with the committer's batch, and shown.
#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "projection/layout.h"
#include "projection/tenant.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using storage::Table;

// How a row that dies in the staged commit is known in Staged::taken.
std::pair<uint64_t, uint64_t> Taken(const TailRow& row, bool is_frozen) {
  return {static_cast<uint64_t>(row.set) << 33 | static_cast<uint64_t>(is_frozen) << 32 | row.piece, row.row};
}
// Above all of the tail's.
std::pair<uint64_t, uint64_t> Taken(const SealedRow& row) { return {uint64_t{1} << 63 | row.segment->id(), row.row}; }

// Facts of `before` by hash, each to be matched once.
class Unmatched {
 public:
  explicit Unmatched(const std::vector<fact::Fact>& facts) : facts_(facts) {
    entries_.reserve(facts.size());
    for (size_t i = 0; i < facts.size(); ++i) entries_.push_back({HashOf(facts[i]), static_cast<uint32_t>(i), false});
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
  }
  // Takes a fact that equals this one; false: there is none left.
  bool Take(const fact::Fact& fact, uint64_t hash) {
    auto at = std::lower_bound(entries_.begin(), entries_.end(), hash,
                               [](const Entry& entry, uint64_t wanted) { return entry.hash < wanted; });
    for (; at != entries_.end() && at->hash == hash; ++at) {
      if (at->is_matched || facts_[at->place] != fact) continue;
      at->is_matched = true;
      return true;
    }
    return false;
  }
  template <typename Visit>
  void ForEachLeft(const Visit& visit) const {
    for (const Entry& entry : entries_) {
      if (!entry.is_matched) visit(facts_[entry.place], entry.hash);
    }
  }

 private:
  struct Entry {
    uint64_t hash;
    uint32_t place;
    bool is_matched;
  };
  const std::vector<fact::Fact>& facts_;
  std::vector<Entry> entries_;
};

}  // namespace

fact::Codes* Tenant::CodesForCommit() {
  const auto view = View();
  commit_codes_.Use(view->parts().names, view->Agents());
  return &commit_codes_;
}

absl::Status Tenant::Stage(int64_t commit, const std::vector<FamilyChange>& changes,
                           const Projection::TableChanges& tables, storage::Batch* batch) {
  if (is_staged_) {
    return absl::FailedPreconditionError(
        absl::StrCat("commit: ", commit, " of tenant `", name_, "` staged while another is; publish or abandon that first"));
  }
  turn_.Take();
  is_staged_ = true;
  absl::Status status = StageInTurn(commit, changes, tables, batch);
  is_batch_out_ = status.ok();
  if (!status.ok()) Abandon();
  return status;
}

void Tenant::Publish(int64_t commit) {
  if (!is_staged_) return;
  PublishInTurn(commit);
  is_staged_ = false;
  is_batch_out_ = false;
  turn_.Give();
}

void Tenant::Abandon() {
  if (!is_staged_) turn_.Take();
  is_outcome_unknown_ = is_outcome_unknown_ || (is_staged_ && is_batch_out_);
  tail_->DropStaged();
  names_->DropPending();
  staged_ = Staged();
  is_staged_ = false;
  is_batch_out_ = false;
  turn_.Give();
}

absl::Status Tenant::StageInTurn(int64_t commit, const std::vector<FamilyChange>& changes,
                                 const Projection::TableChanges& tables, storage::Batch* batch) {
  if (!tables.customers.empty()) RETURN_IF_ERROR(customers_->Hold());  // as they were before the batch is written
  if (commit <= commit_) {
    return absl::FailedPreconditionError(
        absl::StrCat("commit: ", commit, " is not after ", commit_, ", the last one of tenant `", name_, "`"));
  }
  RETURN_IF_ERROR(commit_codes_.TakeStatus());
  staged_ = Staged();
  staged_.commit = commit;
  LogEntry entry;
  entry.families.reserve(changes.size());
  Births births;
  for (const FamilyChange& change : changes) {
    StageFamily(change, &births);
    entry.families.push_back(change.family);
  }
  StageBirths(births);
  for (auto& [segment, rows] : staged_.sealed_deaths) std::sort(rows.begin(), rows.end());
  RETURN_IF_ERROR(StageTables(tables, batch));
  RETURN_IF_ERROR(commit_codes_.TakeStatus());
  entry.deaths = staged_.sealed_deaths;
  staged_.name_counts = names_->WritePending(batch);
  batch->Put(Table::kTruth, keys_.Log(commit), EncodeLogEntry(entry));
  if (!staged_.damage.ok()) batch->Put(Table::kTruth, keys_.Damage(), staged_.damage.message());
  return absl::OkStatus();
}

void Tenant::StageFamily(const FamilyChange& change, Births* births) {
  Unmatched before(change.before);
  for (const fact::Fact& fact : change.after) {
    const uint64_t hash = HashOf(fact);
    if (change.before.empty() || !before.Take(fact, hash)) {
      (*births)[static_cast<size_t>(fact.set)].push_back({&fact, hash});
    }
  }
  before.ForEachLeft([this](const fact::Fact& fact, uint64_t hash)
                         ABSL_NO_THREAD_SAFETY_ANALYSIS { StageDeath(fact, hash); });
}

void Tenant::StageBirths(const Births& births) {
  for (size_t set = 0; set < births.size(); ++set) {
    if (births[set].empty()) continue;
    tail_->Stage(births[set], staged_.commit);
    staged_.touched_sets[set] = true;
    for (const Tail::Birth& birth : births[set]) {
      staged_.latest_born_ms = std::max(staged_.latest_born_ms, LatestInstantOf(*birth.fact));
    }
  }
}

void Tenant::StageDeath(const fact::Fact& fact, uint64_t hash) {
  staged_.latest_died_ms = std::max(staged_.latest_died_ms, LatestInstantOf(fact));
  auto* const taken = &staged_.taken;
  const auto in_tail = tail_->Find(fact, hash, [&](const TailRow& row) { return taken->contains(Taken(row, false)); });
  if (in_tail.has_value()) {
    taken->insert(Taken(*in_tail, false));
    staged_.tail_deaths.emplace_back(*in_tail, hash);
    return;
  }
  if (frozen_ != nullptr) {
    const auto in_frozen = frozen_->Find(fact, hash, [&](const TailRow& row) { return taken->contains(Taken(row, true)); });
    if (in_frozen.has_value()) {
      taken->insert(Taken(*in_frozen, true));
      staged_.frozen_deaths.emplace_back(*in_frozen, hash);
      return;
    }
  }
  const auto sealed = sealed_.Find(fact, [&](const SealedRow& row) { return taken->contains(Taken(row)); });
  if (sealed.ok() && sealed->has_value()) {
    taken->insert(Taken(**sealed));
    staged_.sealed_deaths[(*sealed)->segment->id()].push_back((*sealed)->row);
    return;
  }
  // The records are the truth: the commit goes on, and the facts are derived anew before anybody reads them.
  if (!staged_.damage.ok()) return;
  staged_.damage = sealed.ok() ? absl::DataLossError("a fact that ends is not among the stored facts") : sealed.status();
}

absl::Status Tenant::StageTables(const Projection::TableChanges& tables, storage::Batch* batch) {
  for (const auto& [id, customer] : tables.customers) {
    staged_.customers.push_back(CustomerRowOf(id, customer, commit_codes_));
  }
  for (const auto& [id, agent] : tables.agents) staged_.agents.push_back(AgentRowOf(id, agent, commit_codes_));
  staged_.settings = tables.settings;
  for (const auto& [domain, name] : tables.erased_names) {
    Dictionary& dictionary = names_->Of(domain);
    ASSIGN_OR_RETURN(const std::optional<int64_t> code, dictionary.Find(name));
    // A name that is new in this commit cannot be erased by it.
    if (!code.has_value() || *code > dictionary.durable_count()) continue;
    dictionary.WriteErased(name, *code, batch);
    staged_.erased_names.emplace_back(domain, name, *code);
  }
  return absl::OkStatus();
}

void Tenant::KillSealed(const std::map<uint64_t, std::vector<uint32_t>>& deaths, int64_t commit) {
  for (const auto& [id, rows] : deaths) {
    const auto segment = segments_by_id_.find(id);
    if (segment == segments_by_id_.end()) continue;
    std::vector<column::Death> killed;
    killed.reserve(rows.size());
    for (const uint32_t row : rows) killed.push_back({row, commit});
    segment->second->deaths()->Add(std::move(killed));
    unsaved_deaths_.insert(id);
  }
}

void Tenant::PublishInTurn(int64_t commit) {
  data_until_ = After(View()->instant_bound(), staged_.latest_born_ms, staged_.latest_died_ms);
  tail_->PublishStaged();
  for (const auto& [row, hash] : staged_.tail_deaths) tail_->Kill(row, hash, commit);
  tail_->PublishKills();
  for (const auto& [row, hash] : staged_.frozen_deaths) frozen_->Kill(row, hash, commit);
  if (frozen_ != nullptr) frozen_->PublishKills();
  KillSealed(staged_.sealed_deaths, commit);
  names_->MarkDurable(staged_.name_counts);
  for (const auto& [domain, name, code] : staged_.erased_names) names_->Of(domain).Erase(name, code);
  PublishTables();
  for (int set = 0; set < fact::kFactSetCount; ++set) {
    if (staged_.touched_sets[static_cast<size_t>(set)]) RefreshChunks(static_cast<fact::FactSet>(set));
  }
  if (!staged_.damage.ok()) shelf_->NoteDamage(staged_.damage);
  commit_ = commit;
  is_outcome_unknown_ = false;
  log_commits_.push_back(commit);
  const bool has_erased_names = !staged_.erased_names.empty();
  staged_ = Staged();
  CountTail();
  Show();
  if (has_erased_names && around_.options.on_names_erased) around_.options.on_names_erased(name_);
}

void Tenant::PublishTables() {
  if (!staged_.customers.empty()) customers_ = customers_->With(std::move(staged_.customers));
  if (!staged_.agents.empty()) {
    auto agents = std::make_shared<AgentTable>(*agents_);
    for (const AgentRow& row : staged_.agents) Apply(row, agents.get());
    agents_ = std::move(agents);
  }
  if (staged_.settings != nullptr) settings_ = std::move(staged_.settings);
}

void Tenant::RefreshChunks(fact::FactSet set) {
  auto chunks = std::make_shared<SetChunks>(sealed_.Of(set).begin(), sealed_.Of(set).end());
  for (const Tail* tail : {static_cast<const Tail*>(frozen_.get()), static_cast<const Tail*>(tail_.get())}) {
    if (tail == nullptr) continue;
    for (auto& chunk : tail->Chunks(set)) chunks->push_back(std::move(chunk));
  }
  chunks_[static_cast<size_t>(set)] = std::move(chunks);
}

void Tenant::RefreshAllChunks() {
  for (int set = 0; set < fact::kFactSetCount; ++set) RefreshChunks(static_cast<fact::FactSet>(set));
}

void Tenant::CountTail() {
  const int64_t rows = tail_->row_count() + (frozen_ == nullptr ? 0 : frozen_->row_count());
  const int64_t bytes = tail_->byte_count() + (frozen_ == nullptr ? 0 : frozen_->byte_count());
  around_.tail_facts += rows - tail_facts_.exchange(rows);
  around_.tail_bytes += bytes - tail_bytes_.exchange(bytes);
  logged_commits_ = static_cast<int64_t>(log_commits_.size());
}

void Tenant::Show() {
  TenantView::Parts parts;
  parts.commit = commit_;
  parts.names = names_;
  parts.shelf = shelf_;
  parts.chunks = chunks_;
  parts.customers = customers_;
  parts.agents = agents_;
  parts.settings = settings_;
  parts.data_until = data_until_;
  auto view = std::make_shared<const TenantView>(std::move(parts));
  absl::MutexLock lock(&view_mutex_);
  view_.swap(view);
}

std::shared_ptr<const TenantView> Tenant::View() const {
  absl::MutexLock lock(&view_mutex_);
  return view_;
}

}  // namespace supportkpi::projection
