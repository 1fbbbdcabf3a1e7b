// Reads the list of zone names and finds the ones most like a wrong name.
#include "time/zone_names.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "time/edit_distance.h"

namespace supportkpi::time {

namespace {

// Long enough for every IANA name; a caller's longer text is compared by its beginning only.
constexpr size_t kComparedBytes = 48;
constexpr char kDefaultFolder[] = "/usr/share/zoneinfo";

std::string ZoneinfoFolder() {
  const char* chosen = std::getenv("TZDIR");  // the variable that Abseil's loader reads too
  return chosen != nullptr && *chosen != '\0' ? chosen : kDefaultFolder;
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

bool IsZoneFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  char magic[4] = {};
  return file.read(magic, sizeof(magic)) && absl::string_view(magic, sizeof(magic)) == "TZif";
}

// For systems whose tzdata brings no tzdata.zi: the names are the paths of the zone files.
std::map<std::string, std::string, std::less<>> NamesFromFolder(const std::string& folder) {
  std::map<std::string, std::string, std::less<>> names;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().lexically_relative(folder).string();
    if (absl::StartsWith(name, "posix") || absl::StartsWith(name, "right") || name == "localtime") continue;
    if (!absl::ascii_isupper(static_cast<unsigned char>(name[0])) || name == "Factory") continue;
    if (std::error_code ignored; entry->is_regular_file(ignored) && IsZoneFile(entry->path())) names.emplace(name, name);
  }
  return names;
}

// Lower case without separators: "new york" and "America/New_York" meet in "newyork".
std::string Folded(absl::string_view name) {
  std::string folded;
  for (char c : name.substr(0, kComparedBytes)) {
    if (c != '_' && c != ' ' && c != '-') folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return folded;
}

absl::string_view AfterLastSlash(absl::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == absl::string_view::npos ? name : name.substr(slash + 1);
}

}  // namespace

const ZoneNames& ZoneNames::System() {
  static const ZoneNames& names = *[] {
    const std::string folder = ZoneinfoFolder();
    auto* loaded = new ZoneNames(FromCompactText(ReadWhole(folder + "/tzdata.zi")));
    if (loaded->target_by_name_.size() < 100) loaded->target_by_name_.merge(NamesFromFolder(folder));
    return loaded;
  }();
  return names;
}

ZoneNames ZoneNames::FromCompactText(absl::string_view tzdata_zi) {
  ZoneNames names;
  for (absl::string_view line : absl::StrSplit(tzdata_zi, '\n')) {
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.size() >= 3 && words[0] == "#" && words[1] == "version") names.version_ = std::string(words[2]);
    if (words.size() >= 2 && words[0] == "Z" && words[1] != "Factory") {
      names.target_by_name_.emplace(words[1], words[1]);
    }
    if (words.size() == 3 && words[0] == "L") names.target_by_name_.emplace(words[2], words[1]);
  }
  names.target_by_name_.emplace("Etc/UTC", "Etc/UTC");
  names.target_by_name_.emplace("UTC", "Etc/UTC");
  return names;
}

bool ZoneNames::Contains(absl::string_view name) const { return target_by_name_.find(name) != target_by_name_.end(); }

absl::string_view ZoneNames::TargetOf(absl::string_view name) const {
  const auto found = target_by_name_.find(name);
  return found == target_by_name_.end() ? name : absl::string_view(found->second);
}

std::vector<std::string> ZoneNames::Nearest(absl::string_view name, size_t count) const {
  const std::string wanted = Folded(name);
  const std::string wanted_city(AfterLastSlash(wanted));
  std::vector<std::pair<int, const std::string*>> ranked;
  for (const auto& [known, target] : target_by_name_) {
    const std::string folded = Folded(known);
    // A right city under a wrong continent is a smaller mistake than two wrong letters.
    const int by_city = 1 + 2 * EditDistance(wanted_city, AfterLastSlash(folded)) + (known == target ? 0 : 1);
    const int distance = std::min(2 * EditDistance(wanted, folded), by_city);
    if (distance <= 1 + static_cast<int>(wanted.size())) ranked.emplace_back(distance, &known);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& left, const auto& right) { return left.first < right.first; });
  std::vector<std::string> nearest;
  for (size_t i = 0; i < ranked.size() && i < count; ++i) nearest.push_back(*ranked[i].second);
  return nearest;
}

std::vector<std::string> ZoneNames::All() const {
  std::vector<std::string> names;
  for (const auto& [name, target] : target_by_name_) names.push_back(name);
  return names;
}

}  // namespace supportkpi::time
