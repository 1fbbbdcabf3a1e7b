// The earlier like buckets of every bucket, each once.
#include "plan/spike.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "plan/refusal.h"

namespace supportkpi::plan {
namespace {

constexpr int kEarlierBuckets = 8;

// The creation of the tenant's first ticket, in one cell.
PartPlan FirstTicket(const PartPlan& counted) {
  PartPlan first = counted;
  first.part.name = "first_ticket";
  first.part.where = kpi::Const(1);
  first.part.aggregate = kpi::Aggregate::kStatistic;
  first.part.value = first.part.at;
  first.statistic = {Statistic::Kind::kMin, 50};
  first.filter = BoundFilter();
  first.groups.clear();
  first.start_ms = time::kFirstInstantMs;
  first.buckets = {{first.start_ms, first.end_ms, false, "all"}};
  return first;
}

}  // namespace

absl::StatusOr<Spike> PlanSpike(const Plan& plan, const KpiPlan& kpi, const PartPlan& counted) {
  if (plan.grain.unit == time::GrainUnit::kNone) {
    return Refuse("grain.unit", absl::StrCat("not set, and kpi ", Quoted(kpi.definition->id), " compares a bucket with earlier ones"),
                  "set a unit, such as day");
  }
  Spike spike;
  spike.plan.earlier.resize(plan.buckets.size());
  std::map<std::pair<int64_t, int64_t>, int> index_by_bounds;
  std::vector<std::vector<time::Bucket>> earlier_of(plan.buckets.size());
  std::map<std::pair<int64_t, int64_t>, time::Bucket> all;
  for (size_t i = 0; i < plan.buckets.size(); ++i) {
    if (plan.buckets[i].partial) continue;
    earlier_of[i] = time::EarlierLikeBuckets(plan.buckets[i], plan.grain, *plan.zone, kEarlierBuckets);
    for (const time::Bucket& bucket : earlier_of[i]) all[{bucket.start_ms, bucket.end_ms}] = bucket;
  }
  spike.earlier = counted;
  spike.earlier.part.name = "earlier";
  spike.earlier.buckets.clear();
  for (const auto& [bounds, bucket] : all) {
    index_by_bounds[bounds] = static_cast<int>(spike.earlier.buckets.size());
    spike.earlier.buckets.push_back(bucket);
  }
  for (size_t i = 0; i < earlier_of.size(); ++i) {
    for (const time::Bucket& bucket : earlier_of[i]) {
      spike.plan.earlier[i].push_back(index_by_bounds.at({bucket.start_ms, bucket.end_ms}));
    }
  }
  if (!spike.earlier.buckets.empty()) spike.earlier.start_ms = spike.earlier.buckets.front().start_ms;
  spike.first_ticket = FirstTicket(counted);
  return spike;
}

}  // namespace supportkpi::plan
