#include "projection/names.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "column/bytes.h"
#include "projection/two_steps.h"
#include "status/macros.h"

namespace supportkpi::projection {

namespace {

using record::Domain;
using storage::Table;

// Names of records that were asked for last; cleared when full.
constexpr size_t kRecentMax = 32 * 1024;

// Texts that a reader is shown before writers have a turn.
constexpr size_t kTextsAtATime = 4096;

bool IsDomain(int number) {
  return (number >= static_cast<int>(Domain::kSource) && number <= static_cast<int>(Domain::kAttributeValue)) ||
         (number >= static_cast<int>(Domain::kTicketId) && number <= static_cast<int>(Domain::kCostId));
}

std::string Number(int64_t number) {
  std::string bytes;
  column::AppendFixed(number, &bytes);
  return bytes;
}

}  // namespace

Dictionary::Dictionary(const storage::View& store, const Keys& keys, Domain domain)
    : store_(store), keys_(keys), domain_(domain), in_memory_(!record::IsRecordDomain(domain)) {}

absl::Status Dictionary::Load() {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const auto count, store_.Get(Table::kTruth, keys_.CodeCount(domain_)));
  if (count.has_value()) durable_count_ = column::ByteReader(*count).Fixed<int64_t>();
  if (count.has_value() || !in_memory_) return absl::OkStatus();
  // A store from before names of small domains were counted.
  const std::string prefix = keys_.NamePrefix(domain_);
  return store_.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                     [this](absl::string_view, absl::string_view) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                       ++durable_count_;
                       return true;
                     });
}

absl::Status Dictionary::HoldTexts() {
  if (holds_texts_) return absl::OkStatus();
  status_ = durable_count_ == 0 ? absl::OkStatus() : ReadTexts();
  holds_texts_ = status_.ok();
  if (holds_texts_) return absl::OkStatus();
  codes_.clear();  // its keys point into the texts
  texts_.clear();
  text_bytes_ = 0;
  return status_;
}

absl::Status Dictionary::ReadTexts() {
  const std::string prefix = keys_.NamePrefix(domain_);
  bool in_order = true;
  codes_.reserve(static_cast<size_t>(durable_count_));
  TwoSteps<std::pair<absl::string_view, int64_t>> index(
      [this](auto& text) ABSL_NO_THREAD_SAFETY_ANALYSIS { codes_.emplace(text.first, text.second); });
  RETURN_IF_ERROR(store_.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                              [&](absl::string_view key, absl::string_view text) ABSL_NO_THREAD_SAFETY_ANALYSIS {
                                in_order &= Keys::NumberAt(key, prefix.size()) == texts_.size() + 1;
                                texts_.emplace_back(text);
                                if (!text.empty()) index.Add({texts_.back(), static_cast<int64_t>(texts_.size())});
                                has_erased_ |= text.empty();
                                text_bytes_ += static_cast<int64_t>(text.size());
                                return in_order;
                              }));
  if (!in_order || static_cast<int64_t>(texts_.size()) != durable_count_)
    return absl::DataLossError("names: a code is missing in the store");
  index.Finish();
  return absl::OkStatus();
}

absl::Status Dictionary::status() const {
  absl::MutexLock lock(&mutex_);
  return status_;
}

void Dictionary::Remember(absl::string_view text, int64_t code) {
  if (recent_.size() >= kRecentMax) recent_.clear();
  recent_.emplace(text, code);
}

absl::StatusOr<std::optional<int64_t>> Dictionary::Find(absl::string_view text) {
  {
    absl::MutexLock lock(&mutex_);
    if (in_memory_) RETURN_IF_ERROR(HoldTexts());
    if (const auto found = codes_.find(text); found != codes_.end()) return found->second;
    if (in_memory_) return std::optional<int64_t>();
    if (const auto found = recent_.find(text); found != recent_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const auto stored, store_.Get(Table::kTruth, keys_.Code(domain_, text)));
  if (!stored.has_value()) return std::optional<int64_t>();
  return column::ByteReader(*stored).Fixed<int64_t>();
}

absl::StatusOr<std::string> Dictionary::TextOf(int64_t code) {
  {
    absl::MutexLock lock(&mutex_);
    if (in_memory_) RETURN_IF_ERROR(HoldTexts());
    const int64_t first = in_memory_ ? 1 : durable_count_ + 1;
    if (code < 1 || (in_memory_ && code > static_cast<int64_t>(texts_.size()))) return std::string();
    if (code >= first) {
      const auto place = static_cast<size_t>(code - first);
      return place < texts_.size() ? texts_[place] : std::string();
    }
  }
  ASSIGN_OR_RETURN(auto text, store_.Get(Table::kTruth, keys_.Name(domain_, code)));
  return text.has_value() ? *std::move(text) : std::string();
}

bool Dictionary::EachText(absl::Span<const int64_t> codes, int64_t code_max,
                          absl::FunctionRef<void(size_t, absl::string_view)> see) {
  if (!in_memory_) return false;
  for (size_t place = 0; place < codes.size();) {
    absl::MutexLock lock(&mutex_);
    if (!HoldTexts().ok()) return false;
    const int64_t last = std::min(code_max, static_cast<int64_t>(texts_.size()));
    for (const size_t end = std::min(codes.size(), place + kTextsAtATime); place < end; ++place) {
      const int64_t code = codes[place];
      see(place, code < 1 || code > last ? absl::string_view() : texts_[static_cast<size_t>(code - 1)]);
    }
  }
  return true;
}

absl::StatusOr<int64_t> Dictionary::FindOrAdd(absl::string_view text) {
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = codes_.find(text); found != codes_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const std::optional<int64_t> found, Find(text));
  absl::MutexLock lock(&mutex_);
  if (found.has_value()) {
    // Only the writer's look-ups are remembered: a reader's could be older than an erasure.
    if (!in_memory_) Remember(text, *found);
    return *found;
  }
  if (const auto raced = codes_.find(text); raced != codes_.end()) return raced->second;
  texts_.emplace_back(text);
  text_bytes_ += static_cast<int64_t>(text.size());
  const int64_t code = (in_memory_ ? 0 : durable_count_) + static_cast<int64_t>(texts_.size());
  codes_.emplace(texts_.back(), code);
  return code;
}

int64_t Dictionary::code_count() const {
  absl::MutexLock lock(&mutex_);
  return (holds_texts_ ? 0 : durable_count_) + static_cast<int64_t>(texts_.size());
}

int64_t Dictionary::durable_count() const {
  absl::MutexLock lock(&mutex_);
  return durable_count_;
}

bool Dictionary::may_have_erased() {
  absl::MutexLock lock(&mutex_);
  return !in_memory_ || !HoldTexts().ok() || has_erased_;
}

int64_t Dictionary::byte_count() const {
  absl::MutexLock lock(&mutex_);
  return text_bytes_ + static_cast<int64_t>(texts_.size() * sizeof(std::string) + codes_.capacity() * 24 +
                                            recent_.capacity() * 64);
}

// Each kind of row in the order of its keys: RocksDB's skip list then finds the place of a row beside the one before.
int64_t Dictionary::WritePending(storage::Batch* batch) {
  absl::MutexLock lock(&mutex_);
  const auto durable_texts = holds_texts_ ? static_cast<size_t>(durable_count_) : 0;
  int64_t code = durable_count_;
  std::vector<std::pair<absl::string_view, int64_t>> by_text;
  for (size_t place = durable_texts; place < texts_.size(); ++place) {
    batch->Put(Table::kTruth, keys_.Name(domain_, ++code), texts_[place]);
    if (!in_memory_) by_text.emplace_back(texts_[place], code);
  }
  std::sort(by_text.begin(), by_text.end());
  for (const auto& [text, its_code] : by_text) batch->Put(Table::kTruth, keys_.Code(domain_, text), Number(its_code));
  if (code > durable_count_) batch->Put(Table::kTruth, keys_.CodeCount(domain_), Number(code));
  return code;
}

void Dictionary::MarkDurable(int64_t count) {
  absl::MutexLock lock(&mutex_);
  while (!in_memory_ && durable_count_ < count && !texts_.empty()) {
    ++durable_count_;
    codes_.erase(texts_.front());
    text_bytes_ -= static_cast<int64_t>(texts_.front().size());
    Remember(texts_.front(), durable_count_);
    texts_.pop_front();
  }
  if (count > durable_count_) durable_count_ = count;
}

void Dictionary::DropPending() {
  absl::MutexLock lock(&mutex_);
  const auto keep = holds_texts_ ? static_cast<size_t>(durable_count_) : 0;
  while (texts_.size() > keep) {
    codes_.erase(texts_.back());
    text_bytes_ -= static_cast<int64_t>(texts_.back().size());
    texts_.pop_back();
  }
}

void Dictionary::WriteErased(absl::string_view text, int64_t code, storage::Batch* batch) const {
  batch->Put(Table::kTruth, keys_.Name(domain_, code), "");
  if (!in_memory_) batch->Delete(Table::kTruth, keys_.Code(domain_, text));
}

void Dictionary::Erase(absl::string_view text, int64_t code) {
  absl::MutexLock lock(&mutex_);
  recent_.erase(text);
  if (!holds_texts_) return;  // whoever reads them finds none in its place
  has_erased_ = true;
  codes_.erase(text);
  std::string& stored = texts_[static_cast<size_t>(code - 1)];
  text_bytes_ -= static_cast<int64_t>(stored.size());
  stored.clear();
}

TenantNames::TenantNames(const storage::View& store, absl::string_view tenant) : keys_(tenant) {
  for (int number = 0; number < static_cast<int>(dictionaries_.size()); ++number) {
    if (!IsDomain(number)) continue;
    dictionaries_[static_cast<size_t>(number)] = std::make_unique<Dictionary>(store, keys_, static_cast<Domain>(number));
  }
}

absl::Status TenantNames::status() const {
  for (const auto& dictionary : dictionaries_) {
    if (dictionary != nullptr) RETURN_IF_ERROR(dictionary->status());
  }
  return absl::OkStatus();
}

absl::Status TenantNames::Load() {
  for (const auto& dictionary : dictionaries_) {
    if (dictionary != nullptr) RETURN_IF_ERROR(dictionary->Load());
  }
  return absl::OkStatus();
}

int64_t TenantNames::byte_count() const {
  int64_t bytes = 0;
  for (const auto& dictionary : dictionaries_) bytes += dictionary == nullptr ? 0 : dictionary->byte_count();
  return bytes;
}

TenantNames::Counts TenantNames::WritePending(storage::Batch* batch) {
  Counts counts = {};
  for (size_t i = 0; i < counts.size(); ++i) {
    if (dictionaries_[i] != nullptr) counts[i] = dictionaries_[i]->WritePending(batch);
  }
  return counts;
}

void TenantNames::MarkDurable(const Counts& counts) {
  for (size_t i = 0; i < counts.size(); ++i) {
    if (dictionaries_[i] != nullptr) dictionaries_[i]->MarkDurable(counts[i]);
  }
}

void TenantNames::DropPending() {
  for (const auto& dictionary : dictionaries_) {
    if (dictionary != nullptr) dictionary->DropPending();
  }
}

std::optional<int64_t> NamesUpTo::CodeOf(absl::string_view text) const {
  if (dictionary_ == nullptr || text.empty()) return std::nullopt;
  const auto code = dictionary_->Find(text);
  if (!code.ok() || !code->has_value() || **code > count_) return std::nullopt;
  return **code;
}

std::string NamesUpTo::TextOf(int64_t code) const {
  if (dictionary_ == nullptr || code < 1 || code > count_) return "";
  auto text = dictionary_->TextOf(code);
  return text.ok() ? *std::move(text) : "";
}

void NamesUpTo::EachText(absl::Span<const int64_t> codes, absl::FunctionRef<void(size_t, absl::string_view)> see) const {
  if (dictionary_ == nullptr || !dictionary_->EachText(codes, count_, see)) Names::EachText(codes, see);
}

}  // namespace supportkpi::projection
