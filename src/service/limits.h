// What a request may cost before anything is known about it. Said by GetServerInfo, README and error texts alike.
#ifndef SUPPORTKPI_SERVICE_LIMITS_H_
#define SUPPORTKPI_SERVICE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace supportkpi::service {

// The default limit of gRPC clients: no user has to raise one.
inline constexpr int64_t kMessageBytesMax = 4 << 20;
// Records in one request or chunk, and entries of any other list at the top of a request.
inline constexpr int64_t kListEntriesMax = 10'000;
// Messages and list entries in a request, at any depth: an empty string costs 2 bytes on the wire and 40 in memory.
inline constexpr int64_t kElementsMax = 500'000;
// Filters 16 deep, each two messages, inside a KPI inside a request.
inline constexpr int kNestingMax = 40;
// Records in one page.
inline constexpr int32_t kPageRecordsMax = 1000;
inline constexpr int32_t kPageRecordsDefault = 100;
// A page ends early at so many bytes.
inline constexpr int64_t kPageBytes = 1 << 20;
// Questions of one BatchQueryKpis.
inline constexpr int kBatchQuestionsMax = 32;
// Rows in one page of an answer, and in one message of a stream.
inline constexpr int32_t kPageRowsMax = 100'000;
inline constexpr int32_t kPartRowsMax = 10'000;
inline constexpr int32_t kPartRowsDefault = 1000;
// A page or a part of a stream has fewer rows than asked for where it would be larger: a token's bytes less than a message.
inline constexpr int64_t kPartBytesMax = kMessageBytesMax - 4096;
// Answers are held for so long after their last use: for their next page, and for the same question on unchanged data.
inline constexpr absl::Duration kHeldAnswerLifetime = absl::Minutes(10);
// After that a token is refused even if the data did not change.
inline constexpr absl::Duration kPageTokenLifetime = absl::Hours(24);
// Streams of answers open at a time, and what their answers take together; one alone may take more.
inline constexpr int kAnswerStreamsMax = 32;
inline constexpr int64_t kOpenAnswerBytesMax = 1 << 30;
// Values of one dimension that ListDimensions shows.
inline constexpr int32_t kSampleValuesMax = 1000;
// Requests of at most so many bytes are looked for among the answers that are held, before they wait for a thread.
inline constexpr size_t kAtOnceBytesMax = 16 << 10;
// Requests that wait for a thread.
inline constexpr int kWaitingMax = 64;
// Where the client set no deadline, and the longest that one may be.
inline constexpr absl::Duration kDeadlineDefault = absl::Seconds(30);
inline constexpr absl::Duration kDeadlineMax = absl::Seconds(300);
// A caller without a deadline of its own has so long to take an answer that is ready.
inline constexpr absl::Duration kUnreadAnswerMax = absl::Seconds(60);
// Chunks of an import on their way, and imports at a time.
inline constexpr size_t kImportWindowChunks = 8;
inline constexpr int kImportsMax = 32;
// Of these, by callers bound to one tenant: they may stay open without a word, and others want to import too.
inline constexpr int kImportsOfTenantMax = 24;
// Past these sizes gRPC 1.51 destroys an error: its trailers must fit in 8 KiB together.
inline constexpr size_t kErrorMessageBytesMax = 1024;
inline constexpr size_t kErrorDetailsBytesMax = 4000;
inline constexpr int kErrorViolationsMax = 20;

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_LIMITS_H_
