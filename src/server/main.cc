// supportkpid: flags, start, wait, stop.
#include <string>

#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/str_cat.h"
#include "server/config.h"
#include "server/exit_code.h"
#include "server/log.h"
#include "server/server.h"
#include "server/stop_signal.h"

int main(int argc, char** argv) {
  using namespace supportkpi::server;
  BlockStopSignals();
  QuietLibraries();
  absl::SetProgramUsageMessage("serves support KPIs over gRPC: supportkpid --data_dir=FOLDER [--listen=127.0.0.1:50051]");
  absl::FlagsUsageConfig usage;
  usage.version_string = [] { return std::string("supportkpid " SUPPORTKPI_VERSION "\n"); };
  absl::SetFlagsUsageConfig(usage);
  absl::ParseCommandLine(argc, argv);

  const Config config = ConfigFromFlags();
  auto server = Server::Start(config);
  if (!server.ok()) {
    Log(absl::StrCat("supportkpid cannot start: ", server.status().message()));
    return ExitCodeOf(server.status());
  }
  Log(absl::StrCat("supportkpid serves on port ", (*server)->port(), " (--listen=", config.listen, "), store ", config.data_dir));

  WaitForStopSignal([&] { return !(*server)->Health().ok(); });
  const absl::Status health = (*server)->Health();
  Log(health.ok() ? "supportkpid stops" : absl::StrCat("supportkpid stops, the store failed: ", health.message()));
  (*server)->Stop();
  server->reset();
  return ExitCodeOf(health);
}
