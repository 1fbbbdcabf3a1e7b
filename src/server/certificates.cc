// Checked by OpenSSL, then given to gRPC's file watcher through memory files. An exchange is one dup3(): whoever opens the
// path gets the old bytes or the new ones, all of them.
#include "server/certificates.h"

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ctime>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"
#include "server/text_file.h"
#include "status/macros.h"

namespace supportkpi::server {

namespace {

constexpr unsigned int kWatchSeconds = 1;

struct BioFree {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioFree>;
using Certificate = std::unique_ptr<X509, X509Free>;
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;

Bio BioOf(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

absl::Status Wrong(absl::string_view setting, const std::string& path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(setting, ": ", path, ": ", what));
}

absl::StatusOr<std::string> ReadPem(absl::string_view setting, const std::string& path) {
  std::optional<std::string> text = ReadTextFile(path);
  if (!text.has_value()) return Wrong(setting, path, "cannot be read");
  return *std::move(text);
}

std::vector<Certificate> CertificatesOf(const std::string& pem) {
  std::vector<Certificate> certificates;
  const Bio bio = BioOf(pem);
  while (Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

absl::Time EndOf(const X509& certificate) {
  tm end = {};
  ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &end);
  return absl::FromUnixSeconds(timegm(&end));
}

int NoPassword(char*, int, int, void*) { return 0; }

struct Pem {
  std::string identity;
  std::string client_ca;
  absl::Time expires;
};

absl::StatusOr<Pem> ReadAndCheck(const CertificateFiles& files) {
  Pem pem;
  ASSIGN_OR_RETURN(const std::string chain, ReadPem("tls_cert_file", files.cert));
  ASSIGN_OR_RETURN(const std::string key_text, ReadPem("tls_key_file", files.key));
  const std::vector<Certificate> certificates = CertificatesOf(chain);
  if (certificates.empty()) return Wrong("tls_cert_file", files.cert, "holds no PEM certificate");
  const Key key(PEM_read_bio_PrivateKey(BioOf(key_text).get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) return Wrong("tls_key_file", files.key, "holds no PEM private key without a password");
  if (X509_check_private_key(certificates[0].get(), key.get()) != 1) {
    return Wrong("tls_key_file", files.key, absl::StrCat("is not the key of the first certificate in ", files.cert));
  }
  pem.expires = EndOf(*certificates[0]);
  if (pem.expires <= absl::Now()) {
    return Wrong("tls_cert_file", files.cert, absl::StrCat("has expired at ", absl::FormatTime(pem.expires, absl::UTCTimeZone())));
  }
  // Both are read from this one text; each reader passes over what is not its kind.
  pem.identity = absl::StrCat(key_text, "\n", chain);
  if (!files.client_ca.empty()) {
    ASSIGN_OR_RETURN(pem.client_ca, ReadPem("tls_client_ca_file", files.client_ca));
    if (CertificatesOf(pem.client_ca).empty()) {
      return Wrong("tls_client_ca_file", files.client_ca, "holds no PEM certificate");
    }
  }
  return pem;
}

}  // namespace

class Certificates::MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("supportkpi-pem", MFD_CLOEXEC)) {}
  ~MemoryFile() { close(descriptor_); }

  std::string path() const { return absl::StrCat("/proc/self/fd/", descriptor_); }

  absl::Status Exchange(const std::string& text) {
    const int fresh = memfd_create("supportkpi-pem", MFD_CLOEXEC);
    const bool is_whole = fresh >= 0 && write(fresh, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const bool is_exchanged = is_whole && dup3(fresh, descriptor_, O_CLOEXEC) == descriptor_;
    if (fresh >= 0) close(fresh);
    return is_exchanged ? absl::OkStatus() : absl::InternalError("cannot keep a certificate in memory");
  }

 private:
  const int descriptor_;
};

Certificates::Certificates(const CertificateFiles& files)
    : files_(files), identity_(std::make_unique<MemoryFile>()), client_ca_(std::make_unique<MemoryFile>()) {}

Certificates::~Certificates() = default;

absl::StatusOr<std::unique_ptr<Certificates>> Certificates::Open(const CertificateFiles& files) {
  std::unique_ptr<Certificates> certificates(new Certificates(files));
  RETURN_IF_ERROR(certificates->ReadAgain());
  return certificates;
}

absl::Status Certificates::ReadAgain() {
  ASSIGN_OR_RETURN(const Pem pem, ReadAndCheck(files_));
  RETURN_IF_ERROR(identity_->Exchange(pem.identity));
  RETURN_IF_ERROR(client_ca_->Exchange(pem.client_ca));
  expires_.store(absl::ToUnixSeconds(pem.expires));
  return absl::OkStatus();
}

std::shared_ptr<grpc::ServerCredentials> Certificates::Credentials() const {
  namespace tls = grpc::experimental;
  const bool is_mutual = !files_.client_ca.empty();
  const auto provider =
      is_mutual ? std::make_shared<tls::FileWatcherCertificateProvider>(identity_->path(), identity_->path(),
                                                                        client_ca_->path(), kWatchSeconds)
                : std::make_shared<tls::FileWatcherCertificateProvider>(identity_->path(), identity_->path(), kWatchSeconds);
  tls::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  if (is_mutual) {
    options.watch_root_certs();
    options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  }
  return tls::TlsServerCredentials(options);
}

}  // namespace supportkpi::server
