// Items of facts that stand in several groups: one for each group, folded ones once.
#include <algorithm>
#include <set>

#include "exec/native/part_run.h"

namespace supportkpi::exec::native {

// A fact stands in the group of each distinct entry of a list (of lists that go together: each distinct combination of
// entries at one place), of several lists in each combination; without entries under none.
void PartRun::ExpandLists(const Stream& stream) {
  item_of_.clear();
  expanded_buckets_.clear();
  expanded_.resize(scan_.dimensions.size());
  std::vector<size_t> kept;
  std::vector<const int64_t*> scalars(expanded_.size(), nullptr);
  std::vector<const column::Lists*> lists(expanded_.size(), nullptr);
  for (size_t d = 0; d < expanded_.size(); ++d) {
    expanded_[d].clear();
    const Dimension& dimension = scan_.dimensions[d];
    if (!stream.Keeps(dimension)) continue;
    kept.push_back(d);
    if (dimension.list_group < 0)
      scalars[d] = Value(dimension.node);
    else
      lists[d] = &batch_->ListsOf(dimension.list);
  }
  std::vector<const int64_t*> until(scan_.list_groups.size(), nullptr);
  for (size_t g = 0; g < until.size(); ++g)
    if (scan_.list_groups[g].until != kNoNode) until[g] = Value(scan_.list_groups[g].until);
  std::vector<std::vector<int>> kept_of(scan_.list_groups.size());
  for (size_t g = 0; g < kept_of.size(); ++g)
    for (const int d : scan_.list_groups[g].dimensions)
      if (lists[d] != nullptr) kept_of[g].push_back(d);
  for (size_t i = 0; i < items_.size(); ++i) {
    const uint32_t row = items_.row[i];
    for (size_t g = 0; g < entries_.size(); ++g) {
      auto& entries = entries_[g];
      entries.clear();
      const std::vector<int>& dimensions = kept_of[g];
      const auto entry_of = [&](int d, int32_t entry) {
        return lists[d]->values[lists[d]->offsets[row] + static_cast<uint32_t>(entry)];
      };
      const int32_t count =
          dimensions.empty() ? 0 : static_cast<int32_t>(lists[dimensions[0]]->offsets[row + 1] - lists[dimensions[0]]->offsets[row]);
      for (int32_t entry = 0; entry < count; ++entry) {
        if (until[g] != nullptr) {
          const column::Lists& at = batch_->ListsOf(scan_.list_groups[g].at);
          if (at.values[at.offsets[row] + static_cast<uint32_t>(entry)] >= until[g][i]) continue;
        }
        const bool known = std::any_of(entries.begin(), entries.end(), [&](int32_t other) {
          return std::all_of(dimensions.begin(), dimensions.end(),
                             [&](int d) { return entry_of(d, entry) == entry_of(d, other); });
        });
        if (!known) entries.push_back(entry);
      }
      if (entries.empty()) entries.push_back(-1);
    }
    AddCombinations(kept, static_cast<uint32_t>(i), scalars, lists);
  }
  if (scan_.fold != nullptr) FoldExpanded(kept);
}

void PartRun::AddCombinations(const std::vector<size_t>& kept, uint32_t item, const std::vector<const int64_t*>& scalars,
                              const std::vector<const column::Lists*>& lists) {
  const uint32_t row = items_.row[item];
  std::vector<size_t> place(entries_.size());
  for (bool more = true; more;) {
    item_of_.push_back(item);
    expanded_buckets_.push_back(items_.bucket[item]);
    for (const size_t d : kept) {
      const int g = scan_.dimensions[d].list_group;
      const int32_t entry = g < 0 ? 0 : entries_[g][place[g]];
      expanded_[d].push_back(g < 0       ? scalars[d][item]
                             : entry < 0 ? 0
                                         : lists[d]->values[lists[d]->offsets[row] + static_cast<uint32_t>(entry)]);
    }
    more = false;
    for (size_t g = 0; g < place.size() && !more; ++g) {
      more = ++place[g] < entries_[g].size();
      if (!more) place[g] = 0;
    }
  }
}

// Puts other groups into one, in which a fact stands once.
void PartRun::FoldExpanded(const std::vector<size_t>& kept) {
  std::vector<size_t> folding;
  for (const size_t d : kept)
    if (scan_.fold->Folds(scan_.dimensions[d].place)) folding.push_back(d);
  size_t folded_dimensions = 0;
  for (size_t d = 0; d < scan_.plan->groups.size(); ++d) folded_dimensions += scan_.fold->Folds(d);
  if (folding.size() < folded_dimensions) return;  // a total over what is folded
  std::set<std::vector<int64_t>> seen;  // of one item: all values
  std::vector<int64_t> values;
  size_t out = 0;
  for (size_t i = 0; i < item_of_.size(); ++i) {
    if (i == 0 || item_of_[i] != item_of_[i - 1]) seen.clear();
    values.clear();
    for (const size_t d : folding) values.push_back(expanded_[d][i]);
    auto [folded, added] = folded_.try_emplace(values, false);
    if (added) folded->second = !names_.Keeps(scan_, folding, values);
    if (folded->second)
      for (const size_t d : folding) expanded_[d][i] = scan_.dimensions[d].other;
    values.clear();
    for (const size_t d : kept) values.push_back(expanded_[d][i]);
    if (!seen.insert(values).second) continue;
    for (const size_t d : kept) expanded_[d][out] = expanded_[d][i];
    expanded_buckets_[out] = expanded_buckets_[i];
    item_of_[out++] = item_of_[i];
  }
  for (const size_t d : kept) expanded_[d].resize(out);
  expanded_buckets_.resize(out);
  item_of_.resize(out);
}

}  // namespace supportkpi::exec::native
