#include "projection/tenant_view.h"

#include <utility>

#include "status/macros.h"

namespace supportkpi::projection {

TenantView::TenantView(Parts parts) : parts_(std::move(parts)), data_until_(parts_.data_until) {
  for (int number = 0; number < 64; ++number) {
    Dictionary* dictionary = parts_.names->Find(static_cast<record::Domain>(number));
    names_.emplace_back(dictionary, dictionary == nullptr ? 0 : dictionary->durable_count());
  }
}

absl::Status TenantView::status() const {
  RETURN_IF_ERROR(parts_.names->status());
  RETURN_IF_ERROR(parts_.customers->status());
  if (parts_.shelf == nullptr || !parts_.shelf->any_failed()) return absl::OkStatus();  // plain chunks cannot fail
  for (const auto& chunks : parts_.chunks) {
    for (const auto& chunk : *chunks) {
      if (absl::Status status = chunk->status(); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

std::shared_ptr<const TenantView> EmptyView(const storage::View& store, absl::string_view tenant,
                                            std::shared_ptr<const settings::Settings> settings) {
  TenantView::Parts parts;
  parts.names = std::make_shared<TenantNames>(store, tenant);
  parts.chunks.fill(std::make_shared<SetChunks>());
  parts.customers = std::make_shared<CustomersAsOf>(std::make_shared<CustomerTable>());
  parts.agents = std::make_shared<AgentTable>();
  parts.settings = std::move(settings);
  return std::make_shared<TenantView>(std::move(parts));
}

}  // namespace supportkpi::projection
