// Plans as text. Two parts with the same text give the same cells.
#ifndef SUPPORTKPI_PLAN_DUMP_H_
#define SUPPORTKPI_PLAN_DUMP_H_

#include <string>

#include "plan/plan.h"

namespace supportkpi::plan {

std::string Dump(const PartPlan& plan);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_DUMP_H_
