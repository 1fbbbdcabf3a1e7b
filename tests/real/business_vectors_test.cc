// Business seconds and local times as other projects' suites give them, read from $SUPPORTKPI_REAL_DATA/vectors. A vector
// with a "policy" depends on a choice; ours, where it is another, stands in kOurs with its reason.
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"
#include "time/schedule.h"

namespace supportkpi::time {
namespace {

using Json = nlohmann::json;

constexpr const char* kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// Exact milliseconds where we choose otherwise than the source.
const std::map<std::string, int64_t>& Ours() {
  static const auto& ours = *new std::map<std::string, int64_t>{
      {"wh-05", 0},               // a reversed span is empty
      {"wh-14", 25 * kHourMs},    // a repeated hour is worked in each pass
      {"wh-22", 250},             // nothing is rounded
      {"wh-23", 500},             // "
      {"wh-24", 750},             // "
      {"wh-25", 750},             // "
      {"biz-14", 15 * kMinuteMs}, // the clock reads 03:00-03:15 after the gap, so that part is worked
  };
  return ours;
}

std::optional<Json> ReadVectors(const std::string& file) {
  const char* folder = std::getenv("SUPPORTKPI_REAL_DATA");
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  std::ifstream text(std::string(folder) + "/vectors/" + file);
  if (!text) return std::nullopt;
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

int32_t Minute(const std::string& text) { return std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3, 2)); }

WallIntervals Intervals(const Json& list) {
  WallIntervals intervals;
  for (const Json& interval : list) intervals.push_back({Minute(interval[0]), Minute(interval[1])});
  return intervals;
}

Schedule ScheduleFrom(const Json& json) {
  Schedule schedule{.name = "vector", .zone = &ZoneOf(json["time_zone"].get<std::string>()), .versions = {{}}};
  ScheduleVersion& version = schedule.versions[0];
  for (int day = 0; day < 7; ++day) version.weekly_hours[day] = Intervals(json["weekly"].value(kWeekdays[day], Json::array()));
  const Json special_hours = json.value("date_overrides", Json::object());
  for (const auto& [date, hours] : special_hours.items()) {
    version.special_hours[Date(date)] = Intervals(hours);
  }
  const Json date_breaks = json.value("date_breaks", Json::object());
  for (const auto& [date, breaks] : date_breaks.items()) {
    version.date_breaks[Date(date)] = Intervals(breaks);
  }
  for (const Json& date : json.value("holidays", Json::array())) version.holidays.insert(Date(date.get<std::string>()));
  return schedule;
}

TEST(BusinessVectorsTest, WorkedTimeIsThatOfOtherProjects) {
  const std::optional<Json> vectors = ReadVectors("business_seconds.json");
  if (!vectors) GTEST_SKIP() << "SUPPORTKPI_REAL_DATA names no folder with vectors/business_seconds.json";
  ASSERT_FALSE(vectors->is_discarded());
  for (const Json& vector : (*vectors)["vectors"]) {
    const std::string id = vector["id"];
    const Schedule schedule = ScheduleFrom(vector["schedule"]);
    ASSERT_OK(ValidateSchedule(schedule)) << id;
    const int64_t from_ms = At(vector["start"].get<std::string>());
    const int64_t to_ms = At(vector["end"].get<std::string>());
    const int64_t worked_ms = BusinessClock(schedule).WorkedMs(from_ms, to_ms);
    const auto chosen = Ours().find(id);
    if (chosen != Ours().end()) {
      EXPECT_TRUE(vector.contains("policy")) << id;
      EXPECT_EQ(worked_ms, chosen->second) << id << ": " << vector["policy"];
    } else {
      // Sources give whole seconds.
      EXPECT_EQ((worked_ms + kSecondMs / 2) / kSecondMs, vector["expected_seconds"].get<int64_t>()) << id;
    }
  }
}

TEST(BusinessVectorsTest, MissingAndRepeatedReadingsAreResolvedAlike) {
  const std::optional<Json> vectors = ReadVectors("local_time_resolution.json");
  if (!vectors) GTEST_SKIP() << "SUPPORTKPI_REAL_DATA names no folder with vectors/local_time_resolution.json";
  ASSERT_FALSE(vectors->is_discarded());
  for (const Json& vector : (*vectors)["vectors"]) {
    const std::string local = vector["local"];
    const Zone& zone = ZoneOf(vector["time_zone"].get<std::string>());
    // Also "24:00:00", the midnight at the end of a date.
    const absl::CivilSecond reading = absl::CivilSecond(Date(local.substr(0, 10))) + Minute(local.substr(11, 5)) * 60 +
                                      std::stoi(local.substr(17, 2));
    EXPECT_EQ(FormatRfc3339(zone.InstantOf(reading)), vector["expected_utc"].get<std::string>()) << local;
  }
}

}  // namespace
}  // namespace supportkpi::time
