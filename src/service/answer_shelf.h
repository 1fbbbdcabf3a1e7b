// Answers that are held after they were given: messages as they went over the wire, for whoever asks the same again before
// anything changed, and computed answers, for whoever comes for the next page. The last used ones, up to so many bytes, for so
// long.
#ifndef SUPPORTKPI_SERVICE_ANSWER_SHELF_H_
#define SUPPORTKPI_SERVICE_ANSWER_SHELF_H_

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/slice.h"

namespace supportkpi::service {

struct Asked;

// The bytes of a whole QueryKpisResponse but for the time that it took. Copies share the bytes.
struct AnswerMessage {
  grpc::Slice bytes;
  int64_t rows = 0;
};

// Any thread.
class AnswerShelf {
 public:
  // 0 bytes: nothing is held.
  AnswerShelf(int64_t bytes_max, int64_t lifetime_ms) : bytes_max_(bytes_max), lifetime_ms_(lifetime_ms) {}

  // For what is put from now on; what is too much goes at once.
  void SetBytesMax(int64_t bytes_max) ABSL_LOCKS_EXCLUDED(mutex_);
  bool is_on() const ABSL_LOCKS_EXCLUDED(mutex_);

  // An answer is begun by asking for this, before its snapshot is taken: what was begun before Forget() is not held after it.
  int64_t Begin() const ABSL_LOCKS_EXCLUDED(mutex_);
  // False: Forget() was called for the tenant since.
  bool IsCurrent(absl::string_view tenant, int64_t begun) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Of a question with all that its answer depends on but the commit. What is larger than the shelf is not held. Messages of
  // earlier commits of the tenant go: nobody can ask for them any more.
  void PutMessage(absl::string_view tenant, absl::string_view question, int64_t commit, const AnswerMessage& message,
                  int64_t begun, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);
  // Begins its lifetime anew. Counts as a hit or a miss.
  std::optional<AnswerMessage> FindMessage(absl::string_view tenant, absl::string_view question, int64_t commit, int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The same for a first look, after which FindMessage() follows: a miss is not counted.
  std::optional<AnswerMessage> FindHeld(absl::string_view tenant, absl::string_view question, int64_t commit, int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);

  void Put(absl::string_view tenant, absl::string_view key, std::shared_ptr<const Asked> asked, int64_t begun, int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // nullptr: not there. Begins its lifetime anew.
  std::shared_ptr<const Asked> Find(absl::string_view tenant, absl::string_view key, int64_t now_ms) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing of the tenant that was begun before is given out any more: names in it were erased.
  void Forget(absl::string_view tenant) ABSL_LOCKS_EXCLUDED(mutex_);

  // Messages of the tenant are computed anew when they are asked for again; what was begun before is not held as one.
  void DropMessages(absl::string_view tenant) ABSL_LOCKS_EXCLUDED(mutex_);

  struct Totals {
    int64_t answers = 0;  // messages and computed answers
    int64_t bytes = 0;
    int64_t bytes_max = 0;
    int64_t hits = 0;     // since the start: questions answered with a message that was held
    int64_t misses = 0;   // since the start: questions of which none was held
  };
  Totals totals() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Held {
    std::string tenant;
    std::string key;
    std::shared_ptr<const Asked> asked;      // or
    std::optional<AnswerMessage> message;
    int64_t commit = 0;                      // of a message
    int64_t bytes = 0;
    int64_t until_ms = 0;
  };
  using Place = std::list<Held>::iterator;
  struct OfTenant {
    absl::flat_hash_map<std::string, Place> by_key;
    int64_t commit = 0;  // the latest one of a message
  };

  // What has left the shelf: made before the mutex is taken, so that it is freed once others can go on.
  using Dropped = std::list<Held>;

  bool IsCurrentLocked(absl::string_view tenant, int64_t begun) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes *held unless it is there already or too large.
  void PutLocked(Held* held, int64_t now_ms, Dropped* dropped) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Held* FindLocked(absl::string_view tenant, absl::string_view key, int64_t now_ms, Dropped* dropped)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Drop(Place place, Dropped* dropped) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropMessagesBefore(int64_t commit, OfTenant* of_tenant, Dropped* dropped) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  int64_t bytes_max_ ABSL_GUARDED_BY(mutex_);
  const int64_t lifetime_ms_;
  std::list<Held> held_ ABSL_GUARDED_BY(mutex_);  // last used first; so last to expire first, too
  absl::flat_hash_map<std::string, OfTenant> tenants_ ABSL_GUARDED_BY(mutex_);  // that have anything here
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t hits_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t misses_ ABSL_GUARDED_BY(mutex_) = 0;
  // Calls of Forget() and DropMessages() so far; with which of them a tenant was last forgotten, and with which any of those
  // whose own number is not kept any more; with which messages of whatever tenant were dropped last.
  int64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, int64_t> forgotten_tenants_ ABSL_GUARDED_BY(mutex_);
  int64_t forgotten_others_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t messages_dropped_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_ANSWER_SHELF_H_
