#include "exec/native/finish_part.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "exec/native/chains.h"
#include "exec/native/group_names.h"
#include "exec/native/radix_sort.h"
#include "exec/native/statistics.h"
#include "status/macros.h"

namespace supportkpi::exec::native {
namespace {

struct CellEvidence {
  int64_t facts = 0;
  int64_t weight = 0;
  int64_t currency = kNoCurrency;
  std::vector<int64_t> left_out, notes;
};

struct EntityValue {
  uint32_t entity;
  int64_t value;
};

// An accumulator and the cell of the set for each of its cells.
struct Source {
  const Accumulator* from;
  const std::vector<uint32_t>* cells;
};

// Cells that one thread works on at a time.
constexpr size_t kCellsAtATime = 16;
constexpr size_t kCodesPerEntityMax = 4;
// Fewer are sorted by comparisons: counting digits would cost more.
constexpr size_t kRadixSortMin = 2048;

void SortByEntity(absl::Span<EntityValue> entities, std::vector<EntityValue>* scratch) {
  const auto entity_of = [](const EntityValue& entity) { return static_cast<uint64_t>(entity.entity); };
  if (entities.size() < kRadixSortMin) {
    std::sort(entities.begin(), entities.end(), [](const auto& left, const auto& right) { return left.entity < right.entity; });
    return;
  }
  scratch->assign(entities.begin(), entities.end());
  uint64_t largest = 0;
  for (const EntityValue& entity : entities) largest = std::max<uint64_t>(largest, entity.entity);
  RadixSort(scratch, largest, entity_of);
  std::copy(scratch->begin(), scratch->end(), entities.begin());
}

// One grouping set of one part.
class SetFinisher {
 public:
  SetFinisher(const ScannedPart& part, const plan::GroupingSet& set, const QueryResources& resources, GroupNames& names,
              const Helpers& helpers)
      : part_(part), set_(set), resources_(resources), names_(names), helpers_(helpers) {}

  void AddEvidence() {
    for (const Accumulator* from : AccumulatorsOf(part_)) {
      const std::vector<uint32_t>& cells = CellsOf(*from);
      evidence_.resize(keys_.size());
      const size_t reasons = from->scan.reason_count(), notes = from->scan.note_count();
      for (uint32_t local = 0; local < cells.size(); ++local) {
        CellEvidence& cell = evidence_[cells[local]];
        cell.facts += from->facts[local];
        cell.weight += from->weights.empty() ? from->facts[local] : from->weights[local];
        if (!from->currencies.empty()) cell.currency = MergeCurrency(cell.currency, from->currencies[local]);
        cell.left_out.resize(reasons);
        cell.notes.resize(notes);
        for (size_t i = 0; i < reasons; ++i) cell.left_out[i] += from->left_out[local * reasons + i];
        for (size_t i = 0; i < notes; ++i) cell.notes[i] += from->notes[local * notes + i];
      }
      for (Stretch stretch : from->stretches) {
        stretch.cell = cells[stretch.cell];
        stretches_.push_back(stretch);
      }
      for (Period period : from->periods) {
        period.cell = cells[period.cell];
        periods_.push_back(period);
      }
    }
  }

  // Adds the values of this part, or of one that joins it.
  void AddPopulation(const ScannedPart& source) {
    for (const Accumulator* from : AccumulatorsOf(source)) {
      const std::vector<uint32_t>& cells = CellsOf(*from);
      evidence_.resize(keys_.size());
      numbers_.resize(keys_.size());
      greatest_.resize(keys_.size());
      for (uint32_t local = 0; local < from->numbers.size(); ++local) numbers_[cells[local]].Merge(from->numbers[local]);
      for (uint32_t local = 0; local < from->greatest.size(); ++local) greatest_[cells[local]].Merge(from->greatest[local]);
      (from->entities.empty() ? value_sources_ : entity_sources_).push_back({from, &cells});
      for (SortedValues run : from->sorted_values) {
        run.cell = cells[run.cell];
        sorted_values_.push_back(run);
      }
    }
  }

  Cells Finish() {
    Cells result;
    result.Reserve(keys_.size());
    numbers_.resize(keys_.size());
    greatest_.resize(keys_.size());
    const bool percentile = part_.scan->plan->statistic.kind == plan::Statistic::Kind::kPercentile;
    Counts entities = CountsOf(entity_sources_);
    if (percentile) PlaceValues(entities);
    if (!entity_sources_.empty()) SumEntities(std::move(entities), percentile);
    if (!lost_.empty()) UncountLost();
    if (percentile) FindPercentiles();
    if (part_.scan->stretch_record != kNoNode) CountStretches();
    std::vector<ChainSummary> chains = SummarizePeriods(*part_.scan, periods_, keys_.size());
    for (uint32_t cell = 0; cell < keys_.size(); ++cell) {
      if (part_.scan->is_customer_period()) evidence_[cell].notes.back() += chains[cell].breaks;
      PartCell out = Evidence(cell);
      if (part_.scan->collects_periods()) out.covered = std::move(chains[cell].covered);
      if (part_.scan->plan->joins < 0) SetValue(cell, chains[cell], &out);
      if (Occurs(out)) result.Add(keys_[cell], std::move(out));
    }
    return result;
  }

 private:
  static bool Occurs(const PartCell& cell) {
    const auto any = [](absl::Span<const int64_t> counts) {
      return std::any_of(counts.begin(), counts.end(), [](int64_t count) { return count != 0; });
    };
    return cell.facts != 0 || cell.value.has_value() || cell.denominator.value_or(0) > 0 || any(cell.left_out) || any(cell.notes);
  }

  std::vector<const Accumulator*> AccumulatorsOf(const ScannedPart& part) const {
    std::vector<const Accumulator*> all;
    const int stream = part.scan->StreamOf(set_);
    for (const PartRun* run : part.runs) all.push_back(run->accumulators()[stream].get());
    return all;
  }

  // For each cell of the accumulator the cell of the set that it goes into.
  const std::vector<uint32_t>& CellsOf(const Accumulator& from) {
    auto [known, added] = cells_of_.try_emplace(&from);
    std::vector<uint32_t>& cells = known->second;
    if (!added) return cells;
    const std::vector<int32_t> groups = names_.GroupsOf(from, set_);
    cells.resize(from.cells.size());
    for (uint32_t local = 0; local < cells.size(); ++local) {
      const CellKey key{.bucket = set_.by_bucket ? from.cells.BucketOf(local) : -1, .group = groups[from.cells.GroupOf(local)]};
      const uint64_t packed = static_cast<uint64_t>(static_cast<uint32_t>(key.bucket)) << 32 | static_cast<uint32_t>(key.group);
      const auto [cell, is_new] = cells_.try_emplace(packed, static_cast<uint32_t>(keys_.size()));
      if (is_new) keys_.push_back(key);
      cells[local] = cell->second;
    }
    return cells;
  }

  // By source and cell how many values or entities there are.
  using Counts = std::vector<std::vector<size_t>>;
  Counts CountsOf(const std::vector<Source>& sources) const {
    Counts counts(sources.size(), std::vector<size_t>(keys_.size(), 0));
    helpers_.ForEach(sources.size(), 1, [&](size_t source, size_t) {
      for (const uint32_t cell : sources[source].from->value_cells) ++counts[source][(*sources[source].cells)[cell]];
    });
    return counts;
  }
  static size_t CountOf(const Counts& counts, size_t cell) {
    size_t sum = 0;
    for (const auto& of_source : counts) sum += of_source[cell];
    return sum;
  }

  // What is gathered in any order is placed by cell, from where each cell begins: each source on a thread of its own.
  template <class Element, class ElementOf>
  void Place(const std::vector<Source>& sources, Counts next, const std::vector<size_t>& begins, std::vector<Element>* placed,
             ElementOf element_of) const {
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      size_t begin = begins[cell];
      for (auto& of_source : next) begin += std::exchange(of_source[cell], begin);
    }
    helpers_.ForEach(sources.size(), 1, [&](size_t source, size_t) {
      const Accumulator& from = *sources[source].from;
      for (size_t i = 0; i < from.value_cells.size(); ++i)
        (*placed)[next[source][(*sources[source].cells)[from.value_cells[i]]]++] = element_of(from, i);
    });
  }

  // Values stand by cell, with room for the sums of entities behind those of each cell.
  void PlaceValues(const Counts& entities) {
    Counts values = CountsOf(value_sources_);
    size_t begin = 0;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      const size_t count = CountOf(values, cell);
      value_begins_.push_back(begin);
      value_ends_.push_back(begin + count);
      begin += count + CountOf(entities, cell);
    }
    values_.resize(begin);
    Place(value_sources_, std::move(values), value_begins_, &values_,
          [](const Accumulator& from, size_t i) { return from.values[i]; });
  }

  void FindPercentiles() {
    percentiles_.resize(keys_.size());
    const auto by_cell = [](const SortedValues& a, const SortedValues& b) { return a.cell < b.cell; };
    std::sort(sorted_values_.begin(), sorted_values_.end(), by_cell);
    helpers_.ForEach(keys_.size(), kCellsAtATime, [&](size_t first, size_t last) {
      std::vector<SortedRun> runs;
      for (size_t cell = first; cell < last; ++cell) {
        const auto values = absl::MakeSpan(values_).subspan(value_begins_[cell], value_ends_[cell] - value_begins_[cell]);
        Numbers& numbers = numbers_[cell] = {};
        numbers.AddToSum(values);
        const auto [begin, end] = std::equal_range(sorted_values_.begin(), sorted_values_.end(),
                                                   SortedValues{.cell = static_cast<uint32_t>(cell)}, by_cell);
        if (begin == end) {
          percentiles_[cell] = StatisticOf(part_.scan->plan->statistic, numbers, values);
          continue;
        }
        std::sort(values.begin(), values.end());
        runs.assign(1, values);
        for (auto run = begin; run != end; ++run) {
          runs.push_back(run->values);
          numbers.count += static_cast<int64_t>(run->values.size());
          numbers.sum += run->sum;
        }
        percentiles_[cell] = PercentileOf(part_.scan->plan->statistic.percentile, runs);
      }
    });
  }

  // Entities become a population of their own: the sum of each in its cell.
  void SumEntities(Counts counts, bool percentile) {
    std::vector<size_t> begins = {0};
    for (size_t cell = 0; cell < keys_.size(); ++cell) begins.push_back(begins.back() + CountOf(counts, cell));
    std::vector<EntityValue> entities(begins.back());
    Place(entity_sources_, std::move(counts), begins, &entities, [](const Accumulator& from, size_t i) {
      return EntityValue{from.entities[i], from.values.empty() ? 0 : from.values[i]};
    });
    absl::Mutex mutex;
    helpers_.ForEach(keys_.size(), kCellsAtATime, [&](size_t first, size_t last) {
      std::vector<std::pair<uint32_t, uint32_t>> lost;  // cell, entity
      std::vector<EntityValue> scratch;
      std::vector<int64_t> sums;
      for (size_t cell = first; cell < last; ++cell) {
        const auto of_cell = absl::MakeSpan(entities).subspan(begins[cell], begins[cell + 1] - begins[cell]);
        if (SumByCode(static_cast<uint32_t>(cell), of_cell, percentile, &sums, &lost)) continue;
        SortByEntity(of_cell, &scratch);
        SumEntitiesOf(static_cast<uint32_t>(cell), of_cell, percentile, &lost);
      }
      if (lost.empty()) return;
      absl::MutexLock lock(&mutex);
      for (const auto& [cell, entity] : lost) {
        lost_.insert(static_cast<uint64_t>(cell) << 32 | entity);
        lost_cells_.insert(cell);
      }
    });
  }

  // Where the entities' codes lie close together, as those of one month's tickets do, a sum for each code between the first
  // and the last takes less than sorting. False: they do not.
  bool SumByCode(uint32_t cell, absl::Span<const EntityValue> entities, bool percentile, std::vector<int64_t>* sums,
                 std::vector<std::pair<uint32_t, uint32_t>>* lost_entities) {
    uint32_t first = ~uint32_t{0}, last = 0;
    for (const EntityValue& entity : entities) first = std::min(first, entity.entity), last = std::max(last, entity.entity);
    if (entities.empty() || last - first > kCodesPerEntityMax * entities.size()) return false;
    sums->assign(last - first + 1, kNull);  // none yet; kNoSchedule: lost
    for (const EntityValue& entity : entities) {
      int64_t& sum = (*sums)[entity.entity - first];
      if (entity.value == kNoSchedule)
        sum = kNoSchedule;
      else if (sum != kNoSchedule)
        sum = (sum == kNull ? 0 : sum) + entity.value;
    }
    for (size_t code = 0; code < sums->size(); ++code) {
      const int64_t sum = (*sums)[code];
      if (sum == kNoSchedule)
        lost_entities->push_back({cell, first + static_cast<uint32_t>(code)});
      else if (sum != kNull)
        AddSum(cell, sum, percentile);
    }
    return true;
  }

  void AddSum(uint32_t cell, int64_t sum, bool percentile) {
    numbers_[cell].Add(sum);
    if (percentile) values_[value_ends_[cell]++] = sum;
  }

  void SumEntitiesOf(uint32_t cell, absl::Span<const EntityValue> entities, bool percentile,
                     std::vector<std::pair<uint32_t, uint32_t>>* lost_entities) {
    for (size_t begin = 0, end = 0; begin < entities.size(); begin = end) {
      int64_t sum = 0;
      bool lost = false;
      for (; end < entities.size() && entities[end].entity == entities[begin].entity; ++end) {
        lost = lost || entities[end].value == kNoSchedule;
        sum = lost ? 0 : sum + entities[end].value;
      }
      if (lost) {
        lost_entities->push_back({cell, entities[begin].entity});
        continue;
      }
      AddSum(cell, sum, percentile);
    }
  }

  // Facts of this part whose entity lacks a schedule by another fact were computed with in vain.
  void UncountLost() {
    for (const Accumulator* from : AccumulatorsOf(part_)) {
      const std::vector<uint32_t>& cells = CellsOf(*from);
      for (size_t i = 0; i < from->entities.size(); ++i) {
        const uint32_t cell = cells[from->value_cells[i]];
        const uint64_t key = static_cast<uint64_t>(cell) << 32 | from->entities[i];
        if (from->values[i] != kNoSchedule && lost_.contains(key))
          evidence_[cell].facts -= i < from->entity_facts.size() ? from->entity_facts[i] : 1;
      }
    }
  }

  void CountStretches() {
    std::vector<size_t> begins(keys_.size() + 1, 0);
    for (const Stretch& stretch : stretches_) ++begins[stretch.cell + 1];
    for (size_t cell = 0; cell < keys_.size(); ++cell) begins[cell + 1] += begins[cell];
    std::vector<Stretch> placed(stretches_.size());
    std::vector<size_t> next(begins.begin(), begins.end() - 1);
    for (const Stretch& stretch : stretches_) placed[next[stretch.cell]++] = stretch;
    helpers_.ForEach(keys_.size(), kCellsAtATime, [&](size_t first, size_t last) {
      for (size_t cell = first; cell < last; ++cell) {
        const auto of_cell = absl::MakeSpan(placed).subspan(begins[cell], begins[cell + 1] - begins[cell]);
        std::sort(of_cell.begin(), of_cell.end(), [](const Stretch& a, const Stretch& b) {
          return std::tie(a.record, a.from) < std::tie(b.record, b.from);
        });
        for (size_t i = 1; i < of_cell.size(); ++i)
          evidence_[cell].facts -= of_cell[i].record == of_cell[i - 1].record && of_cell[i].from == of_cell[i - 1].to;
      }
    });
  }

  // What the cell's counts are points into this finisher.
  PartCell Evidence(uint32_t cell) {
    CellEvidence& from = evidence_[cell];
    from.left_out.resize(part_.scan->reason_count());
    PartCell out{.facts = from.facts, .left_out = from.left_out, .notes = from.notes};
    int64_t without_schedule = out.left_out[part_.scan->rule_count() + kNoScheduleReason];
    const auto& rules = part_.scan->plan->part.left_out;
    for (size_t i = 0; i < rules.size(); ++i)
      if (rules[i].rule == "no_schedule") without_schedule += out.left_out[i];
    out.no_schedule = (out.facts == 0 && without_schedule > 0) || lost_cells_.contains(cell);
    out.mixed_currencies = from.currency == kMixedCurrencies;
    if (from.currency > 0) out.currency = resources_.snapshot().NamesOf(record::Domain::kCurrency).TextOf(from.currency);
    return out;
  }

  void SetValue(uint32_t cell, const ChainSummary& chains, PartCell* out) {
    const Numbers& numbers = numbers_[cell];
    const bool no_values = numbers.count == 0;
    switch (part_.scan->plan->part.aggregate) {
      case kpi::Aggregate::kCount:
        out->value = out->numerator = static_cast<double>(evidence_[cell].weight);
        return;
      case kpi::Aggregate::kDistinct:
        out->value = out->numerator = static_cast<double>(numbers.count);
        return;
      case kpi::Aggregate::kSum:
      case kpi::Aggregate::kStatistic:
      case kpi::Aggregate::kEntityStatistic: {
        out->no_schedule = out->no_schedule && no_values;
        if (no_values && out->no_schedule) return;
        out->numerator = static_cast<double>(numbers.sum);
        plan::Statistic statistic = part_.scan->plan->statistic;
        if (part_.scan->plan->part.aggregate == kpi::Aggregate::kSum)
          statistic.kind = plan::Statistic::Kind::kSum;
        else
          out->denominator = static_cast<double>(numbers.count);
        out->value = statistic.kind == plan::Statistic::Kind::kPercentile ? percentiles_[cell]
                                                                          : StatisticOf(statistic, numbers, {});
        return;
      }
      case kpi::Aggregate::kMax: {
        const Greatest& greatest = greatest_[cell];
        if (IsNull(greatest.value)) return;
        out->value = out->numerator = static_cast<double>(greatest.value);
        out->record = RecordOf(greatest);
        return;
      }
      case kpi::Aggregate::kChainFirst: out->value = out->numerator = static_cast<double>(chains.first); return;
      case kpi::Aggregate::kChainLast: out->value = out->numerator = static_cast<double>(chains.last); return;
      case kpi::Aggregate::kChainAnnual: out->value = out->numerator = chains.annual; return;
    }
  }

  std::string RecordOf(const Greatest& greatest) const {
    std::string first;
    for (const Greatest::Record& record : greatest.records) {
      const record::Domain domain = fact::InfoOf(record.part->plan->part.record_column).domain;
      std::string text = resources_.snapshot().NamesOf(domain).TextOf(record.code);
      if (first.empty() || text < first) first = std::move(text);
    }
    return first;
  }

  const ScannedPart& part_;
  const plan::GroupingSet set_;
  const QueryResources& resources_;
  GroupNames& names_;
  const Helpers& helpers_;
  absl::flat_hash_map<uint64_t, uint32_t> cells_;  // by bucket and group
  absl::node_hash_map<const Accumulator*, std::vector<uint32_t>> cells_of_;
  std::vector<CellKey> keys_;  // by cell

  std::vector<CellEvidence> evidence_;
  std::vector<Numbers> numbers_;
  std::vector<Greatest> greatest_;
  std::vector<Period> periods_;
  std::vector<Stretch> stretches_;
  std::vector<Source> value_sources_, entity_sources_;
  absl::flat_hash_set<uint64_t> lost_;  // cell and entity
  absl::flat_hash_set<uint32_t> lost_cells_;
  std::vector<SortedValues> sorted_values_;
  // Of percentiles, by cell.
  std::vector<int64_t> values_;
  std::vector<size_t> value_begins_, value_ends_;
  std::vector<std::optional<double>> percentiles_;
};

// Several currencies in a part's facts, unless the question tells them apart itself.
absl::Status CheckCurrencies(const ScannedPart& part, const QueryResources& resources) {
  if (AsksByCurrency(*part.scan->plan)) return absl::OkStatus();
  std::set<std::string> names;
  for (const PartRun* run : part.runs) {
    for (const auto& accumulator : run->accumulators())
      for (const int64_t code : accumulator->seen_currencies)
        names.insert(resources.snapshot().NamesOf(record::Domain::kCurrency).TextOf(code));
  }
  if (names.size() < 2) return absl::OkStatus();
  return SeveralCurrenciesError({names.begin(), names.end()});
}

absl::Status CheckOverlaps(const ScannedPart& part, const QueryResources& resources) {
  if (!part.scan->is_customer_period()) return absl::OkStatus();
  std::vector<Period> periods;
  for (const PartRun* run : part.runs) {
    for (const auto& accumulator : run->accumulators())
      periods.insert(periods.end(), accumulator->periods.begin(), accumulator->periods.end());
  }
  return CheckNoOverlap(std::move(periods), resources.snapshot().NamesOf(record::Domain::kPeriodId));
}

bool HasLostEntities(const std::vector<const ScannedPart*>& population) {
  for (const ScannedPart* part : population)
    for (const PartRun* run : part->runs)
      for (const auto& accumulator : run->accumulators())
        if (accumulator->has_lost_entities) return true;
  return false;
}

}  // namespace

void Helpers::ForEach(size_t count, size_t size, const std::function<void(size_t first, size_t last)>& body) const {
  const size_t pieces = (count + size - 1) / size;
  if (pieces < 2 || threads < 2) {
    for (size_t first = 0; first < count; first += size) body(first, std::min(first + size, count));
    return;
  }
  std::atomic<size_t> next{0};
  pool.Run(static_cast<int>(std::min<size_t>(static_cast<size_t>(threads), pieces)), [&](int) {
    for (size_t piece = next++; piece < pieces; piece = next++) body(piece * size, std::min((piece + 1) * size, count));
  });
}

absl::StatusOr<PartResult> FinishPart(const ScannedPart& part, const std::vector<const ScannedPart*>& population,
                                      const std::vector<plan::GroupingSet>& sets, const QueryResources& resources,
                                      GroupNames& names, const Helpers& helpers) {
  RETURN_IF_ERROR(CheckCurrencies(part, resources));
  RETURN_IF_ERROR(CheckOverlaps(part, resources));
  const bool with_lost = HasLostEntities(population);
  PartResult result;
  for (const plan::GroupingSet& set : sets) {
    SetFinisher finisher(part, set, resources, names, helpers);
    finisher.AddEvidence();
    if (part.scan->plan->joins < 0 || with_lost) {
      for (const ScannedPart* other : population) finisher.AddPopulation(*other);
    }
    result.sets.push_back(finisher.Finish());
  }
  return result;
}

}  // namespace supportkpi::exec::native
