// See tenant_settings.h for the layout.
#include "ingest/tenant_settings.h"

#include <optional>
#include <utility>

#include "ingest/coding.h"
#include "ingest/keys.h"
#include "ingest/prepare.h"
#include "settings/encode.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

// Tenants held at a time; more start the cache anew.
constexpr size_t kTenantsMax = 1'000;

}  // namespace

absl::StatusOr<std::shared_ptr<const StoredSettings>> MakeStoredSettings(const v1::Settings& message, int64_t version) {
  ASSIGN_OR_RETURN(settings::Settings values, settings::FromMessage(message, version));
  auto stored = std::make_shared<StoredSettings>();
  stored->message = message;
  stored->version = version;
  for (const auto& [name, question] : values.questions)
    stored->scales.emplace(name, record::QuestionScale{question.scale_min, question.scale_max, question.low_is_good,
                                                       question.threshold});
  stored->values = std::make_shared<const settings::Settings>(std::move(values));
  return std::shared_ptr<const StoredSettings>(std::move(stored));
}

absl::StatusOr<std::shared_ptr<const StoredSettings>> ReadSettings(const storage::View& view, absl::string_view tenant) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value, view.Get(storage::Table::kTruth, SettingsKey(tenant)));
  if (!value.has_value()) return MakeStoredSettings(v1::Settings(), 0);
  absl::string_view bytes = *value;
  uint64_t version = 0;
  v1::Settings message;
  if (!TakeVarint(&bytes, &version) || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return absl::DataLossError("settings: the stored settings are damaged");
  return MakeStoredSettings(message, static_cast<int64_t>(version));
}

void WriteSettings(absl::string_view tenant, const StoredSettings& settings, storage::Batch* batch) {
  std::string value;
  AppendVarint(static_cast<uint64_t>(settings.version), &value);
  value += SerializeOrdered(settings.message);
  batch->Put(storage::Table::kTruth, SettingsKey(tenant), value);
}

absl::StatusOr<std::shared_ptr<const StoredSettings>> SettingsCache::Of(absl::string_view tenant) {
  absl::MutexLock lock(&mutex_);
  const auto found = by_tenant_.find(tenant);
  if (found != by_tenant_.end()) return found->second;
  // Read under the lock, so that a change cannot be overtaken by what stood before it.
  ASSIGN_OR_RETURN(std::shared_ptr<const StoredSettings> settings, ReadSettings(store_, tenant));
  if (by_tenant_.size() >= kTenantsMax) by_tenant_.clear();
  by_tenant_.emplace(tenant, settings);
  return settings;
}

void SettingsCache::Replace(absl::string_view tenant, std::shared_ptr<const StoredSettings> settings) {
  absl::MutexLock lock(&mutex_);
  by_tenant_.insert_or_assign(std::string(tenant), std::move(settings));
}

}  // namespace supportkpi::ingest
