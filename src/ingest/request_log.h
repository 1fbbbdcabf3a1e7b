// Answers that were given under a request id, so that a repetition gets the same one again.
//
//   Q TENANT 0 request id -> SHA-256 of the request (32 bytes), answered at (ordered int), the encoded answer
//
// Answers are kept for a while by the time they were given and forgotten a few at a time, with later requests.
#ifndef SUPPORTKPI_INGEST_REQUEST_LOG_H_
#define SUPPORTKPI_INGEST_REQUEST_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ingest/committer.h"
#include "storage/store.h"

namespace supportkpi::ingest {

// SHA-256 of a request's method and canonical bytes.
class RequestHash {
 public:
  explicit RequestHash(absl::string_view method);
  ~RequestHash();
  RequestHash(const RequestHash&) = delete;
  RequestHash& operator=(const RequestHash&) = delete;
  void Add(absl::string_view bytes);
  std::string Finish();

 private:
  void* context_;  // EVP_MD_CTX
};

// OK or INVALID_ARGUMENT.
absl::Status CheckRequestId(absl::string_view request_id);

struct LoggedAnswer {
  std::string hash;
  std::string answer;
};
absl::StatusOr<std::optional<LoggedAnswer>> FindAnswer(const storage::View& view, absl::string_view tenant,
                                                       absl::string_view request_id);
void LogAnswer(absl::string_view tenant, absl::string_view request_id, const LoggedAnswer& answer, int64_t now_ms,
               storage::Batch* batch);
// Adds to the batch the removal of at most `most` answers given before `before_ms`.
absl::Status ForgetAnswers(const storage::View& view, int64_t before_ms, int most, storage::Batch* batch);

// Answers as stored bytes. An answer that does not read is DATA_LOSS.
std::string EncodeAnswer(const UpsertResult& result);
std::string EncodeAnswer(const ImportResult& result);
std::string EncodeAnswer(const DeleteResult& result);
absl::Status ReadAnswer(absl::string_view bytes, UpsertResult* result);
absl::Status ReadAnswer(absl::string_view bytes, ImportResult* result);
absl::Status ReadAnswer(absl::string_view bytes, DeleteResult* result);

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_INGEST_REQUEST_LOG_H_
