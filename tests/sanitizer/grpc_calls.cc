// Tells the thread sanitizer the order that gRPC's callback API promises: what was done before an operation is started is
// seen by the callback that it ends with. gRPC's library hands the one to the other through queues that are not
// instrumented. Linked into executables of the tsan preset that serve calls.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>

#include "grpc/grpc.h"
#include "grpcpp/support/callback_common.h"

extern "C" grpc_call_error grpc_call_start_batch(grpc_call* call, const grpc_op* operations, size_t count, void* tag,
                                                 void* reserved) {
  using StartBatch = grpc_call_error (*)(grpc_call*, const grpc_op*, size_t, void*, void*);
  static const auto library = reinterpret_cast<StartBatch>(dlsym(RTLD_NEXT, "grpc_call_start_batch"));
  if (library == nullptr) {
    std::fprintf(stderr, "grpc_call_start_batch is not in the gRPC found: mend tests/sanitizer/grpc_calls.cc\n");
    std::abort();
  }
  __tsan_release(tag);
  return library(call, operations, count, tag, reserved);
}

// Stands in for CallbackWithSuccessTag::StaticRun, an inline function whose copies are weak: the tag of the operation.
extern "C" void RunTag(grpc_completion_queue_functor* tag, int ok) __asm__(
    "_ZN4grpc8internal22CallbackWithSuccessTag9StaticRunEP29grpc_completion_queue_functori");
void RunTag(grpc_completion_queue_functor* tag, int ok) {
  __tsan_acquire(tag);
  static_cast<grpc::internal::CallbackWithSuccessTag*>(tag)->force_run(ok != 0);
}
