// Sealing the tail, merging segments, deriving all anew. Each writes the columns of new segments first (nobody knows of
// them yet), then in one synced batch their headers, dead lists and the manifest, while the old ones go.
#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "projection/layout.h"
#include "projection/tenant.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using storage::Table;
using FactChunks = std::vector<std::shared_ptr<const column::FactChunk>>;

// A commit holds the turn until it is synced.
constexpr absl::Duration kStatsWaitMax = absl::Milliseconds(50);

}  // namespace

int64_t Tenant::Horizon() const { return commit_ - around_.options.history_commits; }

void Tenant::PutManifest(int64_t sealed_commit, storage::Batch* batch) const {
  Manifest manifest;
  manifest.sealed_commit = sealed_commit;
  manifest.next_segment_id = next_segment_id_;
  batch->Put(Table::kTruth, keys_.Manifest(), EncodeManifest(manifest));
}

void Tenant::PutSegments(const Run& run, storage::Batch* batch) const {
  run.TakeOverDeaths();
  for (const auto& segment : run.segments()) {
    shelf_->PutHeader(*segment, batch);
    if (segment->deaths()->count() > 0) shelf_->PutDeaths(*segment, batch);
  }
}

// -- sealing

absl::Status Tenant::Seal() {
  absl::MutexLock lock(&upkeep_mutex_);
  return SealLocked();
}

bool Tenant::Freeze() {
  // A sealing that failed left a frozen tail: seal that one first.
  if (frozen_ != nullptr) return true;
  if (log_commits_.empty()) return false;
  frozen_ = std::move(tail_);
  frozen_commit_ = commit_;
  tail_ = std::make_unique<Tail>();
  return true;
}

absl::StatusOr<std::vector<Run>> Tenant::BuildRuns(const Tail& tail, int64_t horizon) {
  std::vector<Run> runs;
  for (int number = 0; number < fact::kFactSetCount; ++number) {
    const auto set = static_cast<fact::FactSet>(number);
    const auto plain = tail.Chunks(set);
    if (plain.empty()) continue;
    RunBuilder builder(around_.store, *shelf_, keys_, {around_.options.rows_per_segment, horizon});
    ASSIGN_OR_RETURN(Run run, builder.Build(set, FactChunks(plain.begin(), plain.end()), &next_segment_id_));
    runs.push_back(std::move(run));
  }
  return runs;
}

absl::Status Tenant::SealLocked() {
  const Tail* frozen;
  int64_t horizon;
  {
    HeldTurn turn(&turn_);
    if (!Freeze()) return absl::OkStatus();
    frozen = frozen_.get();
    horizon = std::min(Horizon(), frozen_commit_);
  }
  // The frozen tail gets deaths meanwhile, which its chunks take from any thread, but no rows.
  ASSIGN_OR_RETURN(const std::vector<Run> runs, BuildRuns(*frozen, horizon));
  {
    HeldTurn turn(&turn_);
    RETURN_IF_ERROR(InstallSealed(runs));
  }
  shelf_->Sweep();
  return absl::OkStatus();
}

absl::Status Tenant::CheckInstallable() const {
  if (!is_outcome_unknown_) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("tenant `", name_, "`: a commit was abandoned and may yet be stored; sealing waits for the next commit"));
}

absl::Status Tenant::InstallSealed(const std::vector<Run>& runs) {
  RETURN_IF_ERROR(CheckInstallable());
  auto batch = around_.store.NewBatch();
  for (const Run& run : runs) PutSegments(run, batch.get());
  for (const uint64_t id : unsaved_deaths_) {
    if (const auto segment = segments_by_id_.find(id); segment != segments_by_id_.end()) {
      shelf_->PutDeaths(*segment->second, batch.get());
    }
  }
  const auto first_kept = std::upper_bound(log_commits_.begin(), log_commits_.end(), frozen_commit_);
  for (auto commit = log_commits_.begin(); commit != first_kept; ++commit) {
    batch->Delete(Table::kTruth, keys_.Log(*commit));
  }
  PutManifest(frozen_commit_, batch.get());
  RETURN_IF_ERROR(around_.store.Write(*batch, true));

  log_commits_.erase(log_commits_.begin(), first_kept);
  sealed_commit_ = frozen_commit_;
  unsaved_deaths_.clear();
  for (const Run& run : runs) {
    for (const auto& segment : run.segments()) {
      sealed_.Add(segment);
      segments_by_id_[segment->id()] = segment;
    }
  }
  frozen_.reset();
  data_until_ = View()->instant_bound();
  RefreshAllChunks();
  CountTail();
  Show();
  return absl::OkStatus();
}

// -- merging

std::vector<SegmentPointer> Tenant::ChooseMerge(fact::FactSet* set) {
  MergePolicy policy;
  policy.rows_per_segment = around_.options.rows_per_segment;
  policy.dead_share_max = around_.options.dead_share_max;
  for (int number = 0; number < fact::kFactSetCount; ++number) {
    *set = static_cast<fact::FactSet>(number);
    auto candidates = sealed_.MergeCandidates(*set);
    const auto& segments = sealed_.Of(*set);
    for (size_t i = 0; around_.options.history_commits > 0 && i < candidates.size(); ++i) {
      // Only deaths that a merge would leave out are a reason to merge.
      const auto deaths = segments[i]->deaths()->All();
      candidates[i].dead = static_cast<uint32_t>(std::count_if(
          deaths.begin(), deaths.end(), [horizon = Horizon()](const auto& death) { return death.commit <= horizon; }));
    }
    std::vector<SegmentPointer> chosen;
    for (const size_t i : PickMerge(candidates, policy)) chosen.push_back(segments[i]);
    if (!chosen.empty()) return chosen;
  }
  return {};
}

absl::StatusOr<bool> Tenant::MergeOnce() {
  absl::MutexLock lock(&upkeep_mutex_);
  fact::FactSet set;
  std::vector<SegmentPointer> inputs;
  int64_t horizon;
  {
    HeldTurn turn(&turn_);
    inputs = ChooseMerge(&set);
    horizon = Horizon();
  }
  if (inputs.empty()) return false;
  {
    RunBuilder builder(around_.store, *shelf_, keys_, {around_.options.rows_per_segment, horizon});
    ASSIGN_OR_RETURN(const Run run, builder.Build(set, FactChunks(inputs.begin(), inputs.end()), &next_segment_id_));
    HeldTurn turn(&turn_);
    RETURN_IF_ERROR(InstallMerged(inputs, run));
  }
  inputs.clear();
  shelf_->Sweep();
  return true;
}

absl::Status Tenant::InstallMerged(const std::vector<SegmentPointer>& inputs, const Run& run) {
  RETURN_IF_ERROR(CheckInstallable());
  auto batch = around_.store.NewBatch();
  // Deaths that only the change log tells of so far are in the new dead lists; the log's old segment ids mean nothing.
  PutSegments(run, batch.get());
  for (const SegmentPointer& input : inputs) shelf_->DeleteSegment(input->id(), batch.get());
  PutManifest(sealed_commit_, batch.get());
  RETURN_IF_ERROR(around_.store.Write(*batch, true));

  for (const SegmentPointer& input : inputs) {
    shelf_->Retire(input->id(), true);
    segments_by_id_.erase(input->id());
    unsaved_deaths_.erase(input->id());
    sealed_.Remove(*input);
  }
  for (const auto& segment : run.segments()) {
    sealed_.Add(segment);
    segments_by_id_[segment->id()] = segment;
  }
  data_until_ = View()->instant_bound();
  RefreshAllChunks();
  Show();
  return absl::OkStatus();
}

// -- rebuilding

absl::Status Tenant::Heal() {
  if (shelf_->damage().ok()) return absl::OkStatus();
  absl::MutexLock lock(&upkeep_mutex_);
  HeldTurn turn(&turn_);
  if (shelf_->damage().ok()) return absl::OkStatus();
  return RebuildInTurn();
}

absl::Status Tenant::Rebuild() {
  absl::MutexLock lock(&upkeep_mutex_);
  {
    HeldTurn turn(&turn_);
    RETURN_IF_ERROR(RebuildInTurn());
  }
  shelf_->Sweep();
  return absl::OkStatus();
}

absl::Status Tenant::DeriveAll(std::vector<Run>* runs) {
  DurableCodes codes(around_.store, names_, agents_);
  Tail tail;
  std::vector<fact::Fact> facts;
  const auto seal = [&]() ABSL_NO_THREAD_SAFETY_ANALYSIS -> absl::Status {
    tail.PublishStaged();
    ASSIGN_OR_RETURN(std::vector<Run> more, BuildRuns(tail, 0));
    for (Run& run : more) {
      run.ForgetSources();
      runs->push_back(std::move(run));
    }
    tail = Tail();
    return absl::OkStatus();
  };
  int64_t rows = 0;
  const auto visit = [&](absl::string_view family) ABSL_NO_THREAD_SAFETY_ANALYSIS -> absl::Status {
    facts.clear();
    RETURN_IF_ERROR(around_.deriver.Derive(name_, family, codes, &facts));
    RETURN_IF_ERROR(codes.TakeStatus());
    tail.StageFamily(facts, commit_);
    rows += static_cast<int64_t>(facts.size());
    if (rows < around_.options.tail_facts_max) return absl::OkStatus();
    rows = 0;
    return seal();
  };
  RETURN_IF_ERROR(around_.deriver.ForEachFamily(name_, visit));
  return seal();
}

absl::Status Tenant::RebuildInTurn() {
  RETURN_IF_ERROR(CheckInstallable());
  const auto& tell = around_.options.on_derive_all;
  const absl::Time begin = absl::Now();
  if (tell) tell(name_, std::nullopt);
  RETURN_IF_ERROR(LoadTables());
  // All that is stored goes, also what damage or an earlier version left without a header.
  ASSIGN_OR_RETURN(const std::set<uint64_t> old_ids, shelf_->StoredIds());
  std::vector<Run> runs;
  RETURN_IF_ERROR(DeriveAll(&runs));

  std::vector<std::string> log_keys;
  const std::string log = keys_.LogPrefix();
  RETURN_IF_ERROR(around_.store.Scan(Table::kTruth, log, storage::PrefixEnd(log),
                                     [&](absl::string_view key, absl::string_view) {
                                       log_keys.emplace_back(key);
                                       return true;
                                     }));
  auto batch = around_.store.NewBatch();
  for (const uint64_t id : old_ids) shelf_->DeleteSegment(id, batch.get());
  for (const std::string& key : log_keys) batch->Delete(Table::kTruth, key);
  batch->Delete(Table::kTruth, keys_.Damage());
  for (const Run& run : runs) PutSegments(run, batch.get());
  PutManifest(commit_, batch.get());
  RETURN_IF_ERROR(around_.store.Write(*batch, true));

  for (const uint64_t id : old_ids) shelf_->Retire(id, segments_by_id_.contains(id));
  sealed_ = SealedFacts();
  segments_by_id_.clear();
  unsaved_deaths_.clear();
  log_commits_.clear();
  frozen_.reset();
  tail_ = std::make_unique<Tail>();
  sealed_commit_ = commit_;
  int64_t latest = column::kNull;
  for (const Run& run : runs) {
    for (const auto& segment : run.segments()) {
      sealed_.Add(segment);
      segments_by_id_[segment->id()] = segment;
      for (const column::ColumnKey key : LayoutOf(static_cast<fact::FactSet>(segment->header().fact_set)).instant_columns) {
        latest = std::max(latest, segment->Range(key).max);
      }
    }
  }
  data_until_ = {latest, true};
  shelf_->ClearDamage();
  RefreshAllChunks();
  CountTail();
  Show();
  if (tell) tell(name_, absl::Now() - begin);
  return absl::OkStatus();
}

bool Tenant::MayBeLetGo() {
  if (is_outcome_unknown_ || !shelf_->damage().ok()) return false;
  if (!turn_.TryTake(absl::ZeroDuration())) return false;
  turn_.Give();
  return true;
}

// -- telling

ProjectionStats Tenant::Stats() {
  HeldTurn turn(&turn_);
  return StatsInTurn();
}

ProjectionStats Tenant::LatestStats() {
  bool is_loaded = false;
  if (load_mutex_.TryLock()) {
    is_loaded = is_loaded_;
    load_mutex_.Unlock();
  }
  std::optional<ProjectionStats> stats;
  if (is_loaded && turn_.TryTake(kStatsWaitMax)) {
    stats = StatsInTurn();
    turn_.Give();
  }
  absl::MutexLock lock(&stats_mutex_);
  if (stats.has_value()) latest_stats_ = *stats;
  return latest_stats_;
}

ProjectionStats Tenant::StatsInTurn() const {
  ProjectionStats stats;
  stats.commit = commit_;
  for (const Tail* tail : {static_cast<const Tail*>(frozen_.get()), static_cast<const Tail*>(tail_.get())}) {
    if (tail == nullptr) continue;
    stats.tail_facts += tail->row_count() - tail->dead_count();
    stats.dead_facts += tail->dead_count();
    stats.memory_bytes += tail->byte_count();
  }
  sealed_.ForEach([&stats](const column::Segment& segment) {
    const int64_t dead = segment.deaths()->count();
    stats.sealed_facts += segment.row_count() - dead;
    stats.dead_facts += dead;
    ++stats.segments;
    stats.segment_bytes += segment.header().byte_count();
    stats.memory_bytes += static_cast<int64_t>(segment.header().columns.size() * sizeof(column::SegmentColumn)) +
                          dead * static_cast<int64_t>(sizeof(column::Death));
  });
  stats.memory_bytes += names_->byte_count() + customers_->byte_count();
  return stats;
}

}  // namespace supportkpi::projection
