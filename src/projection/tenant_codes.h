// Names to codes for the reduction.
#ifndef SUPPORTKPI_PROJECTION_TENANT_CODES_H_
#define SUPPORTKPI_PROJECTION_TENANT_CODES_H_

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "fact/reduction.h"
#include "projection/names.h"
#include "projection/snapshot.h"
#include "storage/store.h"

namespace supportkpi::projection {

// New names become durable with the commit that is staged next. One thread, but for TakeStatus().
class TenantCodes : public fact::Codes {
 public:
  void Use(std::shared_ptr<TenantNames> names, std::shared_ptr<const AgentTable> agents) {
    names_ = std::move(names);
    agents_ = std::move(agents);
  }
  int64_t CodeOf(record::Domain domain, absl::string_view name) override;
  bool IsBot(absl::string_view agent) override;
  // The first failure to read the store; forgets it. Codes given since are not to be used.
  absl::Status TakeStatus() ABSL_LOCKS_EXCLUDED(status_mutex_) {
    absl::MutexLock lock(&status_mutex_);
    return std::exchange(status_, absl::OkStatus());
  }

 protected:
  void Note(const absl::Status& status) ABSL_LOCKS_EXCLUDED(status_mutex_) {
    absl::MutexLock lock(&status_mutex_);
    if (status_.ok()) status_ = status;
  }

  std::shared_ptr<TenantNames> names_;
  std::shared_ptr<const AgentTable> agents_;

 private:
  absl::Mutex status_mutex_;
  absl::Status status_ ABSL_GUARDED_BY(status_mutex_);
};

// Of stored records, whose names all have codes: for reading them beside whoever gives new ones.
class KnownCodes final : public TenantCodes {
 public:
  explicit KnownCodes(std::shared_ptr<TenantNames> names) { Use(std::move(names), std::make_shared<AgentTable>()); }
  int64_t CodeOf(record::Domain domain, absl::string_view name) override;
};

// New names are written at once: for deriving stored records anew, which as a rule know no new names.
class DurableCodes final : public TenantCodes {
 public:
  DurableCodes(storage::Store& store, std::shared_ptr<TenantNames> names, std::shared_ptr<const AgentTable> agents)
      : store_(store) {
    Use(std::move(names), std::move(agents));
  }
  int64_t CodeOf(record::Domain domain, absl::string_view name) override;

 private:
  storage::Store& store_;
  std::array<int64_t, TenantNames::kDomainsMax> durable_counts_ = {};  // as last asked; they only grow
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TENANT_CODES_H_
