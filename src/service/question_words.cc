#include "service/question_words.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "plan/filter_text.h"
#include "time/calendar.h"

namespace supportkpi::service {

namespace {

absl::string_view UnitInWords(kpi::Unit unit) {
  switch (unit) {
    case kpi::Unit::kCount: return "a count";
    case kpi::Unit::kSeconds: return "in seconds";
    case kpi::Unit::kPercent: return "in percent";
    case kpi::Unit::kIndex: return "an index";
    case kpi::Unit::kMoney: return "in the main unit of its currency";
  }
  return "";
}

absl::string_view DirectionInWords(kpi::Direction direction) {
  switch (direction) {
    case kpi::Direction::kHigher: return "more is better";
    case kpi::Direction::kLower: return "less is better";
    case kpi::Direction::kNeutral: return "neither more nor less is better";
  }
  return "";
}

std::string StatisticInWords(const std::string& statistic) {
  if (statistic == "stddev") return "the standard deviation";
  if (statistic.size() > 1 && statistic[0] == 'p') return absl::StrCat("percentile ", statistic.substr(1));
  return absl::StrCat("the ", statistic);
}

// "a", "a and b", "a, b and c".
std::string Together(const std::vector<std::string>& names) {
  if (names.size() < 2) return absl::StrJoin(names, "");
  return absl::StrCat(absl::StrJoin(names.begin(), names.end() - 1, ", "), " and ", names.back());
}

// Both forms of a filter, as one text; empty: there is none.
std::string BothInWords(const plan::Filter& tree, const plan::Filter& text) {
  using Op = plan::Filter::Op;
  if (tree.op == Op::kTrue) return plan::FilterText(text);
  if (text.op == Op::kTrue) return plan::FilterText(tree);
  plan::Filter both;
  both.op = Op::kAll;
  both.args = {tree, text};
  return plan::FilterText(both);
}

class Words {
 public:
  Words(const plan::Question& question, const plan::Plan& plan) : question_(question), plan_(plan) {}

  std::string All() {
    for (size_t i = 0; i < plan_.kpis.size(); ++i) Kpi(plan_.kpis[i], question_.kpis[i]);
    Range();
    Groups();
    if (const std::string filter = BothInWords(question_.filter, question_.filter_text); !filter.empty()) {
      Line("Only facts with ", filter, ".");
    }
    Totals();
    Rows();
    return text_;
  }

 private:
  template <class... Pieces>
  void Line(const Pieces&... pieces) {
    absl::StrAppend(&text_, text_.empty() ? "" : "\n", pieces...);
  }

  void Kpi(const plan::KpiPlan& kpi, const plan::KpiSelection& asked) {
    const kpi::Definition& definition = *kpi.definition;
    std::string line = absl::StrCat(kpi.alias, kpi.alias == definition.id ? "" : absl::StrCat(" (", definition.id, ")"), ": ",
                                    kpi.statistic.empty() ? "" : absl::StrCat(StatisticInWords(kpi.statistic), " of "),
                                    definition.formula_text);
    if (!kpi.form->variant.empty()) absl::StrAppend(&line, "; variant ", kpi.form->variant);
    absl::StrAppend(&line, "; dated by ", kpi.form->anchor);
    if (definition.clocks.size() > 1) {
      absl::StrAppend(&line, kpi.clock == kpi::Clock::kBusiness ? "; only working time counts" : "; every second counts");
    }
    if (!kpi.attribution.empty()) absl::StrAppend(&line, "; credited by ", kpi.attribution);
    for (const auto& [name, value] : kpi.parameters) absl::StrAppend(&line, "; ", name, " ", value);
    if (const std::string filter = BothInWords(asked.filter, asked.filter_text); !filter.empty()) {
      absl::StrAppend(&line, "; only facts with ", filter);
    }
    if (!kpi.excluded.empty()) absl::StrAppend(&line, "; without ", Together(kpi.excluded), " tickets");
    absl::StrAppend(&line, "; ", UnitInWords(definition.unit), ", ", DirectionInWords(definition.direction));
    Line(line, ".");
  }

  void Range() {
    Line("From ", time::FormatRfc3339(plan_.start_ms, *plan_.zone), " up to, not with, ", time::FormatRfc3339(plan_.end_ms, *plan_.zone), ", in zone ",
         plan_.zone->name(), ".");
    if (plan_.grain.unit == time::GrainUnit::kNone) return Line("The whole range is one bucket.");
    const std::string unit(GrainInWords());
    std::string line = absl::StrCat("A bucket for ", plan_.grain.count == 1 ? absl::StrCat("each ", unit)
                                                                             : absl::StrCat("every ", plan_.grain.count, " ", unit, "s"));
    if (plan_.buckets.empty()) return Line(line, ": none, the range is empty.");
    absl::StrAppend(&line, ": ", plan_.buckets.size(), ", from ", plan_.buckets.front().label, " to ", plan_.buckets.back().label);
    size_t cut = plan_.buckets.front().partial ? 1 : 0;
    if (plan_.buckets.size() > 1 && plan_.buckets.back().partial) ++cut;
    if (cut > 0) absl::StrAppend(&line, ", of which ", cut, cut == 1 ? " is" : " are", " cut by the range");
    Line(line, ".");
  }

  absl::string_view GrainInWords() const {
    switch (plan_.grain.unit) {
      case time::GrainUnit::kNone: return "range";
      case time::GrainUnit::kMinute: return "minute";
      case time::GrainUnit::kHour: return "hour";
      case time::GrainUnit::kDay: return "day";
      case time::GrainUnit::kWeek: return "week";
      case time::GrainUnit::kMonth: return "month";
      case time::GrainUnit::kQuarter: return "quarter";
      case time::GrainUnit::kYear: return "year";
      case time::GrainUnit::kFiscalQuarter: return "fiscal quarter";
      case time::GrainUnit::kFiscalYear: return "fiscal year";
    }
    return "";
  }

  void Groups() {
    if (question_.group_by.empty()) return;
    Line("A row for each ", Together(question_.group_by), question_.sparse ? ", only where there are facts." : " that occurs.");
  }

  void Totals() {
    if (question_.totals) Line("With totals over all groups and over all buckets, computed from the facts.");
    for (const plan::Subtotal& subtotal : question_.subtotals) {
      Line("With a subtotal ", subtotal.group_by.empty() ? "over all groups" : absl::StrCat("by ", Together(subtotal.group_by)),
           subtotal.over_buckets ? ", over all buckets." : ", bucket by bucket.");
    }
  }

  void Rows() {
    if (question_.top.has_value()) Top(*question_.top);
    if (const std::string having = BothInWords(question_.having, question_.having_text); !having.empty()) {
      Line("Only rows with ", having, ".");
    }
    if (!question_.order_by.empty()) {
      std::vector<std::string> columns;
      for (const plan::OrderBy& order : question_.order_by) {
        columns.push_back(absl::StrCat(order.column, order.descending ? " descending" : ""));
      }
      Line("Ordered by ", Together(columns), ".");
    }
    if (question_.limit > 0) Line("At most ", question_.limit, question_.limit == 1 ? " row." : " rows.");
  }

  void Top(const plan::Top& top) {
    const plan::KpiPlan& kpi = plan_.kpis[plan_.shape.top->kpi];
    std::string line = absl::StrCat("Only the first ", top.count, " ", top.dimension.empty() ? "groups" : top.dimension,
                                    " by ", kpi.alias, " over the whole range, the ",
                                    plan_.shape.top->descending ? "greatest" : "least", " first");
    if (top.minimum_facts > 0) absl::StrAppend(&line, ", with at least ", top.minimum_facts, " facts");
    Line(line, top.without_other ? "." : "; all others together in a row of their own.");
  }

  const plan::Question& question_;
  const plan::Plan& plan_;
  std::string text_;
};

}  // namespace

std::string InWords(const plan::Question& question, const plan::Plan& plan) { return Words(question, plan).All(); }

}  // namespace supportkpi::service
