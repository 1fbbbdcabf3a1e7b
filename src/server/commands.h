// What supportkpid does besides serving: `supportkpid COMMAND [--NAME=VALUE ...]`.
#ifndef SUPPORTKPI_SERVER_COMMANDS_H_
#define SUPPORTKPI_SERVER_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace supportkpi::server {

struct Command {
  absl::string_view name;
  absl::string_view help;  // usage, meaning, exit codes
  // Gets what follows the name; prints results on standard output, errors on standard error; returns the exit code.
  int (*run)(const std::vector<std::string>& arguments);
};

// Asks a server whether it serves, by a real question. 0: it does; 1: not, or it cannot be reached; 64: wrong flags.
int RunHealth(const std::vector<std::string>& arguments);
// AdminService's backups of a server. 0: done; 1: refused, or the server cannot be reached; 64: wrong flags.
int RunBackup(const std::vector<std::string>& arguments);
// A store of a backup, where no server runs. 0: done; 64: wrong flags; 65: the backup is damaged; 66: there is no such backup;
// 73: the folder is not empty or cannot be made; 70: anything else.
int RunRestore(const std::vector<std::string>& arguments);
// A new bearer token and its entry for the credentials file. 0: made; 64: wrong flags.
int RunToken(const std::vector<std::string>& arguments);

const std::vector<Command>& Commands();
// nullptr: there is none of that name.
const Command* FindCommand(absl::string_view name);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_COMMANDS_H_
