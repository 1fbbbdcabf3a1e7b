// Request ids, W3C trace context, digests.
#include "service/call_record.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "openssl/sha.h"

namespace supportkpi::service {

namespace {

constexpr size_t kRequestIdBytesMax = 64;

std::string RandomHex16() {
  thread_local absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

absl::string_view MetadataOf(const grpc::CallbackServerContext& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  return found == metadata.end() ? "" : absl::string_view(found->second.data(), found->second.size());
}

bool IsRequestId(absl::string_view text) {
  return !text.empty() && text.size() <= kRequestIdBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.' || c == ':';
  });
}

bool IsLowerHex(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// VERSION-TRACE-PARENT-FLAGS of W3C trace context level 1; a higher version may append more after another '-'.
bool IsTraceparent(absl::string_view text) {
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const absl::string_view version = text.substr(0, 2), trace = text.substr(3, 32), parent = text.substr(36, 16);
  if (!IsLowerHex(version) || !IsLowerHex(trace) || !IsLowerHex(parent) || !IsLowerHex(text.substr(53, 2))) return false;
  if (version == "ff" || (version == "00" ? text.size() != 55 : text.size() > 55 && text[55] != '-')) return false;
  const auto is_zero = [](absl::string_view digits) { return digits.find_first_not_of('0') == absl::string_view::npos; };
  return !is_zero(trace) && !is_zero(parent);
}

}  // namespace

CallRecord BeginRecord(grpc::CallbackServerContext& context) {
  CallRecord record;
  record.begun = absl::Now();
  record.peer = context.peer();
  const absl::string_view request_id = MetadataOf(context, "x-request-id");
  record.request_id = IsRequestId(request_id) ? std::string(request_id) : RandomHex16();
  // In the trailers: headers that say anything would tell clients that the call has begun, and end their retries.
  context.AddTrailingMetadata("x-request-id", record.request_id);
  const absl::string_view traceparent = MetadataOf(context, "traceparent");
  if (IsTraceparent(traceparent)) {
    record.trace_id = std::string(traceparent.substr(3, 32));
    record.span_id = RandomHex16();
    context.AddTrailingMetadata("traceparent",
                                absl::StrCat("00-", record.trace_id, "-", record.span_id, "-", traceparent.substr(53, 2)));
  }
  return record;
}

namespace {

std::string OrderedBytes(const v1::QueryKpisRequest& question) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);  // maps in the order of their keys
    question.SerializeToCodedStream(&coded);
  }
  return bytes;
}

}  // namespace

std::string QuestionBytes(const v1::QueryKpisRequest& question) {
  if (question.tenant().empty() && question.page_size() == 0 && question.page_token().empty()) return OrderedBytes(question);
  v1::QueryKpisRequest bare = question;
  bare.clear_tenant();
  bare.clear_page_size();
  bare.clear_page_token();
  return OrderedBytes(bare);
}

std::string QuestionDigest(const v1::QueryKpisRequest& question) {
  const std::string bytes = QuestionBytes(question);
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(hash), 8));
}

}  // namespace supportkpi::service
