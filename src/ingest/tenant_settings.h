// A tenant's settings as stored and as values, kept in memory once asked for.
//
//   C TENANT 0 -> version (varint), then the Settings message
#ifndef SUPPORTKPI_INGEST_TENANT_SETTINGS_H_
#define SUPPORTKPI_INGEST_TENANT_SETTINGS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "record/validate.h"
#include "settings/settings.h"
#include "storage/store.h"
#include "supportkpi/v1/settings.pb.h"

namespace supportkpi::ingest {

struct StoredSettings {
  v1::Settings message;
  int64_t version = 0;
  std::shared_ptr<const settings::Settings> values;
  std::map<std::string, record::QuestionScale, std::less<>> scales;  // by question
};

// INVALID_ARGUMENT where they are not good.
absl::StatusOr<std::shared_ptr<const StoredSettings>> MakeStoredSettings(const v1::Settings& message, int64_t version);
absl::StatusOr<std::shared_ptr<const StoredSettings>> ReadSettings(const storage::View& view, absl::string_view tenant);
void WriteSettings(absl::string_view tenant, const StoredSettings& settings, storage::Batch* batch);

// Any thread.
class SettingsCache {
 public:
  explicit SettingsCache(const storage::View& store) : store_(store) {}
  absl::StatusOr<std::shared_ptr<const StoredSettings>> Of(absl::string_view tenant);
  void Replace(absl::string_view tenant, std::shared_ptr<const StoredSettings> settings);

 private:
  const storage::View& store_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const StoredSettings>> by_tenant_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_TENANT_SETTINGS_H_
