// From a question that cannot be asked to the nearest one that can: each fault is mended by the smallest change that takes
// it away, and the question is planned again, until it can be asked.
#ifndef SUPPORTKPI_SERVICE_QUESTION_REPAIR_H_
#define SUPPORTKPI_SERVICE_QUESTION_REPAIR_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "plan/question.h"
#include "settings/settings.h"
#include "supportkpi/v1/kpi_service.pb.h"

namespace supportkpi::service {

struct QuestionFault {
  std::string field;        // in the question as it was asked
  std::string description;
};

struct MendedQuestion {
  v1::QueryKpisRequest request;       // the one that was asked, with the changes
  std::vector<QuestionFault> faults;  // none: it can be asked as it is
  std::vector<std::string> changes;   // one sentence each
  // Of `request`; absent: nothing is near.
  std::optional<plan::Question> question;
  std::optional<plan::Plan> plan;
};

// A range in words is read at `now_ms`. More than 64 faults are too many to be near anything. Stops where it is when *cancelled
// becomes true; it may be nullptr.
MendedQuestion Mend(const v1::QueryKpisRequest& request, const settings::Settings& settings, int64_t now_ms,
                    const std::atomic<bool>* cancelled);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_QUESTION_REPAIR_H_
