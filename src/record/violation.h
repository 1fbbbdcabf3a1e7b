// What is wrong with one field, collected until it is told as one INVALID_ARGUMENT that carries all of them.
#ifndef SUPPORTKPI_RECORD_VIOLATION_H_
#define SUPPORTKPI_RECORD_VIOLATION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace supportkpi::record {

struct Violation {
  std::string path;  // "records[7].survey.score"
  std::string text;  // "11 outside 1..5"
  bool operator==(const Violation&) const = default;
};

// Keeps the first 20 and counts the rest.
class Violations {
 public:
  static constexpr size_t kKept = 20;

  void Add(std::string path, std::string text) {
    if (++count_ <= kKept) kept_.push_back({std::move(path), std::move(text)});
  }
  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }
  const std::vector<Violation>& kept() const { return kept_; }

  // OK if there are none; else INVALID_ARGUMENT `PATH: TEXT; PATH: TEXT; and 3 more` of at most 1 KB, with the kept ones
  // as payload.
  absl::Status ToStatus() const;

 private:
  std::vector<Violation> kept_;
  size_t count_ = 0;
};

// The violations that a status of ToStatus carries; empty for any other.
std::vector<Violation> ViolationsOf(const absl::Status& status);

// A value as messages show it: quoted, control and non-ASCII bytes as \xNN, cut to 64 bytes.
std::string Quoted(absl::string_view value);

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_VIOLATION_H_
