// Everything that decides whether a call gets in: TLS, credentials, limits by tenant. All of it can change while the server
// serves: by SIGHUP, and by itself when a file changes.
#ifndef SUPPORTKPI_SERVER_ACCESS_CONTROL_H_
#define SUPPORTKPI_SERVER_ACCESS_CONTROL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "access/gate.h"
#include "access/tenant_limits.h"
#include "access/tenant_memory.h"
#include "grpcpp/security/server_credentials.h"
#include "server/certificates.h"
#include "server/config.h"

namespace supportkpi::server {

// Not for several threads, but for what it hands out.
class AccessControl {
 public:
  // INVALID_ARGUMENT with every fault of every file, one a line.
  static absl::StatusOr<std::unique_ptr<AccessControl>> Open(const Config& config);

  // What the port is served with: TLS, or plain text.
  std::shared_ptr<grpc::ServerCredentials> ServerCredentials() const;
  const access::Gate& gate() const { return gate_; }
  access::TenantLimits& limits() { return limits_; }
  access::TenantMemory& memory() { return memory_; }
  const access::TenantMemory& memory() const { return memory_; }
  // When the certificate ends; nullopt: there is none. Any thread.
  std::optional<absl::Time> CertificateExpires() const;

  // Takes the limits and the JWT rules of `config` and reads all of its files again. A file with a fault changes nothing;
  // what happened is logged.
  void Reload(const Config& config);
  // Reads those files again that changed since they were last read.
  void ReloadChangedFiles();

 private:
  AccessControl() = default;
  void ReloadCertificates();
  void ReloadKeyring();

  Config config_;
  std::unique_ptr<Certificates> certificates_;
  std::string certificates_stamp_;  // how the files were when they were last read
  std::string keyring_stamp_;
  access::Gate gate_;
  access::TenantLimits limits_;
  access::TenantMemory memory_;
};

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_ACCESS_CONTROL_H_
