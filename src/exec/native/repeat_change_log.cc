#include "exec/native/repeat_change_log.h"

#include <algorithm>
#include <utility>

namespace supportkpi::exec::native {

RepeatChangeLog::Changes RepeatChangeLog::Of(int64_t commit, std::vector<int64_t> created_at, bool is_range) {
  std::sort(created_at.begin(), created_at.end());
  created_at.erase(std::unique(created_at.begin(), created_at.end()), created_at.end());
  if (is_range || created_at.size() > kInstantsMax) return {commit, {created_at.front(), created_at.back()}, true};
  return {commit, std::move(created_at), false};
}

void RepeatChangeLog::Add(int64_t commit, std::vector<int64_t> created_at) {
  if (created_at.empty()) return;
  changes_.push_back(std::make_shared<const Changes>(Of(commit, std::move(created_at), false)));
  if (changes_.size() <= kCommitsMax) return;
  // The older half become half as many, each with the later commit of two.
  std::vector<std::shared_ptr<const Changes>> fewer;
  for (size_t i = 0; i + 1 < kCommitsMax / 2; i += 2) {
    std::vector<int64_t> both = changes_[i]->created_at;
    both.insert(both.end(), changes_[i + 1]->created_at.begin(), changes_[i + 1]->created_at.end());
    const bool is_range = changes_[i]->is_range || changes_[i + 1]->is_range;
    fewer.push_back(std::make_shared<const Changes>(Of(changes_[i + 1]->commit, std::move(both), is_range)));
  }
  fewer.insert(fewer.end(), changes_.begin() + static_cast<std::ptrdiff_t>(kCommitsMax / 2), changes_.end());
  changes_ = std::move(fewer);
}

int64_t RepeatChangeLog::LastIn(int64_t from, int64_t until) const {
  for (auto changes = changes_.rbegin(); changes != changes_.rend(); ++changes) {
    const std::vector<int64_t>& created_at = (*changes)->created_at;
    const auto first = std::lower_bound(created_at.begin(), created_at.end(), from);
    if (first == created_at.end()) continue;
    if (*first <= until || ((*changes)->is_range && first != created_at.begin())) return (*changes)->commit;
  }
  return began_;
}

}  // namespace supportkpi::exec::native
