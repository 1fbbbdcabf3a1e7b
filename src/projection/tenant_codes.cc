#include "projection/tenant_codes.h"

#include <optional>

namespace supportkpi::projection {

int64_t TenantCodes::CodeOf(record::Domain domain, absl::string_view name) {
  if (name.empty()) return 0;
  const auto code = names_->Of(domain).FindOrAdd(name);
  if (code.ok()) return *code;
  Note(code.status());
  return 0;
}

bool TenantCodes::IsBot(absl::string_view agent) {
  if (agent.empty()) return false;
  const auto code = names_->Of(record::Domain::kAgent).Find(agent);
  if (!code.ok()) {
    Note(code.status());
    return false;
  }
  if (!code->has_value()) return false;
  const auto place = static_cast<size_t>(**code);
  return place < agents_->kind.size() && agents_->kind[place] == v1::AGENT_KIND_BOT;
}

int64_t KnownCodes::CodeOf(record::Domain domain, absl::string_view name) {
  if (name.empty()) return 0;
  const auto code = names_->Of(domain).Find(name);
  if (code.ok() && code->has_value()) return **code;
  Note(code.ok() ? absl::DataLossError("names: a stored record has a name without a code; rebuild the facts") : code.status());
  return 0;
}

int64_t DurableCodes::CodeOf(record::Domain domain, absl::string_view name) {
  const int64_t code = TenantCodes::CodeOf(domain, name);
  int64_t& durable_count = durable_counts_[static_cast<size_t>(domain)];
  if (code <= durable_count) return code;
  durable_count = names_->Of(domain).durable_count();
  if (code <= durable_count) return code;
  auto batch = store_.NewBatch();
  const TenantNames::Counts counts = names_->WritePending(batch.get());
  if (absl::Status written = store_.Write(*batch, false); !written.ok()) {
    Note(written);
    return 0;
  }
  names_->MarkDurable(counts);
  return code;
}

}  // namespace supportkpi::projection
