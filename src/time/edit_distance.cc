// One row of the usual table, renewed for each byte of the left word.
#include "time/edit_distance.h"

#include <algorithm>
#include <vector>

namespace supportkpi::time {

int EditDistance(absl::string_view left, absl::string_view right) {
  std::vector<int> row(right.size() + 1);
  for (size_t column = 0; column <= right.size(); ++column) row[column] = static_cast<int>(column);
  for (size_t line = 1; line <= left.size(); ++line) {
    int diagonal = row[0];
    row[0] = static_cast<int>(line);
    for (size_t column = 1; column <= right.size(); ++column) {
      const int replaced = diagonal + (left[line - 1] == right[column - 1] ? 0 : 1);
      diagonal = row[column];
      row[column] = std::min({replaced, row[column] + 1, row[column - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace supportkpi::time
