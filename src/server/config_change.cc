// The table of settings says which can be taken.
#include "server/config_change.h"

#include "absl/strings/str_cat.h"
#include "server/settings.h"
#include "status/macros.h"

namespace supportkpi::server {

absl::StatusOr<ConfigChange> ChangeOf(const Config& live, const Config& wanted) {
  ConfigChange change;
  change.config = live;
  for (const Setting& setting : Settings()) {
    const std::string was = TextOf(setting, live);
    const std::string is = TextOf(setting, wanted);
    if (was == is) continue;
    if (setting.reload == Reload::kRestart) {
      change.needs_restart.push_back(absl::StrCat(setting.name, ": stays \"", was, "\" until a restart; \"", is, "\" is wanted"));
      continue;
    }
    RETURN_IF_ERROR(SetFromText(setting, is, &change.config));
    change.taken.push_back(absl::StrCat(setting.name, ": \"", was, "\" -> \"", is, "\""));
  }
  RETURN_IF_ERROR(Validate(change.config));
  return change;
}

}  // namespace supportkpi::server
