// Checks one message against its row of the schema, field by field.
#ifndef SUPPORTKPI_RECORD_FIELD_CHECK_H_
#define SUPPORTKPI_RECORD_FIELD_CHECK_H_

#include <cstdint>
#include <string>

#include "google/protobuf/message.h"
#include "record/field_path.h"
#include "record/schema.h"
#include "record/violation.h"

namespace supportkpi::record {

class FieldChecker {
 public:
  FieldChecker(int64_t now_ms, Violations* violations) : now_ms_(now_ms), violations_(violations) {}

  // All fields of the kind's table; events inside a ticket are left to the caller.
  void CheckFields(const google::protobuf::Message& message, const KindRow& kind, const FieldPath& path);

  void Add(const FieldPath& path, std::string text) { violations_->Add(path.ToString(), std::move(text)); }

 private:
  void CheckField(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                  const FieldRow& row, const FieldPath& path);
  void CheckScalar(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                   const FieldRow& row, const FieldPath& path);
  void CheckMessage(const google::protobuf::Message& value, const FieldRow& row, const FieldPath& path);
  void CheckText(const std::string& value, size_t bytes_max, const FieldPath& path);
  void CheckTexts(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                  const FieldPath& path);
  void CheckAttributes(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                       const FieldPath& path);
  void CheckTeams(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                  const FieldPath& path);
  void CheckInstant(const google::protobuf::Timestamp& at, bool happened, const FieldPath& path);
  void CheckDuration(const google::protobuf::Duration& length, const FieldPath& path);
  void CheckNumber(double value, double least, double most, const FieldPath& path);

  const int64_t now_ms_;
  Violations* const violations_;
};

// A number as messages show it: 11, 3.5, nan.
std::string ShowNumber(double value);

}  // namespace supportkpi::record

#endif  // SUPPORTKPI_RECORD_FIELD_CHECK_H_
