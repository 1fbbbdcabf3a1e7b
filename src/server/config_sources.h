// Where settings come from: the command line over the environment over a YAML file over the defaults.
#ifndef SUPPORTKPI_SERVER_CONFIG_SOURCES_H_
#define SUPPORTKPI_SERVER_CONFIG_SOURCES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/config.h"

namespace supportkpi::server {

struct LoadedConfig {
  Config config;
  // By setting: "default", "file", "environment", "flag".
  std::map<std::string, std::string> origins;
  std::string file;  // that was read; empty: none
  bool print = false;  // --print_config
  bool help = false;
  bool version = false;
  std::vector<std::string> notes;  // nothing wrong, but worth a line in the log
};

using Environment = std::map<std::string, std::string>;
Environment EnvironmentOfProcess();

// `arguments` without the program's name. INVALID_ARGUMENT with every fault in any source, one a line, each naming its
// source. With --help or --version nothing else is looked at.
absl::StatusOr<LoadedConfig> LoadConfig(const std::vector<std::string>& arguments, const Environment& environment);

// A YAML file that says the same, each value with its origin. No setting is itself a secret: those stand in files.
std::string PrintConfig(const LoadedConfig& loaded);

// Every setting with type, default and meaning; the sources; the exit codes.
std::string HelpText();

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CONFIG_SOURCES_H_
