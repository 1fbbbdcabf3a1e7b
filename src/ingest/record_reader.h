// Reads stored records: one by its name, or a kind's in the order of their names.
#ifndef SUPPORTKPI_INGEST_RECORD_READER_H_
#define SUPPORTKPI_INGEST_RECORD_READER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/committer.h"
#include "storage/store.h"
#include "supportkpi/v1/records.pb.h"

namespace supportkpi::ingest {

// The record as stored, tickets without their events; NOT_FOUND: there is none, or it was deleted.
absl::StatusOr<v1::Record> GetRecord(const storage::View& view, absl::string_view tenant, const RecordName& name);

struct ListPage {
  std::vector<v1::Record> records;
  std::string next;  // where the next page starts; empty: this was the last
};

struct ListQuestion {
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  std::string start;  // `next` of the page before, empty: from the first. Only ever from ListRecords of the same kind.
  int page_size = 100;
  int rows_max = 100'000;  // so many rows are looked at for one page, which may then hold fewer records
  std::function<bool(const v1::Record&)> accept;  // none: all
};

// Records of a kind by (source, parent, id).
absl::StatusOr<ListPage> ListRecords(const storage::View& view, absl::string_view tenant, const ListQuestion& question);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_RECORD_READER_H_
