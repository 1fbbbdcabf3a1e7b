// The schema table and records.proto say the same.
#include "record/schema.h"

#include <memory>
#include <set>
#include <string>

#include "google/protobuf/message.h"
#include "gtest/gtest.h"

namespace supportkpi::record {
namespace {

using google::protobuf::FieldDescriptor;

std::string TypeNameOf(const FieldDescriptor& field) {
  if (field.is_map()) return "map";
  if (field.is_repeated()) return "list of " + std::string(field.message_type() ? field.message_type()->name() : "string");
  if (field.message_type()) return field.message_type()->name();
  if (field.enum_type()) return "enum";
  return field.cpp_type_name();
}

std::string TypeNameOf(FieldType type) {
  switch (type) {
    case FieldType::kId:
    case FieldType::kText: return "string";
    case FieldType::kHappened:
    case FieldType::kInstant: return "Timestamp";
    case FieldType::kDuration: return "Duration";
    case FieldType::kCount:
    case FieldType::kVersion: return "int64";
    case FieldType::kNumber:
    case FieldType::kPositiveNumber: return "double";
    case FieldType::kFlag: return "bool";
    case FieldType::kEnum: return "enum";
    case FieldType::kMoney: return "Money";
    case FieldType::kTexts: return "list of string";
    case FieldType::kAttributes: return "map";
    case FieldType::kEvents: return "list of TicketEvent";
    case FieldType::kTeams: return "list of TeamMembership";
  }
  return "?";
}

TEST(SchemaTest, HasEveryFieldOfEveryMessageWithItsType) {
  for (const KindRow& kind : AllKinds()) {
    std::set<std::string> names;
    for (const FieldRow& row : kind.fields) {
      const FieldDescriptor* field = kind.descriptor()->FindFieldByName(std::string(row.name));
      ASSERT_NE(field, nullptr) << kind.name << "." << row.name;
      EXPECT_EQ(TypeNameOf(row.type), TypeNameOf(*field)) << kind.name << "." << row.name;
      EXPECT_TRUE(names.insert(std::string(row.name)).second) << row.name;
    }
    EXPECT_EQ(static_cast<int>(names.size()), kind.descriptor()->field_count()) << kind.name;
  }
}

// Gives a field a value that is not its default.
void Fill(google::protobuf::Message* message, const FieldDescriptor* field) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  if (field->is_repeated()) {
    if (field->message_type() != nullptr)
      reflection.AddMessage(message, field);
    else
      reflection.AddString(message, field, "x");
    return;
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: return reflection.SetString(message, field, "x");
    case FieldDescriptor::CPPTYPE_MESSAGE: reflection.MutableMessage(message, field); return;
    case FieldDescriptor::CPPTYPE_ENUM: return reflection.SetEnumValue(message, field, 1);
    case FieldDescriptor::CPPTYPE_BOOL: return reflection.SetBool(message, field, true);
    case FieldDescriptor::CPPTYPE_DOUBLE: return reflection.SetDouble(message, field, 1);
    default: return reflection.SetInt64(message, field, 1);
  }
}

TEST(SchemaTest, EachRowAsksForItsOwnField) {
  for (const KindRow& kind : AllKinds()) {
    for (const FieldRow& filled : kind.fields) {
      const std::unique_ptr<google::protobuf::Message> message(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(kind.descriptor())->New());
      Fill(message.get(), kind.descriptor()->FindFieldByName(std::string(filled.name)));
      for (const FieldRow& row : kind.fields)
        EXPECT_EQ(row.is_set(*message), &row == &filled) << kind.name << ": " << filled.name << ", " << row.name;
    }
  }
}

TEST(SchemaTest, KindsHaveTheNumbersOfTheRecordsFields) {
  for (const KindRow& kind : AllKinds()) {
    const FieldDescriptor* field = v1::Record::descriptor()->FindFieldByName(std::string(kind.name));
    ASSERT_NE(field, nullptr) << kind.name;
    EXPECT_EQ(field->number(), kind.kind);
    EXPECT_EQ(field->message_type(), kind.descriptor());
    EXPECT_EQ(KindRowOf(kind.kind), &kind);
  }
  EXPECT_EQ(v1::Record::descriptor()->field_count(), static_cast<int>(AllKinds().size()));
  EXPECT_EQ(KindOf(v1::Record()), v1::RECORD_KIND_UNSPECIFIED);
  EXPECT_EQ(KindRowOf(v1::RECORD_KIND_UNSPECIFIED), nullptr);
}

}  // namespace
}  // namespace supportkpi::record
