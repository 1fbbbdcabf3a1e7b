// The tables of customers and agents by code: current values, looked up when a question groups by them. A snapshot keeps
// the table it saw; changes make a new one.
#ifndef SUPPORTKPI_PROJECTION_LOOK_UP_TABLES_H_
#define SUPPORTKPI_PROJECTION_LOOK_UP_TABLES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
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

// A table that is copied only when somebody looks at it: a base and the changes since. Any thread.
class CustomersAsOf {
 public:
  explicit CustomersAsOf(std::shared_ptr<const CustomerTable> base) : base_(std::move(base)) {}
  // This one with more changes.
  std::shared_ptr<CustomersAsOf> With(std::vector<CustomerRow> rows) const ABSL_LOCKS_EXCLUDED(mutex_);
  std::shared_ptr<const CustomerTable> Table() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Changes = std::vector<std::shared_ptr<const std::vector<CustomerRow>>>;
  mutable absl::Mutex mutex_;
  mutable std::shared_ptr<const CustomerTable> base_ ABSL_GUARDED_BY(mutex_);
  mutable Changes changes_ ABSL_GUARDED_BY(mutex_);
};

int64_t ByteCountOf(const CustomerTable& table);

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_LOOK_UP_TABLES_H_
