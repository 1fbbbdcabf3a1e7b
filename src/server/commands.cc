#include "server/commands.h"

#include <algorithm>

namespace supportkpi::server {

const std::vector<Command>& Commands() {
  static const auto& commands = *new std::vector<Command>{
      {"health",
       "supportkpid health [--target=HOST:PORT] [--service=NAME] [--timeout=5s] [connection]\n"
       "      asks a server whether it serves: its health service, then a real question (ListKpis). Exit code 0: it\n"
       "      does; 1: not, or it cannot be reached; 64: wrong flags. Without --token_file a server that asks for\n"
       "      credentials counts as serving.",
       RunHealth},
      {"backup",
       "supportkpid backup create [--label=TEXT] | list | verify --id=N | delete --id=N   [--target=HOST:PORT] [connection]\n"
       "      backups of a running server, in its own --backup_dir; prints JSON. Exit code 0: done; 1: refused, or it\n"
       "      cannot be reached; 64: wrong flags.",
       RunBackup},
      {"restore",
       "supportkpid restore --backup_dir=FOLDER --data_dir=FOLDER [--backup_id=N]\n"
       "      makes a store of a backup (default: the newest), where no server runs; the data folder must be empty or\n"
       "      not there. Exit code 0: done; 64: wrong flags; 65: the backup is damaged; 66: there is no such backup;\n"
       "      73: the folder is not empty or cannot be made; 70: anything else.",
       RunRestore},
      {"token",
       "supportkpid token --name=NAME --tenant=TENANT --roles=read,write,admin [--valid_for=2160h]\n"
       "      makes a bearer token for a caller and prints it with its entry for the credentials file, which keeps its\n"
       "      hash only. Tenant \"*\": any. Exit code 0: made; 64: wrong flags.",
       RunToken},
  };
  return commands;
}

const Command* FindCommand(absl::string_view name) {
  const auto found =
      std::find_if(Commands().begin(), Commands().end(), [&](const Command& command) { return command.name == name; });
  return found == Commands().end() ? nullptr : &*found;
}

}  // namespace supportkpi::server
