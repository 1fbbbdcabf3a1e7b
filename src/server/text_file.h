// Files that settings and flags name: certificates, keys, credentials, tokens.
#ifndef SUPPORTKPI_SERVER_TEXT_FILE_H_
#define SUPPORTKPI_SERVER_TEXT_FILE_H_

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

namespace supportkpi::server {

// The whole file; nullopt: it cannot be read, or is empty.
inline std::optional<std::string> ReadTextFile(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return std::nullopt;
  return std::move(text).str();
}

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_TEXT_FILE_H_
