// What the items of a portion add to their cells.
#include <array>

#include "exec/native/left_out.h"
#include "exec/native/part_run.h"
#include "exec/native/value_rules.h"

namespace supportkpi::exec::native {

void PartRun::AccumulateAll(Accumulator& to, size_t count, const uint32_t* item_of) {
  if (count == 0) return;  // no bucket had all that was asked of a fact
  to.Grow();
  const uint8_t* verdicts = verdicts_.data();
  if (item_of != nullptr) {
    expanded_verdicts_.resize(count);
    for (size_t i = 0; i < count; ++i) expanded_verdicts_[i] = verdicts_[item_of[i]];
    verdicts = expanded_verdicts_.data();
  }
  AccumulateEvidence(to, {verdicts, count}, item_of);
  if (scan_.collects_periods()) AccumulatePeriods(to, count, item_of);
  if (scan_.stretch_record != kNoNode) AccumulateStretches(to, count, item_of);
  if (scan_.keep == Keep::kEntityValues) return AccumulateEntities(to, count, item_of);
  if (scan_.keep == Keep::kPeriods || (scan_.keep == Keep::kCount && scan_.weight == kNoNode)) return;
  all_counted_ = CountedAmong({verdicts, count}) == count;
  if (!all_counted_) PlacesCounted(verdicts, count, &counted_);
  Accumulate(to, count, item_of);
}

void PartRun::AccumulateEvidence(Accumulator& to, absl::Span<const uint8_t> verdicts, const uint32_t* item_of) {
  const size_t count = verdicts.size();
  if (steps_.empty())
    CountByCell(cells_.data(), verdicts.data(), count, &to.facts);
  else
    for (size_t i = 0; i < count; ++i) to.facts[cells_[i]] += verdicts[i] == kCounted ? StepOf(i) : 0;
  ForEachLeftOut(verdicts, [&](size_t i) {
    if (verdicts[i] == kPartly)
      to.notes.Add(cells_[i], scan_.notes.size(), 1);
    else
      to.left_out.Add(cells_[i], verdicts[i], StepOf(i));
  });
  for (size_t note = 0; note < scan_.notes.size(); ++note) {
    if (bounds_->Of(scan_.notes[note]).never_true()) continue;
    const int64_t* holds = Value(scan_.notes[note]);
    for (size_t i = 0; i < count; ++i) {
      const size_t item = item_of == nullptr ? i : item_of[i];
      if (verdicts_[item] == kCounted && IsTrue(holds[item])) to.notes.Add(cells_[i], note, StepOf(i));
    }
  }
  if (scan_.currency == kNoNode) return;
  const int64_t* currencies = Value(scan_.currency);
  for (size_t i = 0; i < count; ++i) {
    const size_t item = item_of == nullptr ? i : item_of[i];
    if (verdicts_[item] != kCounted || !IsTrue(currencies[item])) continue;
    int64_t& of_cell = to.currencies[cells_[i]];
    of_cell = MergeCurrency(of_cell, currencies[item]);
    if (to.seen_currencies.empty() || to.seen_currencies.back() != currencies[item]) to.SeeCurrency(currencies[item]);
  }
}

void PartRun::Accumulate(Accumulator& to, size_t count, const uint32_t* item_of) {
  const auto each = [&](auto body) {
    if (all_counted_ && item_of == nullptr) {
      for (size_t i = 0; i < count; ++i) body(cells_[i], i, i);
    } else if (all_counted_) {
      for (size_t i = 0; i < count; ++i) body(cells_[i], item_of[i], i);
    } else {
      for (const uint32_t i : counted_) body(cells_[i], item_of == nullptr ? i : item_of[i], i);
    }
  };
  const int64_t* values = scan_.value == kNoNode ? nullptr : Value(scan_.value);
  switch (scan_.keep) {
    case Keep::kCount: {
      const int64_t* weights = Value(scan_.weight);
      return each([&](uint32_t cell, size_t item, size_t i) {
        to.weights[cell] += IsNull(weights[item]) ? 0 : weights[item] * StepOf(i);
      });
    }
    case Keep::kSums: return each([&](uint32_t cell, size_t item, size_t) { to.sums[cell].Add(values[item]); });
    case Keep::kNumbers: return each([&](uint32_t cell, size_t item, size_t) { to.numbers[cell].Add(values[item]); });
    case Keep::kValues:
      if (all_counted_ && item_of == nullptr && AllAlike(cells_.data(), count)) return to.kept.AddAll(cells_[0], {values, count});
      return each([&](uint32_t cell, size_t item, size_t) { to.kept.Add(cell, values[item]); });
    case Keep::kGreatest: {
      const int64_t* records = Value(scan_.record);
      const int64_t* at = Value(scan_.record_at);
      return each([&](uint32_t cell, size_t item, size_t) {
        to.greatest[cell].Add(values[item], at[item], {&scan_, records[item]});
      });
    }
    case Keep::kEntities: {
      const int64_t* entities = Value(scan_.entity);
      return each([&](uint32_t cell, size_t item, size_t) {
        if (!IsTrue(entities[item])) return;
        to.value_cells.push_back(cell);
        to.entities.push_back(static_cast<uint32_t>(entities[item]));
      });
    }
    case Keep::kEntityValues:
    case Keep::kPeriods: return;  // see AccumulateAll
  }
}

// An entity of which one value lacks a schedule has no sum in that cell: the lack is handed on in the value's place.
void PartRun::AccumulateEntities(Accumulator& to, size_t count, const uint32_t* item_of) {
  const int64_t* values = Value(scan_.value);
  const int64_t* entities = Value(scan_.entity);
  const uint8_t no_schedule = static_cast<uint8_t>(scan_.rule_count() + kNoScheduleReason);
  size_t at = to.entities.size();
  const auto resize = [&](size_t size) {
    to.value_cells.resize(size);
    to.values.resize(size);
    to.entities.resize(size);
  };
  resize(at + count);
  bool any_lost = false;
  for (size_t i = 0; i < count; ++i) {  // each is written, and the next one in its place where it does not count
    const size_t item = item_of == nullptr ? i : item_of[i];
    const bool is_counted = verdicts_[item] == kCounted, is_lost = verdicts_[item] == no_schedule;
    to.value_cells[at] = cells_[i];
    to.values[at] = is_counted ? values[item] : kNoSchedule;
    to.entities[at] = IsNull(entities[item]) ? 0 : static_cast<uint32_t>(entities[item]);
    at += is_counted | is_lost;
    any_lost |= is_lost;
  }
  resize(at);
  to.has_lost_entities = to.has_lost_entities || any_lost;
}

void PartRun::AccumulateStretches(Accumulator& to, size_t count, const uint32_t* item_of) {
  const int64_t* records = Value(scan_.stretch_record);
  const int64_t* from = Value(scan_.at);
  const int64_t* until = Value(scan_.to);
  cut_verdicts_ = verdicts_;
  DropUncut(from, until, items_.size(), cut_verdicts_.data());
  const auto add = [&](uint32_t i, uint32_t item) {
    const int32_t bucket = items_.bucket[item];  // what reaches its bounds has no neighbour there in it
    const int64_t begin = from[item] > scan_.starts[bucket] ? from[item] : kNull;
    const int64_t end = until[item] < scan_.ends[bucket] ? until[item] : kForever;
    if (TouchesMidnight(begin, end)) to.stretches.push_back({cells_[i], records[item], begin, end});
  };
  if (item_of == nullptr) {
    PlacesCounted(cut_verdicts_.data(), count, &counted_);
    for (const uint32_t i : counted_) add(i, i);
    return;
  }
  for (uint32_t i = 0; i < count; ++i)
    if (cut_verdicts_[item_of[i]] == kCounted) add(i, item_of[i]);
}

void PartRun::AccumulatePeriods(Accumulator& to, size_t count, const uint32_t* item_of) {
  const int64_t* from = Value(scan_.at);
  const int64_t* until = Value(scan_.to);
  const int64_t* values = scan_.value == kNoNode ? nullptr : Value(scan_.value);
  std::array<const int64_t*, 7> of_period = {};
  for (size_t i = 0; i < of_period.size(); ++i)
    if (scan_.period[i] != kNoNode) of_period[i] = Value(scan_.period[i]);
  for (size_t i = 0; i < count; ++i) {
    const size_t item = item_of == nullptr ? i : item_of[i];
    if (verdicts_[item] != kCounted) continue;
    Period period{.cell = cells_[i], .from = from[item], .to = until[item]};
    if (values != nullptr) period.value = values[item];
    if (scan_.is_customer_period()) {
      for (size_t c = 0; c < 4; ++c) period.chain[c] = std::max<int64_t>(of_period[c][item], 0);
      period.customers_at_start = of_period[4][item];
      period.customers_at_end = of_period[5][item];
      period.code = of_period[6][item];
    }
    to.periods.push_back(period);
  }
}

}  // namespace supportkpi::exec::native
