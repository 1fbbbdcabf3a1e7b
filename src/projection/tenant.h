// The derived state of one tenant. Staging and publishing: tenant_commit.cc; sealing, merging, rebuilding:
// tenant_upkeep.cc; start: tenant_load.cc.
//
// Locks: upkeep_mutex_ before turn_ before all others. A commit holds the turn from Stage() to Publish() or Abandon();
// upkeep holds it only to choose and to install, not while it sorts and encodes.
#ifndef SUPPORTKPI_PROJECTION_TENANT_H_
#define SUPPORTKPI_PROJECTION_TENANT_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "projection/change_log.h"
#include "projection/column_cache.h"
#include "projection/keys.h"
#include "projection/look_up_tables.h"
#include "projection/names.h"
#include "projection/projection.h"
#include "projection/run_builder.h"
#include "projection/sealed_facts.h"
#include "projection/segment_shelf.h"
#include "projection/tail.h"
#include "projection/tenant_codes.h"
#include "projection/tenant_view.h"
#include "projection/turn.h"

namespace supportkpi::projection {

// What all tenants share.
struct Surroundings {
  storage::Store& store;
  FactDeriver& deriver;
  const ProjectionOptions options;
  const std::shared_ptr<ColumnCache> cache;
  std::atomic<int64_t> tail_facts = 0;  // rows of all tails
  std::atomic<int64_t> tail_bytes = 0;
};

class Tenant {
 public:
  Tenant(Surroundings& around, absl::string_view name);
  ~Tenant();

  // Loads at the first call; after a failure the next call tries again. Any thread; the others' preconditions.
  absl::Status EnsureLoaded() ABSL_LOCKS_EXCLUDED(load_mutex_);

  // -- the committer's thread
  fact::Codes* CodesForCommit();
  absl::Status Stage(int64_t commit, const std::vector<FamilyChange>& changes, const Projection::TableChanges& tables,
                     storage::Batch* batch) ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void Publish(int64_t commit) ABSL_NO_THREAD_SAFETY_ANALYSIS;
  void Abandon() ABSL_NO_THREAD_SAFETY_ANALYSIS;

  // -- any thread
  std::shared_ptr<const TenantView> View() const ABSL_LOCKS_EXCLUDED(view_mutex_);
  // Rebuilds if damage was found.
  absl::Status Heal() ABSL_LOCKS_EXCLUDED(upkeep_mutex_, turn_);
  absl::Status Seal() ABSL_LOCKS_EXCLUDED(upkeep_mutex_, turn_);
  // One merge; false: nothing was worth it.
  absl::StatusOr<bool> MergeOnce() ABSL_LOCKS_EXCLUDED(upkeep_mutex_, turn_);
  absl::Status Rebuild() ABSL_LOCKS_EXCLUDED(upkeep_mutex_, turn_);
  ProjectionStats Stats() ABSL_LOCKS_EXCLUDED(turn_);
  // As Stats(), but as of the last look where the tenant is not free within kStatsWaitMax: loaded, rebuilt, written to.
  ProjectionStats LatestStats() ABSL_LOCKS_EXCLUDED(load_mutex_, turn_, stats_mutex_);
  // Is loaded and undamaged: View() is what a reader may have.
  bool IsReady() const { return View() != nullptr && shelf_->damage().ok(); }
  // Nothing is under way, and a start finds all that it knows.
  bool MayBeLetGo() ABSL_LOCKS_EXCLUDED(turn_);
  int64_t tail_facts() const { return tail_facts_; }
  // Sealing waits for the next commit.
  bool is_outcome_unknown() const { return is_outcome_unknown_; }
  int64_t logged_commits() const { return logged_commits_; }

 private:
  // What a commit does once its batch is durable.
  struct Staged {
    int64_t commit = 0;
    std::vector<std::pair<TailRow, uint64_t>> tail_deaths, frozen_deaths;  // with the facts' hashes
    std::map<uint64_t, std::vector<uint32_t>> sealed_deaths;               // by segment
    absl::flat_hash_set<std::pair<uint64_t, uint64_t>> taken;              // rows that die, see Taken()
    int64_t latest_born_ms = column::kNull;
    int64_t latest_died_ms = column::kNull;
    std::array<bool, fact::kFactSetCount> touched_sets = {};
    TenantNames::Counts name_counts = {};
    std::vector<std::tuple<record::Domain, std::string, int64_t>> erased_names;
    std::vector<CustomerRow> customers;
    std::vector<AgentRow> agents;
    std::shared_ptr<const settings::Settings> settings;
    absl::Status damage;
  };

  // -- commit
  using Births = std::array<std::vector<Tail::Birth>, fact::kFactSetCount>;  // by set
  absl::Status StageInTurn(int64_t commit, const std::vector<FamilyChange>& changes,
                           const Projection::TableChanges& tables, storage::Batch* batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void StageFamily(const FamilyChange& change, Births* births) ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void StageBirths(const Births& births) ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void StageDeath(const fact::Fact& fact, uint64_t hash) ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  absl::Status StageTables(const Projection::TableChanges& tables, storage::Batch* batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void PublishInTurn(int64_t commit) ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void PublishTables() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void KillSealed(const std::map<uint64_t, std::vector<uint32_t>>& deaths, int64_t commit)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);

  // -- what readers see
  void RefreshChunks(fact::FactSet set) ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void RefreshAllChunks() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  void Show() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_) ABSL_LOCKS_EXCLUDED(view_mutex_);
  void CountTail() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);

  ProjectionStats StatsInTurn() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);

  // -- upkeep
  absl::Status SealLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_);
  bool Freeze() ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::StatusOr<std::vector<Run>> BuildRuns(const Tail& tail, int64_t horizon) ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_);
  absl::Status InstallSealed(const std::vector<Run>& runs) ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  std::vector<SegmentPointer> ChooseMerge(fact::FactSet* set) ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  absl::Status InstallMerged(const std::vector<SegmentPointer>& inputs, const Run& run)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::Status RebuildInTurn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::Status DeriveAll(std::vector<Run>* runs) ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::Status CheckInstallable() const;
  void PutSegments(const Run& run, storage::Batch* batch) const;
  void PutManifest(int64_t sealed_commit, storage::Batch* batch) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_);
  int64_t Horizon() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);

  // -- start
  absl::Status Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::StatusOr<bool> LoadSealed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::StatusOr<bool> ReadLog(std::vector<std::pair<int64_t, LogEntry>>* entries)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_, turn_);
  absl::Status LoadTables() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  absl::Status LoadAgents() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  std::shared_ptr<StoredCustomers> CustomersToRead() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  absl::StatusOr<bool> Replay(const std::vector<std::pair<int64_t, LogEntry>>& entries)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(turn_);
  absl::Status FindNextSegmentId() ABSL_EXCLUSIVE_LOCKS_REQUIRED(upkeep_mutex_);

  Surroundings& around_;
  const std::string name_;
  const Keys keys_;

  absl::Mutex load_mutex_;
  bool is_loaded_ ABSL_GUARDED_BY(load_mutex_) = false;
  std::atomic<int64_t> tail_facts_ = 0;
  std::atomic<int64_t> tail_bytes_ = 0;
  std::atomic<int64_t> logged_commits_ = 0;

  // Only the committer's thread.
  TenantCodes commit_codes_;
  bool is_staged_ = false;
  bool is_batch_out_ = false;  // Stage() succeeded: the caller may write the batch

  // One sealing, merging or rebuilding at a time.
  absl::Mutex upkeep_mutex_ ABSL_ACQUIRED_BEFORE(turn_);
  uint64_t next_segment_id_ ABSL_GUARDED_BY(upkeep_mutex_) = 1;
  int64_t sealed_commit_ ABSL_GUARDED_BY(upkeep_mutex_) = 0;

  Turn turn_;
  std::shared_ptr<TenantNames> names_ ABSL_GUARDED_BY(turn_);
  std::shared_ptr<SegmentShelf> shelf_;  // set by the first Load, never again
  int64_t commit_ ABSL_GUARDED_BY(turn_) = 0;
  // A staged commit was abandoned: if its write failed, its batch may be stored all the same, and segments must stay as
  // the batch knows them. The next commit that is published tells that it is not.
  std::atomic<bool> is_outcome_unknown_ = false;  // changed in turn
  std::unique_ptr<Tail> tail_ ABSL_GUARDED_BY(turn_);
  // The tail that is being sealed: it gets no births but deaths. Read without the turn by sealing.
  std::unique_ptr<Tail> frozen_ ABSL_GUARDED_BY(turn_);
  int64_t frozen_commit_ ABSL_GUARDED_BY(turn_) = 0;  // the last commit whose births it holds
  SealedFacts sealed_ ABSL_GUARDED_BY(turn_);
  std::map<uint64_t, SegmentPointer> segments_by_id_ ABSL_GUARDED_BY(turn_);
  absl::flat_hash_set<uint64_t> unsaved_deaths_ ABSL_GUARDED_BY(turn_);  // segments whose dead list is newer than stored
  std::vector<int64_t> log_commits_ ABSL_GUARDED_BY(turn_);              // that have an entry in the change log
  std::shared_ptr<const CustomersAsOf> customers_ ABSL_GUARDED_BY(turn_);
  std::shared_ptr<const AgentTable> agents_ ABSL_GUARDED_BY(turn_);
  std::shared_ptr<const settings::Settings> settings_ ABSL_GUARDED_BY(turn_);
  InstantBound data_until_ ABSL_GUARDED_BY(turn_);
  AllChunks chunks_ ABSL_GUARDED_BY(turn_);
  Staged staged_ ABSL_GUARDED_BY(turn_);

  absl::Mutex stats_mutex_;
  ProjectionStats latest_stats_ ABSL_GUARDED_BY(stats_mutex_);

  mutable absl::Mutex view_mutex_;
  std::shared_ptr<const TenantView> view_ ABSL_GUARDED_BY(view_mutex_);
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TENANT_H_
