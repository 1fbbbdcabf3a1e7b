// Matchers for absl::Status and absl::StatusOr: IsOk(), IsOkAndHolds(m), StatusIs(code, message matcher).
#ifndef SUPPORTKPI_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define SUPPORTKPI_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"

namespace supportkpi::testing {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

MATCHER_P(IsOkAndHolds, value_matcher, "is OK and holds a value that matches") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

MATCHER_P2(StatusIs, code, message_matcher, "has the code and a message that matches") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::ExplainMatchResult(message_matcher, std::string(status.message()), result_listener);
}

}  // namespace supportkpi::testing

#define ASSERT_OK(expression) ASSERT_THAT(expression, ::supportkpi::testing::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT(expression, ::supportkpi::testing::IsOk())

#endif  // SUPPORTKPI_TESTS_SUPPORT_STATUS_MATCHERS_H_
