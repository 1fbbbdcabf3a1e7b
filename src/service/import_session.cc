// Hands chunks to the committer without waiting for it, so that the next one is parsed while this one becomes durable.
#include "service/import_session.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/limits.h"
#include "service/request.h"
#include "status/macros.h"
#include "supportkpi/v1/record_service.pb.h"

namespace supportkpi::service {

namespace {

absl::StatusOr<grpc::ByteBuffer> Hello(int64_t durable_through) {
  v1::ImportRecordsResponse response;
  response.mutable_hello()->set_durable_through(durable_through);
  response.mutable_hello()->set_window_chunks(kImportWindowChunks);
  response.mutable_hello()->set_max_chunk_records(ingest::kBatchRecordsMax);
  return SerializeResponse(response);
}

absl::StatusOr<grpc::ByteBuffer> Ack(const ingest::ImportResult& result) {
  v1::ImportRecordsResponse response;
  v1::ImportAck& ack = *response.mutable_ack();
  ack.set_durable_through(result.durable_through);
  ack.set_accepted(result.counts.accepted);
  ack.set_replaced(result.counts.replaced);
  ack.set_ignored_stale(result.counts.ignored_stale);
  for (const ingest::Rejected& rejected : result.rejected) {
    v1::RejectedRecord& message = *ack.add_rejected();
    message.set_index(static_cast<int32_t>(rejected.index));
    for (const record::Violation& violation : rejected.violations) {
      v1::Violation& wrong = *message.add_violations();
      wrong.set_field(violation.path);
      wrong.set_description(violation.text);
    }
  }
  ack.set_rejected_count(result.rejected_count);
  ack.set_duplicate(result.duplicate);
  ack.set_commit(result.counts.commit);
  return SerializeResponse(response);
}

class ImportSession final : public Session {
 public:
  explicit ImportSession(ingest::Committer& committer) : committer_(committer) {}

  void OnMessage(const grpc::ByteBuffer& bytes, Call* call, Reply reply) override {
    v1::ImportRecordsRequest request;
    const absl::Status status = ParseRequest(bytes, &request, [call](int64_t needed) {
      RETURN_IF_ERROR(call->TakeMemory(needed));
      if (call->memory != nullptr) call->message_bytes = needed;
      return absl::OkStatus();
    });
    if (!status.ok()) return reply(status);
    switch (request.message_case()) {
      case v1::ImportRecordsRequest::kOpen:
        return Open(request.open(), call, std::move(reply));
      case v1::ImportRecordsRequest::kChunk:
        return Chunk(*request.mutable_chunk(), call, std::move(reply));
      case v1::ImportRecordsRequest::MESSAGE_NOT_SET:
        break;
    }
    reply(absl::InvalidArgumentError("message: empty; open or chunk"));
  }

 private:
  void Open(const v1::ImportOpen& open, Call* call, Reply reply) {
    if (is_open_) return reply(absl::FailedPreconditionError("open: sent twice; once, as the first message"));
    if (const absl::Status status = call->EnterTenant(open.tenant()); !status.ok()) return reply(status);
    if (open.stream_id().empty() || open.stream_id().size() > ingest::kRequestIdBytesMax) {
      return reply(absl::InvalidArgumentError(absl::StrCat("open.stream_id: ", open.stream_id().size(),
                                                           " characters; 1 to ", ingest::kRequestIdBytesMax)));
    }
    if (open.epoch() < 0) return reply(absl::InvalidArgumentError(absl::StrCat("open.epoch: ", open.epoch(), " below 0")));
    is_open_ = true;
    stream_id_ = open.stream_id();
    epoch_ = open.epoch();
    committer_.OpenStream(call->tenant, stream_id_, epoch_, [reply = std::move(reply)](absl::StatusOr<int64_t> durable) {
      reply(durable.ok() ? Hello(*durable) : durable.status());
    });
  }

  void Chunk(v1::ImportChunk& chunk, Call* call, Reply reply) {
    if (!is_open_) return reply(absl::FailedPreconditionError("chunk: sent before open"));
    if (chunk.records_size() > ingest::kBatchRecordsMax) {
      return reply(absl::InvalidArgumentError(
          absl::StrCat("chunk.records: ", chunk.records_size(), " entries; at most ", ingest::kBatchRecordsMax)));
    }
    call->PaceRecords(chunk.records_size());
    committer_.ImportChunk(call->tenant, stream_id_, epoch_, chunk.position(), std::move(*chunk.mutable_records()),
                           [reply = std::move(reply)](absl::StatusOr<ingest::ImportResult> result) {
                             reply(result.ok() ? Ack(*result) : result.status());
                           });
  }

  ingest::Committer& committer_;
  bool is_open_ = false;
  std::string stream_id_;
  int64_t epoch_ = 0;
};

}  // namespace

std::unique_ptr<Session> MakeImportSession(ingest::Committer& committer) {
  return std::make_unique<ImportSession>(committer);
}

}  // namespace supportkpi::service
