// What a reader sees: the facts, names and look-up tables of one tenant as of one commit. Cheap to take, holds what it
// shows alive, safe to use from any number of threads.
#ifndef SUPPORTKPI_PROJECTION_SNAPSHOT_H_
#define SUPPORTKPI_PROJECTION_SNAPSHOT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "column/chunk.h"
#include "fact/fact_sets.h"
#include "record/domain.h"
#include "settings/settings.h"

namespace supportkpi::projection {

// A tenant's names of one domain, as of the snapshot. Code 0 is none.
class Names {
 public:
  virtual ~Names() = default;
  virtual int64_t code_count() const = 0;                            // codes are 1..code_count()
  virtual std::optional<int64_t> CodeOf(absl::string_view text) const = 0;
  virtual std::string TextOf(int64_t code) const = 0;                // "" for 0; a text of an erased code is ""
  // Calls see(place, TextOf(codes[place])) in order, for less than as many TextOf. `see` may not ask for names.
  virtual void EachText(absl::Span<const int64_t> codes, absl::FunctionRef<void(size_t, absl::string_view)> see) const {
    for (size_t place = 0; place < codes.size(); ++place) see(place, TextOf(codes[place]));
  }
  // False: no name was ever erased, so that different codes have different texts.
  virtual bool may_have_erased() const { return true; }
};

// Current values of customers and agents by code; index 0 and codes without record read as 0 (none).
struct CustomerTable {
  std::vector<int64_t> organization, segment, persona, plan, region, language;  // codes
  std::vector<int64_t> since_at;                                                // kNull: unknown
  std::vector<std::pair<int64_t, std::vector<int64_t>>> attributes;             // name code -> value code by customer
};
struct AgentTable {
  std::vector<std::string> name;
  std::vector<std::vector<std::pair<int64_t, int64_t>>> teams;  // by agent: (from, team code), ascending
  std::vector<int64_t> kind;                                    // AgentKind; 0 unknown
  std::vector<std::pair<int64_t, std::vector<int64_t>>> attributes;
};

class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual int64_t commit() const = 0;
  virtual std::optional<int64_t> data_until_ms() const = 0;  // latest instant that any live fact tells of
  virtual const std::vector<std::shared_ptr<const column::Chunk>>& Chunks(fact::FactSet set) const = 0;
  virtual const Names& NamesOf(record::Domain domain) const = 0;
  virtual std::shared_ptr<const CustomerTable> Customers() const = 0;
  virtual std::shared_ptr<const AgentTable> Agents() const = 0;
  virtual std::shared_ptr<const settings::Settings> TenantSettings() const = 0;
  // DATA_LOSS where a chunk of it could not be read (Chunk::status()): what was computed from it is not to be used. Asked
  // once at the end of a question.
  virtual absl::Status status() const { return absl::OkStatus(); }
};

// Where snapshots come from.
class SnapshotSource {
 public:
  virtual ~SnapshotSource() = default;
  // NOT_FOUND is never returned: a tenant without data has an empty snapshot at commit 0.
  virtual absl::StatusOr<std::shared_ptr<const Snapshot>> TakeSnapshot(absl::string_view tenant) = 0;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_SNAPSHOT_H_
