// The whole program as one object: store, engine, services and the gRPC server over them.
#ifndef SUPPORTKPI_SERVER_SERVER_H_
#define SUPPORTKPI_SERVER_SERVER_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/config.h"

namespace supportkpi::server {

class Server {
 public:
  // Opens the store and serves. INVALID_ARGUMENT: the config. FAILED_PRECONDITION: another process has the store.
  // UNAVAILABLE: the address cannot be listened on. DATA_LOSS: the store is damaged.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Config& config);
  // Stop(), if it was not called.
  virtual ~Server() = default;

  virtual int port() const = 0;
  // Takes those settings that a running server can take, reads the files of certificates and credentials again, and logs
  // what changed, what needs a restart, and what was refused. One thread at a time, as ReloadChangedFiles() and Stop().
  virtual void Reload(const Config& config) = 0;
  // Reads those files again that changed by themselves. To be called every now and then.
  virtual void ReloadChangedFiles() = 0;
  // Not OK once the store took no more writes: only a new start can tell what is durable.
  virtual absl::Status Health() const = 0;
  // Health says NOT_SERVING, new calls are refused after `drain`, those under way get `grace`, then the facts in memory are
  // sealed, so that the next start has nothing to derive, and everything is closed.
  virtual void Stop() = 0;
};

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_SERVER_H_
