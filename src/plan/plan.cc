#include "plan/plan.h"

#include <utility>

namespace supportkpi::plan {
namespace {

// Copies a part and what it stands on, each once; its new index.
int Copy(const Plan& from, int part, std::map<int, int>* copied, Plan* to) {
  if (part < 0) return part;
  if (const auto known = copied->find(part); known != copied->end()) return known->second;
  PartPlan copy = from.parts[part];
  copy.joins = Copy(from, copy.joins, copied, to);
  copy.over = Copy(from, copy.over, copied, to);
  to->parts.push_back(std::move(copy));
  return (*copied)[part] = static_cast<int>(to->parts.size()) - 1;
}

}  // namespace

Plan Ranking(const Plan& plan, size_t kpi, DimensionMask dimensions) {
  Plan ranking;
  ranking.sets = {{.by_bucket = false, .dimensions = dimensions}};
  ranking.buckets = plan.buckets;
  ranking.group_names = plan.group_names;
  ranking.grain = plan.grain;
  ranking.zone = plan.zone;
  ranking.start_ms = plan.start_ms;
  ranking.end_ms = plan.end_ms;
  ranking.kpis = {plan.kpis[kpi]};
  std::map<int, int> copied;
  for (int& part : ranking.kpis[0].parts) part = Copy(plan, part, &copied, &ranking);
  // What joins a population belongs to it, whoever asked for it.
  for (size_t part = 0; part < plan.parts.size(); ++part)
    if (copied.contains(plan.parts[part].joins)) Copy(plan, static_cast<int>(part), &copied, &ranking);
  return ranking;
}

}  // namespace supportkpi::plan
