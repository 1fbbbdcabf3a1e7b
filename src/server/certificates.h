// The server's certificate, its key and whose clients it trusts, from files that may be exchanged while it serves. gRPC gets
// only what was checked: a key that does not fit its certificate never reaches it, so a half-written pair on disk costs no
// connection.
#ifndef SUPPORTKPI_SERVER_CERTIFICATES_H_
#define SUPPORTKPI_SERVER_CERTIFICATES_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/security/server_credentials.h"

namespace supportkpi::server {

struct CertificateFiles {
  std::string cert;
  std::string key;
  std::string client_ca;  // empty: clients show no certificate
};

class Certificates {
 public:
  // INVALID_ARGUMENT `tls_key_file: ...`: a file cannot be read, is no PEM, has expired, or key and certificate do not fit.
  static absl::StatusOr<std::unique_ptr<Certificates>> Open(const CertificateFiles& files);
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  // TLS 1.2 and 1.3. With client_ca, clients must show a certificate that it signed.
  std::shared_ptr<grpc::ServerCredentials> Credentials() const;
  // Reads the files again; handshakes use them within two seconds. Not OK: as Open(), and everything stays as it was.
  absl::Status ReadAgain();
  // When the certificate in use ends. Any thread.
  absl::Time expires() const { return absl::FromUnixSeconds(expires_.load()); }

 private:
  // A file without a name, in memory. gRPC reads it by its path under /proc.
  class MemoryFile;

  explicit Certificates(const CertificateFiles& files);

  const CertificateFiles files_;
  std::unique_ptr<MemoryFile> identity_;  // key, then chain: one file, so that gRPC never sees halves of two pairs
  std::unique_ptr<MemoryFile> client_ca_;
  std::atomic<int64_t> expires_ = 0;
};

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_CERTIFICATES_H_
