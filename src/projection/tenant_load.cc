// Start: segments and names as stored, then the families that changed since the last sealing are derived again.
//
// At any durable moment the live facts are: the sealed facts, less those in dead lists, less those that the log entries
// tell of, plus what the families in the log reduce to and is not among these. A logged death of a segment that is not
// there any more is in the dead list of the segment that it was merged into.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "projection/layout.h"
#include "projection/tenant.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using storage::Table;

absl::StatusOr<std::shared_ptr<const CustomerTable>> ReadCustomers(FactDeriver& deriver, absl::string_view tenant,
                                                                   TenantCodes& codes) {
  auto customers = std::make_shared<CustomerTable>();
  RETURN_IF_ERROR(deriver.ForEachCustomer(tenant, [&](const v1::Customer& customer) {
    Apply(CustomerRowOf(customer.id(), &customer, codes), customers.get());
  }));
  RETURN_IF_ERROR(codes.TakeStatus());
  return customers;
}

}  // namespace

Tenant::Tenant(Surroundings& around, absl::string_view name)
    : around_(around),
      name_(name),
      keys_(name),
      shelf_(std::make_shared<SegmentShelf>(around.store, around.cache, name)) {}

Tenant::~Tenant() {
  around_.tail_facts -= tail_facts_;
  around_.tail_bytes -= tail_bytes_;
}

absl::Status Tenant::EnsureLoaded() {
  absl::MutexLock load_lock(&load_mutex_);
  if (is_loaded_) return absl::OkStatus();
  absl::MutexLock upkeep_lock(&upkeep_mutex_);
  HeldTurn turn(&turn_);
  RETURN_IF_ERROR(Load());
  is_loaded_ = true;
  return absl::OkStatus();
}

absl::Status Tenant::Load() {
  names_ = std::make_shared<TenantNames>(around_.store, name_);
  tail_ = std::make_unique<Tail>();
  frozen_.reset();
  sealed_ = SealedFacts();
  segments_by_id_.clear();
  unsaved_deaths_.clear();
  log_commits_.clear();
  shelf_->ClearDamage();
  RETURN_IF_ERROR(names_->Load());

  ASSIGN_OR_RETURN(bool is_whole, LoadSealed());
  shelf_->SweepUnfinished(next_segment_id_);
  shelf_->Sweep();
  std::vector<std::pair<int64_t, LogEntry>> entries;
  ASSIGN_OR_RETURN(const bool is_log_whole, ReadLog(&entries));
  is_whole = is_whole && is_log_whole;
  RETURN_IF_ERROR(LoadAgents());
  customers_ = std::make_shared<CustomersAsOf>(CustomersToRead());
  ASSIGN_OR_RETURN(settings_, around_.deriver.SettingsOf(name_));
  if (is_whole) {
    ASSIGN_OR_RETURN(is_whole, Replay(entries));
  }
  if (!is_whole) return RebuildInTurn();

  tail_->PublishStaged();
  data_until_ = {column::kNull, false};
  RefreshAllChunks();
  for (int set = 0; set < fact::kFactSetCount; ++set) {
    const SetLayout& layout = LayoutOf(static_cast<fact::FactSet>(set));
    for (const auto& chunk : *chunks_[static_cast<size_t>(set)]) {
      for (const column::ColumnKey key : layout.instant_columns) {
        data_until_.at_ms = std::max(data_until_.at_ms, chunk->Range(key).max);
      }
    }
  }
  CountTail();
  Show();
  return absl::OkStatus();
}

// False: what is stored is damaged or of another time.
absl::StatusOr<bool> Tenant::LoadSealed() {
  ASSIGN_OR_RETURN(const auto stored, around_.store.Get(Table::kTruth, keys_.Manifest()));
  ASSIGN_OR_RETURN(const auto damage, around_.store.Get(Table::kTruth, keys_.Damage()));
  Manifest manifest;
  if (stored.has_value()) {
    const auto decoded = DecodeManifest(*stored);
    if (!decoded.ok()) {
      RETURN_IF_ERROR(FindNextSegmentId());
      return false;
    }
    manifest = *decoded;
  }
  next_segment_id_ = manifest.next_segment_id;
  sealed_commit_ = manifest.sealed_commit;
  commit_ = manifest.sealed_commit;
  auto segments = shelf_->Load();
  if (segments.status().code() == absl::StatusCode::kDataLoss) return false;
  RETURN_IF_ERROR(segments.status());
  for (const SegmentPointer& segment : *segments) {
    sealed_.Add(segment);
    segments_by_id_[segment->id()] = segment;
  }
  return !damage.has_value() && manifest.derivation == kDerivation;
}

// Without a manifest: above every id that is stored anywhere.
absl::Status Tenant::FindNextSegmentId() {
  ASSIGN_OR_RETURN(const std::set<uint64_t> ids, shelf_->StoredIds());
  next_segment_id_ = ids.empty() ? 1 : *ids.rbegin() + 1;
  return absl::OkStatus();
}

absl::StatusOr<bool> Tenant::ReadLog(std::vector<std::pair<int64_t, LogEntry>>* entries) {
  const std::string prefix = keys_.LogPrefix();
  bool is_whole = true;
  RETURN_IF_ERROR(around_.store.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                                     [&](absl::string_view key, absl::string_view value) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                                       const auto commit = static_cast<int64_t>(Keys::NumberAt(key, prefix.size()));
                                       commit_ = std::max(commit_, commit);
                                       log_commits_.push_back(commit);
                                       auto entry = DecodeLogEntry(value);
                                       is_whole = is_whole && entry.ok();
                                       if (entry.ok()) entries->emplace_back(commit, *std::move(entry));
                                       return true;
                                     }));
  return is_whole;
}

absl::Status Tenant::LoadTables() {
  if (customers_ != nullptr) customers_->Hold().IgnoreError();  // for views from before, which tell of a failure themselves
  DurableCodes codes(around_.store, names_, std::make_shared<AgentTable>());
  ASSIGN_OR_RETURN(auto customers, ReadCustomers(around_.deriver, name_, codes));
  customers_ = std::make_shared<CustomersAsOf>(std::move(customers));
  RETURN_IF_ERROR(LoadAgents());
  ASSIGN_OR_RETURN(settings_, around_.deriver.SettingsOf(name_));
  return absl::OkStatus();
}

absl::Status Tenant::LoadAgents() {
  DurableCodes codes(around_.store, names_, std::make_shared<AgentTable>());
  auto agents = std::make_shared<AgentTable>();
  RETURN_IF_ERROR(around_.deriver.ForEachAgent(
      name_, [&](const v1::Agent& agent) { Apply(AgentRowOf(agent.id(), &agent, codes), agents.get()); }));
  RETURN_IF_ERROR(codes.TakeStatus());
  agents_ = std::move(agents);
  return absl::OkStatus();
}

// It may be read on any thread, and after the tenant is gone.
std::shared_ptr<StoredCustomers> Tenant::CustomersToRead() {
  return std::make_shared<StoredCustomers>(
      [&deriver = around_.deriver, name = name_, names = names_]() -> absl::StatusOr<std::shared_ptr<const CustomerTable>> {
        KnownCodes codes(names);
        return ReadCustomers(deriver, name, codes);
      });
}

absl::StatusOr<bool> Tenant::Replay(const std::vector<std::pair<int64_t, LogEntry>>& entries) {
  absl::flat_hash_set<absl::string_view> seen;
  std::vector<absl::string_view> families;
  for (const auto& [commit, entry] : entries) {
    for (const auto& [id, rows] : entry.deaths) {
      const auto segment = segments_by_id_.find(id);
      if (segment != segments_by_id_.end() && !rows.empty() && rows.back() >= segment->second->row_count()) return false;
    }
    KillSealed(entry.deaths, commit);
    for (const std::string& family : entry.families) {
      if (seen.insert(family).second) families.push_back(family);
    }
  }
  DurableCodes codes(around_.store, names_, agents_);
  std::vector<fact::Fact> facts;
  absl::flat_hash_set<std::pair<uint64_t, uint32_t>> claimed;
  for (const absl::string_view family : families) {
    facts.clear();
    RETURN_IF_ERROR(around_.deriver.Derive(name_, family, codes, &facts));
    RETURN_IF_ERROR(codes.TakeStatus());
    for (const fact::Fact& fact : facts) {
      const auto sealed = sealed_.Find(
          fact, [&claimed](const SealedRow& row) { return claimed.contains({row.segment->id(), row.row}); });
      if (!sealed.ok()) return false;
      if (sealed->has_value()) {
        claimed.insert({(*sealed)->segment->id(), (*sealed)->row});
      } else {
        const Tail::Birth birth = {&fact, HashOf(fact)};
        tail_->Stage(absl::MakeConstSpan(&birth, 1), commit_);
      }
    }
  }
  return true;
}

}  // namespace supportkpi::projection
