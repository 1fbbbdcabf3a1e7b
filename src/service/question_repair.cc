// One rule for each place that a fault can have. A rule changes one thing and says so.
#include "service/question_repair.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "kpi/catalogue.h"
#include "kpi/dimensions.h"
#include "plan/planner.h"
#include "record/violation.h"
#include "service/filter_repair.h"
#include "service/wire.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

using record::Quoted;

constexpr int kFaultsMax = 64;
constexpr char kUsualRange[] = "last_30_days";

// The name that an error offers: `...; did you mean "team" or "type"?` -> team.
std::optional<std::string> MeantBy(absl::string_view description) {
  constexpr absl::string_view kIntro = "did you mean \"";
  const size_t begin = description.find(kIntro);
  if (begin == absl::string_view::npos) return std::nullopt;
  absl::string_view rest = description.substr(begin + kIntro.size());
  const size_t end = rest.find('"');
  if (end == absl::string_view::npos) return std::nullopt;
  return std::string(rest.substr(0, end));
}

// The first step of a path, `kpis[2]` of `kpis[2].clock`; what follows it stays in *path.
struct Step {
  absl::string_view name;
  int index = -1;  // -1: none
};
Step TakeStep(absl::string_view* path) {
  absl::ConsumePrefix(path, ".");
  const size_t end = path->find_first_of(".[");
  Step step{path->substr(0, end)};
  path->remove_prefix(std::min(end, path->size()));
  if (!path->empty() && path->front() == '[') {
    const size_t close = path->find(']');
    if (close != absl::string_view::npos && absl::SimpleAtoi(path->substr(1, close - 1), &step.index)) {
      path->remove_prefix(close + 1);
    }
  }
  return step;
}

std::string AliasOf(const v1::KpiSelection& selection) { return selection.alias().empty() ? selection.kpi() : selection.alias(); }

// Names of dimensions that every one of the KPIs has that are known.
template <class Selections>
std::vector<std::string> CommonDimensions(const Selections& selections) {
  std::optional<std::vector<std::string>> common;
  for (const v1::KpiSelection& selection : selections) {
    const kpi::Definition* definition = kpi::FindKpi(selection.kpi());
    if (definition == nullptr) continue;
    std::vector<std::string> names = kpi::DimensionsOf(*definition);
    if (common.has_value()) {
      std::vector<std::string> both;
      std::set_intersection(common->begin(), common->end(), names.begin(), names.end(), std::back_inserter(both));
      names = std::move(both);
    }
    common = std::move(names);
  }
  std::vector<std::string> names = common.value_or(std::vector<std::string>());
  // `attributes` stands for any of them and is no name itself.
  names.erase(std::remove_if(names.begin(), names.end(), [](const auto& name) { return absl::EndsWith(name, "attributes"); }),
              names.end());
  return names;
}

class Mending {
 public:
  explicit Mending(v1::QueryKpisRequest* request) : request_(*request) {
    Number("kpis", request_.kpis_size());
    Number("group_by", request_.group_by_size());
    Number("order_by", request_.order_by_size());
    Number("subtotals", request_.subtotals_size());
  }

  // The place in the question as it was asked, before entries were removed.
  std::string Original(absl::string_view path) const {
    absl::string_view rest = path;
    const Step step = TakeStep(&rest);
    const auto list = numbers_.find(std::string(step.name));
    if (step.index < 0 || list == numbers_.end() || step.index >= static_cast<int>(list->second.size())) {
      return std::string(path);
    }
    return absl::StrCat(step.name, "[", list->second[step.index], "]", rest);
  }

  // Changes what is at fault and says what it did; nullopt: it knows no change.
  std::optional<std::string> Fix(absl::string_view path, absl::string_view description) {
    meant_ = MeantBy(description);
    const Step step = TakeStep(&path);
    if (step.name == "kpis") return Kpis(step, path);
    if (step.name == "range") return Range(path);
    if (step.name == "time_zone") return OrClear("time_zone", request_.mutable_time_zone(), "the tenant's zone");
    if (step.name == "grain") return Grain(path);
    if (step.name == "group_by") return GroupBy(step.index);
    if (step.name == "filter" || step.name == "filter_text") {
      const Meant meant{meant_, CommonDimensions(request_.kpis())};
      if (step.name == "filter_text") return MendFilterText(path, meant, request_.mutable_filter_text());
      return MendFilterOf(path, meant, request_.mutable_filter(), [&] { request_.clear_filter(); });
    }
    if (step.name == "having" || step.name == "having_text") {
      const Meant meant{meant_, HavingNames()};
      if (step.name == "having_text") return MendFilterText(path, meant, request_.mutable_having_text());
      return MendFilterOf(path, meant, request_.mutable_having(), [&] { request_.clear_having(); });
    }
    if (step.name == "order_by") return OrderBy(step.index, path);
    if (step.name == "top") return Top(path);
    if (step.name == "subtotals") return Subtotals(step.index, path);
    return Plain(step.name);
  }

 private:
  void Number(const std::string& list, int size) {
    for (int i = 0; i < size; ++i) numbers_[list].push_back(i);
  }

  template <class List>
  void Remove(const std::string& name, int index, List* list) {
    list->DeleteSubrange(index, 1);
    if (auto& numbers = numbers_[name]; index < static_cast<int>(numbers.size())) numbers.erase(numbers.begin() + index);
  }

  // A list that is too long.
  template <class List>
  std::string Cut(const std::string& name, int64_t size, List* list) {
    const int before = list->size();
    while (list->size() > size) list->RemoveLast();
    return absl::StrCat("cut ", name, " from ", before, " to ", list->size(), " entries");
  }

  // What was meant, else nothing, which is the default.
  std::string OrClear(absl::string_view name, std::string* value, absl::string_view default_name) {
    const std::string before = *value;
    if (meant_.has_value() && *meant_ != before) {
      *value = *meant_;
      return absl::StrCat("replaced ", name, " ", Quoted(before), " by ", Quoted(*value));
    }
    value->clear();
    return absl::StrCat("removed ", name, " ", Quoted(before), ", so it is ", default_name);
  }

  template <class Clear>
  static std::string MendFilterOf(absl::string_view path, const Meant& meant, v1::Filter* filter, Clear clear) {
    std::string said = MendFilter(path, meant, filter);
    if (filter->condition_case() == v1::Filter::CONDITION_NOT_SET) clear();
    return said;
  }

  std::optional<std::string> Kpis(const Step& step, absl::string_view path) {
    if (step.index < 0) {
      if (request_.kpis().empty()) return std::nullopt;
      return Cut("kpis", plan::Limits().kpis, request_.mutable_kpis());
    }
    v1::KpiSelection& kpi = *request_.mutable_kpis(step.index);
    const Step inner = TakeStep(&path);
    if (inner.name == "kpi") return Kpi(step.index, &kpi);
    if (inner.name == "alias") return Alias(&kpi);
    if (inner.name == "statistic") return OrClear("the statistic", kpi.mutable_statistic(), "the KPI's first");
    if (inner.name == "variant") return OrClear("the variant", kpi.mutable_variant(), "the KPI's first");
    if (inner.name == "anchor") return OrClear("the anchor", kpi.mutable_anchor(), "the KPI's first");
    if (inner.name == "attribution") return OrClear("the attribution", kpi.mutable_attribution(), "the KPI's first");
    if (inner.name == "parameters") return Parameters(path, &kpi);
    if (inner.name == "filter" || inner.name == "filter_text") {
      const Meant meant{meant_, CommonDimensions(std::vector<v1::KpiSelection>{kpi})};
      if (inner.name == "filter_text") return MendFilterText(path, meant, kpi.mutable_filter_text());
      return MendFilterOf(path, meant, kpi.mutable_filter(), [&] { kpi.clear_filter(); });
    }
    if (inner.name == "clock") {
      kpi.clear_clock();
      return absl::StrCat("removed the clock of ", Quoted(kpi.kpi()), ", so every second counts");
    }
    if (inner.name == "include" && inner.index >= 0) {
      const std::string before = kpi.include(inner.index);
      if (meant_.has_value()) {
        kpi.set_include(inner.index, *meant_);
        return absl::StrCat("replaced the rule ", Quoted(before), " by ", Quoted(*meant_));
      }
      kpi.mutable_include()->DeleteSubrange(inner.index, 1);
      return absl::StrCat("removed the rule ", Quoted(before), " from include");
    }
    return std::nullopt;
  }

  std::optional<std::string> Kpi(int index, v1::KpiSelection* kpi) {
    const kpi::Definition* definition = kpi::FindKpi(kpi->kpi());
    if (definition == nullptr) {
      const std::string before = kpi->kpi();
      if (meant_.has_value()) {
        kpi->set_kpi(*meant_);
        return absl::StrCat("replaced the KPI ", Quoted(before), " by ", Quoted(*meant_));
      }
      if (request_.kpis_size() == 1) return std::nullopt;
      Remove("kpis", index, request_.mutable_kpis());
      return absl::StrCat("removed the KPI ", Quoted(before), ", which nothing is like");
    }
    const auto& groups = request_.group_by();
    const std::string& share = definition->share_field;
    if (!share.empty() && std::none_of(groups.begin(), groups.end(), [&](const std::string& name) {
          return name == share || name == absl::StrCat("ticket.", share);
        })) {
      if (!needed_groups_.insert(share).second && request_.kpis_size() > 1) {  // it was there, and another KPI cannot have it
        const std::string removed = kpi->kpi();
        Remove("kpis", index, request_.mutable_kpis());
        return absl::StrCat("removed the KPI ", Quoted(removed), ", which needs ", share, " in group_by where another KPI has none");
      }
      numbers_["group_by"].push_back(request_.group_by_size());  // it had no place: the one that it has now
      request_.add_group_by(share);
      return absl::StrCat("grouped by ", share, ", which ", Quoted(definition->id), " is the share of");
    }
    return Alias(kpi);
  }

  std::string Alias(v1::KpiSelection* kpi) {
    const std::string before = AliasOf(*kpi);
    const auto is_taken = [&](const std::string& name) {
      if (name == "bucket") return true;
      const auto& kpis = request_.kpis();
      const auto& groups = request_.group_by();
      return std::find(groups.begin(), groups.end(), name) != groups.end() ||
             std::any_of(kpis.begin(), kpis.end(), [&](const auto& other) { return &other != kpi && AliasOf(other) == name; });
    };
    std::string alias = kpi->kpi();
    for (int number = 2; is_taken(alias); ++number) alias = absl::StrCat(kpi->kpi(), "_", number);
    kpi->set_alias(alias == kpi->kpi() ? "" : alias);
    return absl::StrCat("renamed the column ", Quoted(before), " to ", Quoted(alias));
  }

  std::optional<std::string> Parameters(absl::string_view path, v1::KpiSelection* kpi) {
    const kpi::Definition* definition = kpi::FindKpi(kpi->kpi());
    if (definition == nullptr) return std::nullopt;
    auto& given = *kpi->mutable_parameters();
    const auto row = [&](absl::string_view name) {
      return std::find_if(definition->parameters.begin(), definition->parameters.end(),
                          [&](const kpi::Parameter& parameter) { return parameter.name == name; });
    };
    if (path.empty()) {  // one that it has not, or one that is too long
      for (auto& [name, value] : given) {
        const bool is_known = row(name) != definition->parameters.end();
        if (is_known && static_cast<int64_t>(value.size()) <= plan::Limits().text_bytes) continue;
        const std::string removed = name;
        const std::string its_value = value;
        given.erase(removed);
        if (!is_known && meant_.has_value() && !given.contains(*meant_)) {
          given[*meant_] = its_value;
          return absl::StrCat("renamed the parameter ", Quoted(removed), " to ", Quoted(*meant_));
        }
        return absl::StrCat("removed the parameter ", Quoted(removed), " of ", Quoted(kpi->kpi()));
      }
      return std::nullopt;
    }
    const std::string name(TakeStep(&path).name);
    const auto parameter = row(name);
    if (parameter == definition->parameters.end()) return std::nullopt;
    if (!given.contains(name)) {  // required
      if (parameter->allowed.empty() && parameter->type != kpi::Parameter::Type::kTarget) return std::nullopt;
      given[name] = parameter->allowed.empty() ? "1d" : parameter->allowed.front();
      return absl::StrCat("set the parameter ", Quoted(name), " of ", Quoted(kpi->kpi()), " to ", Quoted(given[name]));
    }
    if (meant_.has_value()) {
      const std::string before = given[name];
      given[name] = *meant_;
      return absl::StrCat("replaced ", Quoted(before), " by ", Quoted(*meant_), " in the parameter ", Quoted(name));
    }
    given.erase(name);
    return absl::StrCat("removed the parameter ", Quoted(name), " of ", Quoted(kpi->kpi()), ", so it has its default");
  }

  std::optional<std::string> Range(absl::string_view path) {
    v1::TimeRange& range = *request_.mutable_range();
    const Step step = TakeStep(&path);
    if (step.name == "words" && range.has_start() && range.has_end()) {
      range.clear_words();
      return "removed range.words beside start and end";
    }
    if (step.name.empty() && range.has_start() && range.has_end() && range.start().seconds() > range.end().seconds()) {
      range.mutable_start()->Swap(range.mutable_end());
      return "swapped start and end of the range";
    }
    if (range.words() == kUsualRange && !range.has_start() && !range.has_end()) return std::nullopt;
    range.Clear();
    range.set_words(meant_.value_or(kUsualRange));
    return absl::StrCat("set the range to ", range.words());
  }

  std::optional<std::string> Grain(absl::string_view path) {
    v1::Grain& grain = *request_.mutable_grain();
    const Step step = TakeStep(&path);
    if (step.name == "unit") {
      grain.set_unit(v1::GRAIN_UNIT_DAY);
      return "set the grain to days";
    }
    if (step.name == "count") return grain.clear_count(), "removed grain.count, so it is 1";
    if (step.name == "origin") return grain.clear_origin(), "removed grain.origin";
    if (step.name == "first_weekday") return grain.clear_first_weekday(), "removed grain.first_weekday, so it is Monday";
    if (step.name == "fiscal_first_month") return grain.clear_fiscal_first_month(), "removed grain.fiscal_first_month";
    // Too many buckets.
    const bool is_fiscal = grain.unit() == v1::GRAIN_UNIT_FISCAL_QUARTER;
    if (grain.unit() >= v1::GRAIN_UNIT_YEAR && !is_fiscal) return std::nullopt;
    grain.clear_count();
    grain.set_unit(static_cast<v1::GrainUnit>(grain.unit() + 1));
    return absl::StrCat("made the grain coarser: ", v1::GrainUnit_Name(grain.unit()));
  }

  // What conditions on rows can name.
  std::vector<std::string> HavingNames() const {
    std::vector<std::string> names;
    for (const v1::KpiSelection& selection : request_.kpis()) {
      const std::string alias = AliasOf(selection);
      for (const char* of : {"", ".facts", ".numerator", ".denominator"}) names.push_back(absl::StrCat(alias, of));
    }
    return names;
  }

  std::optional<std::string> GroupBy(int index) {
    if (index < 0) return Cut("group_by", plan::Limits().dimensions, request_.mutable_group_by());
    const std::string before = request_.group_by(index);
    const auto& groups = request_.group_by();
    if (meant_.has_value()) {  // no KPI knows the name
      const std::optional<std::string> after = Likest(before, CommonDimensions(request_.kpis()));
      if (after.has_value() && std::find(groups.begin(), groups.end(), *after) == groups.end()) {
        request_.set_group_by(index, *after);
        return absl::StrCat("replaced the dimension ", Quoted(before), " by ", Quoted(*after));
      }
    }
    Remove("group_by", index, request_.mutable_group_by());
    return absl::StrCat("removed the dimension ", Quoted(before), " from group_by");
  }

  std::optional<std::string> OrderBy(int index, absl::string_view path) {
    if (index < 0) return std::nullopt;
    v1::OrderBy& order = *request_.mutable_order_by(index);
    if (TakeStep(&path).name == "direction") {
      order.clear_direction();
      return absl::StrCat("removed the direction of ", Quoted(order.column()), ", so it is ascending");
    }
    const std::string before = order.column();
    if (meant_.has_value()) {
      order.set_column(*meant_);
      return absl::StrCat("replaced ", Quoted(before), " by ", Quoted(*meant_), " in order_by");
    }
    Remove("order_by", index, request_.mutable_order_by());
    return absl::StrCat("removed ", Quoted(before), " from order_by");
  }

  std::optional<std::string> Top(absl::string_view path) {
    v1::Top& top = *request_.mutable_top();
    const Step step = TakeStep(&path);
    if (step.name == "count") {
      const auto most = static_cast<int32_t>(plan::Limits().top_groups);
      top.set_count(top.count() < 1 ? 10 : most);
      return absl::StrCat("set top.count to ", top.count());
    }
    if (step.name == "by") return OrClear("top.by", top.mutable_by(), "the first KPI");
    if (step.name == "dimension") return OrClear("top.dimension", top.mutable_dimension(), "all dimensions together");
    if (step.name == "direction") return top.clear_direction(), "removed top.direction, so the best are first";
    if (step.name == "minimum_facts") return top.clear_minimum_facts(), "removed top.minimum_facts, so it is 0";
    if (!request_.group_by().empty() && !top.without_other()) {
      top.set_without_other(true);
      return "left out the row of all other groups";
    }
    request_.clear_top();
    return "removed top, which needs group_by";
  }

  std::optional<std::string> Subtotals(int index, absl::string_view path) {
    if (index < 0) return Cut("subtotals", plan::Limits().subtotals, request_.mutable_subtotals());
    const Step step = TakeStep(&path);
    if (step.name != "group_by" || step.index < 0) {
      Remove("subtotals", index, request_.mutable_subtotals());
      return "removed a subtotal";
    }
    auto& names = *request_.mutable_subtotals(index)->mutable_group_by();
    const std::string before = names.Get(step.index);
    if (meant_.has_value() && std::find(names.begin(), names.end(), *meant_) == names.end()) {
      *names.Mutable(step.index) = *meant_;
      return absl::StrCat("replaced ", Quoted(before), " by ", Quoted(*meant_), " in a subtotal");
    }
    names.DeleteSubrange(step.index, 1);
    return absl::StrCat("removed ", Quoted(before), " from a subtotal");
  }

  std::optional<std::string> Plain(absl::string_view name) {
    if (name == "limit") return request_.clear_limit(), "removed limit, so all rows are there";
    if (name == "bucket_fill") return request_.clear_bucket_fill(), "removed bucket_fill, so every bucket is there";
    if (name == "layout") return request_.clear_layout(), "removed layout, so the answer has rows";
    if (name == "page_size") return request_.clear_page_size(), "removed page_size, so all rows are in one answer";
    return std::nullopt;
  }

  v1::QueryKpisRequest& request_;
  std::map<std::string, std::vector<int>> numbers_;  // of a list: the original index of each entry
  std::set<std::string> needed_groups_;              // that were added to group_by
  std::optional<std::string> meant_;                 // what the fault at hand says was meant
};

// What the planner says of KPIs that it does not know. Asked first: which dimensions are near depends on the KPIs.
absl::Status FindUnknownKpi(const settings::Settings& settings, const v1::QueryKpisRequest& request) {
  for (int i = 0; i < request.kpis_size() && i < plan::Limits().kpis; ++i) {
    if (kpi::FindKpi(request.kpis(i).kpi()) != nullptr) continue;
    plan::Question alone;
    alone.kpis.emplace_back().kpi = request.kpis(i).kpi();
    const absl::Status status = plan::MakePlan(alone, settings, plan::Limits()).status();
    absl::string_view message(status.message().data(), status.message().size());
    if (absl::ConsumePrefix(&message, "kpis[0]")) return absl::InvalidArgumentError(absl::StrCat("kpis[", i, "]", message));
  }
  return absl::OkStatus();
}

// Plans the question; OK fills in question and plan.
absl::Status Plan(const settings::Settings& settings, int64_t now_ms, MendedQuestion* mended) {
  RETURN_IF_ERROR(FindUnknownKpi(settings, mended->request));
  absl::StatusOr<plan::Question> question = QuestionFromWire(mended->request, settings, now_ms);
  if (!question.ok()) return question.status();
  absl::StatusOr<plan::Plan> plan = plan::MakePlan(*question, settings, plan::Limits());
  if (!plan.ok()) return plan.status();
  mended->question = *std::move(question);
  mended->plan = *std::move(plan);
  return absl::OkStatus();
}

}  // namespace

MendedQuestion Mend(const v1::QueryKpisRequest& request, const settings::Settings& settings, int64_t now_ms,
                    const std::atomic<bool>* cancelled) {
  MendedQuestion mended;
  mended.request = request;
  Mending mending(&mended.request);
  for (int i = 0; i <= kFaultsMax; ++i) {
    const absl::Status status = Plan(settings, now_ms, &mended);
    if (status.ok() || i == kFaultsMax) return mended;
    absl::string_view description(status.message().data(), status.message().size());
    const size_t colon = description.find(": ");
    const absl::string_view path = colon == absl::string_view::npos ? "" : description.substr(0, colon);
    if (colon != absl::string_view::npos) description.remove_prefix(colon + 2);
    mended.faults.push_back({mending.Original(path), std::string(description)});
    const std::optional<std::string> change = mending.Fix(path, description);
    if (!change.has_value() || (cancelled != nullptr && cancelled->load())) return mended;
    mended.changes.push_back(*change);
  }
  return mended;
}

}  // namespace supportkpi::service
