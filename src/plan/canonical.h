// The same bytes for questions that have the same answer, however they were written down: with what was left out filled in,
// and lists in order where order means nothing.
#ifndef SUPPORTKPI_PLAN_CANONICAL_H_
#define SUPPORTKPI_PLAN_CANONICAL_H_

#include <string>

#include "plan/question.h"
#include "settings/settings.h"

namespace supportkpi::plan {

// Questions of equal bytes, asked under the same settings on the same facts, have equal answers, or are both refused. The
// opposite does not hold: filters that mean the same but are built otherwise have other bytes.
std::string CanonicalBytes(const Question& question, const settings::Settings& settings);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_CANONICAL_H_
