// Where a spike of volume is measured: in earlier buckets that are like those of the question.
#ifndef SUPPORTKPI_PLAN_SPIKE_H_
#define SUPPORTKPI_PLAN_SPIKE_H_

#include "absl/status/statusor.h"
#include "plan/plan.h"

namespace supportkpi::plan {

struct Spike {
  SpikePlan plan;         // its part indexes are left to the caller
  PartPlan earlier;
  PartPlan first_ticket;
};

// `counted` is the part that counts in the question's own buckets.
absl::StatusOr<Spike> PlanSpike(const Plan& plan, const KpiPlan& kpi, const PartPlan& counted);

}  // namespace supportkpi::plan

#endif  // SUPPORTKPI_PLAN_SPIKE_H_
