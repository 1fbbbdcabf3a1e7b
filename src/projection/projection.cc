#include <algorithm>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "projection/tenant.h"
#include "projection/tenant_table.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using storage::Table;

// A fact with usual fields takes less than this in the tail: the bound on bytes holds where facts carry very many
// attributes or long histories.
constexpr int64_t kTailBytesPerFact = 1024;
// Entries of the change log that a start may have to read, whether or not they brought facts.
constexpr int64_t kLoggedCommitsMax = 50'000;
// Commits are refused when sealing has failed and the tails are so many times too large.
constexpr int64_t kTailsMax = 4;
// How often tenants are looked for that nobody uses.
constexpr absl::Duration kLetGoEvery = absl::Seconds(1);

class ProjectionOverStore final : public Projection {
 public:
  ProjectionOverStore(storage::Store& store, FactDeriver& deriver, const ProjectionOptions& options)
      : around_{store, deriver, options, std::make_shared<ColumnCache>(options.column_cache_bytes)} {
    if (options.upkeep_in_background) upkeep_thread_ = std::thread([this] { RunUpkeep(); });
  }

  ~ProjectionOverStore() override {
    {
      absl::MutexLock lock(&upkeep_mutex_);
      is_stopping_ = true;
    }
    if (upkeep_thread_.joinable()) upkeep_thread_.join();
  }

  absl::StatusOr<std::shared_ptr<const Snapshot>> TakeSnapshot(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const bool is_known, IsKnown(tenant));
    if (!is_known) {
      ASSIGN_OR_RETURN(auto settings, around_.deriver.SettingsOf(tenant));
      return EmptyView(around_.store, tenant, std::move(settings));
    }
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    RETURN_IF_ERROR(found->Heal());
    return Held(found);
  }

  std::shared_ptr<const Snapshot> SnapshotAtOnce(absl::string_view tenant) override {
    const std::optional<HeldTenant> found = tenants_.HoldIfThere(tenant);
    return found.has_value() && (*found)->IsReady() ? Held(*found) : nullptr;
  }

  std::shared_ptr<const void> Hold(absl::string_view tenant) override { return tenants_.Hold(tenant).hold(); }

  absl::StatusOr<fact::Codes*> CodesFor(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    return found->CodesForCommit();
  }

  absl::StatusOr<int64_t> LastCommit(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    return found->View()->commit();
  }

  absl::Status Stage(absl::string_view tenant, int64_t commit, const std::vector<FamilyChange>& changes,
                     const TableChanges& tables, storage::Batch* batch) override {
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    if (ExceedsTail(kTailsMax) && !found->is_outcome_unknown()) {
      RequestUpkeep();  // a start may have found a long change log
      if (ExceedsTail(kTailsMax)) {
        return absl::ResourceExhaustedError("tail: too many facts wait for sealing, which fails");
      }
    }
    return found->Stage(commit, changes, tables, batch);
  }

  void Publish(absl::string_view tenant, int64_t commit) override {
    const auto found = tenants_.Loaded(tenant);
    if (!found.ok()) return;  // was never staged
    (*found)->Publish(commit);
    if (!NeedsSealing() && (*found)->logged_commits() <= kLoggedCommitsMax) return;
    RequestUpkeep();
  }

  void Abandon(absl::string_view tenant) override {
    if (const auto found = tenants_.Loaded(tenant); found.ok()) (*found)->Abandon();
  }

  absl::Status Seal(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    RETURN_IF_ERROR(found->Seal());
    return MergeAll(found.get());
  }

  absl::Status SealAll() override {
    for (const HeldTenant& tenant : tenants_.All()) RETURN_IF_ERROR(tenant->Seal());
    return absl::OkStatus();
  }

  absl::Status Merge(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    return MergeAll(found.get());
  }

  absl::Status Rebuild(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    RETURN_IF_ERROR(found->Rebuild());
    return MergeAll(found.get());
  }

  absl::StatusOr<ProjectionStats> Stats(absl::string_view tenant) override {
    ASSIGN_OR_RETURN(const bool is_known, IsKnown(tenant));
    if (!is_known) return ProjectionStats();
    ASSIGN_OR_RETURN(const HeldTenant found, tenants_.Loaded(tenant));
    return found->Stats();
  }

  int64_t LetGoOfIdle(absl::Duration later) override { return tenants_.LetGo(later); }

  ProjectionTotals Totals() override {
    ProjectionTotals totals;
    for (const HeldTenant& tenant : tenants_.All()) {
      const ProjectionStats stats = tenant->LatestStats();
      ++totals.tenants;
      totals.facts.commit += stats.commit;
      totals.facts.tail_facts += stats.tail_facts;
      totals.facts.sealed_facts += stats.sealed_facts;
      totals.facts.dead_facts += stats.dead_facts;
      totals.facts.segments += stats.segments;
      totals.facts.segment_bytes += stats.segment_bytes;
      totals.facts.memory_bytes += stats.memory_bytes;
    }
    const TenantTable::Counts counts = tenants_.counts();
    totals.tenants_loaded = counts.loaded;
    totals.tenants_released = counts.released;
    totals.column_cache_bytes = around_.cache->byte_count();
    totals.column_cache_bytes_max = around_.options.column_cache_bytes;
    totals.columns_fetched = around_.cache->fetched_count();
    totals.columns_found = around_.cache->found_count();
    totals.columns_dropped = around_.cache->dropped_count();
    return totals;
  }

 private:
  // Whoever has the snapshot holds the tenant: its names and segments are those of the snapshot.
  static std::shared_ptr<const Snapshot> Held(const HeldTenant& tenant) {
    struct HeldView {
      std::shared_ptr<const TenantView> view;
      std::shared_ptr<const void> hold;
    };
    const auto held = std::make_shared<const HeldView>(HeldView{tenant->View(), tenant.hold()});
    return std::shared_ptr<const Snapshot>(held, held->view.get());
  }

  // Is anything of the tenant loaded or stored? Questions about tenants that do not exist leave nothing behind.
  absl::StatusOr<bool> IsKnown(absl::string_view tenant) {
    if (tenants_.Has(tenant)) return true;
    const std::string prefix = Keys(tenant).Prefix();
    bool is_known = false;
    RETURN_IF_ERROR(around_.store.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                                       [&is_known](absl::string_view, absl::string_view) {
                                         is_known = true;
                                         return false;
                                       }));
    return is_known;
  }

  static absl::Status MergeAll(Tenant* tenant) {
    for (;;) {
      ASSIGN_OR_RETURN(const bool has_merged, tenant->MergeOnce());
      if (!has_merged) return absl::OkStatus();
    }
  }

  // -- upkeep: the largest tail is sealed while the tails together are too large, then its segments are merged

  bool ExceedsTail(int64_t times) const {
    const int64_t facts_max = around_.options.tail_facts_max * times;
    return around_.tail_facts > facts_max || around_.tail_bytes > facts_max * kTailBytesPerFact;
  }
  bool NeedsSealing() const { return ExceedsTail(1); }

  void RequestUpkeep() ABSL_LOCKS_EXCLUDED(upkeep_mutex_) {
    if (!around_.options.upkeep_in_background) {
      while (UpkeepStep()) {
      }
      return;
    }
    absl::MutexLock lock(&upkeep_mutex_);
    is_requested_ = true;
    // Births faster than sealing wait here, so that memory stays bounded; not when sealing fails.
    const auto may_go_on = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
      return is_stopping_ || has_failed_ || !ExceedsTail(2);
    };
    upkeep_mutex_.Await(absl::Condition(&may_go_on));
  }

  // One sealing or merging; false: all is well, or it failed.
  bool UpkeepStep() ABSL_LOCKS_EXCLUDED(upkeep_mutex_) {
    HeldTenant chosen;
    const std::vector<HeldTenant> tenants = tenants_.All();
    for (const HeldTenant& tenant : tenants) {
      if (tenant->logged_commits() > kLoggedCommitsMax) chosen = tenant;
    }
    if (chosen.get() == nullptr && NeedsSealing()) {
      chosen = *std::max_element(tenants.begin(), tenants.end(), [](const HeldTenant& a, const HeldTenant& b) {
        return a->tail_facts() < b->tail_facts();
      });
    }
    absl::Status status;
    bool has_done = chosen.get() != nullptr;
    if (has_done) {
      status = chosen->Seal();
      unmerged_.emplace(chosen.get(), chosen);
    } else if (!unmerged_.empty()) {
      const auto merged = unmerged_.begin()->second->MergeOnce();
      status = merged.status();
      if (!merged.ok() || !*merged) unmerged_.erase(unmerged_.begin());
      has_done = true;
    }
    absl::MutexLock lock(&upkeep_mutex_);
    has_failed_ = !status.ok();
    return has_done && status.ok();
  }

  void RunUpkeep() ABSL_LOCKS_EXCLUDED(upkeep_mutex_) {
    const auto has_work = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return is_stopping_ || is_requested_; };
    for (;;) {
      bool is_requested;
      {
        absl::MutexLock lock(&upkeep_mutex_);
        upkeep_mutex_.AwaitWithTimeout(absl::Condition(&has_work), kLetGoEvery);
        if (is_stopping_) return;
        is_requested = std::exchange(is_requested_, false);
      }
      while (is_requested && UpkeepStep()) {
        absl::MutexLock lock(&upkeep_mutex_);
        if (is_stopping_) return;
      }
      const int64_t released = LetGoOfIdle(absl::ZeroDuration());
      if (released > 0 && around_.options.on_let_go) around_.options.on_let_go(released);
    }
  }

  Surroundings around_;

  TenantTable tenants_{around_};

  std::map<Tenant*, HeldTenant> unmerged_;  // only who does upkeep: the committer's thread or the upkeep thread
  absl::Mutex upkeep_mutex_;
  bool is_requested_ ABSL_GUARDED_BY(upkeep_mutex_) = false;
  bool is_stopping_ ABSL_GUARDED_BY(upkeep_mutex_) = false;
  bool has_failed_ ABSL_GUARDED_BY(upkeep_mutex_) = false;
  std::thread upkeep_thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Projection>> Projection::Open(storage::Store& store, FactDeriver& deriver,
                                                             const ProjectionOptions& options) {
  if (options.rows_per_segment == 0 || options.rows_per_segment > column::kRowsPerChunk) {
    return absl::InvalidArgumentError("rows_per_segment: must be 1 to 65536");
  }
  return std::make_unique<ProjectionOverStore>(store, deriver, options);
}

}  // namespace supportkpi::projection
