#include "server/connection.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/text_file.h"
#include "status/macros.h"

namespace supportkpi::server {

namespace {

absl::StatusOr<std::string> FileOf(const CommandFlags& flags, const char* name) {
  const std::string path = flags.Text(name);
  if (path.empty()) return std::string();
  std::optional<std::string> text = ReadTextFile(path);
  if (!text.has_value()) return absl::InvalidArgumentError(absl::StrCat("--", name, ": cannot read ", path, ", or it is empty"));
  return *std::move(text);
}

}  // namespace

const std::set<std::string>& ConnectionFlags() {
  static const auto& flags = *new std::set<std::string>{"target",       "timeout",         "tls",       "tls_ca_file", "tls_cert_file",
                                                        "tls_key_file", "tls_server_name", "token_file"};
  return flags;
}

std::string ConnectionHelp() {
  return "  Connection of commands that ask a server:\n"
         "      --target=HOST:PORT     default 127.0.0.1:50051\n"
         "      --timeout=DURATION     for each call\n"
         "      --tls=true             TLS with the system's certificate authorities; --tls_ca_file=FILE with these\n"
         "      --tls_server_name=NAME the name in the server's certificate, where it is not the target's\n"
         "      --tls_cert_file=FILE --tls_key_file=FILE   the caller's own certificate (mTLS)\n"
         "      --token_file=FILE      sent as bearer token\n";
}

absl::StatusOr<Connection> Connection::FromFlags(const CommandFlags& flags, absl::Duration usual_timeout) {
  Connection connection;
  ASSIGN_OR_RETURN(connection.timeout_, flags.Duration("timeout", usual_timeout));
  ASSIGN_OR_RETURN(const std::string token, FileOf(flags, "token_file"));
  connection.token_ = std::string(absl::StripAsciiWhitespace(token));
  grpc::SslCredentialsOptions tls;
  ASSIGN_OR_RETURN(tls.pem_root_certs, FileOf(flags, "tls_ca_file"));
  ASSIGN_OR_RETURN(tls.pem_cert_chain, FileOf(flags, "tls_cert_file"));
  ASSIGN_OR_RETURN(tls.pem_private_key, FileOf(flags, "tls_key_file"));
  if (tls.pem_cert_chain.empty() != tls.pem_private_key.empty()) {
    return absl::InvalidArgumentError("--tls_cert_file, --tls_key_file: both or none");
  }
  const bool has_tls = flags.Text("tls") == "true" || !tls.pem_root_certs.empty() || !tls.pem_cert_chain.empty();
  grpc::ChannelArguments arguments;
  const std::string name = flags.Text("tls_server_name");
  if (!name.empty()) {
    if (!has_tls) return absl::InvalidArgumentError("--tls_server_name: without TLS; --tls=true or --tls_ca_file=FILE");
    arguments.SetSslTargetNameOverride(name);
  }
  // A proxy of the environment must not stand between a probe and its server.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  connection.channel_ =
      grpc::CreateCustomChannel(flags.Text("target", "127.0.0.1:50051"),
                                has_tls ? grpc::SslCredentials(tls) : grpc::InsecureChannelCredentials(), arguments);
  return connection;
}

void Connection::Prepare(grpc::ClientContext* context) const {
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  if (!token_.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", token_));
}

}  // namespace supportkpi::server
