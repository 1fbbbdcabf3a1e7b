// Answers that are delivered in several calls: pages, and streams that go on after a break. Each part is of the snapshot
// that the first one was of, or is refused.
#ifndef SUPPORTKPI_SERVICE_PAGES_H_
#define SUPPORTKPI_SERVICE_PAGES_H_

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "service/asking.h"
#include "service/page_token.h"

namespace supportkpi::service {

// Finished answers, held for those who come back for more: the last used ones, up to so many bytes, for so long. Any thread.
class AnswerShelf {
 public:
  AnswerShelf(int64_t bytes_max, int64_t lifetime_ms) : bytes_max_(bytes_max), lifetime_ms_(lifetime_ms) {}

  // What is larger than the shelf is not held.
  void Put(const std::string& key, std::shared_ptr<const Asked> asked, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  // nullptr: not there. Begins its lifetime anew.
  std::shared_ptr<const Asked> Find(const std::string& key, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Held {
    std::string key;
    std::shared_ptr<const Asked> asked;
    int64_t bytes = 0;
    int64_t until_ms = 0;
  };
  void DropLast() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int64_t bytes_max_;
  const int64_t lifetime_ms_;
  absl::Mutex mutex_;
  std::list<Held> held_ ABSL_GUARDED_BY(mutex_);  // last used first; so last to expire first, too
  std::map<std::string, std::list<Held>::iterator> by_key_ ABSL_GUARDED_BY(mutex_);
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

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
};

class Pages {
 public:
  explicit Pages(storage::Store* store);

  // The bytes of a QueryKpisResponse: the whole answer or a page of it.
  absl::StatusOr<std::string> Answer(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call);
  // The same for a request without page_token, on a given snapshot, at a given time.
  absl::StatusOr<std::string> AnswerOn(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                                 std::shared_ptr<const projection::Snapshot> snapshot, int64_t now_ms);

  // A new answer, or with a token the one that it is of. `path` of the token in the request; `delivery` as in QuestionOf.
  // ABORTED: the answer is no longer held and the data changed since.
  absl::StatusOr<Delivery> Open(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                absl::string_view token, absl::string_view path, absl::string_view delivery);
  // Of an answer that is read bit by bit: keeps its room until it is gone. RESOURCE_EXHAUSTED: others take too much.
  absl::StatusOr<std::shared_ptr<void>> RoomFor(const Asked& asked);
  // Holds the answer for whoever comes with the token that is returned.
  absl::StatusOr<std::string> TokenOf(const Rooms& rooms, const Delivery& delivery);

 private:
  absl::StatusOr<Delivery> Begin(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                 std::shared_ptr<const projection::Snapshot> snapshot, int64_t now_ms,
                                 absl::string_view delivery);
  absl::StatusOr<std::string> PageOf(const Rooms& rooms, const v1::QueryKpisRequest& request, Delivery delivery);

  TokenSigner signer_;
  AnswerShelf shelf_;
  AnswerBudget budget_;
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_PAGES_H_
