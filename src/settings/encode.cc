// The settings' message, read part by part; the first mistake is told with its path.
#include "settings/encode.h"

#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "record/instant.h"
#include "record/schema.h"
#include "record/violation.h"
#include "status/macros.h"
#include "time/calendar.h"
#include "time/zone.h"

namespace supportkpi::settings {
namespace {

using record::Quoted;

constexpr int kSchedulesMax = 1'000;
constexpr int kTeamsMax = 10'000;
constexpr int kQuestionsMax = 1'000;
constexpr int kTargetsMax = 1'000;
constexpr int64_t kTargetMaxMs = 3660 * time::kDayMs;
constexpr absl::string_view kTargetKpis[] = {"first_response_within_target", "resolution_within_target"};

absl::Status Refuse(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::Status Prefixed(absl::string_view path, const absl::Status& status) {
  return status.ok() ? status : absl::Status(status.code(), absl::StrCat(path, status.message()));
}

absl::Status CheckCount(absl::string_view path, int count, int most) {
  return count <= most ? absl::OkStatus() : Refuse(path, absl::StrCat(count, " entries; at most ", most));
}

absl::Status CheckName(absl::string_view path, absl::string_view name, size_t most) {
  if (!name.empty() && name.size() <= most) return absl::OkStatus();
  return Refuse(path, name.empty() ? absl::StrCat("missing; 1 to ", most, " bytes")
                                   : absl::StrCat(name.size(), " bytes; at most ", most));
}

// "HH:MM" as minutes of the day; up to 24:00 for the end of an interval.
absl::StatusOr<int32_t> MinuteOf(absl::string_view path, absl::string_view text, int32_t most) {
  const bool shaped = text.size() == 5 && text[2] == ':' && absl::ascii_isdigit(text[0]) && absl::ascii_isdigit(text[1]) &&
                      absl::ascii_isdigit(text[3]) && absl::ascii_isdigit(text[4]);
  const int32_t minutes = shaped ? (text[3] - '0') * 10 + text[4] - '0' : 0;
  const int32_t minute = shaped ? ((text[0] - '0') * 10 + text[1] - '0') * 60 + minutes : 0;
  if (!shaped || minutes > 59 || minute > most)
    return Refuse(path, absl::StrCat(Quoted(text), " is not HH:MM; allowed are 00:00 to ", most == 1440 ? "24:00" : "23:59"));
  return minute;
}

absl::StatusOr<absl::CivilDay> DateOf(const std::string& path, const std::string& text) {
  const absl::StatusOr<absl::CivilDay> date = time::ParseDate(text);
  if (!date.ok()) return Refuse(path, absl::StrCat(Quoted(text), " is not a date; allowed is YYYY-MM-DD"));
  return date;
}

absl::StatusOr<const time::Zone*> ZoneOf(absl::string_view path, const std::string& name) {
  if (name.empty()) return &time::UtcZone();
  const absl::StatusOr<const time::Zone*> zone = time::FindZone(name);
  if (!zone.ok()) return Refuse(path, zone.status().message());
  return zone;
}

// WeeklyInterval and WallInterval both have start and end.
template <typename Interval>
absl::StatusOr<time::WallInterval> IntervalOf(const std::string& path, const Interval& message) {
  time::WallInterval interval;
  ASSIGN_OR_RETURN(interval.start_minute, MinuteOf(path + ".start", message.start(), 1439));
  ASSIGN_OR_RETURN(interval.end_minute, MinuteOf(path + ".end", message.end(), 1440));
  return interval;
}

absl::Status ReadWeekly(const std::string& path, const google::protobuf::RepeatedPtrField<v1::WeeklyInterval>& message,
                        time::WeeklyIntervals* weekly) {
  for (int i = 0; i < message.size(); ++i) {
    const std::string here = absl::StrCat(path, "[", i, "]");
    const int32_t weekday = message[i].weekday();
    if (weekday < 1 || weekday > 7)
      return Refuse(here + ".weekday", absl::StrCat(weekday, " outside 1 (Monday) to 7 (Sunday)"));
    ASSIGN_OR_RETURN(const time::WallInterval interval, IntervalOf(here, message[i]));
    (*weekly)[weekday - 1].push_back(interval);
  }
  return absl::OkStatus();
}

absl::Status ReadDated(const std::string& path, const google::protobuf::RepeatedPtrField<v1::DateIntervals>& message,
                       std::map<absl::CivilDay, time::WallIntervals>* dated) {
  for (int i = 0; i < message.size(); ++i) {
    const std::string here = absl::StrCat(path, "[", i, "]");
    ASSIGN_OR_RETURN(const absl::CivilDay date, DateOf(here + ".date", message[i].date()));
    const auto [entry, is_new] = dated->try_emplace(date);
    if (!is_new) return Refuse(here + ".date", absl::StrCat(Quoted(message[i].date()), " is there twice"));
    for (int j = 0; j < message[i].intervals_size(); ++j) {
      ASSIGN_OR_RETURN(const time::WallInterval interval,
                       IntervalOf(absl::StrCat(here, ".intervals[", j, "]"), message[i].intervals(j)));
      entry->second.push_back(interval);
    }
  }
  return absl::OkStatus();
}

absl::Status ReadVersion(const std::string& path, const v1::ScheduleVersion& message, time::ScheduleVersion* version) {
  if (!message.first_date().empty()) {
    ASSIGN_OR_RETURN(version->first_date, DateOf(path + ".first_date", message.first_date()));
  }
  RETURN_IF_ERROR(ReadWeekly(path + ".weekly", message.weekly(), &version->weekly_hours));
  RETURN_IF_ERROR(ReadWeekly(path + ".weekly_breaks", message.weekly_breaks(), &version->weekly_breaks));
  RETURN_IF_ERROR(ReadDated(path + ".special_hours", message.special_hours(), &version->special_hours));
  RETURN_IF_ERROR(ReadDated(path + ".date_breaks", message.date_breaks(), &version->date_breaks));
  for (int i = 0; i < message.holidays_size(); ++i) {
    ASSIGN_OR_RETURN(const absl::CivilDay date, DateOf(absl::StrCat(path, ".holidays[", i, "]"), message.holidays(i)));
    version->holidays.insert(date);
  }
  return absl::OkStatus();
}

absl::Status ReadSchedules(const v1::Settings& message, const time::Zone* tenant_zone, Settings* settings) {
  RETURN_IF_ERROR(CheckCount("settings.schedules", message.schedules_size(), kSchedulesMax));
  for (int i = 0; i < message.schedules_size(); ++i) {
    const v1::Schedule& from = message.schedules(i);
    const std::string path = absl::StrCat("settings.schedules[", i, "]");
    RETURN_IF_ERROR(CheckName(path + ".name", from.name(), record::kIdBytesMax));
    time::Schedule schedule;
    schedule.name = from.name();
    schedule.zone = tenant_zone;
    if (!from.time_zone().empty()) {
      ASSIGN_OR_RETURN(schedule.zone, ZoneOf(path + ".time_zone", from.time_zone()));
    }
    for (int j = 0; j < from.versions_size(); ++j)
      RETURN_IF_ERROR(ReadVersion(absl::StrCat(path, ".versions[", j, "]"), from.versions(j), &schedule.versions.emplace_back()));
    RETURN_IF_ERROR(Prefixed(path + ".", time::ValidateSchedule(schedule)));
    if (!settings->schedules.emplace(from.name(), std::move(schedule)).second)
      return Refuse(path + ".name", absl::StrCat(Quoted(from.name()), " is there twice"));
  }
  return absl::OkStatus();
}

absl::Status CheckScheduleName(const std::string& path, const std::string& name, const Settings& settings) {
  if (settings.schedules.count(name) != 0) return absl::OkStatus();
  std::string known;
  for (const auto& [schedule, ignored] : settings.schedules)
    if (known.size() < 200) absl::StrAppend(&known, known.empty() ? "" : ", ", schedule);
  return Refuse(path, absl::StrCat("unknown schedule ", Quoted(name), "; known: ", known.empty() ? "none" : known));
}

absl::Status ReadQuestion(const std::string& path, const v1::SurveyQuestion& from, Settings* settings) {
  RETURN_IF_ERROR(CheckName(path + ".question", from.question(), record::kTextBytesMax));
  SurveyQuestion question;
  question.question = from.question();
  question.low_is_good = from.low_is_good();
  if (from.has_scale_min() != from.has_scale_max())
    return Refuse(path + (from.has_scale_min() ? ".scale_max" : ".scale_min"), "missing; the ends of a scale go together");
  if (from.has_scale_min()) {
    if (!(std::abs(from.scale_min()) <= record::kNumberMax)) return Refuse(path + ".scale_min", "not a number up to 10^9");
    if (!(from.scale_max() > from.scale_min() && from.scale_max() <= record::kNumberMax))
      return Refuse(path + ".scale_max", absl::StrCat(from.scale_max(), " not above scale_min ", from.scale_min()));
    question.scale_min = from.scale_min();
    question.scale_max = from.scale_max();
  }
  if (from.has_threshold()) {
    if (!(std::abs(from.threshold()) <= record::kNumberMax)) return Refuse(path + ".threshold", "not a number up to 10^9");
    if (from.has_scale_min() && (from.threshold() < from.scale_min() || from.threshold() > from.scale_max()))
      return Refuse(path + ".threshold", absl::StrCat(from.threshold(), " outside ", from.scale_min(), "..", from.scale_max()));
    question.threshold = from.threshold();
  }
  if (!settings->questions.emplace(from.question(), std::move(question)).second)
    return Refuse(path + ".question", absl::StrCat(Quoted(from.question()), " is there twice"));
  return absl::OkStatus();
}

absl::Status ReadTarget(const std::string& path, const v1::Target& from, Settings* settings) {
  bool known = false;
  for (absl::string_view kpi : kTargetKpis) known = known || from.kpi() == kpi;
  if (!known)
    return Refuse(path + ".kpi", absl::StrCat(Quoted(from.kpi()), " takes no target; allowed are ", kTargetKpis[0], " and ",
                                              kTargetKpis[1]));
  if (from.channel().size() > record::kTextBytesMax)
    return Refuse(path + ".channel", absl::StrCat(from.channel().size(), " bytes; at most ", record::kTextBytesMax));
  const bool in_reach = from.target().seconds() >= 0 && from.target().seconds() <= kTargetMaxMs / 1000 &&
                        from.target().nanos() >= 0 && from.target().nanos() <= 999'999'999;
  const int64_t target_ms = in_reach ? record::ToMs(from.target()) : 0;
  if (target_ms < 1 || target_ms > kTargetMaxMs) return Refuse(path + ".target", "outside 1 ms to 3660 days");
  for (const Target& other : settings->targets)
    if (other.kpi == from.kpi() && other.channel == from.channel())
      return Refuse(path, absl::StrCat("a second target of ", from.kpi(), " for channel ", Quoted(from.channel())));
  settings->targets.push_back({from.kpi(), from.channel(), target_ms});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Settings> FromMessage(const v1::Settings& message, int64_t version) {
  Settings settings;
  settings.version = version;
  settings.time_zone = message.time_zone();
  ASSIGN_OR_RETURN(const time::Zone* zone, ZoneOf("settings.time_zone", message.time_zone()));
  if (message.fiscal_first_month() < 0 || message.fiscal_first_month() > 12)
    return Refuse("settings.fiscal_first_month", absl::StrCat(message.fiscal_first_month(), " outside 1..12"));
  settings.fiscal_first_month = message.fiscal_first_month() == 0 ? 1 : message.fiscal_first_month();
  RETURN_IF_ERROR(ReadSchedules(message, zone, &settings));
  settings.default_schedule = message.default_schedule();
  if (!settings.default_schedule.empty())
    RETURN_IF_ERROR(CheckScheduleName("settings.default_schedule", settings.default_schedule, settings));
  RETURN_IF_ERROR(CheckCount("settings.team_schedules", static_cast<int>(message.team_schedules_size()), kTeamsMax));
  settings.team_schedules.insert(message.team_schedules().begin(), message.team_schedules().end());
  for (const auto& [team, schedule] : settings.team_schedules) {
    const std::string path = absl::StrCat("settings.team_schedules[", Quoted(team), "]");
    RETURN_IF_ERROR(CheckName(path, team, record::kTextBytesMax));
    RETURN_IF_ERROR(CheckScheduleName(path, schedule, settings));
  }
  RETURN_IF_ERROR(CheckCount("settings.questions", message.questions_size(), kQuestionsMax));
  for (int i = 0; i < message.questions_size(); ++i)
    RETURN_IF_ERROR(ReadQuestion(absl::StrCat("settings.questions[", i, "]"), message.questions(i), &settings));
  RETURN_IF_ERROR(CheckCount("settings.targets", message.targets_size(), kTargetsMax));
  for (int i = 0; i < message.targets_size(); ++i)
    RETURN_IF_ERROR(ReadTarget(absl::StrCat("settings.targets[", i, "]"), message.targets(i), &settings));
  return settings;
}

}  // namespace supportkpi::settings
