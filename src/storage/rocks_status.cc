// The one table from RocksDB's codes to absl's.
#include "storage/rocks_status.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace supportkpi::storage {
namespace {

struct Meaning {
  absl::StatusCode code;
  absl::string_view text;
};

Meaning MeaningOf(const rocksdb::Status& status) {
  if (status.IsNoSpace()) return {absl::StatusCode::kResourceExhausted, "no space left on the disk"};
  if (status.IsCorruption()) return {absl::StatusCode::kDataLoss, "stored data is damaged"};
  if (status.IsIOError()) return {absl::StatusCode::kUnavailable, "input/output error"};
  if (status.IsNotFound()) return {absl::StatusCode::kNotFound, "not found"};
  if (status.IsTimedOut()) return {absl::StatusCode::kDeadlineExceeded, "timed out"};
  if (status.IsBusy() || status.IsTryAgain() || status.IsIncomplete() || status.IsShutdownInProgress())
    return {absl::StatusCode::kUnavailable, "busy or shutting down"};
  if (status.IsAborted()) return {absl::StatusCode::kAborted, "aborted"};
  if (status.IsMemoryLimit()) return {absl::StatusCode::kResourceExhausted, "out of memory"};
  return {absl::StatusCode::kInternal, "unexpected answer of the library"};
}

}  // namespace

absl::Status FromRocks(const rocksdb::Status& status, absl::string_view what) {
  if (status.ok()) return absl::OkStatus();
  const Meaning meaning = MeaningOf(status);
  absl::Status result(meaning.code, absl::StrCat("store: ", what, " failed: ", meaning.text));
  result.SetPayload(kDetailPayload, absl::Cord(status.ToString()));
  return result;
}

}  // namespace supportkpi::storage
