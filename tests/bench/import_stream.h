// Sends records through the public import stream, as many chunks under way as the server's window allows. Ends the program with
// the server's words if the stream breaks.
#ifndef SUPPORTKPI_TESTS_BENCH_IMPORT_STREAM_H_
#define SUPPORTKPI_TESTS_BENCH_IMPORT_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include <google/protobuf/arena.h>
#include <grpcpp/grpcpp.h>

#include "supportkpi/v1/record_service.grpc.pb.h"

namespace supportkpi::bench {

class ImportStream {
 public:
  // tenant "": the default one.
  ImportStream(const std::shared_ptr<grpc::Channel>& channel, int chunk_records, const std::string& tenant = "");

  // A record of the chunk that is being filled; it is sent once it has chunk_records. Filling it must be done before the next call.
  v1::Record* Add();
  // Sends what is left and waits until everything is durable.
  void Finish();

  int64_t sent() const { return sent_; }
  int64_t bytes() const { return bytes_; }

 private:
  void Send();
  void ReadAcknowledgement();
  [[noreturn]] void Die();

  std::unique_ptr<v1::RecordService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ImportRecordsRequest, v1::ImportRecordsResponse>> stream_;
  // Chunks are built on an arena of their own: records cost no allocation each.
  std::unique_ptr<google::protobuf::Arena> arena_;
  v1::ImportRecordsRequest* request_ = nullptr;
  int chunk_records_;
  int64_t position_ = 0, durable_ = 0, sent_ = 0, bytes_ = 0;
  int window_ = 1;
};

}  // namespace supportkpi::bench

#endif  // SUPPORTKPI_TESTS_BENCH_IMPORT_STREAM_H_
