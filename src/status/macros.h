// RETURN_IF_ERROR and ASSIGN_OR_RETURN; nothing else ever.
#ifndef SUPPORTKPI_STATUS_MACROS_H_
#define SUPPORTKPI_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the function with the status of `expression` unless it is OK.
#define RETURN_IF_ERROR(expression)                                   \
  do {                                                                \
    if (absl::Status status_of_call = (expression); !status_of_call.ok()) \
      return status_of_call;                                          \
  } while (false)

#define SUPPORTKPI_JOIN_INNER(left, right) left##right
#define SUPPORTKPI_JOIN(left, right) SUPPORTKPI_JOIN_INNER(left, right)

// `ASSIGN_OR_RETURN(auto x, F());`: x is F()'s value, or the function returns with F()'s status.
#define ASSIGN_OR_RETURN(target, expression) \
  SUPPORTKPI_ASSIGN_OR_RETURN(SUPPORTKPI_JOIN(status_or_, __LINE__), target, expression)
#define SUPPORTKPI_ASSIGN_OR_RETURN(holder, target, expression) \
  auto holder = (expression);                                   \
  if (!holder.ok()) return holder.status();                     \
  target = *std::move(holder)

#endif  // SUPPORTKPI_STATUS_MACROS_H_
