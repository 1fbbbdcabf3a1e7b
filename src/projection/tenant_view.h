// The snapshot that readers get: one tenant as of one commit. Immutable.
#ifndef SUPPORTKPI_PROJECTION_TENANT_VIEW_H_
#define SUPPORTKPI_PROJECTION_TENANT_VIEW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "projection/data_until.h"
#include "projection/look_up_tables.h"
#include "projection/names.h"
#include "projection/segment_shelf.h"
#include "projection/snapshot.h"

namespace supportkpi::projection {

class TenantView final : public Snapshot {
 public:
  struct Parts {
    int64_t commit = 0;
    std::shared_ptr<TenantNames> names;
    std::shared_ptr<SegmentShelf> shelf;  // nullptr: no segment was ever there
    AllChunks chunks;
    std::shared_ptr<const CustomersAsOf> customers;
    std::shared_ptr<const AgentTable> agents;
    std::shared_ptr<const settings::Settings> settings;
    InstantBound data_until;
  };
  explicit TenantView(Parts parts);

  int64_t commit() const override { return parts_.commit; }
  std::optional<int64_t> data_until_ms() const override { return data_until_.At(parts_.chunks, parts_.commit); }
  const SetChunks& Chunks(fact::FactSet set) const override { return *parts_.chunks[static_cast<size_t>(set)]; }
  const Names& NamesOf(record::Domain domain) const override { return names_[static_cast<size_t>(domain)]; }
  std::shared_ptr<const CustomerTable> Customers() const override { return parts_.customers->Table(); }
  std::shared_ptr<const AgentTable> Agents() const override { return parts_.agents; }
  std::shared_ptr<const settings::Settings> TenantSettings() const override { return parts_.settings; }
  absl::Status status() const override;

  const Parts& parts() const { return parts_; }
  InstantBound instant_bound() const { return data_until_.bound(); }

 private:
  const Parts parts_;
  const DataUntil data_until_;
  std::vector<NamesUpTo> names_;  // by domain number
};

// A tenant that has nothing.
std::shared_ptr<const TenantView> EmptyView(const storage::View& store, absl::string_view tenant,
                                            std::shared_ptr<const settings::Settings> settings);

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_PROJECTION_TENANT_VIEW_H_
