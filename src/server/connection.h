// How commands reach a server.
#ifndef SUPPORTKPI_SERVER_CONNECTION_H_
#define SUPPORTKPI_SERVER_CONNECTION_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/grpcpp.h"
#include "server/command_flags.h"

namespace supportkpi::server {

// Flags of every command that asks a server; for CommandFlags::Parse.
const std::set<std::string>& ConnectionFlags();
// Their meaning, for --help.
std::string ConnectionHelp();

class Connection {
 public:
  // INVALID_ARGUMENT: flags that do not go together, or a file that cannot be read.
  static absl::StatusOr<Connection> FromFlags(const CommandFlags& flags, absl::Duration usual_timeout);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  bool has_token() const { return !token_.empty(); }
  // Sets the deadline and the token of a call.
  void Prepare(grpc::ClientContext* context) const;

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::string token_;
  absl::Duration timeout_;
};

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CONNECTION_H_
