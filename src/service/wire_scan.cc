// Walks tags and lengths only, along the descriptors of the known message fields.
#include "service/wire_scan.h"

#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/message.h"
#include "google/protobuf/wire_format_lite.h"
#include "service/limits.h"

namespace supportkpi::service {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;
using google::protobuf::internal::WireFormatLite;

// Of memory, beside the bytes themselves. Lists grow by doubling.
constexpr int64_t kUnknownFieldBytes = 2 * 16;
constexpr int64_t kStringBytes = 2 * sizeof(void*) + sizeof(std::string);
constexpr int64_t kMapEntryBytes = 96;

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
        const int begin = in_->CurrentPosition();
        if (!WireFormatLite::SkipField(in_, tag)) return false;
        if (field == nullptr) memory_bytes_ += kUnknownFieldBytes + 2 * (in_->CurrentPosition() - begin);
        continue;
      }
      if (depth == 0 && field->is_repeated()) ++top_entries_[field];
      if (field->is_repeated() || field->message_type() != nullptr) ++elements_;
      if (elements_ > kElementsMax) return false;
      uint32_t length = 0;
      if (!in_->ReadVarint32(&length)) return false;
      if (field->message_type() == nullptr) {
        if (length > static_cast<uint32_t>(kMessageBytesMax) || !in_->Skip(static_cast<int>(length))) return false;
        // Numbers in a row take one byte on the wire and up to 8 in memory.
        memory_bytes_ += field->is_packable() ? int64_t{16} * length : kStringBytes + length;
        continue;
      }
      if (length > static_cast<uint32_t>(kMessageBytesMax)) return false;
      memory_bytes_ += BytesOf(*field->message_type());
      const auto limit = in_->PushLimit(static_cast<int>(length));
      if (!Message(*field->message_type(), depth + 1) || in_->BytesUntilLimit() != 0) return false;
      in_->PopLimit(limit);
    }
    return true;
  }

  int64_t elements() const { return elements_; }
  int64_t memory_bytes() const { return memory_bytes_; }
  const std::map<const FieldDescriptor*, int64_t>& top_entries() const { return top_entries_; }

 private:
  // Of an empty message of the type, and its place in a list.
  int64_t BytesOf(const Descriptor& type) {
    if (type.options().map_entry()) return kMapEntryBytes;
    int64_t& bytes = empty_bytes_[&type];
    if (bytes == 0) {
      const auto* empty = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
      bytes = static_cast<int64_t>(2 * sizeof(void*) + (empty == nullptr ? 0 : empty->SpaceUsedLong()));
    }
    return bytes;
  }

  CodedInputStream* in_;
  int64_t elements_ = 0;
  int64_t memory_bytes_ = 0;
  absl::flat_hash_map<const Descriptor*, int64_t> empty_bytes_;
  std::map<const FieldDescriptor*, int64_t> top_entries_;
};

}  // namespace

absl::StatusOr<int64_t> ScanEntries(const Descriptor& type, google::protobuf::io::ZeroCopyInputStream* bytes) {
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
  return scanner.memory_bytes();
}

}  // namespace supportkpi::service
