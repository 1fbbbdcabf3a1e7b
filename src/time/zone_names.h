// The list of IANA zone names, read once from the system's tzdata, so that no name of a caller ever becomes a path.
#ifndef SUPPORTKPI_TIME_ZONE_NAMES_H_
#define SUPPORTKPI_TIME_ZONE_NAMES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace supportkpi::time {

class ZoneNames {
 public:
  // The list of this machine; UTC and its aliases are always in it.
  static const ZoneNames& System();

  // From the text of tzdata.zi (lines `Z name ...`, `L target alias`, `# version 2026a`).
  static ZoneNames FromCompactText(absl::string_view tzdata_zi);

  bool Contains(absl::string_view name) const;
  // What an alias stands for; a name that is no alias: itself.
  absl::string_view TargetOf(absl::string_view name) const;
  // Up to `count` known names most like `name`, best first.
  std::vector<std::string> Nearest(absl::string_view name, size_t count) const;
  std::vector<std::string> All() const;
  // Release of the zone data, as "2026a"; empty if the system does not tell.
  const std::string& version() const { return version_; }

 private:
  std::map<std::string, std::string, std::less<>> target_by_name_;
  std::string version_;
};

}  // namespace supportkpi::time

#endif  // SUPPORTKPI_TIME_ZONE_NAMES_H_
