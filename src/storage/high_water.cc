// The file, in text:
//   supportkpi-acknowledged 1
//   <identity of the database>
//   <sequence, decimal> <the same, hexadecimal>
// The number stands twice so that a flipped bit is noticed.
#include "storage/high_water.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/sync_folder.h"

namespace supportkpi::storage {

namespace {

constexpr char kFile[] = "/ACKNOWLEDGED";
constexpr absl::string_view kFirstLine = "supportkpi-acknowledged 1\n";

std::string TextOf(const HighWaterMark& mark) {
  return absl::StrCat(kFirstLine, mark.database, "\n", mark.sequence, " ", absl::Hex(mark.sequence), "\n");
}

}  // namespace

absl::StatusOr<std::optional<HighWaterMark>> ReadHighWaterMark(const std::string& folder) {
  std::ifstream file(folder + kFile, std::ios::binary);
  if (!file) return std::optional<HighWaterMark>();
  std::ostringstream text;
  text << file.rdbuf();
  HighWaterMark mark;
  std::istringstream lines(text.str());
  std::string first;
  std::getline(lines, first);
  std::getline(lines, mark.database);
  lines >> mark.sequence;
  if (TextOf(mark) != text.str()) {
    return absl::DataLossError("store: the file ACKNOWLEDGED, which says how far writes were acknowledged, is damaged; "
                               "whether writes are missing too cannot be told. Restore a backup, or remove the file to start without its check");
  }
  return std::optional<HighWaterMark>(std::move(mark));
}

absl::Status WriteHighWaterMark(const std::string& folder, const HighWaterMark& mark) {
  const std::string path = folder + kFile;
  const std::string fresh = path + ".new";
  const std::string text = TextOf(mark);
  const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return absl::UnavailableError("store: the file ACKNOWLEDGED cannot be written");
  const bool is_written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fdatasync(descriptor) == 0;
  close(descriptor);
  if (!is_written || std::rename(fresh.c_str(), path.c_str()) != 0 || !SyncFolder(folder).ok()) {
    return absl::UnavailableError("store: the file ACKNOWLEDGED cannot be written");
  }
  return absl::OkStatus();
}

absl::Status CheckHighWaterMark(const HighWaterMark& mark, const HighWaterMark& found, uint64_t accepted_sequence) {
  if (mark.database == found.database && found.sequence >= mark.sequence) return absl::OkStatus();
  if (mark.sequence <= accepted_sequence) return absl::OkStatus();
  const std::string what =
      mark.database != found.database
          ? std::string("the database in the folder is not the one whose writes were acknowledged here")
          : absl::StrCat("acknowledged writes are missing: the last one was number ", mark.sequence,
                         ", the store ends with ", found.sequence);
  return absl::DataLossError(absl::StrCat("store: ", what, ". Restore a backup, or start once with --accept_data_loss_through=",
                                          mark.sequence, " to go on without them"));
}

HighWaterKeeper::HighWaterKeeper(std::string folder, HighWaterMark mark, std::chrono::milliseconds interval)
    : folder_(std::move(folder)), interval_(interval), written_(std::move(mark)), sequence_(written_.sequence) {
  thread_ = std::thread([this] { Run(); });
}

HighWaterKeeper::~HighWaterKeeper() {
  {
    absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }
  thread_.join();
  WriteIfNew();
}

void HighWaterKeeper::Acknowledged(uint64_t sequence) {
  uint64_t known = sequence_.load(std::memory_order_relaxed);
  while (known < sequence && !sequence_.compare_exchange_weak(known, sequence)) {
  }
}

void HighWaterKeeper::Run() {
  absl::MutexLock lock(&mutex_);
  while (!mutex_.AwaitWithTimeout(absl::Condition(&stopped_), absl::FromChrono(interval_))) {
    mutex_.Unlock();
    WriteIfNew();
    mutex_.Lock();
  }
}

void HighWaterKeeper::WriteIfNew() {
  const uint64_t sequence = sequence_.load();
  if (sequence == written_.sequence) return;
  const HighWaterMark mark = {written_.database, sequence};
  // A full disk must not end a server that may still read; the mark only lags until the next time.
  if (WriteHighWaterMark(folder_, mark).ok()) written_ = mark;
}

}  // namespace supportkpi::storage
