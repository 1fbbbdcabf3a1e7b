// A QueryKpisRequest as a Question.
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "plan/filter_text.h"
#include "record/instant.h"
#include "record/violation.h"
#include "service/wire.h"
#include "status/macros.h"
#include "time/range_words.h"

namespace supportkpi::service {

namespace {

constexpr int kFilterDepthMax = 16;
constexpr int kFilterLeavesMax = 256;
constexpr int kFilterValuesMax = 10'000;

absl::Status Wrong(absl::string_view path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::Status UnknownEnum(absl::string_view path, int value) { return Wrong(path, absl::StrCat("unknown value ", value)); }

// One filter tree.
class FilterReader {
 public:
  absl::StatusOr<plan::Filter> Read(const v1::Filter& message, const std::string& path, int depth) {
    using Op = plan::Filter::Op;
    if (depth > kFilterDepthMax) return Wrong(path, absl::StrCat("more than ", kFilterDepthMax, " deep"));
    plan::Filter filter;
    filter.field = message.field();
    switch (message.condition_case()) {
      case v1::Filter::kAll:
        return ReadList(message.all(), Op::kAll, message.field(), absl::StrCat(path, ".all"), depth);
      case v1::Filter::kAny:
        return ReadList(message.any(), Op::kAny, message.field(), absl::StrCat(path, ".any"), depth);
      case v1::Filter::kNot: {
        RETURN_IF_ERROR(NoField(message.field(), path));
        filter.op = Op::kNot;
        ASSIGN_OR_RETURN(auto inner, Read(message.not_(), absl::StrCat(path, ".not"), depth + 1));
        filter.args.push_back(std::move(inner));
        return filter;
      }
      case v1::Filter::kEquals:
        return Leaf(Op::kEquals, message.field(), message.equals(), path);
      case v1::Filter::kLessThan:
        return Leaf(Op::kLessThan, message.field(), message.less_than(), path);
      case v1::Filter::kAtMost:
        return Leaf(Op::kAtMost, message.field(), message.at_most(), path);
      case v1::Filter::kGreaterThan:
        return Leaf(Op::kGreaterThan, message.field(), message.greater_than(), path);
      case v1::Filter::kAtLeast:
        return Leaf(Op::kAtLeast, message.field(), message.at_least(), path);
      case v1::Filter::kPrefix:
        return Leaf(Op::kPrefix, message.field(), message.prefix(), path);
      case v1::Filter::kIn: {
        const int count = message.in().values_size();
        if (count == 0) return Wrong(absl::StrCat(path, ".in"), "empty list; 1 to 10000 values");
        if (count > kFilterValuesMax) {
          return Wrong(absl::StrCat(path, ".in"), absl::StrCat(count, " values; at most ", kFilterValuesMax));
        }
        ASSIGN_OR_RETURN(filter, Leaf(Op::kIn, message.field(), "", path));
        filter.values.assign(message.in().values().begin(), message.in().values().end());
        return filter;
      }
      case v1::Filter::kPresent: {
        ASSIGN_OR_RETURN(filter, Leaf(message.present() ? Op::kPresent : Op::kAbsent, message.field(), "", path));
        filter.values.clear();
        return filter;
      }
      case v1::Filter::CONDITION_NOT_SET:
        break;
    }
    return Wrong(path, "no condition; one of all, any, not, equals, in, less_than, at_most, greater_than, at_least, prefix, "
                       "present");
  }

 private:
  static absl::Status NoField(const std::string& field, const std::string& path) {
    if (field.empty()) return absl::OkStatus();
    return Wrong(absl::StrCat(path, ".field"), "given together with all, any or not; only a leaf has a field");
  }

  absl::StatusOr<plan::Filter> ReadList(const v1::FilterList& list, plan::Filter::Op op, const std::string& field,
                                        const std::string& path, int depth) {
    RETURN_IF_ERROR(NoField(field, path));
    if (list.filters().empty()) return Wrong(path, "empty list; at least one filter");
    plan::Filter filter;
    filter.op = op;
    for (int i = 0; i < list.filters_size(); ++i) {
      ASSIGN_OR_RETURN(auto inner, Read(list.filters(i), absl::StrCat(path, "[", i, "]"), depth + 1));
      filter.args.push_back(std::move(inner));
    }
    return filter;
  }

  absl::StatusOr<plan::Filter> Leaf(plan::Filter::Op op, const std::string& field, const std::string& value,
                                    const std::string& path) {
    if (field.empty()) return Wrong(absl::StrCat(path, ".field"), "required");
    if (++leaves_ > kFilterLeavesMax) return Wrong(path, absl::StrCat("more than ", kFilterLeavesMax, " leaves"));
    plan::Filter filter;
    filter.op = op;
    filter.field = field;
    filter.values = {value};
    return filter;
  }

  int leaves_ = 0;
};

absl::StatusOr<plan::Filter> FilterFromWire(const v1::Filter& message, const std::string& path) {
  return FilterReader().Read(message, path, 1);
}

absl::StatusOr<plan::Filter> FilterFromText(const std::string& text, const std::string& path) {
  absl::StatusOr<plan::Filter> filter = plan::ParseFilterText(text);
  if (!filter.ok()) return Wrong(path, filter.status().message());
  return filter;
}

absl::StatusOr<kpi::Clock> ClockFromWire(v1::Clock clock, absl::string_view path) {
  switch (clock) {
    case v1::CLOCK_UNSPECIFIED:
    case v1::CLOCK_CALENDAR:
      return kpi::Clock::kCalendar;
    case v1::CLOCK_BUSINESS:
      return kpi::Clock::kBusiness;
    default:
      return UnknownEnum(path, clock);
  }
}

absl::StatusOr<time::Grain> GrainFromWire(const v1::Grain& message, int32_t fiscal_first_month) {
  if (!v1::GrainUnit_IsValid(message.unit())) return UnknownEnum("grain.unit", message.unit());
  if (!v1::Weekday_IsValid(message.first_weekday())) return UnknownEnum("grain.first_weekday", message.first_weekday());
  time::Grain grain;
  grain.unit = static_cast<time::GrainUnit>(message.unit());  // the same numbers, see below
  if (message.count() != 0) grain.count = message.count();
  if (message.first_weekday() != v1::WEEKDAY_UNSPECIFIED) {
    grain.first_weekday = static_cast<absl::Weekday>(message.first_weekday() - v1::WEEKDAY_MONDAY);
  }
  if (!message.origin().empty()) {
    absl::CivilSecond origin;
    if (!absl::ParseLenientCivilTime(message.origin(), &origin)) {
      return Wrong("grain.origin", absl::StrCat(record::Quoted(message.origin()),
                                                " is no local date and time; like 2026-01-02 or 2026-01-02T17:00"));
    }
    grain.origin = origin;
  }
  const int32_t month = message.fiscal_first_month() == 0 ? fiscal_first_month : message.fiscal_first_month();
  if (month < 1 || month > 12) return Wrong("grain.fiscal_first_month", absl::StrCat(month, " outside 1..12"));
  grain.fiscal_first_month = month;
  return grain;
}
static_assert(static_cast<int>(time::GrainUnit::kMinute) == v1::GRAIN_UNIT_MINUTE &&
              static_cast<int>(time::GrainUnit::kDay) == v1::GRAIN_UNIT_DAY &&
              static_cast<int>(time::GrainUnit::kFiscalYear) == v1::GRAIN_UNIT_FISCAL_YEAR);
static_assert(static_cast<int>(absl::Weekday::sunday) == v1::WEEKDAY_SUNDAY - v1::WEEKDAY_MONDAY);

// Requires the question's zone and grain.
absl::Status SetRange(const v1::TimeRange& range, const std::string& default_zone, int64_t now_ms,
                      plan::Question& question) {
  if (range.words().empty()) {
    if (!range.has_start()) {
      return Wrong("range.start", "required, such as \"2026-01-01T00:00:00Z\", or range.words, such as \"last_30_days\"");
    }
    if (!range.has_end()) return Wrong("range.end", "required, such as \"2026-02-01T00:00:00Z\"");
    ASSIGN_OR_RETURN(question.start_ms, InstantFromWire(range.start(), "range.start"));
    ASSIGN_OR_RETURN(question.end_ms, InstantFromWire(range.end(), "range.end"));
    return absl::OkStatus();
  }
  if (range.has_start() || range.has_end()) {
    return Wrong("range.words", absl::StrCat(record::Quoted(range.words()), " beside ", range.has_start() ? "start" : "end",
                                             "; give either start and end or words"));
  }
  const std::string& zone_name = question.time_zone.empty() ? default_zone : question.time_zone;
  const absl::StatusOr<const time::Zone*> zone = time::FindZone(zone_name.empty() ? "UTC" : zone_name);
  if (!zone.ok()) return Wrong("time_zone", zone.status().message());
  const auto instants = time::RangeOfWords(range.words(), **zone, now_ms, question.grain.fiscal_first_month,
                                           question.grain.first_weekday);
  if (!instants.ok()) return Wrong("range.words", instants.status().message());
  std::tie(question.start_ms, question.end_ms) = *instants;
  return absl::OkStatus();
}

absl::StatusOr<plan::KpiSelection> SelectionFromWire(const v1::KpiSelection& message, const std::string& path) {
  plan::KpiSelection selection;
  selection.kpi = message.kpi();
  selection.alias = message.alias();
  selection.statistic = message.statistic();
  selection.anchor = message.anchor();
  selection.variant = message.variant();
  selection.attribution = message.attribution();
  ASSIGN_OR_RETURN(selection.clock, ClockFromWire(message.clock(), absl::StrCat(path, ".clock")));
  if (message.has_filter()) {
    ASSIGN_OR_RETURN(selection.filter, FilterFromWire(message.filter(), absl::StrCat(path, ".filter")));
  }
  ASSIGN_OR_RETURN(selection.filter_text, FilterFromText(message.filter_text(), absl::StrCat(path, ".filter_text")));
  selection.parameters.insert(message.parameters().begin(), message.parameters().end());
  selection.include.assign(message.include().begin(), message.include().end());
  return selection;
}

absl::StatusOr<plan::Top> TopFromWire(const v1::Top& message) {
  plan::Top top{.count = message.count(), .by = message.by(), .minimum_facts = message.minimum_facts(),
                .dimension = message.dimension(), .without_other = message.without_other()};
  if (!v1::OrderDirection_IsValid(message.direction())) return UnknownEnum("top.direction", message.direction());
  if (message.direction() != v1::ORDER_DIRECTION_UNSPECIFIED)
    top.descending = message.direction() == v1::ORDER_DIRECTION_DESCENDING;
  return top;
}

}  // namespace

absl::StatusOr<int64_t> InstantFromWire(const google::protobuf::Timestamp& at, absl::string_view path) {
  if (at.nanos() < 0 || at.nanos() > 999'999'999) {
    return Wrong(absl::StrCat(path, ".nanos"), absl::StrCat(at.nanos(), " outside 0..999999999"));
  }
  if (at.seconds() < record::kFirstSecond || at.seconds() > record::kLastSecond) {
    return Wrong(absl::StrCat(path, ".seconds"), absl::StrCat(at.seconds(), " outside the years 0001 to 9999"));
  }
  return record::ToMs(at);
}

absl::StatusOr<plan::Question> QuestionFromWire(const v1::QueryKpisRequest& request, const settings::Settings& settings,
                                                int64_t now_ms) {
  plan::Question question;
  for (int i = 0; i < request.kpis_size(); ++i) {
    ASSIGN_OR_RETURN(auto selection, SelectionFromWire(request.kpis(i), absl::StrCat("kpis[", i, "]")));
    question.kpis.push_back(std::move(selection));
  }
  question.time_zone = request.time_zone();
  ASSIGN_OR_RETURN(question.grain, GrainFromWire(request.grain(), settings.fiscal_first_month));
  RETURN_IF_ERROR(SetRange(request.range(), settings.time_zone, now_ms, question));
  question.group_by.assign(request.group_by().begin(), request.group_by().end());
  if (request.has_filter()) {
    ASSIGN_OR_RETURN(question.filter, FilterFromWire(request.filter(), "filter"));
  }
  ASSIGN_OR_RETURN(question.filter_text, FilterFromText(request.filter_text(), "filter_text"));
  if (request.has_having()) {
    ASSIGN_OR_RETURN(question.having, FilterFromWire(request.having(), "having"));
  }
  ASSIGN_OR_RETURN(question.having_text, FilterFromText(request.having_text(), "having_text"));
  question.totals = request.totals();
  for (const v1::Subtotal& subtotal : request.subtotals()) {
    question.subtotals.push_back({{subtotal.group_by().begin(), subtotal.group_by().end()}, subtotal.over_buckets()});
  }
  if (request.has_top()) {
    ASSIGN_OR_RETURN(question.top, TopFromWire(request.top()));
  }
  for (int i = 0; i < request.order_by_size(); ++i) {
    const v1::OrderBy& order = request.order_by(i);
    if (!v1::OrderDirection_IsValid(order.direction())) {
      return UnknownEnum(absl::StrCat("order_by[", i, "].direction"), order.direction());
    }
    question.order_by.push_back({order.column(), order.direction() == v1::ORDER_DIRECTION_DESCENDING});
  }
  if (request.limit() < 0) return Wrong("limit", absl::StrCat(request.limit(), " below 0"));
  question.limit = request.limit();
  if (!v1::AnswerLayout_IsValid(request.layout())) return UnknownEnum("layout", request.layout());
  if (!v1::BucketFill_IsValid(request.bucket_fill())) return UnknownEnum("bucket_fill", request.bucket_fill());
  question.sparse = request.bucket_fill() == v1::BUCKET_FILL_SPARSE;
  return question;
}

v1::Unit ToWire(kpi::Unit unit) {
  switch (unit) {
    case kpi::Unit::kCount:
      return v1::UNIT_COUNT;
    case kpi::Unit::kSeconds:
      return v1::UNIT_SECONDS;
    case kpi::Unit::kPercent:
      return v1::UNIT_PERCENT;
    case kpi::Unit::kIndex:
      return v1::UNIT_INDEX;
    case kpi::Unit::kMoney:
      return v1::UNIT_MONEY;
  }
  return v1::UNIT_UNSPECIFIED;
}

v1::Direction ToWire(kpi::Direction direction) {
  switch (direction) {
    case kpi::Direction::kHigher:
      return v1::DIRECTION_HIGHER_IS_BETTER;
    case kpi::Direction::kLower:
      return v1::DIRECTION_LOWER_IS_BETTER;
    case kpi::Direction::kNeutral:
      return v1::DIRECTION_NEUTRAL;
  }
  return v1::DIRECTION_UNSPECIFIED;
}

v1::Clock ToWire(kpi::Clock clock) {
  return clock == kpi::Clock::kBusiness ? v1::CLOCK_BUSINESS : v1::CLOCK_CALENDAR;
}

}  // namespace supportkpi::service
