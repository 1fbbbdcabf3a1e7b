// The derived side of the store: names, facts in the tail and in segments, deaths, look-up tables. Written by one
// committer thread, read by any number through snapshots. Everything here can be rebuilt from the records, except that
// names keep their codes.
//
// One commit, by the committer: for each changed family the facts before and after -> Stage() adds to the commit's batch
// what must be durable with it -> the batch is written and synced -> Publish() makes the commit visible.
#ifndef SUPPORTKPI_PROJECTION_PROJECTION_H_
#define SUPPORTKPI_PROJECTION_PROJECTION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "fact/reduction.h"
#include "projection/snapshot.h"
#include "storage/store.h"

namespace supportkpi::projection {

// A family whose records changed: its facts before (as the records before the commit reduce) and after.
struct FamilyChange {
  std::string family;  // the family's key, for the change log
  std::vector<fact::Fact> before;
  std::vector<fact::Fact> after;
};

struct ProjectionOptions {
  int64_t tail_facts_max = 400'000;        // over all tenants; above it the largest tail is sealed
  int64_t column_cache_bytes = 2ll << 30;  // encoded segments held in memory
  uint32_t rows_per_segment = column::kRowsPerChunk;
  double dead_share_max = 0.2;             // a segment with more dead facts is merged
  int64_t history_commits = 0;             // dead facts of so many last commits are kept by merging
  bool upkeep_in_background = true;        // sealing and merging on a thread of its own; false: inside Publish()
  // A tenant that nobody uses is let go of after so long, and earlier, the longest unused first, while all take more bytes.
  absl::Duration tenant_idle_max = absl::InfiniteDuration();
  int64_t tenant_bytes_max = INT64_MAX;
  // Called on the upkeep's thread after so many were let go of: their memory is in many pieces. Unset: nothing is done.
  std::function<void(int64_t tenants)> on_let_go;
  // Called where all facts of a tenant are derived from its records (asked for, damaged, or stored by an earlier version), which
  // takes half a minute for a million tickets: before, without a time, and when it is done. What asks waits. Unset: nobody is told.
  std::function<void(absl::string_view tenant, std::optional<absl::Duration> took)> on_derive_all;
  // Called inside Publish() of a commit that erased names, once it is visible: what was computed before and is held may have
  // them. Short; of the projection it may take a snapshot and nothing else. Unset: nobody holds anything.
  std::function<void(absl::string_view tenant)> on_names_erased;
};

// Reduces all families of a tenant anew and calls `emit` with each family's key and facts; given by ingest, which knows
// the records. Used at start (families of the change log after the last seal) and by Rebuild (all families).
class FactDeriver {
 public:
  virtual ~FactDeriver() = default;
  // All may be called from any thread, several at a time for different tenants. Equal facts never come from different
  // families: every fact names its record.
  //
  // Facts of one family as its stored records reduce now.
  virtual absl::Status Derive(absl::string_view tenant, absl::string_view family, fact::Codes& codes,
                              std::vector<fact::Fact>* facts) = 0;
  virtual absl::Status ForEachFamily(absl::string_view tenant,
                                     const std::function<absl::Status(absl::string_view family)>& visit) = 0;
  // Customer and agent records, for the look-up tables; one after the other, perhaps on another thread than the caller's. A
  // record is there as long as it is visited.
  virtual absl::Status ForEachCustomer(absl::string_view tenant,
                                       const std::function<void(const v1::Customer&)>& visit) = 0;
  virtual absl::Status ForEachAgent(absl::string_view tenant, const std::function<void(const v1::Agent&)>& visit) = 0;
  virtual absl::StatusOr<std::shared_ptr<const settings::Settings>> SettingsOf(absl::string_view tenant) = 0;
};

struct ProjectionStats {
  int64_t commit = 0;
  int64_t tail_facts = 0;
  int64_t sealed_facts = 0;
  int64_t dead_facts = 0;
  int64_t segments = 0;
  int64_t segment_bytes = 0;
  int64_t memory_bytes = 0;
};

// Over all tenants that are loaded.
struct ProjectionTotals {
  ProjectionStats facts;     // `commit`: commits of all of them
  int64_t tenants = 0;
  int64_t tenants_loaded = 0;    // since the start: tenants that came into memory
  int64_t tenants_released = 0;  // since the start: tenants that were let go of
  int64_t column_cache_bytes = 0;
  int64_t column_cache_bytes_max = 0;
  int64_t columns_fetched = 0;  // since the start: columns that were not in memory when they were read
  int64_t columns_found = 0;    // since the start: reads of columns that were in memory
  int64_t columns_dropped = 0;  // since the start: columns that had to leave memory
};

class Projection : public SnapshotSource {
 public:
  // `deriver` must outlive it.
  static absl::StatusOr<std::unique_ptr<Projection>> Open(storage::Store& store, FactDeriver& deriver,
                                                          const ProjectionOptions& options);

  // -- for the committer; one commit of one tenant at a time. A commit may be reduced, with CodesFor(), on one thread while
  // another one stages, publishes or abandons the commit before it, if that changes no look-up table and no settings. After
  // Abandon() whatever was reduced meanwhile has to be reduced again.
  // Codes for reducing: new names get codes that Stage() makes durable. Good until Abandon() or until asked for anew;
  // IsBot() goes by the agents as of the last commit.
  virtual absl::StatusOr<fact::Codes*> CodesFor(absl::string_view tenant) = 0;
  virtual absl::StatusOr<int64_t> LastCommit(absl::string_view tenant) = 0;
  // The latest snapshot where it can be taken without waiting for anything, else nullptr: the tenant is not in memory, or is to
  // be rebuilt. Any thread.
  virtual std::shared_ptr<const Snapshot> SnapshotAtOnce(absl::string_view /*tenant*/) { return nullptr; }
  // A tenant is not let go of while what this returns is there: a commit holds it from before CodesFor() until after Publish()
  // or Abandon(). Snapshots and every call here hold it by themselves.
  virtual std::shared_ptr<const void> Hold(absl::string_view /*tenant*/) { return nullptr; }
  // Adds to the batch: new names, deaths of sealed facts, the change-log entry {commit, families}. `customers`, `agents`:
  // changed records (nullptr value: deleted) for the look-up tables; `settings`: the new ones, or nullptr.
  struct TableChanges {
    std::vector<std::pair<std::string, const v1::Customer*>> customers;
    std::vector<std::pair<std::string, const v1::Agent*>> agents;
    std::shared_ptr<const settings::Settings> settings;
    // Names to be forgotten (a person's erasure): their codes stay and read as "". Names that are new in this commit stay.
    std::vector<std::pair<record::Domain, std::string>> erased_names;
  };
  // After OK: Publish() or Abandon(), before anything else of this tenant is staged. After an error all is forgotten, as
  // by Abandon().
  virtual absl::Status Stage(absl::string_view tenant, int64_t commit, const std::vector<FamilyChange>& changes,
                             const TableChanges& tables, storage::Batch* batch) = 0;
  // The batch of the staged commit is durable: make it visible. Cannot fail.
  virtual void Publish(absl::string_view tenant, int64_t commit) = 0;
  // The batch was not written, or nobody knows: forget what was staged. Sealing waits until a later commit is published;
  // after a write whose outcome is unknown nothing may be staged before the store was opened anew.
  virtual void Abandon(absl::string_view tenant) = 0;

  // -- any thread; they wait for their turn between commits where they must
  // Seals the tail of a tenant and merges what deserves it.
  virtual absl::Status Seal(absl::string_view tenant) = 0;
  // Seals every tail, so that the next start has nothing to derive; for a clean stop.
  virtual absl::Status SealAll() = 0;
  virtual absl::Status Merge(absl::string_view tenant) = 0;
  // Drops all derived facts of the tenant and derives them anew. Answers do not change.
  virtual absl::Status Rebuild(absl::string_view tenant) = 0;
  virtual absl::StatusOr<ProjectionStats> Stats(absl::string_view tenant) = 0;
  // Waits at most 50 ms for a tenant: one that is being loaded, rebuilt or written to for longer counts as at the last look.
  virtual ProjectionTotals Totals() = 0;
  // Lets go of tenants that are due, as if it were so much later; returns how many. Upkeep in the background does it every
  // second.
  virtual int64_t LetGoOfIdle(absl::Duration /*later*/) { return 0; }
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_PROJECTION_H_
