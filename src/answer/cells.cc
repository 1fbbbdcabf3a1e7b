#include "answer/cells.h"

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "answer/money.h"
#include "answer/spike.h"
#include "time/calendar.h"

namespace supportkpi::answer {
namespace {

using kpi::Finish;

void AddCounts(const std::vector<std::string>& names, absl::Span<const int64_t> counts,
               absl::InlinedVector<CountedNote, 2>* notes) {
  for (size_t i = 0; i < counts.size() && i < names.size(); ++i) {
    if (counts[i] == 0) continue;
    auto same = notes->begin();
    while (same != notes->end() && same->rule != names[i]) ++same;
    if (same == notes->end()) {
      notes->push_back({names[i], counts[i]});
    } else {
      same->count += counts[i];
    }
  }
}

// Stands for all values of the dimension that shares are of; no value has this number.
constexpr int32_t kShared = std::numeric_limits<int32_t>::min();

// A KPI's parts may each have one currency, and not the same.
bool SeveralCurrencies(const PartCells& cells) {
  absl::string_view first;
  for (const exec::CellRef& part : cells.cells) {
    if (!part || part.currency().empty()) continue;
    if (!first.empty() && first != part.currency()) return true;
    first = part.currency();
  }
  return false;
}

}  // namespace

absl::Status CheckCurrencies(const plan::Plan& plan, const exec::Result& result) {
  for (const plan::KpiPlan& kpi : plan.kpis) {
    std::set<std::string> currencies;
    bool by_currency = false;
    for (const int part : kpi.parts) {
      by_currency = by_currency || exec::AsksByCurrency(plan.parts[part]);
      for (const exec::Cells& cells : result.parts[part].sets)
        currencies.insert(cells.currencies().begin(), cells.currencies().end());
    }
    if (currencies.size() > 1 && !by_currency) return exec::SeveralCurrenciesError({currencies.begin(), currencies.end()});
  }
  return absl::OkStatus();
}

CellMaker::CellMaker(const plan::Plan& plan, const plan::KpiPlan& kpi, const exec::Result& result)
    : plan_(plan), kpi_(kpi), result_(result), formula_(kpi.form->formula, *kpi.form) {
  if (kpi.form->numerator) numerator_.emplace(*kpi.form->numerator, *kpi.form);
  if (kpi.form->denominator) denominator_.emplace(*kpi.form->denominator, *kpi.form);
  for (const kpi::Part& part : kpi.form->parts) {
    left_out_names_.push_back(exec::LeftOutNames(part));
    note_names_.push_back(exec::NoteNames(part));
  }
  if (kpi.definition->finish == Finish::kShareOfGroups && kpi.share_group) AddShareTotals();
  if (kpi.definition->finish == Finish::kSpike && kpi.spike) FindFirstTicket();
}

void CellMaker::AddShareTotals() {
  const exec::GroupTable& groups = result_.groups;
  absl::flat_hash_map<std::vector<int32_t>, int32_t> numbers;
  for (int32_t group = 0; group < groups.size(); ++group) {
    std::vector<int32_t> shared(groups.NumbersOf(group).begin(), groups.NumbersOf(group).end());
    if (static_cast<size_t>(*kpi_.share_group) < shared.size()) shared[*kpi_.share_group] = kShared;
    sharing_.push_back(numbers.try_emplace(std::move(shared), static_cast<int32_t>(numbers.size())).first->second);
  }
  const std::vector<exec::Cells>& sets = result_.parts[kpi_.parts[0]].sets;
  for (size_t set = 0; set < sets.size(); ++set) {
    for (size_t i = 0; i < sets[set].size(); ++i) {
      const exec::CellKey& key = sets[set].key(i);
      share_totals_[{set, key.bucket, sharing_[key.group]}] += sets[set].value(i).value_or(0);
    }
  }
}

void CellMaker::FindFirstTicket() {
  for (const exec::Cells& cells : result_.parts[kpi_.spike->first_ticket_part].sets) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::optional<double> value = cells.value(i);
      if (value && (!first_ticket_ms_ || *value < *first_ticket_ms_)) first_ticket_ms_ = value;
    }
  }
}

PartCells CellMaker::CellsAt(size_t set, const exec::CellKey& key) const {
  const size_t count = kpi_.parts.size();
  PartCells cells{&plan_, &kpi_, {}, {}};
  cells.cells.resize(count);
  for (size_t i = 0; i < count; ++i) cells.cells[i] = result_.parts[kpi_.parts[i]].Find(set, key);
  cells.values.resize(count);
  for (size_t i = 0; i < count; ++i) cells.values[i] = ValueOf(cells, i);
  return cells;
}

Cell CellMaker::Make(size_t set, const exec::CellKey& key) const {
  const PartCells cells = CellsAt(set, key);
  Cell cell;
  AddEvidence(cells, &cell);
  Value value;
  if (plan_.start_ms == plan_.end_ms) {
    const bool zero = kpi_.definition->finish == Finish::kPlain && IsSumOfFlows(cells);
    value = zero ? Value::Of(0) : Value::Absent(AbsentReason::kEmptyRange);
  } else {
    switch (kpi_.definition->finish) {
      case Finish::kPlain:
        value = Plain(cells, &cell);
        break;
      case Finish::kPerOccurrence:
        value = PerOccurrence(key, cells, &cell);
        break;
      case Finish::kShareOfGroups:
        value = ShareOfGroups(set, key, cells, &cell);
        break;
      case Finish::kSpike:
        value = Spike(set, key, cells, &cell);
        break;
    }
  }
  if (SeveralCurrencies(cells)) value = Value::Absent(AbsentReason::kMixedCurrencies);
  if (value.is_present() && std::isfinite(value.number)) {
    cell.value = InUnit(value.number, cell);
  } else {
    cell.reason = value.is_present() ? AbsentReason::kNoData : value.reason;
  }
  return cell;
}

void CellMaker::AddEvidence(const PartCells& cells, Cell* cell) const {
  for (size_t i = 0; i < cells.cells.size(); ++i) {
    const exec::CellRef& part = cells.cells[i];
    if (!part) continue;
    if (cell->currency.empty()) cell->currency = part.currency();
    if (cell->record.empty()) cell->record = part.record();
    const kpi::Part& definition = kpi_.form->parts[i];
    if (definition.subset) continue;
    cell->facts += part.facts();
    AddCounts(left_out_names_[i], part.left_out(), &cell->left_out);
    AddCounts(note_names_[i], part.notes(), &cell->notes);
  }
}

void CellMaker::SetNumeratorAndDenominator(const PartCells& cells, Cell* cell) const {
  if (numerator_ || denominator_) {
    if (numerator_) cell->numerator = numerator_->Evaluate(cells).optional();
    if (denominator_) cell->denominator = denominator_->Evaluate(cells).optional();
    return;
  }
  const exec::CellRef& part = cells.cells[0];
  const kpi::Aggregate aggregate = cells.part(0).part.aggregate;
  if (aggregate == kpi::Aggregate::kMax) {
    cell->denominator = static_cast<double>(cell->facts);
    return;
  }
  const bool counted = aggregate != kpi::Aggregate::kStatistic && aggregate != kpi::Aggregate::kEntityStatistic;
  if (counted) {
    cell->numerator = cells.values[0].optional();
    return;
  }
  cell->numerator = !part ? 0 : part.numerator().value_or(0);
  cell->denominator = !part ? 0 : part.denominator().value_or(0);
}

Value CellMaker::Plain(const PartCells& cells, Cell* cell) const {
  SetNumeratorAndDenominator(cells, cell);
  Value value = formula_.Evaluate(cells);
  if (value.reason != AbsentReason::kZeroDenominator || cell->facts > 0) return value;
  for (const exec::CellRef& part : cells.cells) {
    if (part && part.no_schedule()) return Value::Absent(AbsentReason::kNoSchedule);
  }
  return Value::Absent(AbsentReason::kNoData);
}

Value CellMaker::PerOccurrence(const exec::CellKey& key, const PartCells& cells, Cell* cell) const {
  time::OccurrenceOf of;
  for (size_t i = 0; i < result_.groups.dimensions(); ++i) {
    int number = 0;
    if (!absl::SimpleAtoi(result_.groups.ValueOf(key.group, i).text, &number)) continue;
    if (plan_.group_names[i] == "hour_of_day") of.hour = number;
    if (plan_.group_names[i] == "weekday") of.weekday = number;
    if (plan_.group_names[i] == "month_of_year") of.month = number;
  }
  const int64_t start_ms = key.bucket < 0 ? plan_.start_ms : plan_.buckets[key.bucket].start_ms;
  const int64_t end_ms = key.bucket < 0 ? plan_.end_ms : plan_.buckets[key.bucket].end_ms;
  const time::Occurrences occurrences = time::CountOccurrences(start_ms, end_ms, *plan_.zone, of);
  const Value count = formula_.Evaluate(cells);
  cell->numerator = count.optional();
  cell->denominator = occurrences.value();
  if (!count.is_present()) return count;
  if (occurrences.numerator == 0) return Value::Absent(AbsentReason::kNeverOccurs);
  return Value::Of(count.number * static_cast<double>(occurrences.denominator) / static_cast<double>(occurrences.numerator));
}

Value CellMaker::ShareOfGroups(size_t set, const exec::CellKey& key, const PartCells& cells, Cell* cell) const {
  const Value count = formula_.Evaluate(cells);
  if (!count.is_present() || !kpi_.share_group) return count;
  const auto total = share_totals_.find({set, key.bucket, sharing_[key.group]});
  const double all = total == share_totals_.end() ? 0 : total->second;
  cell->numerator = count.optional();
  cell->denominator = all;
  return all == 0 ? Value::Absent(AbsentReason::kNoData) : Value::Of(100 * count.number / all);
}

Value CellMaker::Spike(size_t set, const exec::CellKey& key, const PartCells& cells, Cell* cell) const {
  if (set > 0 || key.bucket < 0 || !kpi_.spike) return Value::Absent(AbsentReason::kNotForTotals);
  if (plan_.buckets[key.bucket].partial) return Value::Absent(AbsentReason::kPartialBucket);
  const Value x = formula_.Evaluate(cells);
  const plan::PartPlan& earlier_plan = plan_.parts[kpi_.spike->earlier_part];
  const exec::PartResult& earlier_result = result_.parts[kpi_.spike->earlier_part];
  std::vector<double> earlier;
  for (int bucket : kpi_.spike->earlier[key.bucket]) {
    if (!first_ticket_ms_ || static_cast<double>(earlier_plan.buckets[bucket].end_ms) <= *first_ticket_ms_) continue;
    exec::CellKey earlier_key = key;
    earlier_key.bucket = bucket;
    const exec::CellRef part = earlier_result.Find(set, earlier_key);
    earlier.push_back(!part ? 0 : part.value().value_or(0));
  }
  const std::optional<struct Spike> spike = SpikeOf(x.number, std::move(earlier));
  if (!spike) return Value::Absent(AbsentReason::kInsufficientHistory);
  cell->numerator = spike->distance;
  cell->denominator = spike->scale;
  return Value::Of(spike->distance / spike->scale);
}

double CellMaker::InUnit(double value, const Cell& cell) const {
  switch (kpi_.definition->unit) {
    case kpi::Unit::kSeconds:
      return value / 1000;
    case kpi::Unit::kMoney:
      return value / MinorUnitsPerMainUnit(cell.currency);
    default:
      return value;
  }
}

}  // namespace supportkpi::answer
