// Tokens with which a caller goes on in an answer. They say nothing to the caller and cannot be made or changed by it:
// HMAC-SHA256 with a random key that the store keeps, so that they outlive a restart.
#ifndef SUPPORTKPI_SERVICE_PAGE_TOKEN_H_
#define SUPPORTKPI_SERVICE_PAGE_TOKEN_H_

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "storage/store.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// Layout: version u8, question, the integers big-endian in this order, the first 16 bytes of the HMAC; base64url.
struct PageToken {
  std::string question;     // 16 bytes, see QuestionOf
  int64_t commit = 0;       // that the answer is of
  int64_t asked_at_ms = 0;  // at which a range in words was read; 0: it has none
  int64_t offset = 0;       // of the next row
  int64_t expires_ms = 0;

  bool operator==(const PageToken&) const = default;
};

// What of a question must stay the same: all but the page. `delivery` keeps tokens of pages and of streams apart.
std::string QuestionOf(const v1::QueryKpisRequest& request, absl::string_view tenant, absl::string_view delivery);

class TokenSigner {
 public:
  // `store` outlives it; the key is read, or made, when it is first needed.
  explicit TokenSigner(storage::Store* store) : store_(store) {}

  absl::StatusOr<std::string> Sign(const PageToken& token);
  // INVALID_ARGUMENT: not a token of this store (and version), or one for another question or tenant. ABORTED: expired.
  absl::StatusOr<PageToken> Read(absl::string_view text, absl::string_view path, absl::string_view question, int64_t now_ms);

 private:
  absl::StatusOr<std::string> Key() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::string> Mac(absl::string_view bytes) ABSL_LOCKS_EXCLUDED(mutex_);

  storage::Store* const store_;
  absl::Mutex mutex_;
  std::string key_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_PAGE_TOKEN_H_
