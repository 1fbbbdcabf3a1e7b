// The tables of customers and agents by code: current values, looked up when a question groups by them. A snapshot keeps
// the table it saw; changes make a new one.
#ifndef SUPPORTKPI_PROJECTION_LOOK_UP_TABLES_H_
#define SUPPORTKPI_PROJECTION_LOOK_UP_TABLES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "fact/reduction.h"
#include "projection/snapshot.h"
#include "supportkpi/v1/records.pb.h"

namespace supportkpi::projection {

// One customer as codes; a deleted one has only its code.
struct CustomerRow {
  int64_t code = 0;
  int64_t organization = 0, segment = 0, persona = 0, plan = 0, region = 0, language = 0;
  int64_t since_at = 0;
  std::vector<std::pair<int64_t, int64_t>> attributes;
};
// `customer`: nullptr for a deleted one.
CustomerRow CustomerRowOf(absl::string_view id, const v1::Customer* customer, fact::Codes& codes);
void Apply(const CustomerRow& row, CustomerTable* table);

struct AgentRow {
  int64_t code = 0;
  std::string name;
  std::vector<std::pair<int64_t, int64_t>> teams;  // (from, team), ascending; kNull: from the beginning
  int64_t kind = 0;
  std::vector<std::pair<int64_t, int64_t>> attributes;
};
AgentRow AgentRowOf(absl::string_view id, const v1::Agent* agent, fact::Codes& codes);
void Apply(const AgentRow& row, AgentTable* table);

// The table of the records as they are stored, read when somebody first looks at it. Any thread.
class StoredCustomers {
 public:
  using Read = std::function<absl::StatusOr<std::shared_ptr<const CustomerTable>>()>;
  // The records that it reads may change only once the table is held.
  explicit StoredCustomers(Read read) : read_(std::move(read)) {}
  // After a failure the next call tries again.
  absl::StatusOr<std::shared_ptr<const CustomerTable>> Hold() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const Read read_;
  absl::Mutex mutex_;
  std::shared_ptr<const CustomerTable> table_ ABSL_GUARDED_BY(mutex_);  // nullptr: nobody has looked
};

// A table that is copied only when somebody looks at it: a base and the changes since. Any thread.
class CustomersAsOf {
 public:
  explicit CustomersAsOf(std::shared_ptr<const CustomerTable> base) : base_(std::move(base)) {}
  explicit CustomersAsOf(std::shared_ptr<StoredCustomers> stored) : stored_(std::move(stored)) {}
  // This one with more changes. The table must be held.
  std::shared_ptr<CustomersAsOf> With(std::vector<CustomerRow> rows) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Empty where it cannot be read; status() tells why.
  std::shared_ptr<const CustomerTable> Table() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Has the table in memory.
  absl::Status Hold() const ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status status() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Memory that it takes.
  int64_t byte_count() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::shared_ptr<StoredCustomers> stored_;  // nullptr: the base is there from the start
  using Changes = std::vector<std::shared_ptr<const std::vector<CustomerRow>>>;
  mutable absl::Mutex mutex_;
  mutable std::shared_ptr<const CustomerTable> base_ ABSL_GUARDED_BY(mutex_);  // nullptr: nobody has looked
  mutable absl::Status status_ ABSL_GUARDED_BY(mutex_);
  mutable Changes changes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_LOOK_UP_TABLES_H_
