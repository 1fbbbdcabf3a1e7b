// Every text with its length before it and every list with its count, so that no two questions run into each other.
#include "plan/canonical.h"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "kpi/catalogue.h"

namespace supportkpi::plan {
namespace {

class Writer {
 public:
  void Number(int64_t number) {
    char bytes[sizeof(number)];
    std::memcpy(bytes, &number, sizeof(number));
    bytes_.append(bytes, sizeof(bytes));
  }
  void Text(absl::string_view text) {
    Number(static_cast<int64_t>(text.size()));
    bytes_.append(text.data(), text.size());
  }
  void Texts(const std::vector<std::string>& texts) {
    Number(static_cast<int64_t>(texts.size()));
    for (const std::string& text : texts) Text(text);
  }
  void SortedTexts(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    Texts(texts);
  }
  void Tree(const Filter& filter) {
    const auto& [op, field, values, args] = filter;
    Number(static_cast<int64_t>(op));
    Text(field);
    if (op == Filter::Op::kIn) {
      SortedTexts(values);
    } else {
      Texts(values);
    }
    Number(static_cast<int64_t>(args.size()));
    for (const Filter& arg : args) Tree(arg);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Fills in what ResolveSelection and ReadParameters would take where nothing is said.
void FillIn(KpiSelection* selection) {
  const kpi::Definition* definition = kpi::FindKpi(selection->kpi);
  if (definition == nullptr) return;
  if (selection->alias.empty()) selection->alias = selection->kpi;
  if (selection->statistic.empty() && !definition->statistics.empty()) selection->statistic = definition->statistics.front();
  if (selection->attribution.empty() && !definition->attributions.empty())
    selection->attribution = definition->attributions.front();
  if (selection->variant.empty()) selection->variant = definition->forms.front().variant;
  if (selection->anchor.empty()) {
    const auto form = std::find_if(definition->forms.begin(), definition->forms.end(),
                                   [&](const kpi::Form& its) { return its.variant == selection->variant; });
    if (form != definition->forms.end()) selection->anchor = form->anchor;
  }
  for (const kpi::Parameter& parameter : definition->parameters)
    if (parameter.default_value.has_value()) selection->parameters.try_emplace(parameter.name, *parameter.default_value);
}

void Write(KpiSelection selection, Writer* out) {
  FillIn(&selection);
  const auto& [kpi, alias, statistic, anchor, variant, attribution, clock, filter, filter_text, parameters, include] = selection;
  for (const std::string* text : {&kpi, &alias, &statistic, &anchor, &variant, &attribution}) out->Text(*text);
  out->Number(static_cast<int64_t>(clock));
  out->Tree(filter);
  out->Tree(filter_text);
  out->Number(static_cast<int64_t>(parameters.size()));
  for (const auto& [name, value] : parameters) {
    out->Text(name);
    out->Text(value);
  }
  out->SortedTexts(include);
}

void Write(const time::Grain& grain, Writer* out) {
  const auto& [unit, count, first_weekday, origin, fiscal_first_month] = grain;
  out->Number(static_cast<int64_t>(unit));
  out->Number(count);
  out->Number(static_cast<int64_t>(first_weekday));
  out->Text(origin.has_value() ? absl::FormatCivilTime(*origin) : "");
  out->Number(fiscal_first_month);
}

void Write(const std::vector<KpiSelection>& kpis, const Top& top, Writer* out) {
  const auto& [count, by, descending, minimum_facts, dimension, without_other] = top;
  out->Number(count);
  const bool by_first = by.empty() && !kpis.empty();
  out->Text(!by_first ? by : kpis.front().alias.empty() ? kpis.front().kpi : kpis.front().alias);
  out->Number(descending.has_value() ? *descending : -1);
  out->Number(minimum_facts);
  out->Text(dimension);
  out->Number(without_other);
}

}  // namespace

std::string CanonicalBytes(const Question& question, const settings::Settings& settings) {
  // Named one by one, here and above, so that a new field does not compile before it is written too.
  const auto& [kpis, start_ms, end_ms, time_zone, grain, group_by, filter, filter_text, having, having_text, totals, subtotals, top,
               order_by, limit, sparse] = question;
  Writer out;
  out.Number(static_cast<int64_t>(kpis.size()));
  for (const KpiSelection& selection : kpis) Write(selection, &out);
  out.Number(start_ms);
  out.Number(end_ms);
  const std::string& zone = time_zone.empty() ? settings.time_zone : time_zone;
  out.Text(zone.empty() ? "UTC" : zone);
  Write(grain, &out);
  out.Texts(group_by);
  for (const Filter* tree : {&filter, &filter_text, &having, &having_text}) out.Tree(*tree);
  out.Number(totals);
  out.Number(static_cast<int64_t>(subtotals.size()));
  for (const auto& [of_subtotal, over_buckets] : subtotals) {
    out.Texts(of_subtotal);
    out.Number(over_buckets);
  }
  out.Number(top.has_value());
  if (top.has_value()) Write(kpis, *top, &out);
  out.Number(static_cast<int64_t>(order_by.size()));
  for (const auto& [column, descending] : order_by) {
    out.Text(column);
    out.Number(descending);
  }
  out.Number(limit);
  out.Number(sparse);
  return out.Take();
}

}  // namespace supportkpi::plan
