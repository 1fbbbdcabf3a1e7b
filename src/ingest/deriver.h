// Derives facts anew from the stored records, for the projection's start and rebuild.
#ifndef SUPPORTKPI_INGEST_DERIVER_H_
#define SUPPORTKPI_INGEST_DERIVER_H_

#include <functional>
#include <memory>
#include <vector>

#include "projection/projection.h"
#include "storage/store.h"

namespace supportkpi::ingest {

// Reads the store as it is at each call; the projection calls it between commits.
class RecordDeriver final : public projection::FactDeriver {
 public:
  explicit RecordDeriver(const storage::View& store) : store_(store) {}

  absl::Status Derive(absl::string_view tenant, absl::string_view family, fact::Codes& codes,
                      std::vector<fact::Fact>* facts) override;
  absl::Status ForEachFamily(absl::string_view tenant,
                             const std::function<absl::Status(absl::string_view family)>& visit) override;
  absl::Status ForEachCustomer(absl::string_view tenant,
                               const std::function<void(const v1::Customer&)>& visit) override;
  absl::Status ForEachAgent(absl::string_view tenant, const std::function<void(const v1::Agent&)>& visit) override;
  absl::StatusOr<std::shared_ptr<const settings::Settings>> SettingsOf(absl::string_view tenant) override;

 private:
  const storage::View& store_;
};

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_DERIVER_H_
