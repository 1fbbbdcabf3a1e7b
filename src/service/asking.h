// One way to ask a question, whatever the delivery: at once, in pages, in a stream, in a batch. So the digits are the same.
#ifndef SUPPORTKPI_SERVICE_ASKING_H_
#define SUPPORTKPI_SERVICE_ASKING_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "answer/answer.h"
#include "plan/question.h"
#include "projection/snapshot.h"
#include "service/method.h"
#include "service/rooms.h"
#include "service/wire.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// A question's whole answer. Immutable: several calls may deliver parts of it at the same time.
struct Asked {
  std::shared_ptr<const answer::Answer> answer;  // never null
  v1::AnswerLayout layout = v1::ANSWER_LAYOUT_UNSPECIFIED;
  absl::Duration took;
  ForEach for_each;  // for what writes it

  int64_t row_count() const { return static_cast<int64_t>(answer->rows().size()); }
};

// A question as understood: all that its answer depends on but the snapshot's facts and settings, which are of one commit. No
// clock is looked at after this.
struct Understood {
  plan::Question question;
  v1::AnswerLayout layout = v1::ANSWER_LAYOUT_UNSPECIFIED;
  absl::Time begun;  // when this was made
};
// A range in words is read at `now_ms`. INVALID_ARGUMENT: it cannot be read; what else is wrong the planner finds. Tells the
// call's record.
absl::StatusOr<Understood> Understand(const v1::QueryKpisRequest& request, const projection::Snapshot& snapshot,
                                      const Call& call, int64_t now_ms);
// 32 bytes, the same for questions that are understood as the same and asked under the same settings.
std::string DigestOf(const Understood& understood, const settings::Settings& settings);

// Plans and answers the question on the snapshot that it was understood with. Tells the call's record.
absl::StatusOr<std::shared_ptr<const Asked>> Ask(const Rooms& rooms, const Understood& understood, const Call& call,
                                                 std::shared_ptr<const projection::Snapshot> snapshot);

// At most about so much memory: as if every part had a cell for every row.
int64_t BytesOf(const Asked& asked);

// What of an answer a message has.
struct Part {
  int64_t row_begin = 0, row_end = 0;  // half-open
  bool with_totals = false;
  bool with_metadata = false;
  bool with_duration = true;  // in the metadata
};
Part WholeOf(const Asked& asked);

// The bytes of a QueryKpisResponse. RESOURCE_EXHAUSTED RESPONSE_SIZE, before it is written, where it is larger than a message
// may be in any case; the bytes may still be.
absl::StatusOr<std::string> PartToWire(const Asked& asked, const Part& part);
// What is appended to a response without duration: of a message that stands there twice, parsers take both together.
std::string DurationToWire(absl::Duration took);

// The same with fewer rows (never less than one) where it takes that for a message of kPartBytesMax; *part becomes what it
// has. A page keeps totals and metadata. In a stream they wait for a message of their own where they do not fit.
absl::StatusOr<std::string> FittingPageToWire(const Asked& asked, Part* part);
absl::StatusOr<std::string> FittingPartToWire(const Asked& asked, Part* part);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_ASKING_H_
