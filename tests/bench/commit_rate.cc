// How fast the committer takes tickets with six events each, without RPC: prepare on this thread, commit on the other,
// into RocksDB and the real projection. Prints wall time, the CPU time of both threads, and what one more event on stored
// tickets costs.
//   commit_rate --path /tmp/commit_rate --tickets 1000000
#include <time.h>

#include <cstdio>
#include <filesystem>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "ingest/committer.h"
#include "ingest/deriver.h"
#include "projection/projection.h"
#include "storage/store.h"
#include "tests/bench/generated_tickets.h"
#include "time/clock.h"

ABSL_FLAG(std::string, path, "/tmp/commit_rate", "where the store goes; it is deleted first");
ABSL_FLAG(int64_t, tickets, 200'000, "tickets to load");
ABSL_FLAG(int, chunk, 500, "records in a chunk");
ABSL_FLAG(int, window, 8, "chunks on the way");

namespace supportkpi::bench {
namespace {

double CpuSeconds(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Sends chunks with a window of them on the way.
class Sender {
 public:
  explicit Sender(ingest::Committer& committer) : committer_(committer) {}

  void Send(std::vector<v1::Record>* records) {
    if (records->empty()) return;
    ingest::Records batch;
    for (v1::Record& record : *records) *batch.Add() = std::move(record);
    records->clear();
    auto done = std::make_shared<std::promise<absl::Status>>();
    waiting_.push_back(done->get_future());
    committer_.Import("bench", "", std::move(batch), [done](absl::StatusOr<ingest::ImportResult> result) {
      if (result.ok() && result->rejected_count > 0)
        done->set_value(absl::InternalError(result->rejected[0].violations[0].path + result->rejected[0].violations[0].text));
      else
        done->set_value(result.status());
    });
    while (static_cast<int>(waiting_.size()) - finished_ >= absl::GetFlag(FLAGS_window)) Await();
  }
  void Finish() {
    while (finished_ < static_cast<int>(waiting_.size())) Await();
  }

 private:
  void Await() {
    const absl::Status status = waiting_[finished_++].get();
    if (!status.ok()) std::cerr << status << "\n";
  }

  ingest::Committer& committer_;
  std::vector<std::future<absl::Status>> waiting_;
  int finished_ = 0;
};

class Stopwatch {
 public:
  void Print(absl::string_view what, int64_t tickets, const ingest::CommitterStats& before, const ingest::CommitterStats& after) {
    const double wall = absl::ToDoubleSeconds(absl::Now() - begin_);
    const double all_cpu = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - process_cpu_;
    const double own_cpu = CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - thread_cpu_;
    absl::PrintF("%s: %d tickets, %d rows, %d groups: %.1f s wall, %.0f tickets/s; CPU: %.1f s preparing, %.1f s committing and below\n",
                 what, tickets, after.rows - before.rows, after.groups - before.groups, wall, tickets / wall, own_cpu, all_cpu - own_cpu);
    std::fflush(stdout);
  }

 private:
  absl::Time begin_ = absl::Now();
  double process_cpu_ = CpuSeconds(CLOCK_PROCESS_CPUTIME_ID);
  double thread_cpu_ = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
};

int Run() {
  const std::string path = absl::GetFlag(FLAGS_path);
  std::filesystem::remove_all(path);
  auto store = storage::Store::Open({.path = path});
  if (!store.ok()) return std::cerr << store.status() << "\n", 1;
  ingest::RecordDeriver deriver(**store);
  auto projection = projection::Projection::Open(**store, deriver, {});
  if (!projection.ok()) return std::cerr << projection.status() << "\n", 1;
  time::SystemClock clock;
  auto committer = ingest::Committer::Start(**store, **projection, clock);
  if (!committer.ok()) return std::cerr << committer.status() << "\n", 1;

  Shape shape;
  shape.tickets = absl::GetFlag(FLAGS_tickets);
  std::vector<v1::Record> records;
  {
    const ingest::CommitterStats before = (*committer)->stats();
    Stopwatch watch;
    Sender sender(**committer);
    for (int64_t n = 0; n < shape.tickets; ++n) {
      AppendTicket(shape, n, &records);
      if (static_cast<int>(records.size()) >= absl::GetFlag(FLAGS_chunk)) sender.Send(&records);
    }
    sender.Send(&records);
    sender.Finish();
    watch.Print("load", shape.tickets, before, (*committer)->stats());
  }
  {
    const int64_t count = std::min<int64_t>(shape.tickets, 20'000);
    const ingest::CommitterStats before = (*committer)->stats();
    Stopwatch watch;
    Sender sender(**committer);
    for (int64_t n = 0; n < count; ++n) {
      std::vector<v1::Record> ticket;
      AppendTicket(shape, n * (shape.tickets / count), &ticket);
      v1::TicketEvent& event = *records.emplace_back().mutable_ticket_event();
      event.set_ticket(ticket[0].ticket().id());
      event.set_source(ticket[0].ticket().source());
      event.set_id("one more");
      event.set_kind(v1::TICKET_EVENT_KIND_PRIVATE_NOTE);
      *event.mutable_at() = ticket[0].ticket().created_at();
      if (static_cast<int>(records.size()) >= absl::GetFlag(FLAGS_chunk)) sender.Send(&records);
    }
    sender.Send(&records);
    sender.Finish();
    watch.Print("append", count, before, (*committer)->stats());
  }
  return 0;
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return supportkpi::bench::Run();
}
