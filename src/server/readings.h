// The state of the server as metrics, read when Prometheus asks.
#ifndef SUPPORTKPI_SERVER_READINGS_H_
#define SUPPORTKPI_SERVER_READINGS_H_

#include "exec/executor.h"
#include "ingest/committer.h"
#include "metrics/registry.h"
#include "projection/projection.h"
#include "server/access_control.h"
#include "service/answer_shelf.h"
#include "service/entry.h"
#include "storage/backup.h"
#include "storage/store.h"

namespace supportkpi::server {

// All must outlive the readers: call registry->RemoveReaders() before they go.
struct WatchedRooms {
  const storage::Store* store = nullptr;
  projection::Projection* projection = nullptr;
  const ingest::Committer* committer = nullptr;
  const exec::Executor* executor = nullptr;
  const service::AnswerShelf* answers = nullptr;
  service::Entry* entry = nullptr;
  const storage::Backups* backups = nullptr;  // null: none are made
  const AccessControl* access = nullptr;
};

void AddReadings(const WatchedRooms& rooms, metrics::Registry* registry);

}  // namespace supportkpi::server

#endif  // SUPPORTKPI_SERVER_READINGS_H_
