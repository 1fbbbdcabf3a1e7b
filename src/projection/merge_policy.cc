#include "projection/merge_policy.h"

#include <algorithm>
#include <map>

namespace supportkpi::projection {

namespace {

// So many small segments of like size are merged: each fact is rewritten once per factor of 4 in size.
constexpr size_t kSmallOnesMin = 4;

uint32_t Live(const MergeCandidate& segment) { return segment.rows - segment.dead; }

std::vector<size_t> PickDead(const std::vector<MergeCandidate>& segments, const MergePolicy& policy) {
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].dead > policy.dead_share_max * segments[i].rows) return {i};
  }
  return {};
}

std::vector<size_t> PickMixed(const std::vector<MergeCandidate>& segments, const MergePolicy& policy) {
  std::vector<size_t> picked;
  for (size_t i = 0; i < segments.size() && picked.size() < policy.inputs_max; ++i) {
    if (segments[i].lasting == Lasting::kSome) picked.push_back(i);
  }
  return picked;
}

std::vector<size_t> PickSmall(const std::vector<MergeCandidate>& segments, Lasting lasting, const MergePolicy& policy) {
  std::map<int, std::vector<size_t>> tiers;
  for (size_t i = 0; i < segments.size(); ++i) {
    const uint32_t live = Live(segments[i]);
    if (segments[i].lasting != lasting || live == 0 || live * 2 >= policy.rows_per_segment) continue;
    tiers[(31 - __builtin_clz(live)) / 2].push_back(i);
  }
  for (auto& [tier, members] : tiers) {
    if (members.size() < kSmallOnesMin) continue;
    if (members.size() > policy.inputs_max) members.resize(policy.inputs_max);
    return members;
  }
  return {};
}

// Segments around the value that most segments cover. A segment covers [min, max): neighbours that only touch, and
// segments of a single value, which merging cannot part, do not count.
std::vector<size_t> PickOverlapping(const std::vector<MergeCandidate>& segments, Lasting lasting,
                                    const MergePolicy& policy) {
  std::map<int64_t, int64_t> steps;
  for (const MergeCandidate& segment : segments) {
    if (segment.lasting != lasting || segment.min >= segment.max) continue;
    ++steps[segment.min];
    --steps[segment.max];
  }
  int64_t depth = 0, deepest = 0, at = 0;
  for (const auto& [value, step] : steps) {
    depth += step;
    if (depth <= deepest) continue;
    deepest = depth;
    at = value;
  }
  std::vector<size_t> picked;
  if (deepest <= static_cast<int64_t>(policy.overlap_max)) return picked;
  for (size_t i = 0; i < segments.size() && picked.size() < policy.inputs_max; ++i) {
    if (segments[i].lasting == lasting && segments[i].min <= at && at < segments[i].max) picked.push_back(i);
  }
  return picked;
}

}  // namespace

std::vector<size_t> PickMerge(const std::vector<MergeCandidate>& segments, const MergePolicy& policy) {
  std::vector<size_t> picked = PickDead(segments, policy);
  if (picked.empty()) picked = PickMixed(segments, policy);
  for (const Lasting lasting : {Lasting::kAll, Lasting::kNone}) {
    if (picked.empty()) picked = PickSmall(segments, lasting, policy);
    if (picked.empty()) picked = PickOverlapping(segments, lasting, policy);
  }
  return picked;
}

}  // namespace supportkpi::projection
