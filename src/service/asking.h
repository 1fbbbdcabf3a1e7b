// One way to ask a question, whatever the delivery: at once, in pages, in a stream, in a batch. So the digits are the same.
#ifndef SUPPORTKPI_SERVICE_ASKING_H_
#define SUPPORTKPI_SERVICE_ASKING_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "answer/answer.h"
#include "projection/snapshot.h"
#include "service/method.h"
#include "service/rooms.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// A question's whole answer. Immutable: several calls may deliver parts of it at the same time.
struct Asked {
  std::shared_ptr<const answer::Answer> answer;
  v1::AnswerLayout layout = v1::ANSWER_LAYOUT_UNSPECIFIED;
  absl::Duration took;

  int64_t row_count() const { return static_cast<int64_t>(answer->rows().size()); }
};

// Plans and answers the question on the snapshot; a range in words is read at `now_ms`. Tells the call's record.
absl::StatusOr<std::shared_ptr<const Asked>> Ask(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                                 std::shared_ptr<const projection::Snapshot> snapshot, int64_t now_ms);

// At most about so much memory: as if every part had a cell for every row.
int64_t BytesOf(const Asked& asked);

// What of an answer a message has.
struct Part {
  int64_t row_begin = 0, row_end = 0;  // half-open
  bool with_totals = false;
  bool with_metadata = false;
};
Part WholeOf(const Asked& asked);

// The bytes of a QueryKpisResponse. RESOURCE_EXHAUSTED RESPONSE_SIZE, before it is written, where it is larger than a message
// may be in any case; the bytes may still be.
absl::StatusOr<std::string> PartToWire(const Asked& asked, const Part& part);

// The same with fewer rows (never less than one) where it takes that for a message of kPartBytesMax; *part becomes what it
// has. A page keeps totals and metadata. In a stream they wait for a message of their own where they do not fit.
absl::StatusOr<std::string> FittingPageToWire(const Asked& asked, Part* part);
absl::StatusOr<std::string> FittingPartToWire(const Asked& asked, Part* part);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_ASKING_H_
