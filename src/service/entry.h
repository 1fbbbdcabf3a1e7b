// The one entry for every method: identify, authorise, admit, then on a thread of its class of work: deadline, parse,
// tenant, handle, reply. A reaction of gRPC never blocks and never parses.
#ifndef SUPPORTKPI_SERVICE_ENTRY_H_
#define SUPPORTKPI_SERVICE_ENTRY_H_

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "access/caller.h"
#include "access/gate.h"
#include "access/tenant_limits.h"
#include "access/tenant_memory.h"
#include "access/work_queue.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "service/call_record.h"
#include "service/limits.h"
#include "service/method.h"
#include "service/watchdog.h"

namespace supportkpi::service {

// How long calls may take.
struct Deadlines {
  absl::Duration usual = kDeadlineDefault;  // where the client said nothing
  absl::Duration most = kDeadlineMax;       // whatever the client said
};

struct EntryOptions {
  int query_threads = 2;
  int record_threads = 16;  // they wait for the disk together, so that one sync serves many
  int admin_threads = 2;
  // All outlive the entry. Unset: everybody may call everything, as often as they like, with as much as they like.
  const access::Gate* gate = nullptr;
  access::TenantLimits* limits = nullptr;
  access::TenantMemory* memory = nullptr;
  // For the log and the metrics; any thread, not to be slow. Every call that begins ends. Unset: nothing is said.
  std::function<void(const Method&)> on_begin;
  std::function<void(const Method&, const CallRecord&)> on_end;
};

// Owns the threads. Must outlive the server whose services use it.
class Entry {
 public:
  explicit Entry(EntryOptions options);
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  // Called by gRPC when a call of the method comes in; the returned reactor deletes itself.
  grpc::ServerUnaryReactor* Begin(const Method& method, grpc::CallbackServerContext* context,
                                  const grpc::ByteBuffer* request, grpc::ByteBuffer* response);
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* BeginStream(const Method& method,
                                                                           grpc::CallbackServerContext* context);
  grpc::ServerWriteReactor<grpc::ByteBuffer>* BeginParts(const Method& method, grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request);
  // From now on calls are UNAVAILABLE. Unary ones that were admitted go on; streams end after the message they are at.
  void Drain() ABSL_LOCKS_EXCLUDED(streams_mutex_);
  // Runs what waits, as drained, and ends the threads.
  void Stop();
  // For calls from now on.
  void SetDeadlines(const Deadlines& deadlines);

  // -- for the calls themselves
  // First step of every call: who calls, whether they may call the method, and whether their tenant has room.
  absl::Status Admit(const Method& method, const grpc::CallbackServerContext& context, Call* call) const;
  // The same for a call whose one request is there, before it waits: what waits is held, and what is refused in any case
  // should not be.
  absl::Status AdmitRequest(const Method& method, const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                            Call* call) const;
  Watchdog& watchdog() { return watchdog_; }
  access::WorkQueue& QueueOf(Work work) { return *queues_[static_cast<size_t>(work)]; }
  bool draining() const { return draining_.load(std::memory_order_relaxed); }
  absl::Status DrainingError() const;
  absl::Status QueueFullError(Work work);
  // False: as many streams are open as may be, of all or of the tenant that the caller is bound to (empty: to none).
  // `on_drain` is called by Drain() until CloseStream(stream).
  bool TryOpenStream(const void* stream, absl::string_view tenant, std::function<void()> on_drain) ABSL_LOCKS_EXCLUDED(streams_mutex_);
  void CloseStream(const void* stream) ABSL_LOCKS_EXCLUDED(streams_mutex_);
  // The same for an answer in many messages, which holds the whole answer while it is read.
  bool TryOpenAnswer();
  void CloseAnswer() { open_answers_.fetch_sub(1); }
  // First and last thing of a call. End() completes the record and returns what the caller is told.
  CallRecord Begin(const Method& method, grpc::CallbackServerContext& context) const;
  grpc::Status End(const Method& method, const absl::Status& status, CallRecord* record) const;
  // The client's deadline, else the usual one, and never later than the most.
  absl::Time DeadlineOf(const grpc::CallbackServerContext& context, Work work, absl::Time now) const;
  // Of imports, and of answers.
  int open_streams() const ABSL_LOCKS_EXCLUDED(streams_mutex_);
  int open_answers() const { return open_answers_; }

 private:
  const EntryOptions options_;
  Watchdog watchdog_;
  std::array<std::unique_ptr<access::WorkQueue>, kAllWork.size()> queues_;  // by Work
  std::atomic<bool> draining_ = false;
  std::atomic<int> open_answers_ = 0;
  std::atomic<int64_t> deadline_usual_ms_ = absl::ToInt64Milliseconds(kDeadlineDefault);
  std::atomic<int64_t> deadline_most_ms_ = absl::ToInt64Milliseconds(kDeadlineMax);

  mutable absl::Mutex streams_mutex_;
  struct OpenStream {
    std::string tenant;
    std::function<void()> on_drain;
  };
  std::map<const void*, OpenStream> streams_ ABSL_GUARDED_BY(streams_mutex_);
};

// Runs `step` so that no exception leaves it: bad_alloc is RESOURCE_EXHAUSTED, every other one INTERNAL.
absl::Status Guarded(const std::function<absl::Status()>& step);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_ENTRY_H_
