// What the log and the metrics say of one call, and the names under which the caller finds it again: its request id and
// its place in a trace.
#ifndef SUPPORTKPI_SERVICE_CALL_RECORD_H_
#define SUPPORTKPI_SERVICE_CALL_RECORD_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/status.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

// Belongs to the call; used by one thread at a time. Nothing in it is a value of a filter, a token or a record.
struct CallRecord {
  std::string request_id;       // the caller's x-request-id if it is usable, else made here; sent back
  std::string trace_id;         // of the caller's traceparent; empty: it sent none, or no valid one
  std::string span_id;          // ours in that trace
  std::string peer;             // address
  std::string caller;           // name of the credentials; empty: not known yet, or the server asks for none
  std::string tenant;           // empty: the call ended before it was known
  absl::Time begun;
  absl::Duration waited = absl::ZeroDuration();  // for a thread
  absl::Duration took = absl::ZeroDuration();    // from begin to end, waiting included
  int64_t messages_received = 0;
  int64_t messages_sent = 0;
  // -- of questions
  std::string question_digest;  // see QuestionDigest; empty: no question
  int64_t facts_read = 0;
  int64_t rows = 0;
  // -- at its end
  grpc::StatusCode code = grpc::StatusCode::OK;
  absl::Status status;          // with what only the log may say
};

// Begun now, with the caller's request id and trace or new ones, which are also put in the trailing metadata of the answer:
// x-request-id always, traceparent if a valid one came.
CallRecord BeginRecord(grpc::CallbackServerContext& context);

// The same bytes for the same question: who asks, and for which page, makes no other one.
std::string QuestionBytes(const v1::QueryKpisRequest& question);

// 16 hex digits, the same for the same question: slow ones can be grouped by it without anybody reading their values.
std::string QuestionDigest(const v1::QueryKpisRequest& question);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_CALL_RECORD_H_
