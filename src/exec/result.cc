#include "exec/result.h"

#include <algorithm>
#include <bit>

namespace supportkpi::exec {
namespace {

// An array may have so many places for each key.
constexpr uint64_t kPlacesPerKeyMax = 4;
constexpr uint64_t kPlacesMin = 1024;

bool AnyCount(absl::Span<const int64_t> counts) {
  return std::any_of(counts.begin(), counts.end(), [](int64_t count) { return count != 0; });
}

}  // namespace

CellIndex::CellIndex(const CellKey& least, const CellKey& greatest, size_t expected) : least_(least) {
  buckets_ = BucketPlace(greatest) + 1;
  groups_ = GroupPlace(greatest) + 1;
  const uint64_t places_max = std::max<uint64_t>(kPlacesMin, expected * kPlacesPerKeyMax);
  is_dense_ = buckets_ <= places_max && groups_ <= places_max / buckets_;
  if (is_dense_)
    dense_.assign(buckets_ * groups_, kNone);
  else
    sparse_.reserve(expected);
}

void Cells::Reserve(size_t count) {
  keys_.reserve(count);
  flags_.reserve(count);
  facts_.reserve(count);
  values_.reserve(count);
}

void Cells::AddCounts(absl::Span<const int64_t> added, size_t cell, Counts* counts) {
  if (!AnyCount(added)) return;
  counts->length = added.size();
  counts->at.resize(cell + 1, 0);
  counts->counts.insert(counts->counts.end(), added.begin(), added.end());
  counts->at[cell] = static_cast<uint32_t>(counts->counts.size() / added.size());
}

uint16_t Cells::NumberOf(absl::string_view currency) {
  auto known = std::find(currencies_.begin(), currencies_.end(), currency);
  if (known == currencies_.end()) known = currencies_.emplace(currencies_.end(), currency);
  return static_cast<uint16_t>(known - currencies_.begin() + 1);
}

void Cells::Add(const CellKey& key, const PartCell& cell) {
  const size_t place = keys_.size();
  keys_.push_back(key);
  flags_.push_back(static_cast<uint8_t>((cell.value.has_value() ? kHasValue : 0) |
                                        (cell.numerator.has_value() ? kHasNumerator : 0) |
                                        (cell.denominator.has_value() ? kHasDenominator : 0) |
                                        (cell.no_schedule ? kNoSchedule : 0) |
                                        (cell.mixed_currencies ? kMixedCurrencies : 0)));
  facts_.push_back(cell.facts);
  const double value = cell.value.value_or(0), numerator = cell.numerator.value_or(value);
  if (numerators_.empty() && std::bit_cast<uint64_t>(numerator) != std::bit_cast<uint64_t>(value)) {
    numerators_.reserve(values_.capacity());
    numerators_ = values_;
    numerators_.push_back(numerator);
  } else if (!numerators_.empty()) {
    numerators_.push_back(numerator);
  }
  values_.push_back(value);
  if (cell.denominator.has_value() || !denominators_.empty()) {
    denominators_.resize(place, 0);
    denominators_.push_back(cell.denominator.value_or(0));
  }
  if (!cell.left_out.empty()) AddCounts(cell.left_out, place, &left_out_);
  if (!cell.notes.empty()) AddCounts(cell.notes, place, &notes_);
  if (!cell.currency.empty() || !currency_numbers_.empty()) {
    currency_numbers_.resize(place, 0);
    currency_numbers_.push_back(cell.currency.empty() ? 0 : NumberOf(cell.currency));
  }
  if (!cell.record.empty() || !records_.empty()) {
    records_.resize(place);
    records_.emplace_back(cell.record);
  }
  if (!cell.covered.empty() || !covered_ends_.empty()) {
    covered_ends_.resize(place, 0);
    covered_.insert(covered_.end(), cell.covered.begin(), cell.covered.end());
    covered_ends_.push_back(covered_.size());
  }
}

void Cells::Index() {
  if (is_indexed_ || keys_.empty()) return;
  CellKey least = keys_[0], greatest = keys_[0];
  for (const CellKey& key : keys_) {
    least = {std::min(least.bucket, key.bucket), std::min(least.group, key.group)};
    greatest = {std::max(greatest.bucket, key.bucket), std::max(greatest.group, key.group)};
  }
  index_ = CellIndex(least, greatest, keys_.size());
  for (size_t i = 0; i < keys_.size(); ++i) index_.At(keys_[i]) = static_cast<uint32_t>(i);
  is_indexed_ = true;
}

CellRef Cells::FindUnindexed(const CellKey& key) const {
  const auto found = std::find(keys_.begin(), keys_.end(), key);
  return found == keys_.end() ? CellRef() : CellRef(this, static_cast<uint32_t>(found - keys_.begin()));
}

absl::Span<const std::pair<int64_t, int64_t>> Cells::covered(size_t i) const {
  if (covered_ends_.empty()) return {};
  const size_t begin = i == 0 ? 0 : covered_ends_[i - 1];
  return absl::MakeConstSpan(covered_).subspan(begin, covered_ends_[i] - begin);
}

bool Cells::occurs(size_t i) const {
  const auto counted = [](int64_t count) { return count > 0; };
  if (facts_[i] > 0 || ((flags_[i] & kHasDenominator) != 0 && denominators_[i] > 0)) return true;
  const absl::Span<const int64_t> of_cell = left_out(i);
  return std::any_of(of_cell.begin(), of_cell.end(), counted);
}

PartCell Cells::cell(size_t i) const {
  return {.value = value(i),
          .numerator = numerator(i),
          .denominator = denominator(i),
          .facts = facts(i),
          .no_schedule = no_schedule(i),
          .mixed_currencies = mixed_currencies(i),
          .left_out = left_out(i),
          .notes = notes(i),
          .currency = currency(i),
          .record = record(i),
          .covered = covered(i)};
}

}  // namespace supportkpi::exec
