// The flags of commands: --NAME=VALUE or --NAME VALUE, and words.
#ifndef SUPPORTKPI_SERVER_COMMAND_FLAGS_H_
#define SUPPORTKPI_SERVER_COMMAND_FLAGS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace supportkpi::server {

class CommandFlags {
 public:
  // INVALID_ARGUMENT: a flag that is not in `known`, given twice or without a value.
  static absl::StatusOr<CommandFlags> Parse(const std::vector<std::string>& arguments, const std::set<std::string>& known);

  const std::vector<std::string>& words() const { return words_; }
  // The value, else the default.
  std::string Text(absl::string_view name, absl::string_view otherwise = "") const;
  // Absent: `otherwise`. INVALID_ARGUMENT `--id: "x" is no id; a whole number from 1`.
  absl::StatusOr<int64_t> Id(absl::string_view name, int64_t otherwise) const;
  absl::StatusOr<absl::Duration> Duration(absl::string_view name, absl::Duration otherwise) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
  std::vector<std::string> words_;
};

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_COMMAND_FLAGS_H_
