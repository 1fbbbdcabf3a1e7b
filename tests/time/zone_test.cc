// Zones: names, offsets and the one policy for skipped and repeated readings, against Abseil's own answers.
#include "time/zone.h"

#include <algorithm>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/time/instants.h"
#include "time/clock.h"
#include "time/zone_names.h"

namespace supportkpi::time {
namespace {

using ::supportkpi::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ZoneNamesTest, KnowsZonesAndAliases) {
  for (const char* name : {"UTC", "Etc/UTC", "GMT", "Europe/Paris", "US/Eastern", "Asia/Calcutta", "America/Argentina/Ushuaia",
                           "Etc/GMT+5", "EST5EDT"}) {
    EXPECT_OK(FindZone(name)) << name;
  }
  EXPECT_EQ(ZoneOf("US/Eastern").name(), "US/Eastern");
  EXPECT_EQ(ZoneOf("US/Eastern").OffsetMsAt(At("2026-07-01T00:00:00Z")), -4 * kHourMs);
}

TEST(ZoneNamesTest, EveryListedZoneLoads) {
  EXPECT_GT(ZoneNames::System().All().size(), 400u);
  for (const std::string& name : ZoneNames::System().All()) EXPECT_OK(FindZone(name)) << name;
}

TEST(ZoneNamesTest, RefusesWhatIsNoNameAndNeverOpensIt) {
  for (const char* name : {"", "Mars/Base", "../etc/passwd", "/etc/localtime", "posix/Europe/Paris", "europe/paris", "localtime",
                           "UTC+5", "Fixed/UTC+05:00:00", "Europe/Paris ", "tzdata.zi", "Factory"}) {
    EXPECT_THAT(FindZone(name), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unknown IANA zone \""))) << name;
  }
  EXPECT_THAT(FindZone("Mars/Base"), StatusIs(absl::StatusCode::kInvalidArgument,
                                              HasSubstr("unknown IANA zone \"Mars/Base\"; ")));
  const std::string message(FindZone(std::string(100'000, 'x') + "\n\xff").status().message());
  EXPECT_LT(message.size(), 400u);
}

TEST(ZoneNamesTest, ProposesTheNearestNames) {
  const std::pair<const char*, const char*> cases[] = {{"Europe/Pariss", "Europe/Paris"},
                                                       {"europe/paris", "Europe/Paris"},
                                                       {"Paris", "Europe/Paris"},
                                                       {"America/NewYork", "America/New_York"},
                                                       {"New York", "America/New_York"},
                                                       {"Asia/Calcuta", "Asia/Calcutta"},
                                                       {"Utc", "UTC"}};
  for (const auto& [asked, nearest] : cases) {
    EXPECT_THAT(ZoneNames::System().Nearest(asked, 3), Contains(nearest)) << asked;
  }
  EXPECT_THAT(FindZone("Europe/Pariss").status().message(), HasSubstr("did you mean \"Europe/Paris\""));
}

TEST(ZoneNamesTest, ReadsTheCompactText) {
  const ZoneNames names = ZoneNames::FromCompactText(
      "# version 2026a\nR x 1 2 - 3 4 5 6 -\nZ Etc/UTC 0 - UTC\nZ Some/Place 1 - A 1990\n2 - B\nL Some/Place Old\n");
  EXPECT_EQ(names.version(), "2026a");
  EXPECT_THAT(names.All(), ::testing::ElementsAre("Etc/UTC", "Old", "Some/Place", "UTC"));
  EXPECT_EQ(names.TargetOf("Old"), "Some/Place");
  EXPECT_EQ(names.TargetOf("UTC"), "Etc/UTC");
}

TEST(ZoneTest, IsInternedForAllThreads) {
  std::vector<std::thread> threads;
  std::vector<const Zone*> found(8);
  for (const Zone*& zone : found) threads.emplace_back([&zone] { zone = &ZoneOf("Indian/Maldives"); });
  for (std::thread& thread : threads) thread.join();
  for (const Zone* zone : found) EXPECT_EQ(zone, found[0]);
}

TEST(ZoneTest, SkippedReadingIsOneHourLaterOnTheClockAndRepeatedIsTheFirstPass) {
  struct Case {
    const char* zone;
    const char* local;
    const char* instant;
    const char* boundary;
  };
  const Case cases[] = {
      {"America/Los_Angeles", "2006-01-04T12:30:09", "2006-01-04T20:30:09Z", "2006-01-04T20:30:09Z"},
      {"America/Los_Angeles", "2014-03-09T02:30", "2014-03-09T10:30:00Z", "2014-03-09T10:00:00Z"},
      {"America/Los_Angeles", "2014-11-02T01:30", "2014-11-02T08:30:00Z", "2014-11-02T08:30:00Z"},
      {"America/Sao_Paulo", "2015-10-18T00:00", "2015-10-18T03:00:00Z", "2015-10-18T03:00:00Z"},
      {"America/Sao_Paulo", "2015-10-18T00:20", "2015-10-18T03:20:00Z", "2015-10-18T03:00:00Z"},
      {"Pacific/Apia", "2011-12-30T10:00", "2011-12-30T20:00:00Z", "2011-12-30T10:00:00Z"},
      {"America/Havana", "2020-11-01T00:30", "2020-11-01T04:30:00Z", "2020-11-01T04:30:00Z"},
      {"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45:00Z", "2026-04-04T14:45:00Z"},
      {"America/New_York", "2450-03-13T02:30", "2450-03-13T07:30:00Z", "2450-03-13T07:00:00Z"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FormatRfc3339(ZoneOf(c.zone).InstantOf(Reading(c.local))), c.instant) << c.zone << " " << c.local;
    EXPECT_EQ(FormatRfc3339(ZoneOf(c.zone).BoundaryOf(Reading(c.local))), c.boundary) << c.zone << " " << c.local;
  }
}

TEST(ZoneTest, AgreesWithAbseilFrom1850To2300) {
  std::mt19937_64 random(20260308);
  const int64_t first = At("1850-01-01T00:00:00Z");
  const int64_t last = At("2300-01-01T00:00:00Z");
  std::uniform_int_distribution<int64_t> instants(first, last);
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    for (int i = 0; i < 20'000; ++i) {
      int64_t at_ms = instants(random);
      if (i % 2 == 0) at_ms = std::max(first, zone.StretchStartMs(at_ms)) + static_cast<int64_t>(random() % (8 * kHourMs)) - 4 * kHourMs;
      const absl::Time at = absl::FromUnixMillis(at_ms);
      ASSERT_EQ(zone.OffsetMsAt(at_ms), zone.absl_zone().At(at).offset * kSecondMs) << name << " " << at_ms;
      ASSERT_EQ(zone.CivilAt(at_ms), absl::ToCivilSecond(at, zone.absl_zone())) << name << " " << at_ms;

      const absl::CivilSecond local = zone.CivilAt(at_ms) + static_cast<int64_t>(random() % 7200) - 3600;
      const absl::TimeZone::TimeInfo info = zone.absl_zone().At(local);
      ASSERT_EQ(zone.InstantOf(local), absl::ToUnixMillis(info.pre)) << name << " " << absl::FormatCivilTime(local);
      const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
      ASSERT_EQ(zone.BoundaryOf(local), absl::ToUnixMillis(skipped ? info.trans : info.pre))
          << name << " " << absl::FormatCivilTime(local);
    }
  }
}

TEST(ZoneTest, StretchesMeetAndDifferInOffset) {
  for (const char* name : kStrangeZones) {
    const Zone& zone = ZoneOf(name);
    const int64_t last = At("2230-01-01T00:00:00Z");
    int64_t at_ms = kFirstInstantMs;
    while (at_ms < last) {
      const int64_t end_ms = zone.StretchEndMs(at_ms);
      ASSERT_EQ(zone.StretchStartMs(end_ms - 1), at_ms) << name;
      ASSERT_EQ(zone.OffsetMsAt(at_ms), zone.OffsetMsAt(end_ms - 1)) << name;
      if (end_ms < last) {
        ASSERT_NE(zone.OffsetMsAt(end_ms - 1), zone.OffsetMsAt(end_ms)) << name;
      }
      at_ms = end_ms;
    }
  }
}

TEST(ZoneTest, AnswersForAbsentInstantsWithoutOverflow) {
  const Zone& zone = ZoneOf("America/New_York");
  EXPECT_EQ(zone.LocalMsAt(INT64_MIN), zone.LocalMsAt(kFirstInstantMs));
  EXPECT_EQ(zone.LocalMsAt(INT64_MAX), zone.LocalMsAt(kLastInstantMs));
}

TEST(StepTableTest, FindsTheStepThatALinearSearchFinds) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::set<int64_t> starts;
    const int64_t spread = int64_t{1} << (random() % 62);
    for (size_t i = random() % 60; i > 0; --i) starts.insert(static_cast<int64_t>(random() % (2 * spread)) - spread);
    if (round % 10 == 0) starts.insert(INT64_MIN + 1);
    const StepTable table{std::vector<int64_t>(starts.begin(), starts.end())};
    std::vector<int64_t> probes = {INT64_MIN, INT64_MAX, 0};
    for (int64_t start : starts) probes.insert(probes.end(), {start - 1, start, start + 1});
    for (int64_t probe : probes) {
      const auto expected = static_cast<size_t>(std::distance(starts.begin(), starts.upper_bound(probe)));
      ASSERT_EQ(table.Find(probe), expected);
    }
  }
}

TEST(ClockTest, ManualClockStandsStillUntilMoved) {
  ManualClock clock(At("2026-03-08T00:00:00Z"));
  const int64_t before = clock.NowMs();
  clock.Advance(kHourMs);
  EXPECT_EQ(clock.NowMs(), before + kHourMs);
  clock.Set(5);
  EXPECT_EQ(clock.NowMs(), 5);
}

TEST(ClockTest, SystemClockIsAfterThisTestWasWritten) {
  EXPECT_GT(SystemClock().NowMs(), At("2025-01-01T00:00:00Z"));
}

}  // namespace
}  // namespace supportkpi::time
