// supportkpid: settings, start, wait, stop.
#include <malloc.h>

#include <algorithm>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "server/commands.h"
#include "server/config_sources.h"
#include "server/connection.h"
#include "server/exit_code.h"
#include "server/free_memory.h"
#include "server/log.h"
#include "server/server.h"
#include "server/signals.h"

namespace supportkpi::server {

namespace {

int Refuse(absl::string_view what, const absl::Status& status) {
  for (const absl::string_view fault : absl::StrSplit(status.message(), '\n')) Log(LogLevel::kError, absl::StrCat(what, fault));
  return ExitCodeOf(status);
}

Config Resolved(Config config) {
  if (config.query_threads == 0) config.query_threads = std::max(1u, std::thread::hardware_concurrency());
  return config;
}

// A question's larger arrays come from memory that the last one gave back: fresh pages from the kernel, which glibc would
// take for each of them, cost up to a fifth of a question's time.
void ReuseFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
}

// Debian's Abseil is built to look for cycles in the order of locks at each lock: a third of a first question's time. The tests keep
// that on.
void LockWithoutCycleSearch() { absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore); }

// Flags and variables are what they were; the file may say something new.
void Reload(const std::vector<std::string>& arguments, Server* server) {
  const auto loaded = LoadConfig(arguments, EnvironmentOfProcess());
  if (loaded.ok()) return server->Reload(Resolved(loaded->config));
  Refuse("reload refused, what was in use stays: ", loaded.status());
}

int Serve(const LoadedConfig& loaded, const std::vector<std::string>& arguments) {
  const Config config = Resolved(loaded.config);
  AllowAllDescriptors();
  ReuseFreedMemory();
  LockWithoutCycleSearch();
  SetLog(config.log_level, config.log_format);
  for (const std::string& note : loaded.notes) Log(note);
  auto server = Server::Start(config);
  if (!server.ok()) return Refuse("supportkpid cannot start: ", server.status());
  Log(LogLevel::kInfo, "supportkpid serves",
      {{"port", int64_t{(*server)->port()}}, {"listen", config.listen}, {"store", config.data_dir}, {"version", SUPPORTKPI_VERSION}});

  FreeMemory free_memory;
  while ((*server)->Health().ok()) {
    const Signal signal = NextSignal(absl::Seconds(1));
    if (signal == Signal::kStop) break;
    free_memory.Tick();
    signal == Signal::kReload ? Reload(arguments, server->get()) : (*server)->ReloadChangedFiles();
  }
  LetStopSignalsKill();
  const absl::Status health = (*server)->Health();
  if (health.ok()) {
    Log("supportkpid stops");
  } else {
    Log(LogLevel::kError, absl::StrCat("supportkpid stops, the store failed: ", health.message()));
  }
  (*server)->Stop();
  server->reset();
  return ExitCodeOf(health);
}

int RunCommand(const Command& command, const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--help") == arguments.end()) return command.run(arguments);
  std::cout << "  " << command.help << "\n";
  if (absl::StrContains(command.help, "[connection]")) std::cout << "\n" << ConnectionHelp();
  return 0;
}

int Main(const std::vector<std::string>& arguments) {
  QuietLibraries();
  if (const Command* command = arguments.empty() ? nullptr : FindCommand(arguments[0]); command != nullptr) {
    return RunCommand(*command, {arguments.begin() + 1, arguments.end()});
  }
  BlockSignals();
  SetLog("info", "text");  // what is wrong with the settings is read by people
  const auto loaded = LoadConfig(arguments, EnvironmentOfProcess());
  if (!loaded.ok()) return Refuse("supportkpid cannot start: ", loaded.status());
  if (loaded->help || loaded->version || loaded->print) {
    std::cout << (loaded->help ? HelpText() : loaded->version ? "supportkpid " SUPPORTKPI_VERSION "\n" : PrintConfig(*loaded));
    return 0;
  }
  return Serve(*loaded, arguments);
}

}  // namespace

}  // namespace supportkpi::server

int main(int argc, char** argv) { return supportkpi::server::Main({argv + 1, argv + argc}); }
