// Walks tags and lengths only, along the descriptors of the known message fields.
#include "service/wire_scan.h"

#include <cstdint>
#include <map>

#include "absl/strings/str_cat.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "service/limits.h"

namespace supportkpi::service {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;
using google::protobuf::internal::WireFormatLite;

class Scanner {
 public:
  explicit Scanner(CodedInputStream* in) : in_(in) {}

  // False: malformed, or too many elements.
  bool Message(const Descriptor& type, int depth) {
    if (depth > kNestingMax) return false;
    while (const uint32_t tag = in_->ReadTag()) {
      const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
      const bool is_length_delimited =
          WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
      if (field == nullptr || !is_length_delimited) {
        if (!WireFormatLite::SkipField(in_, tag)) return false;
        continue;
      }
      if (depth == 0 && field->is_repeated()) ++top_entries_[field];
      if (field->is_repeated() || field->message_type() != nullptr) ++elements_;
      if (elements_ > kElementsMax) return false;
      uint32_t length = 0;
      if (!in_->ReadVarint32(&length)) return false;
      if (field->message_type() == nullptr) {
        if (length > static_cast<uint32_t>(kMessageBytesMax) || !in_->Skip(static_cast<int>(length))) return false;
        continue;
      }
      if (length > static_cast<uint32_t>(kMessageBytesMax)) return false;
      const auto limit = in_->PushLimit(static_cast<int>(length));
      if (!Message(*field->message_type(), depth + 1) || in_->BytesUntilLimit() != 0) return false;
      in_->PopLimit(limit);
    }
    return true;
  }

  int64_t elements() const { return elements_; }
  const std::map<const FieldDescriptor*, int64_t>& top_entries() const { return top_entries_; }

 private:
  CodedInputStream* in_;
  int64_t elements_ = 0;
  std::map<const FieldDescriptor*, int64_t> top_entries_;
};

}  // namespace

absl::Status ScanEntries(const Descriptor& type, google::protobuf::io::ZeroCopyInputStream* bytes) {
  CodedInputStream in(bytes);
  in.SetRecursionLimit(kNestingMax);  // of groups that SkipField meets
  Scanner scanner(&in);
  scanner.Message(type, 0);
  for (const auto& [field, count] : scanner.top_entries()) {
    if (count > kListEntriesMax) {
      return absl::InvalidArgumentError(absl::StrCat(field->name(), ": ", scanner.elements() > kElementsMax ? "at least " : "",
                                                     count, " entries; at most ", kListEntriesMax));
    }
  }
  if (scanner.elements() > kElementsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("request: more than ", kElementsMax, " elements; send it in several requests"));
  }
  return absl::OkStatus();
}

}  // namespace supportkpi::service
