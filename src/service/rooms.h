// The doors of the lower rooms that methods go through, and a way to wait at one of them.
#ifndef SUPPORTKPI_SERVICE_ROOMS_H_
#define SUPPORTKPI_SERVICE_ROOMS_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "exec/executor.h"
#include "ingest/committer.h"
#include "projection/projection.h"
#include "service/limits.h"
#include "service/method.h"
#include "storage/backup.h"
#include "storage/store.h"
#include "time/clock.h"

namespace supportkpi::service {

class AnswerShelf;

// What GetServerInfo tells of how the server was set up, as of now.
struct ServerTraits {
  std::vector<std::string> features;
  absl::Duration deadline_default = kDeadlineDefault;
  absl::Duration deadline_max = kDeadlineMax;
  int64_t tenant_calls_per_second = 0;
  int64_t tenant_records_per_second = 0;
  int64_t tenant_concurrent_calls = 0;
  int64_t tenant_memory_bytes = 0;
};

// All outlive the services.
struct Rooms {
  storage::Store* store = nullptr;
  projection::Projection* projection = nullptr;
  ingest::Committer* committer = nullptr;
  exec::Executor* executor = nullptr;
  AnswerShelf* answers = nullptr;
  const time::Clock* clock = nullptr;
  int query_threads = 2;     // for one question
  int64_t started_at = 0;
  storage::Backups* backups = nullptr;     // null: the server has no folder for them
  int64_t backup_keep = 0;                 // after each backup the oldest beyond so many are deleted; 0: none
  std::function<ServerTraits()> traits;    // unset: the defaults
};

// Starts something that calls back, and waits for it. Only on a thread that may wait.
template <class Result>
absl::StatusOr<Result> Await(const std::function<void(ingest::Done<Result>)>& start) {
  absl::Notification called_back;
  absl::StatusOr<Result> result = absl::UnknownError("not called back");
  start([&](absl::StatusOr<Result> outcome) {
    result = std::move(outcome);
    called_back.Notify();
  });
  called_back.WaitForNotification();
  return result;
}

// The rows of each service; AllMethods() puts them together.
std::vector<Method> RecordMethods(const Rooms& rooms);
std::vector<Method> ConfigMethods(const Rooms& rooms);
std::vector<Method> AdminMethods(const Rooms& rooms);
std::vector<Method> BackupMethods(const Rooms& rooms);  // of AdminService too
std::vector<Method> KpiMethods(const Rooms& rooms);
std::vector<Method> AllMethods(const Rooms& rooms);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_ROOMS_H_
