// Settings that are good become plain values, bad ones are refused by name.
#include "settings/encode.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::settings {
namespace {

absl::StatusOr<Settings> Read(const std::string& text, int64_t version = 1) {
  v1::Settings message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return FromMessage(message, version);
}

TEST(SettingsTest, NothingSaidMeansTheDefaults) {
  const auto settings = Read("", 0);
  ASSERT_OK(settings);
  EXPECT_EQ(settings->time_zone, "");
  EXPECT_EQ(settings->fiscal_first_month, 1);
  EXPECT_TRUE(settings->schedules.empty());
}

TEST(SettingsTest, EverythingSaidIsKept) {
  const auto settings = Read(R"(
      time_zone: 'Europe/Berlin' fiscal_first_month: 4 default_schedule: 'day' team_schedules { key: 'night' value: 'nights' }
      schedules { name: 'day' versions {
        weekly { weekday: 1 start: '09:00' end: '17:30' } weekly { weekday: 7 start: '00:00' end: '24:00' }
        weekly_breaks { weekday: 1 start: '12:00' end: '12:30' }
        special_hours { date: '2026-12-24' intervals { start: '09:00' end: '12:00' } } holidays: '2026-12-25' } }
      schedules { name: 'nights' time_zone: 'America/New_York' versions {
        first_date: '2026-01-01' weekly { weekday: 5 start: '22:00' end: '06:00' } date_breaks { date: '2026-01-02' } } }
      questions { question: 'mood' scale_min: 1 scale_max: 9 threshold: 7 } questions { question: 'effort' low_is_good: true }
      targets { kpi: 'first_response_within_target' channel: 'email' target { seconds: 3600 } }
      targets { kpi: 'resolution_within_target' target { nanos: 1000000 } })", 3);
  ASSERT_OK(settings);
  EXPECT_EQ(settings->version, 3);
  EXPECT_EQ(settings->fiscal_first_month, 4);
  const time::Schedule& day = settings->schedules.at("day");
  EXPECT_EQ(day.zone->name(), "Europe/Berlin");
  EXPECT_FALSE(day.versions[0].first_date.has_value());
  EXPECT_EQ(day.versions[0].weekly_hours[0], (time::WallIntervals{{540, 1050}}));
  EXPECT_EQ(day.versions[0].weekly_hours[6], (time::WallIntervals{{0, 1440}}));
  EXPECT_EQ(day.versions[0].weekly_breaks[0], (time::WallIntervals{{720, 750}}));
  EXPECT_EQ(day.versions[0].special_hours.count(absl::CivilDay(2026, 12, 24)), 1u);
  EXPECT_EQ(day.versions[0].holidays.count(absl::CivilDay(2026, 12, 25)), 1u);
  const time::Schedule& nights = settings->schedules.at("nights");
  EXPECT_EQ(nights.zone->name(), "America/New_York");
  EXPECT_EQ(nights.versions[0].first_date, absl::CivilDay(2026, 1, 1));
  EXPECT_EQ(settings->team_schedules.at("night"), "nights");
  EXPECT_EQ(settings->questions.at("mood").threshold, 7);
  EXPECT_TRUE(settings->questions.at("effort").low_is_good);
  EXPECT_EQ(settings->targets[0].target_ms, 3'600'000);
  EXPECT_EQ(settings->targets[1].target_ms, 1);
}

struct Case {
  const char* name;
  const char* settings;
  const char* message;
};
class RefusedSettingsTest : public ::testing::TestWithParam<Case> {};

TEST_P(RefusedSettingsTest, NameTheFieldAndWhatIsAllowed) {
  EXPECT_THAT(Read(GetParam().settings),
              testing::StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr(GetParam().message)));
}

const Case kCases[] = {
    {"Zone", "time_zone: '../etc/passwd'", "settings.time_zone: unknown IANA zone \"../etc/passwd\""},
    {"Month", "fiscal_first_month: 13", "settings.fiscal_first_month: 13 outside 1..12"},
    {"NoName", "schedules {}", "settings.schedules[0].name: missing; 1 to 256 bytes"},
    {"NoVersions", "schedules { name: 'a' }", "settings.schedules[0].versions: empty"},
    {"Hour", "schedules { name: 'a' versions { weekly { weekday: 1 start: '25:00' end: '24:00' } } }",
     "settings.schedules[0].versions[0].weekly[0].start: \"25:00\" is not HH:MM; allowed are 00:00 to 23:59"},
    {"EndHour", "schedules { name: 'a' versions { weekly { weekday: 1 start: '00:00' end: '24:01' } } }",
     "settings.schedules[0].versions[0].weekly[0].end: \"24:01\" is not HH:MM; allowed are 00:00 to 24:00"},
    {"Weekday", "schedules { name: 'a' versions { weekly { start: '00:00' end: '24:00' } } }",
     "settings.schedules[0].versions[0].weekly[0].weekday: 0 outside 1 (Monday) to 7 (Sunday)"},
    {"Date", "schedules { name: 'a' versions { holidays: '2026-02-30' } }",
     "settings.schedules[0].versions[0].holidays[0]: \"2026-02-30\" is not a date; allowed is YYYY-MM-DD"},
    {"Twice", "schedules { name: 'a' versions {} } schedules { name: 'a' versions {} }",
     "settings.schedules[1].name: \"a\" is there twice"},
    {"UnknownDefault", "default_schedule: 'b' schedules { name: 'a' versions {} }",
     "settings.default_schedule: unknown schedule \"b\"; known: a"},
    {"UnknownOfTeam", "team_schedules { key: 't' value: 'b' }",
     "settings.team_schedules[\"t\"]: unknown schedule \"b\"; known: none"},
    {"HalfScale", "questions { question: 'q' scale_min: 1 }", "settings.questions[0].scale_max: missing"},
    {"Scale", "questions { question: 'q' scale_min: 5 scale_max: 1 }", "settings.questions[0].scale_max: 1 not above scale_min 5"},
    {"Nan", "questions { question: 'q' scale_min: 5 scale_max: nan }", "settings.questions[0].scale_max: nan not above"},
    {"Threshold", "questions { question: 'q' scale_min: 1 scale_max: 5 threshold: 6 }",
     "settings.questions[0].threshold: 6 outside 1..5"},
    {"TargetKpi", "targets { kpi: 'csat' target { seconds: 1 } }", "settings.targets[0].kpi: \"csat\" takes no target"},
    {"TargetZero", "targets { kpi: 'resolution_within_target' }", "settings.targets[0].target: outside 1 ms to 3660 days"},
    {"TargetTwice",
     "targets { kpi: 'resolution_within_target' target { seconds: 1 } } targets { kpi: 'resolution_within_target' target { seconds: 2 } }",
     "settings.targets[1]: a second target of resolution_within_target for channel \"\""},
};
INSTANTIATE_TEST_SUITE_P(Settings, RefusedSettingsTest, ::testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace supportkpi::settings
