// Puts the files of rows together.
#include "kpi/catalogue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "kpi/rows.h"

namespace supportkpi::kpi {
namespace {

const Definition& Named(const std::vector<Definition>& rows, absl::string_view id) {
  return *std::find_if(rows.begin(), rows.end(), [&](const Definition& row) { return row.id == id; });
}

std::vector<Definition> MakeCatalogue() {
  std::vector<Definition> all;
  const auto append = [&](std::vector<Definition> rows) {
    std::move(rows.begin(), rows.end(), std::back_inserter(all));
  };
  append(rows::VolumeRows());
  append(rows::StateRows());
  append(rows::ShareRows());
  append(rows::ResponseRows());
  append(rows::ResolutionRows());
  append(rows::TimeRows());
  append(rows::WorkRows());
  append(rows::TransferRows());
  append(rows::OutcomeRows());
  append(rows::SurveyRows());
  append(rows::CallRows());
  append(rows::AgentRows());
  append(rows::CustomerRows());
  append(rows::CostRows(Named(all, "interactions").forms.front().parts));
  return all;
}

const std::vector<Definition>& Catalogue() {
  static const auto& catalogue = *new std::vector<Definition>(MakeCatalogue());
  return catalogue;
}

// Edits (insert, remove, replace, swap neighbours) that turn one text into the other.
size_t EditDistance(absl::string_view left, absl::string_view right) {
  std::vector<std::vector<size_t>> cost(left.size() + 1, std::vector<size_t>(right.size() + 1));
  for (size_t i = 0; i <= left.size(); ++i) {
    for (size_t j = 0; j <= right.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const size_t replace = cost[i - 1][j - 1] + (left[i - 1] != right[j - 1]);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[left.size()][right.size()];
}

}  // namespace

absl::Span<const Definition> AllKpis() { return Catalogue(); }

const Definition* FindKpi(absl::string_view id) {
  static const auto& by_id = *[] {
    auto* map = new absl::flat_hash_map<std::string, const Definition*>();
    for (const Definition& row : Catalogue()) (*map)[row.id] = &row;
    return map;
  }();
  auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

std::vector<std::string> NearestNames(absl::string_view text, const std::vector<std::string>& names, size_t count) {
  constexpr size_t kLongestText = 64;  // the cost grows with the product of the lengths
  text = text.substr(0, kLongestText);
  std::vector<std::pair<size_t, std::string>> ranked;
  for (const std::string& name : names) {
    const bool contains = text.size() >= 3 && (name.find(std::string(text)) != std::string::npos || text.find(name) != text.npos);
    const size_t distance = EditDistance(text, name);
    if (contains || distance <= std::max<size_t>(2, name.size() / 3)) ranked.emplace_back(contains ? 1 : distance, name);
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < ranked.size() && i < count; ++i) nearest.push_back(ranked[i].second);
  return nearest;
}

std::vector<std::string> NearestKpis(absl::string_view text) {
  std::vector<std::string> ids;
  for (const Definition& row : Catalogue()) ids.push_back(row.id);
  return NearestNames(text, ids, 3);
}

}  // namespace supportkpi::kpi
