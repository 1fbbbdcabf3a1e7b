// What a question asks, in words.
#ifndef SUPPORTKPI_SERVICE_QUESTION_WORDS_H_
#define SUPPORTKPI_SERVICE_QUESTION_WORDS_H_

#include <string>

#include "plan/plan.h"
#include "plan/question.h"

namespace supportkpi::service {

// One sentence a line: each KPI with its formula and how it is asked, then range, buckets, groups, conditions, totals and
// which rows come first. `plan` is the question's.
std::string InWords(const plan::Question& question, const plan::Plan& plan);

}  // namespace supportkpi::service

#endif  // SUPPORTKPI_SERVICE_QUESTION_WORDS_H_
