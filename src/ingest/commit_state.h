// One commit of one tenant in the making: the families that its requests touch, as stored and as they will be, the facts
// on both sides, and the rows to write. One thread at a time.
//
// Rules of versions: a row is replaced by one of the same or a higher version; a deletion leaves its version behind, as a
// tombstone row, in the index (surveys, agent time) or, for a ticket's events, in the ticket's head.
#ifndef SUPPORTKPI_INGEST_COMMIT_STATE_H_
#define SUPPORTKPI_INGEST_COMMIT_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/arena.h"
#include "ingest/family.h"
#include "ingest/keys.h"
#include "ingest/prepare.h"
#include "ingest/row.h"
#include "projection/projection.h"
#include "storage/store.h"

namespace supportkpi::ingest {

class CommitState {
 public:
  enum class Outcome { kStale, kReplaced, kNew };

  // What is applied must stay alive until Finish.
  CommitState(const storage::View& store, projection::Projection& projection, absl::string_view tenant)
      : store_(store), projection_(projection), tenant_(tenant) {}

  absl::StatusOr<Outcome> Apply(const PreparedRecord& record);
  // Absent version: that of what is stored. Answers whether a record was there and is gone.
  absl::StatusOr<bool> Delete(const RecordPlace& place, const RecordName& name, std::optional<int64_t> version);
  void SetSettings(std::shared_ptr<const settings::Settings> settings) { tables_.settings = std::move(settings); }

  // Does anything change that makes a commit?
  bool HasChanges() const { return changed_ || tables_.settings != nullptr; }
  int64_t row_count() const { return row_count_; }

  // Reduces what changed and adds its rows to the batch.
  absl::Status Finish(storage::Batch* batch);
  // After Finish(): stages the facts with the projection.
  absl::Status Stage(int64_t commit, storage::Batch* batch) { return projection_.Stage(tenant_, commit, changes_, tables_, batch); }
  // After Finish(): are customers, agents or settings changed? The next commit cannot be reduced before this one is published.
  bool ChangesTables() const {
    return !tables_.customers.empty() || !tables_.agents.empty() || tables_.settings != nullptr;
  }

 private:
  // A row on one side of the commit.
  struct Side {
    bool stored = false;
    RowHead head;
    absl::string_view bytes;
    const google::protobuf::Message* message = nullptr;  // parsed when needed
  };
  struct Slot {
    std::string value;  // as stored; `before.bytes` points into it
    Side before;
    Side after;
    bool changed = false;
  };
  struct Family {
    std::string key;
    FamilyName name;
    std::map<std::string, Slot, std::less<>> slots;  // by row suffix
    bool changed = false;         // a row with a record changed
    bool ticket_changed = false;  // ... the ticket or an event: calls that name it are reduced too
    bool reduce = false;
    bool has_head = false;        // calls: the head is stored
    bool writes_head = false;     // calls: the head is new or names other tickets
    std::vector<std::string> named_before;  // calls: the ticket families that the legs named, ascending
    std::vector<std::string> named_after;
  };
  struct IndexSlot {
    std::string key;
    std::optional<IndexEntry> entry;
    bool changed = false;
  };
  class CommitCodes;

  // -- loading (commit_load.cc)
  absl::StatusOr<Family*> Load(absl::string_view key);
  absl::Status LoadRows(Family& family);
  absl::Status LoadRow(Family& family, absl::string_view suffix);
  absl::Status AddStored(Family& family, absl::string_view suffix, absl::string_view value);
  absl::StatusOr<IndexSlot*> LoadIndex(RowKind kind, absl::string_view source, absl::string_view id);

  // -- applying (commit_state.cc)
  Outcome Put(Family& family, const PreparedRow& row);
  Outcome PutEvent(Family& family, const PreparedRow& row);
  void Erase(Family& family, absl::string_view suffix);
  void Touch(Family& family, Slot& slot, RowKind kind);
  Slot& TicketHead(Family& family);
  absl::StatusOr<Outcome> ApplySurvey(const PreparedRecord& record);
  absl::StatusOr<Outcome> ApplyAgentTime(const PreparedRecord& record);
  absl::Status EraseIndexed(RowKind kind, absl::string_view source, absl::string_view id, const IndexEntry& entry);
  absl::StatusOr<bool> DeleteIndexed(RowKind kind, const RecordName& name, std::optional<int64_t> version);
  bool DeleteTicket(Family& family, std::optional<int64_t> version);
  bool DeleteRow(Family& family, const RecordPlace& place, std::optional<int64_t> version);

  // -- finishing (commit_finish.cc)
  absl::Status FollowCalls();
  absl::Status FollowTickets();
  absl::Status FollowBots(CommitCodes& codes);
  absl::Status Reduce(CommitCodes& codes);
  absl::StatusOr<std::vector<fact::Fact>> ReduceSide(Family& family, Side Slot::*side, CommitCodes& codes);
  absl::Status Gather(Family& family, Side Slot::*side, LiveFamily* live);
  absl::Status GatherTables(CommitCodes& codes);
  void WriteRows(storage::Batch* batch);

  const storage::View& store_;
  projection::Projection& projection_;
  const std::string tenant_;
  google::protobuf::Arena arena_;
  absl::flat_hash_map<std::string, Family*> family_by_key_;
  std::vector<std::unique_ptr<Family>> families_;  // in the order in which they were met
  absl::flat_hash_map<std::string, std::unique_ptr<IndexSlot>> index_;
  std::vector<std::pair<std::string, bool>> links_;  // key, true: comes, false: goes; each key once
  std::vector<projection::FamilyChange> changes_;
  projection::Projection::TableChanges tables_;
  bool changed_ = false;
  int64_t row_count_ = 0;
};

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_COMMIT_STATE_H_
