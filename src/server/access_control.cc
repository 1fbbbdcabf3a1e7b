// Files are watched by size, time and inode: a secret that is mounted changes by a link, which changes its inode.
#include "server/access_control.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/log.h"
#include "server/text_file.h"
#include "status/macros.h"

namespace supportkpi::server {

namespace {

// Empty names and files that are not there have a stamp too.
std::string StampOf(const std::vector<std::string>& paths) {
  std::string stamp;
  for (const std::string& path : paths) {
    struct stat file = {};
    if (path.empty() || stat(path.c_str(), &file) != 0) {
      absl::StrAppend(&stamp, "none;");
    } else {
      absl::StrAppend(&stamp, file.st_dev, ",", file.st_ino, ",", file.st_size, ",", file.st_mtim.tv_sec, ",",
                      file.st_mtim.tv_nsec, ";");
    }
  }
  return stamp;
}

std::string CertificatesStamp(const Config& config) {
  return StampOf({config.tls_cert_file, config.tls_key_file, config.tls_client_ca_file});
}

std::string KeyringStamp(const Config& config) { return StampOf({config.credentials_file, config.jwks_file}); }

// The parsed file; the faults of `parse` one a line, each with the setting and the path before it.
template <class Parse>
auto ReadAs(absl::string_view setting, const std::string& path, const Parse& parse) -> decltype(parse("")) {
  const std::optional<std::string> text = ReadTextFile(path);
  if (!text.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(setting, ": ", path, ": cannot be read, or is empty"));
  }
  auto parsed = parse(*text);
  if (parsed.ok()) return parsed;
  std::vector<std::string> faults = absl::StrSplit(parsed.status().message(), '\n');
  for (std::string& fault : faults) fault = absl::StrCat(setting, ": ", path, ": ", fault);
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

absl::StatusOr<access::Keyring> ReadKeyring(const Config& config) {
  access::Keyring keyring;
  keyring.rules = {config.jwt_issuer, config.jwt_audience, config.jwt_tenant_claim, config.jwt_roles_claim};
  if (!config.credentials_file.empty()) {
    ASSIGN_OR_RETURN(keyring.credentials, ReadAs("credentials_file", config.credentials_file, access::ParseCredentials));
  }
  if (!config.jwks_file.empty()) {
    ASSIGN_OR_RETURN(keyring.keys, ReadAs("jwks_file", config.jwks_file, access::ParseKeySet));
  }
  return keyring;
}

std::vector<LogField> SizesOf(const access::Keyring& keyring) {
  std::vector<LogField> fields;
  if (keyring.credentials.has_value()) {
    fields.emplace_back("tokens", static_cast<int64_t>(keyring.credentials->tokens.size()));
    fields.emplace_back("certificates", static_cast<int64_t>(keyring.credentials->certificates.size()));
  }
  if (keyring.keys.has_value()) fields.emplace_back("keys", static_cast<int64_t>(keyring.keys->size()));
  return fields;
}

access::TenantRates RatesOf(const Config& config) {
  return {config.tenant_calls_per_second, config.tenant_records_per_second, config.tenant_concurrent_calls};
}

void LogKept(const absl::Status& status) {
  for (const absl::string_view fault : absl::StrSplit(status.message(), '\n')) {
    Log(LogLevel::kError, absl::StrCat("reload refused, what was in use stays: ", fault));
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<AccessControl>> AccessControl::Open(const Config& config) {
  std::unique_ptr<AccessControl> control(new AccessControl);
  control->config_ = config;
  std::vector<std::string> faults;
  if (!config.tls_cert_file.empty()) {
    control->certificates_stamp_ = CertificatesStamp(config);
    auto certificates = Certificates::Open({config.tls_cert_file, config.tls_key_file, config.tls_client_ca_file});
    if (certificates.ok()) {
      control->certificates_ = *std::move(certificates);
    } else {
      faults.emplace_back(certificates.status().message());
    }
  }
  control->keyring_stamp_ = KeyringStamp(config);
  auto keyring = ReadKeyring(config);
  if (!keyring.ok()) faults.emplace_back(keyring.status().message());
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  control->gate_.Exchange(*std::move(keyring));
  control->limits_.SetRates(RatesOf(config));
  control->memory_.SetLimit(config.tenant_memory_mib << 20);
  return control;
}

std::shared_ptr<grpc::ServerCredentials> AccessControl::ServerCredentials() const {
  return certificates_ != nullptr ? certificates_->Credentials() : grpc::InsecureServerCredentials();
}

std::optional<absl::Time> AccessControl::CertificateExpires() const {
  if (certificates_ == nullptr) return std::nullopt;
  return certificates_->expires();
}

void AccessControl::Reload(const Config& config) {
  config_ = config;
  limits_.SetRates(RatesOf(config));
  memory_.SetLimit(config.tenant_memory_mib << 20);
  ReloadCertificates();
  ReloadKeyring();
}

void AccessControl::ReloadChangedFiles() {
  if (certificates_ != nullptr && CertificatesStamp(config_) != certificates_stamp_) ReloadCertificates();
  if (KeyringStamp(config_) != keyring_stamp_) ReloadKeyring();
}

void AccessControl::ReloadCertificates() {
  if (certificates_ == nullptr) return;
  // Taken before: a file that changes meanwhile is read once more.
  certificates_stamp_ = CertificatesStamp(config_);
  if (const absl::Status status = certificates_->ReadAgain(); !status.ok()) return LogKept(status);
  Log(LogLevel::kInfo, "the certificate was read again",
      {{"expires", absl::FormatTime(certificates_->expires(), absl::UTCTimeZone())}});
}

void AccessControl::ReloadKeyring() {
  keyring_stamp_ = KeyringStamp(config_);
  if (!HasCredentials(config_)) return;
  auto keyring = ReadKeyring(config_);
  if (!keyring.ok()) return LogKept(keyring.status());
  Log(LogLevel::kInfo, "the credentials were read again", SizesOf(*keyring));
  gate_.Exchange(*std::move(keyring));
}

}  // namespace supportkpi::server
