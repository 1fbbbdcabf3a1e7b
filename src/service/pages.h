// How answers are delivered: whole, from those that are held where the same was asked before; in several calls, as pages, or
// as streams that go on after a break. Each part is of the snapshot that the first one was of, or is refused.
#ifndef SUPPORTKPI_SERVICE_PAGES_H_
#define SUPPORTKPI_SERVICE_PAGES_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/byte_buffer.h"
#include "service/answer_shelf.h"
#include "service/asking.h"
#include "service/page_token.h"

namespace supportkpi::service {

// What the answers take that are being read. Any thread.
class AnswerBudget {
 public:
  explicit AnswerBudget(int64_t bytes_max) : bytes_max_(bytes_max) {}
  // Room for so many bytes until the share is gone; nullptr: there is none. Whoever is alone gets it in any case.
  std::shared_ptr<void> Take(int64_t bytes);

 private:
  const int64_t bytes_max_;
  const std::shared_ptr<std::atomic<int64_t>> taken_ = std::make_shared<std::atomic<int64_t>>(0);
};

// An answer on its way, and the token of what comes next in it.
struct Delivery {
  std::shared_ptr<const Asked> asked;
  PageToken next;
  int64_t begun = 0;  // AnswerShelf::Begin()
};

class Pages {
 public:
  explicit Pages(storage::Store* store);

  // The bytes of a QueryKpisResponse: the whole answer, which may be held already, or a page of it.
  absl::StatusOr<grpc::ByteBuffer> Answer(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call);

  // The whole answer where it is held, without waiting for anything; else, and where anything is wrong with the question, nullopt.
  absl::StatusOr<std::optional<grpc::ByteBuffer>> AnswerAtOnce(const Rooms& rooms, const grpc::ByteBuffer& request, Call* call);

  // Several questions on one snapshot at one time.
  struct Moment {
    std::shared_ptr<const projection::Snapshot> snapshot;
    int64_t now_ms = 0;
    int64_t begun = 0;  // AnswerShelf::Begin()
  };
  static absl::StatusOr<Moment> Now(const Rooms& rooms, const Call& call);
  // The same as Answer() for a request without page_token.
  absl::StatusOr<std::string> AnswerAt(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                       const Moment& moment);

  // A new answer, or with a token the one that it is of. `path` of the token in the request; `delivery` as in QuestionOf.
  // ABORTED: the answer is no longer held and the data changed since, or names in it were erased.
  absl::StatusOr<Delivery> Open(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                absl::string_view token, absl::string_view path, absl::string_view delivery);
  // Of an answer that is read bit by bit: keeps its room until it is gone. RESOURCE_EXHAUSTED: others take too much.
  absl::StatusOr<std::shared_ptr<void>> RoomFor(const Asked& asked);
  // ABORTED: names in the answer were erased since it was begun, so that the rest of it is not given out.
  static absl::Status CheckCurrent(const Rooms& rooms, absl::string_view tenant, const Delivery& delivery);
  // Holds the answer for whoever comes with the token that is returned.
  absl::StatusOr<std::string> TokenOf(const Rooms& rooms, absl::string_view tenant, const Delivery& delivery);

 private:
  static absl::StatusOr<Delivery> Begin(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                        const Moment& moment, absl::string_view delivery);
  static absl::StatusOr<AnswerMessage> Whole(const Rooms& rooms, const Understood& understood, const Call& call,
                                             const Moment& moment);
  absl::StatusOr<std::string> PageOf(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                     Delivery delivery);

  TokenSigner signer_;
  AnswerBudget budget_;
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_PAGES_H_
