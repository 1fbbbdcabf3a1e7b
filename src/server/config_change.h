// What a reload changes: of the settings that the sources now say, those that a running server can take.
#ifndef SUPPORTKPI_SERVER_CONFIG_CHANGE_H_
#define SUPPORTKPI_SERVER_CONFIG_CHANGE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/config.h"

namespace supportkpi::server {

struct ConfigChange {
  Config config;                           // to serve with from now on
  std::vector<std::string> taken;          // `grace: "20s" -> "5s"`
  std::vector<std::string> needs_restart;  // `listen: stays "a" until a restart; "b" is wanted`
};

// INVALID_ARGUMENT: with what cannot be taken now, the rest does not go together.
absl::StatusOr<ConfigChange> ChangeOf(const Config& live, const Config& wanted);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CONFIG_CHANGE_H_
