#include "exec/native/finish_part.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "exec/native/cell_counts.h"
#include "exec/native/chains.h"
#include "exec/native/entity_sums.h"
#include "exec/native/entity_totals.h"
#include "exec/native/group_names.h"
#include "exec/native/placed_entities.h"
#include "exec/native/runs_by_cell.h"
#include "exec/native/statistics.h"
#include "status/macros.h"

namespace supportkpi::exec::native {
namespace {

// An accumulator, and the cell of the set for each of its cells (and before, the group of the result for each of its groups).
struct Source {
  const Accumulator* from;
  std::vector<int32_t> groups;
  std::vector<uint32_t> cells;
};

// The values of one source's cell, whose number there is `local`.
struct KeptValues {
  uint32_t cell;
  uint32_t local;
  const CellValues* values;
};

// Cells that one thread works on at a time; fewer where there are not enough for so many pieces.
constexpr size_t kCellsAtATime = 16;
constexpr size_t kPieces = 32;

// One grouping set of one part.
class SetFinisher {
 public:
  // `population`: the parts whose values are this one's; empty: only evidence is made.
  SetFinisher(const ScannedPart& part, const std::vector<const ScannedPart*>& population, const plan::GroupingSet& set,
              const QueryResources& resources, GroupNames& names, const Helpers& helpers)
      : scan_(*part.scan), plan_(*part.scan->plan), resources_(resources), helpers_(helpers), left_out_(scan_.reason_count()),
        notes_(scan_.note_count()) {
    for (const Accumulator* from : AccumulatorsOf(part, set)) evidence_sources_.push_back(SourceOf(from, set, &names));
    for (const ScannedPart* other : population) {
      for (const Accumulator* from : AccumulatorsOf(*other, set))
        (from->has_entities() ? entity_sources_ : value_sources_).push_back(SourceOf(from, set, &names));
    }
    PlaceCells(set.by_bucket);
  }

  Cells Finish() {
    AddEvidence();
    AddPopulation();
    const bool percentile = asks_percentile() && !numbers_.empty();
    const std::unique_ptr<PlacedEntities> entities = entity_sources_.empty() || AddTotals() ? nullptr : PlaceEntities();
    if (percentile)
      PlaceSums(entities.get());
    else if (!numbers_.empty())
      AddSumsOfKept();
    if (entities != nullptr) SumEntities(entities.get(), percentile);
    if (!lost_.empty()) UncountLost();
    if (percentile) FindPercentiles();
    JoinStretches(keys_.size(), &stretches_, &facts_);
    if (!greatest_.empty() && plan_.joins < 0) NameRecords();
    std::vector<ChainSummary> chains;
    if (scan_.collects_periods() || scan_.keep == Keep::kPeriods)
      chains = SummarizePeriods(scan_, std::move(periods_), keys_.size());
    Cells result;
    result.Reserve(keys_.size());
    PartCell out;  // of one cell after the other
    for (uint32_t cell = 0; cell < keys_.size(); ++cell) {
      const ChainSummary* of_chains = chains.empty() ? nullptr : &chains[cell];
      if (scan_.is_customer_period() && of_chains->breaks != 0) notes_.Of(cell).back() += of_chains->breaks;
      SetEvidence(cell, &out);
      if (scan_.collects_periods()) out.covered = of_chains->covered;
      if (plan_.joins < 0) SetValue(cell, of_chains, &out);
      if (Occurs(out)) result.Add(keys_[cell], out);
    }
    result.Index();
    return result;
  }

 private:
  bool asks_percentile() const { return plan_.statistic.kind == plan::Statistic::Kind::kPercentile; }
  static bool Occurs(const PartCell& cell) {
    const auto any = [](absl::Span<const int64_t> counts) {
      return std::any_of(counts.begin(), counts.end(), [](int64_t count) { return count != 0; });
    };
    return cell.facts != 0 || cell.value.has_value() || cell.denominator.value_or(0) > 0 || any(cell.left_out) || any(cell.notes);
  }

  static std::vector<const Accumulator*> AccumulatorsOf(const ScannedPart& part, const plan::GroupingSet& set) {
    std::vector<const Accumulator*> all;
    const int stream = part.scan->StreamOf(set);
    for (const PartRun* run : part.runs) all.push_back(run->accumulators()[stream].get());
    return all;
  }

  // A part is mostly of its own population.
  const Source* SourceOf(const Accumulator* from, const plan::GroupingSet& set, GroupNames* names) {
    for (const Source& source : sources_)
      if (source.from == from) return &source;
    return &sources_.emplace_back(Source{.from = from, .groups = names->GroupsOf(*from, set)});
  }

  // Numbers the cells of the set, and for each source's cells those that they go into.
  void PlaceCells(bool by_bucket) {
    CellKey least{.bucket = std::numeric_limits<int32_t>::max(), .group = std::numeric_limits<int32_t>::max()};
    CellKey greatest{.bucket = -1, .group = -1};
    size_t most = 0;
    for (const Source& source : sources_) {
      const CellTable& cells = source.from->cells;
      most = std::max<size_t>(most, cells.size());
      for (const int32_t group : source.groups) {
        least.group = std::min(least.group, group);
        greatest.group = std::max(greatest.group, group);
      }
      for (uint32_t local = 0; local < cells.size(); ++local) {
        const int32_t bucket = by_bucket ? cells.BucketOf(local) : -1;
        least.bucket = std::min(least.bucket, bucket);
        greatest.bucket = std::max(greatest.bucket, bucket);
      }
    }
    if (most == 0) return;
    CellIndex index(least, greatest, most);
    keys_.reserve(most);
    for (Source& source : sources_) {
      const CellTable& cells = source.from->cells;
      source.cells.resize(cells.size());
      for (uint32_t local = 0; local < cells.size(); ++local) {
        const CellKey key{.bucket = by_bucket ? cells.BucketOf(local) : -1, .group = source.groups[cells.GroupOf(local)]};
        uint32_t& cell = index.At(key);
        if (cell == CellIndex::kNone) {
          cell = static_cast<uint32_t>(keys_.size());
          keys_.push_back(key);
        }
        source.cells[local] = cell;
      }
      source.groups = {};
    }
  }

  void AddEvidence() {
    facts_.resize(keys_.size(), 0);
    left_out_.Grow(keys_.size());
    notes_.Grow(keys_.size());
    if (scan_.weight != kNoNode) weights_.resize(keys_.size(), 0);
    if (scan_.currency != kNoNode) currencies_.resize(keys_.size(), kNoCurrency);
    for (const Source* source : evidence_sources_) {
      const Accumulator& from = *source->from;
      const std::vector<uint32_t>& cells = source->cells;
      for (size_t local = 0; local < cells.size(); ++local) facts_[cells[local]] += from.facts[local];
      for (size_t local = 0; local < from.weights.size(); ++local) weights_[cells[local]] += from.weights[local];
      for (size_t local = 0; local < from.currencies.size(); ++local) {
        int64_t& currency = currencies_[cells[local]];
        currency = MergeCurrency(currency, from.currencies[local]);
      }
      for (size_t local = 0; local < cells.size(); ++local) left_out_.AddAll(cells[local], from.left_out.Find(local));
      for (size_t local = 0; local < from.notes.cell_count(); ++local) notes_.AddAll(cells[local], from.notes.Find(local));
      for (Stretch stretch : from.stretches) {
        stretch.cell = cells[stretch.cell];
        stretches_.push_back(stretch);
      }
      for (Period period : from.periods) {
        period.cell = cells[period.cell];
        periods_.push_back(period);
      }
    }
  }

  // Adds the values of the population.
  void AddPopulation() {
    if (plan_.part.aggregate == kpi::Aggregate::kMax)
      greatest_.resize(keys_.size());
    else if (plan_.part.aggregate != kpi::Aggregate::kCount && scan_.keep != Keep::kPeriods)
      numbers_.resize(keys_.size());
    for (const auto* sources : {&value_sources_, &entity_sources_}) {
      for (const Source* source : *sources) {
        const Accumulator& from = *source->from;
        for (size_t i = 0; i < from.sums.size() && !numbers_.empty(); ++i)
          numbers_[source->cells[i]].Merge(from.sums[i]);
        for (size_t i = 0; i < from.numbers.size() && !numbers_.empty(); ++i) numbers_[source->cells[i]].Merge(from.numbers[i]);
        for (size_t i = 0; i < from.greatest.size() && !greatest_.empty(); ++i)
          greatest_[source->cells[i]].Merge(from.greatest[i]);
        for (EntityRun run : from.entity_runs) {
          run.cell = source->cells[run.cell];
          entity_runs_.Add(run);
        }
        for (uint32_t local = 0; from.scan.keep == Keep::kValues && local < source->cells.size() && !numbers_.empty(); ++local)
          if (from.kept.has_any(local)) kept_.Add({source->cells[local], local, &from.kept});
        for (SortedValues run : from.sorted_values) {
          run.cell = source->cells[run.cell];
          sorted_values_.Add(run);
        }
      }
    }
    entity_runs_.Place(keys_.size());
    kept_.Place(keys_.size());
    sorted_values_.Place(keys_.size());
  }

  // Values that were kept for a percentile.
  void LookAtKept(size_t cell, RankSelector* values) const {
    values->Clear();
    for (const KeptValues& kept : kept_.Of(cell)) kept.values->ForEachBlock(kept.local, [&](const auto& block) { values->Add(block); });
  }
  void AddSumsOfKept() {
    if (kept_.empty() && sorted_values_.empty()) return;
    helpers_.ForEach(keys_.size(), CellsAtATime(), [&](size_t first, size_t last) {
      RankSelector values;
      for (size_t cell = first; cell < last; ++cell) {
        LookAtKept(cell, &values);
        numbers_[cell].Merge(Sum{static_cast<int64_t>(values.count()), values.Sum()});
        for (const SortedValues& run : sorted_values_.Of(cell)) numbers_[cell].Merge(Sum{static_cast<int64_t>(run.values.size()), run.sum});
      }
    });
  }
  // Few cells have many values each.
  size_t CellsAtATime() const { return std::clamp<size_t>(keys_.size() / kPieces, 1, kCellsAtATime); }

  std::vector<EntitySource> EntitySources() const {
    std::vector<EntitySource> sources;
    for (const Source* source : entity_sources_)
      sources.push_back({source->from->value_cells, source->from->entities, source->from->values, source->cells});
    return sources;
  }
  std::unique_ptr<PlacedEntities> PlaceEntities() const {
    return std::make_unique<PlacedEntities>(EntitySources(), entity_runs_, keys_.size(), helpers_);
  }

  // Counts entities and sums their values where no more is asked, and none is lost. False: it is, or placing them takes less.
  bool AddTotals() {
    using Kind = plan::Statistic::Kind;
    const bool of_all = plan_.part.aggregate == kpi::Aggregate::kDistinct || plan_.statistic.kind == Kind::kMean ||
                        plan_.statistic.kind == Kind::kSum;
    const auto has_lost = [](const Source* source) { return source->from->has_lost_entities; };
    if (!of_all || asks_percentile() || std::any_of(entity_sources_.begin(), entity_sources_.end(), has_lost)) return false;
    const auto totals = TotalsOf(EntitySources(), entity_runs_, keys_.size(), helpers_);
    if (!totals.has_value()) return false;
    for (size_t cell = 0; cell < keys_.size(); ++cell) numbers_[cell].Merge((*totals)[cell]);
    return true;
  }

  // Room for the sums of entities, by cell; nullptr: there are none.
  void PlaceSums(const PlacedEntities* entities) {
    size_t begin = 0;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      sum_begins_.push_back(begin);
      sum_ends_.push_back(begin);
      begin += entities == nullptr ? 0 : entities->CountOf(cell);
    }
    sums_.resize(begin);
  }

  void FindPercentiles() {
    percentiles_.resize(keys_.size());
    helpers_.ForEach(keys_.size(), CellsAtATime(), [&](size_t first, size_t last) {
      std::vector<SortedRun> runs;
      RankSelector values;
      RankFinder finder;
      for (size_t cell = first; cell < last; ++cell) {
        LookAtKept(cell, &values);
        values.Add(absl::MakeConstSpan(sums_).subspan(sum_begins_[cell], sum_ends_[cell] - sum_begins_[cell]));
        Numbers& numbers = numbers_[cell] = {};
        numbers.Merge(Sum{static_cast<int64_t>(values.count()), values.Sum()});
        const auto sorted = sorted_values_.Of(cell);
        for (const SortedValues& run : sorted) numbers.Merge(Sum{static_cast<int64_t>(run.values.size()), run.sum});
        if (numbers.count == 0) continue;
        if (sorted.empty()) {
          percentiles_[cell] = PercentileOf(plan_.statistic.percentile, &values);
          continue;
        }
        runs.assign(1, values.Sorted());
        for (const SortedValues& run : sorted) runs.push_back(run.values);
        percentiles_[cell] = PercentileOf(plan_.statistic.percentile, runs, &finder);
      }
    });
  }

  // Entities become a population of their own: the sum of each in its cell.
  void SumEntities(PlacedEntities* placed, bool percentile) {
    absl::Mutex mutex;
    for (size_t cell = 0; cell < keys_.size(); ++cell) {
      if (placed->BlocksOf(cell) == 1) continue;
      helpers_.ForEach(placed->BlocksOf(cell), 1, [&](size_t block, size_t) {
        EntitySums entities;
        entities.Sum(placed->RunsOf(cell, block), placed->LooseOf(cell, block));
        const Numbers numbers = NumbersOf(entities);
        absl::MutexLock lock(&mutex);
        AddSums(entities, numbers, cell, percentile);
        AddLost(entities, cell);
      });
    }
    helpers_.ForEach(keys_.size(), kCellsAtATime, [&](size_t first, size_t last) {
      EntitySums entities;
      for (size_t cell = first; cell < last; ++cell) {
        if (placed->BlocksOf(cell) > 1) continue;
        entities.Sum(entity_runs_.Of(cell), placed->LooseOf(cell, 0));
        AddSums(entities, NumbersOf(entities), cell, percentile);
        if (entities.lost().empty()) continue;
        absl::MutexLock lock(&mutex);
        AddLost(entities, cell);
      }
    });
  }

  static Numbers NumbersOf(const EntitySums& entities) {
    Numbers numbers;
    for (const int64_t sum : entities.sums()) numbers.Add(sum);
    return numbers;
  }
  void AddSums(const EntitySums& entities, const Numbers& numbers, size_t cell, bool percentile) {
    numbers_[cell].Merge(numbers);
    if (!percentile) return;
    std::copy(entities.sums().begin(), entities.sums().end(), sums_.begin() + static_cast<ptrdiff_t>(sum_ends_[cell]));
    sum_ends_[cell] += entities.sums().size();
  }
  void AddLost(const EntitySums& entities, size_t cell) {
    for (const uint32_t entity : entities.lost()) {
      lost_.insert(LostKey(static_cast<uint32_t>(cell), entity));
      lost_cells_.insert(static_cast<uint32_t>(cell));
    }
  }

  static uint64_t LostKey(uint32_t cell, uint32_t entity) { return static_cast<uint64_t>(cell) << 32 | entity; }

  // Facts of this part whose entity lacks a schedule by another fact were computed with in vain.
  void UncountLost() {
    for (const Source* source : evidence_sources_) {
      const Accumulator& from = *source->from;
      for (size_t i = 0; i < from.entities.size(); ++i) {
        const uint32_t cell = source->cells[from.value_cells[i]];
        if (from.values[i] != kNoSchedule && lost_.contains(LostKey(cell, from.entities[i]))) --facts_[cell];
      }
      for (const EntityRun& run : from.entity_runs) {
        const uint32_t cell = source->cells[run.cell];
        for (size_t i = 0; i < run.size; ++i)
          if (lost_.contains(LostKey(cell, run.entities[i]))) facts_[cell] -= run.facts[i];
      }
    }
  }

  // What the cell points to is this finisher's.
  void SetEvidence(uint32_t cell, PartCell* out) {
    out->facts = facts_[cell];
    out->left_out = left_out_.Find(cell);
    out->notes = notes_.Find(cell);
    int64_t without_schedule = 0;
    if (!out->left_out.empty()) {
      without_schedule = out->left_out[scan_.rule_count() + kNoScheduleReason];
      const auto& rules = plan_.part.left_out;
      for (size_t i = 0; i < rules.size(); ++i)
        if (rules[i].rule == "no_schedule") without_schedule += out->left_out[i];
    }
    out->no_schedule = (out->facts == 0 && without_schedule > 0) || (!lost_cells_.empty() && lost_cells_.contains(cell));
    if (currencies_.empty()) return;
    out->mixed_currencies = currencies_[cell] == kMixedCurrencies;
    out->currency = currencies_[cell] > 0 ? CurrencyOf(currencies_[cell]) : absl::string_view();
  }

  absl::string_view CurrencyOf(int64_t code) {
    std::string& text = currency_texts_[code];
    if (text.empty()) text = resources_.snapshot().NamesOf(record::Domain::kCurrency).TextOf(code);
    return text;
  }

  // `chains`: of periods, else nullptr.
  void SetValue(uint32_t cell, const ChainSummary* chains, PartCell* out) {
    out->value = out->numerator = out->denominator = std::nullopt;
    const auto set_both = [&](double number) { out->value = number, out->numerator = number; };
    switch (plan_.part.aggregate) {
      case kpi::Aggregate::kCount: return set_both(static_cast<double>(weights_.empty() ? facts_[cell] : weights_[cell]));
      case kpi::Aggregate::kDistinct: return set_both(static_cast<double>(numbers_[cell].count));
      case kpi::Aggregate::kSum:
      case kpi::Aggregate::kStatistic:
      case kpi::Aggregate::kEntityStatistic: {
        const Numbers& numbers = numbers_[cell];
        const bool no_values = numbers.count == 0;
        out->no_schedule = out->no_schedule && no_values;
        if (no_values && out->no_schedule) return;
        set_both(static_cast<double>(numbers.sum));
        if (plan_.part.aggregate == kpi::Aggregate::kSum) return;
        out->denominator = static_cast<double>(numbers.count);
        out->value = asks_percentile() ? percentiles_[cell] : StatisticOf(plan_.statistic, numbers);
        return;
      }
      case kpi::Aggregate::kMax: {
        const Greatest& greatest = greatest_[cell];
        out->record = records_[cell];
        if (IsNull(greatest.value)) return;
        return set_both(static_cast<double>(greatest.value));
      }
      case kpi::Aggregate::kChainFirst: return set_both(static_cast<double>(chains->first));
      case kpi::Aggregate::kChainLast: return set_both(static_cast<double>(chains->last));
      case kpi::Aggregate::kChainAnnual: return set_both(chains->annual);
    }
  }

  // Names of records are read from the store.
  void NameRecords() {
    records_.resize(keys_.size());
    helpers_.ForEach(keys_.size(), kCellsAtATime, [&](size_t first, size_t last) {
      for (size_t cell = first; cell < last; ++cell)
        if (!IsNull(greatest_[cell].value)) records_[cell] = RecordOf(greatest_[cell]);
    });
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

  const PartScan& scan_;
  const plan::PartPlan& plan_;
  const QueryResources& resources_;
  const Helpers& helpers_;
  std::deque<Source> sources_;
  std::vector<const Source*> evidence_sources_;
  std::vector<const Source*> value_sources_, entity_sources_;  // of the population
  std::vector<CellKey> keys_;  // by cell

  // -- by cell; empty: the part does not keep them
  std::vector<int64_t> facts_;
  std::vector<int64_t> weights_;  // empty: each fact counts 1
  std::vector<int64_t> currencies_;
  CellCounts left_out_, notes_;
  std::vector<Numbers> numbers_;
  std::vector<Greatest> greatest_;

  std::vector<Period> periods_;
  std::vector<Stretch> stretches_;
  absl::flat_hash_set<uint64_t> lost_;  // cell and entity
  absl::flat_hash_set<uint32_t> lost_cells_;
  RunsByCell<SortedValues> sorted_values_;
  RunsByCell<EntityRun> entity_runs_;
  RunsByCell<KeptValues> kept_;
  // Of percentiles, by cell.
  std::vector<int64_t> sums_;  // of entities
  std::vector<size_t> sum_begins_, sum_ends_;
  std::vector<std::optional<double>> percentiles_;
  std::map<int64_t, std::string> currency_texts_;  // by code
  std::vector<std::string> records_;               // of the greatest values, by cell
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

absl::StatusOr<PartResult> FinishPart(const ScannedPart& part, const std::vector<const ScannedPart*>& population,
                                      const std::vector<plan::GroupingSet>& sets, const QueryResources& resources,
                                      GroupNames& names, const Helpers& helpers) {
  RETURN_IF_ERROR(CheckCurrencies(part, resources));
  RETURN_IF_ERROR(CheckOverlaps(part, resources));
  const bool with_lost = HasLostEntities(population);
  PartResult result;
  const bool with_values = part.scan->plan->joins < 0 || with_lost;
  const std::vector<const ScannedPart*> of_values = with_values ? population : std::vector<const ScannedPart*>();
  for (const plan::GroupingSet& set : sets)
    result.sets.push_back(SetFinisher(part, of_values, set, resources, names, helpers).Finish());
  return result;
}

}  // namespace supportkpi::exec::native
