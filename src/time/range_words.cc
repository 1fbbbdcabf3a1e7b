// Reads ranges in words: relative ones by whole buckets around now, dated ones by their first days.
#include "time/range_words.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "status/macros.h"
#include "time/bucket.h"
#include "time/calendar.h"
#include "time/edit_distance.h"

namespace supportkpi::time {

namespace {

using Range = std::pair<int64_t, int64_t>;

constexpr int64_t kMostUnits = 10'000;  // each is a step of a loop
constexpr size_t kQuotedBytes = 64;     // of a caller's text in a message and in comparisons
constexpr int64_t kYearOneMs = -62'135'596'800'000;         // 0001-01-01T00:00:00Z
constexpr int64_t kLastMsOfYear9999 = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

constexpr absl::string_view kAllowed =
    "allowed are today, yesterday, this_UNIT, last_UNIT, last_N_UNITs, UNIT_to_date (UNIT: minute, hour, day, week, month, "
    "quarter, year, fiscal_quarter, fiscal_year), 2026, 2026-03, 2026-03-08, 2026-W12, 2026-Q1, FY2026, FY2026-Q2, and A..B "
    "of any two of them";

struct UnitName {
  absl::string_view name;
  GrainUnit unit;
};
constexpr UnitName kUnits[] = {
    {"minute", GrainUnit::kMinute},
    {"hour", GrainUnit::kHour},
    {"day", GrainUnit::kDay},
    {"week", GrainUnit::kWeek},
    {"month", GrainUnit::kMonth},
    {"quarter", GrainUnit::kQuarter},
    {"year", GrainUnit::kYear},
    {"fiscal_quarter", GrainUnit::kFiscalQuarter},
    {"fiscal_year", GrainUnit::kFiscalYear},
};

GrainUnit UnitOf(absl::string_view name) {
  const auto* found = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const UnitName& u) { return u.name == name; });
  return found == std::end(kUnits) ? GrainUnit::kNone : found->unit;
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kQuotedBytes)), text.size() > kQuotedBytes ? "..." : "", "\"");
}

absl::Status Wrong(absl::string_view word, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(Quoted(word), what));
}

absl::Status Outside(absl::string_view word) { return Wrong(word, " is out of range; allowed are the years 1 to 9999"); }

// Digits that take up the whole text, as a number; -1 if there are others or none.
int64_t Number(absl::string_view text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
  int64_t number = -1;
  return digits && absl::SimpleAtoi(text, &number) ? number : -1;
}

absl::string_view LeadingDigits(absl::string_view text) {
  size_t count = 0;
  while (count < text.size() && absl::ascii_isdigit(static_cast<unsigned char>(text[count]))) ++count;
  return text.substr(0, count);
}

// The word with the text's own number in it that is nearest to the text; empty if none is near.
std::string NearestWord(absl::string_view text) {
  const std::string folded = absl::StrReplaceAll(text.substr(0, kQuotedBytes), {{" ", "_"}, {"-", "_"}});
  const auto first_digit = std::find_if(folded.begin(), folded.end(), [](unsigned char c) { return absl::ascii_isdigit(c); });
  const absl::string_view number =
      LeadingDigits(absl::string_view(folded).substr(static_cast<size_t>(first_digit - folded.begin())));
  std::vector<std::string> words = {"today", "yesterday"};
  for (const UnitName& unit : kUnits) {
    words.insert(words.end(), {absl::StrCat("this_", unit.name), absl::StrCat("last_", unit.name),
                               absl::StrCat(unit.name, "_to_date")});
    if (!number.empty()) words.push_back(absl::StrCat("last_", number, "_", unit.name, "s"));
  }
  std::string nearest;
  size_t least = folded.size() + kQuotedBytes;
  for (const std::string& word : words) {
    const auto distance = static_cast<size_t>(EditDistance(folded, word));
    if (distance < least && 2 * distance <= word.size()) {
      least = distance;
      nearest = word;
    }
  }
  return nearest;
}

absl::Status Unknown(absl::string_view word) {
  const std::string nearest = NearestWord(word);
  return Wrong(word, absl::StrCat(": unknown; ", nearest.empty() ? "" : absl::StrCat("did you mean \"", nearest, "\"? "),
                                  kAllowed));
}

class RangeReader {
 public:
  RangeReader(const Zone& zone, int64_t now_ms, int32_t fiscal_first_month, absl::Weekday first_weekday)
      : zone_(zone), now_ms_(now_ms), fiscal_first_month_(fiscal_first_month), first_weekday_(first_weekday) {}

  absl::StatusOr<Range> One(absl::string_view word) const {
    if (word == "today") return Current(GrainUnit::kDay);
    if (word == "yesterday") return Last(1, GrainUnit::kDay, word);
    absl::string_view rest = word;
    if (absl::ConsumeSuffix(&rest, "_to_date") && UnitOf(rest) != GrainUnit::kNone) {
      return Range(Current(UnitOf(rest)).first, now_ms_);
    }
    rest = word;
    if (absl::ConsumePrefix(&rest, "this_") && UnitOf(rest) != GrainUnit::kNone) return Current(UnitOf(rest));
    rest = word;
    if (absl::ConsumePrefix(&rest, "last_")) return LastOf(rest, word);
    rest = word;
    const bool fiscal = absl::ConsumePrefix(&rest, "fy");
    if (LeadingDigits(rest).size() == 4) return Dated(rest, fiscal, word);
    return Unknown(word);
  }

 private:
  Grain GrainOf(GrainUnit unit) const {
    Grain grain;
    grain.unit = unit;
    grain.first_weekday = first_weekday_;
    grain.fiscal_first_month = fiscal_first_month_;
    return grain;
  }

  Range Current(GrainUnit unit) const {
    const Bucket bucket = WholeBucketAt(now_ms_, GrainOf(unit), zone_);
    return {bucket.start_ms, bucket.end_ms};
  }

  // What follows "last_": a unit, or a number and units.
  absl::StatusOr<Range> LastOf(absl::string_view rest, absl::string_view word) const {
    if (UnitOf(rest) != GrainUnit::kNone) return Last(1, UnitOf(rest), word);
    const absl::string_view digits = LeadingDigits(rest);
    rest.remove_prefix(digits.size());
    if (digits.empty() || !absl::ConsumePrefix(&rest, "_")) return Unknown(word);
    absl::ConsumeSuffix(&rest, "s");
    if (UnitOf(rest) == GrainUnit::kNone) return Unknown(word);
    const int64_t count = Number(digits);
    if (count < 1 || count > kMostUnits) {
      return Wrong(word, absl::StrCat(": ", digits.substr(0, kQuotedBytes), " is out of range; allowed are 1 to ", kMostUnits));
    }
    return Last(count, UnitOf(rest), word);
  }

  absl::StatusOr<Range> Last(int64_t count, GrainUnit unit, absl::string_view word) const {
    const Grain grain = GrainOf(unit);
    const int64_t end_ms = Current(unit).first;
    int64_t start_ms = end_ms;
    for (int64_t i = 0; i < count; ++i) {
      if (start_ms <= kYearOneMs) return Outside(word);
      start_ms = WholeBucketAt(start_ms - 1, grain, zone_).start_ms;
    }
    return Range(start_ms, end_ms);
  }

  // `text` begins with four digits.
  absl::StatusOr<Range> Dated(absl::string_view text, bool fiscal, absl::string_view word) const {
    const int64_t year = Number(text.substr(0, 4));
    absl::string_view rest = text.substr(4);
    if (year == 0) return Outside(word);
    const absl::CivilMonth first = fiscal ? FiscalStart(year) : absl::CivilMonth(year, 1);
    if (rest.empty()) return Between(absl::CivilDay(first), absl::CivilDay(first + 12));
    if (!absl::ConsumePrefix(&rest, "-")) return Unknown(word);
    if (absl::ConsumePrefix(&rest, "q")) {
      const int64_t quarter = Number(rest);
      if (rest.size() != 1 || quarter < 1 || quarter > 4) return Wrong(word, " is no quarter; allowed are Q1 to Q4");
      return Between(absl::CivilDay(first + 3 * (quarter - 1)), absl::CivilDay(first + 3 * quarter));
    }
    if (fiscal) return Wrong(word, " is no fiscal period; allowed are FY2026 and FY2026-Q1 to FY2026-Q4");
    if (absl::ConsumePrefix(&rest, "w")) return Week(year, rest, word);
    if (rest.size() == 2) {
      const int64_t month = Number(rest);
      if (month < 1 || month > 12) return Wrong(word, " is no month; allowed are 01 to 12");
      return Between(absl::CivilDay(year, month, 1), absl::CivilDay(year, month + 1, 1));
    }
    if (rest.size() != 5) return Unknown(word);
    const absl::StatusOr<absl::CivilDay> day = ParseDate(text);
    if (!day.ok()) return Wrong(word, " is no date; allowed is YYYY-MM-DD, a day that exists");
    return Between(*day, *day + 1);
  }

  absl::CivilMonth FiscalStart(int64_t year) const {
    return absl::CivilMonth(fiscal_first_month_ == 1 ? year : year - 1, fiscal_first_month_);
  }

  absl::StatusOr<Range> Week(int64_t year, absl::string_view digits, absl::string_view word) const {
    const int last = IsoWeekOf(absl::CivilDay(year, 12, 28)).week;
    const int64_t week = Number(digits);
    if (digits.size() != 2 || week < 1 || week > last) {
      return Wrong(word, absl::StrCat(" is no week; allowed are W01 to W", last, " of that year"));
    }
    const absl::CivilDay in_first_week(year, 1, 4);
    const absl::CivilDay monday = in_first_week - (WeekdayNumber(in_first_week) - 1) + 7 * (week - 1);
    return Between(monday, monday + 7);
  }

  Range Between(absl::CivilDay first, absl::CivilDay behind) const {
    return {zone_.BoundaryOf(absl::CivilSecond(first)), zone_.BoundaryOf(absl::CivilSecond(behind))};
  }

  const Zone& zone_;
  const int64_t now_ms_;
  const int32_t fiscal_first_month_;
  const absl::Weekday first_weekday_;
};

}  // namespace

absl::StatusOr<std::pair<int64_t, int64_t>> RangeOfWords(absl::string_view words, const Zone& zone, int64_t now_ms,
                                                         int32_t fiscal_first_month, absl::Weekday first_weekday) {
  const std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(words));
  const RangeReader reader(zone, now_ms, fiscal_first_month, first_weekday);
  const size_t dots = lower.find("..");
  const absl::string_view text = lower;
  ASSIGN_OR_RETURN(Range range, reader.One(text.substr(0, dots)));
  if (dots != std::string::npos) {
    ASSIGN_OR_RETURN(const Range until, reader.One(text.substr(dots + 2)));
    if (until.first < range.first && until.second <= range.first) {
      return Wrong(text, " ends before it begins; allowed is A..B with B not before A");
    }
    range.second = until.second;
  }
  if (range.first < kYearOneMs || range.second > kLastMsOfYear9999) return Outside(text);
  return range;
}

}  // namespace supportkpi::time
