// gRPC's own parsing is not used: it answers UNIMPLEMENTED without a text, and knows no limit but the size.
#include "service/request.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/wire_format_lite.h"
#include "grpcpp/impl/codegen/proto_utils.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "service/grpc_status.h"
#include "service/limits.h"
#include "service/wire_scan.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

// Below it no request can cost enough memory to be worth a scan: of so many bytes for each of its own at most.
constexpr size_t kScanBytesMin = 16 << 10;
constexpr int64_t kMemoryBytesPerByte = 100;
// Deep enough to tell "too deep" from "garbage", and far from the end of the stack.
constexpr int kNestingToTell = 200;

bool Parse(const grpc::ByteBuffer& bytes, int nesting_max, google::protobuf::Message* message) {
  grpc::ByteBuffer copy(bytes);  // shares the slices; the reader wants it mutable
  grpc::ProtoBufferReader reader(&copy);
  google::protobuf::io::CodedInputStream in(&reader);
  in.SetRecursionLimit(nesting_max);
  message->Clear();
  return message->ParsePartialFromCodedStream(&in) && in.ConsumedEntireMessage();
}

absl::Status CheckResponseSize(size_t size) {
  return size <= static_cast<size_t>(kMessageBytesMax) ? absl::OkStatus() : ResponseSizeError(static_cast<int64_t>(size));
}

}  // namespace

absl::Status ResponseSizeError(int64_t bytes) {
  return WithReason(
      absl::ResourceExhaustedError(absl::StrCat("response: ", bytes, " bytes or more; at most ", kMessageBytesMax,
                                                "; ask for fewer rows: a page_size, a coarser grain, fewer groups or KPIs")),
      "RESPONSE_SIZE");
}

absl::Status CheckRequestSize(const grpc::ByteBuffer& bytes) {
  if (!bytes.Valid() || bytes.Length() <= static_cast<size_t>(kMessageBytesMax)) return absl::OkStatus();
  return WithReason(absl::ResourceExhaustedError(absl::StrCat("request: ", bytes.Length(), " bytes; at most ", kMessageBytesMax,
                                                              "; send it in several")),
                    "REQUEST_SIZE");
}

absl::Status ParseRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message, TakeMemory take) {
  if (!bytes.Valid()) return WithReason(absl::InvalidArgumentError("request: no message"), "MALFORMED");
  RETURN_IF_ERROR(CheckRequestSize(bytes));
  int64_t memory_bytes = static_cast<int64_t>(bytes.Length()) * kMemoryBytesPerByte;
  if (bytes.Length() >= kScanBytesMin) {
    grpc::ByteBuffer copy(bytes);
    grpc::ProtoBufferReader reader(&copy);
    ASSIGN_OR_RETURN(memory_bytes, ScanEntries(*message->GetDescriptor(), &reader));
  }
  RETURN_IF_ERROR(take(memory_bytes));
  if (Parse(bytes, kNestingMax, message)) return absl::OkStatus();
  if (Parse(bytes, kNestingToTell, message)) {
    return WithReason(absl::InvalidArgumentError(absl::StrCat("request: nested deeper than ", kNestingMax)), "MALFORMED");
  }
  return WithReason(absl::InvalidArgumentError(absl::StrCat("request: not a valid ", message->GetDescriptor()->name(), " (",
                                                            bytes.Length(), " bytes)")),
                    "MALFORMED");
}

bool PeekRequest(const grpc::ByteBuffer& bytes, google::protobuf::Message* message) { return Parse(bytes, kNestingMax, message); }

absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const google::protobuf::Message& message) {
  RETURN_IF_ERROR(CheckResponseSize(message.ByteSizeLong()));
  grpc::ByteBuffer bytes;
  bool own = false;
  const grpc::Status status =
      grpc::GenericSerialize<grpc::ProtoBufferWriter, google::protobuf::Message>(message, &bytes, &own);
  if (!status.ok()) return absl::InternalError(absl::StrCat("serialize: ", status.error_message()));
  return bytes;
}

absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const std::string& bytes) {
  RETURN_IF_ERROR(CheckResponseSize(bytes.size()));
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

absl::StatusOr<grpc::ByteBuffer> SerializeResponse(const grpc::ByteBuffer& bytes) {
  RETURN_IF_ERROR(CheckResponseSize(bytes.Length()));
  return bytes;  // shares the slices
}

void AppendMessageField(int field, const std::string& bytes, std::string* out) {
  using google::protobuf::internal::WireFormatLite;
  google::protobuf::io::StringOutputStream stream(out);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.WriteTag(WireFormatLite::MakeTag(field, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
  coded.WriteVarint32(static_cast<uint32_t>(bytes.size()));
  coded.WriteString(bytes);
}

}  // namespace supportkpi::service
