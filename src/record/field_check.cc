// The checks of single fields, one per type of the schema.
#include "record/field_check.h"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "record/instant.h"

namespace supportkpi::record {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int64_t kDurationSecondsMax = 315'576'000'000;  // protobuf's own limit, 10,000 years
constexpr int32_t kNanosPerSecond = 1'000'000'000;

// The descriptors of a kind's rows, looked up once.
const std::vector<const FieldDescriptor*>& DescriptorsOf(const KindRow& kind) {
  static const auto* all = [] {
    auto* table = new std::vector<std::vector<const FieldDescriptor*>>;
    for (const KindRow& row : AllKinds()) {
      auto& fields = table->emplace_back();
      for (const FieldRow& field : row.fields)
        fields.push_back(row.descriptor()->FindFieldByName(std::string(field.name)));
    }
    return table;
  }();
  return (*all)[&kind - AllKinds().data()];
}

std::string Missing(FieldType type) {
  switch (type) {
    case FieldType::kId:
      return absl::StrCat("missing; 1 to ", kIdBytesMax, " bytes");
    case FieldType::kHappened:
    case FieldType::kInstant:
      return "missing; an instant is required";
    case FieldType::kMoney:
      return "missing; an amount is required";
    default:
      return "missing; a value is required";
  }
}

std::string KnownValues(const google::protobuf::EnumDescriptor& values, bool required) {
  std::string text;
  for (int i = required ? 1 : 0; i < values.value_count(); ++i)
    absl::StrAppend(&text, text.empty() ? "" : ", ", values.value(i)->name());
  return text;
}

bool IsCurrencyCode(const std::string& code) {
  if (code.size() != 3) return false;
  for (char letter : code)
    if (letter < 'A' || letter > 'Z') return false;
  return true;
}

}  // namespace

std::string ShowNumber(double value) {
  if (std::isnan(value)) return "nan";
  return absl::StrCat(value);
}

void FieldChecker::CheckFields(const Message& message, const KindRow& kind, const FieldPath& path) {
  const std::vector<const FieldDescriptor*>& descriptors = DescriptorsOf(kind);
  for (size_t i = 0; i < descriptors.size(); ++i) {
    const FieldRow& row = kind.fields[i];
    if (row.is_set(message)) {
      CheckField(message, *descriptors[i], row, path);
    } else if (row.required) {
      Add({&path, row.name}, Missing(row.type));
    }
  }
}

void FieldChecker::CheckField(const Message& message, const FieldDescriptor& field, const FieldRow& row,
                              const FieldPath& path) {
  const FieldPath here{&path, row.name};
  switch (row.type) {
    case FieldType::kFlag:
      return;
    case FieldType::kTexts:
      return CheckTexts(message, field, here);
    case FieldType::kAttributes:
      return CheckAttributes(message, field, here);
    case FieldType::kTeams:
      return CheckTeams(message, field, here);
    case FieldType::kEvents:
      if (const int count = message.GetReflection()->FieldSize(message, &field); count > kEventsMax)
        Add(here, absl::StrCat(count, " entries; at most ", kEventsMax));
      return;
    default:
      return CheckScalar(message, field, row, here);
  }
}

void FieldChecker::CheckScalar(const Message& message, const FieldDescriptor& field, const FieldRow& row,
                               const FieldPath& path) {
  const auto& reflection = *message.GetReflection();
  std::string scratch;
  switch (row.type) {
    case FieldType::kId:
      return CheckText(reflection.GetStringReference(message, &field, &scratch), kIdBytesMax, path);
    case FieldType::kText:
      return CheckText(reflection.GetStringReference(message, &field, &scratch), kTextBytesMax, path);
    case FieldType::kVersion:
      if (const int64_t value = reflection.GetInt64(message, &field); value < 0) Add(path, absl::StrCat(value, " below 0"));
      return;
    case FieldType::kCount:
      if (const int64_t value = reflection.GetInt64(message, &field); value < 0)
        Add(path, absl::StrCat(value, " below 0"));
      else if (value > kCountMax)
        Add(path, absl::StrCat(value, " above ", kCountMax));
      return;
    case FieldType::kNumber:
      return CheckNumber(reflection.GetDouble(message, &field), -kNumberMax, kNumberMax, path);
    case FieldType::kPositiveNumber:
      return CheckNumber(reflection.GetDouble(message, &field), 0, kYearsMax, path);
    case FieldType::kEnum:
      if (const int value = reflection.GetEnumValue(message, &field);
          field.enum_type()->FindValueByNumber(value) == nullptr)
        Add(path, absl::StrCat("unknown value ", value, "; known: ", KnownValues(*field.enum_type(), row.required)));
      return;
    case FieldType::kHappened:
    case FieldType::kInstant:
    case FieldType::kDuration:
    case FieldType::kMoney:
      return CheckMessage(reflection.GetMessage(message, &field), row, path);
    default:
      return;
  }
}

void FieldChecker::CheckMessage(const Message& value, const FieldRow& row, const FieldPath& path) {
  switch (row.type) {
    case FieldType::kDuration:
      return CheckDuration(static_cast<const google::protobuf::Duration&>(value), path);
    case FieldType::kMoney:
      if (const std::string& code = static_cast<const v1::Money&>(value).currency(); !IsCurrencyCode(code))
        Add({&path, "currency"}, absl::StrCat(Quoted(code), " is no ISO 4217 code; three capital letters such as EUR"));
      return;
    default:
      return CheckInstant(static_cast<const google::protobuf::Timestamp&>(value), row.type == FieldType::kHappened, path);
  }
}

void FieldChecker::CheckText(const std::string& value, size_t bytes_max, const FieldPath& path) {
  if (value.size() > bytes_max) Add(path, absl::StrCat(value.size(), " bytes; at most ", bytes_max));
}

void FieldChecker::CheckTexts(const Message& message, const FieldDescriptor& field, const FieldPath& path) {
  const auto& reflection = *message.GetReflection();
  const int count = reflection.FieldSize(message, &field);
  if (count > kTagsMax) return Add(path, absl::StrCat(count, " entries; at most ", kTagsMax));
  std::string scratch;
  for (int i = 0; i < count; ++i) {
    const FieldPath here{path.parent, path.name, i};
    const std::string& text = reflection.GetRepeatedStringReference(message, &field, i, &scratch);
    if (text.empty()) Add(here, "empty; 1 to 4096 bytes");
    CheckText(text, kTextBytesMax, here);
  }
}

void FieldChecker::CheckAttributes(const Message& message, const FieldDescriptor& field, const FieldPath& path) {
  const auto& reflection = *message.GetReflection();
  const int count = reflection.FieldSize(message, &field);
  if (count == 0) return;
  if (count > kAttributesMax) return Add(path, absl::StrCat(count, " entries; at most ", kAttributesMax));
  const auto* entry_type = field.message_type();
  std::string key_scratch;
  std::string value_scratch;
  for (int i = 0; i < count; ++i) {
    const Message& entry = reflection.GetRepeatedMessage(message, &field, i);
    const std::string& key =
        entry.GetReflection()->GetStringReference(entry, entry_type->map_key(), &key_scratch);
    const std::string& value =
        entry.GetReflection()->GetStringReference(entry, entry_type->map_value(), &value_scratch);
    if (key.empty() || key.size() > kAttributeKeyBytesMax)
      Add(path, absl::StrCat("key ", Quoted(key), " has ", key.size(), " bytes; 1 to ", kAttributeKeyBytesMax));
    else if (value.size() > kTextBytesMax)
      Add(path, absl::StrCat("value of ", Quoted(key), " has ", value.size(), " bytes; at most ", kTextBytesMax));
  }
}

void FieldChecker::CheckTeams(const Message& message, const FieldDescriptor& field, const FieldPath& path) {
  const auto& reflection = *message.GetReflection();
  const int count = reflection.FieldSize(message, &field);
  if (count > kTeamsMax) return Add(path, absl::StrCat(count, " entries; at most ", kTeamsMax));
  for (int i = 0; i < count; ++i) {
    const FieldPath here{path.parent, path.name, i};
    const auto& team = static_cast<const v1::TeamMembership&>(reflection.GetRepeatedMessage(message, &field, i));
    CheckText(team.team(), kTextBytesMax, {&here, "team"});
    if (team.has_from()) CheckInstant(team.from(), /*happened=*/false, {&here, "from"});
  }
}

void FieldChecker::CheckInstant(const google::protobuf::Timestamp& at, bool happened, const FieldPath& path) {
  if (at.nanos() < 0 || at.nanos() >= kNanosPerSecond)
    return Add({&path, "nanos"}, absl::StrCat(at.nanos(), " outside 0..999999999"));
  if (at.seconds() < kFirstSecond || at.seconds() > kLastSecond)
    return Add({&path, "seconds"}, absl::StrCat(at.seconds(), " outside ", kFirstSecond, "..", kLastSecond,
                                                " (years 0001 to 9999)"));
  if (happened && ToMs(at) > now_ms_ + kFutureMaxMs) Add(path, "more than 24 h in the future");
}

void FieldChecker::CheckDuration(const google::protobuf::Duration& length, const FieldPath& path) {
  if (length.seconds() < 0 || length.nanos() < 0)
    return Add(path, absl::StrCat(ShowNumber(static_cast<double>(length.seconds()) + length.nanos() * 1e-9), " s below 0"));
  if (length.nanos() >= kNanosPerSecond)
    return Add({&path, "nanos"}, absl::StrCat(length.nanos(), " outside 0..999999999"));
  if (length.seconds() > kDurationSecondsMax)
    Add(path, absl::StrCat(length.seconds(), " s above ", kDurationSecondsMax, " s"));
}

void FieldChecker::CheckNumber(double value, double least, double most, const FieldPath& path) {
  if (!(value >= least && value <= most))
    Add(path, absl::StrCat(ShowNumber(value), " outside ", ShowNumber(least), "..", ShowNumber(most)));
}

}  // namespace supportkpi::record
