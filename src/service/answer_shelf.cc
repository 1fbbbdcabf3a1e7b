#include "service/answer_shelf.h"

#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "service/asking.h"

namespace supportkpi::service {

namespace {

// Tenants whose last Forget() is known one by one; with more of them, all count as forgotten just now.
constexpr size_t kForgottenTenantsMax = 1000;
// Of a message: nodes of the list and of the map.
constexpr int64_t kEntryBytes = 160;

std::string MessageKey(absl::string_view question, int64_t commit) { return absl::StrCat("m", question, " ", commit); }
std::string AskedKey(absl::string_view key) { return absl::StrCat("a", key); }

}  // namespace

void AnswerShelf::SetBytesMax(int64_t bytes_max) {
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  bytes_max_ = bytes_max;
  while (bytes_ > bytes_max_) Drop(std::prev(held_.end()), &dropped);
}

bool AnswerShelf::is_on() const {
  absl::MutexLock lock(&mutex_);
  return bytes_max_ > 0;
}

int64_t AnswerShelf::Begin() const {
  absl::MutexLock lock(&mutex_);
  return forgotten_;
}

bool AnswerShelf::IsCurrent(absl::string_view tenant, int64_t begun) const {
  absl::MutexLock lock(&mutex_);
  return IsCurrentLocked(tenant, begun);
}

bool AnswerShelf::IsCurrentLocked(absl::string_view tenant, int64_t begun) const {
  const auto forgotten = forgotten_tenants_.find(tenant);
  return begun >= forgotten_others_ && (forgotten == forgotten_tenants_.end() || begun >= forgotten->second);
}

void AnswerShelf::PutMessage(absl::string_view tenant, absl::string_view question, int64_t commit, const AnswerMessage& message,
                             int64_t begun, int64_t now_ms) {
  Held held;
  held.tenant = std::string(tenant);
  held.key = MessageKey(question, commit);
  held.message = message;
  held.commit = commit;
  held.bytes = static_cast<int64_t>(message.bytes.size() + sizeof(Held) + 2 * held.key.size() + tenant.size()) + kEntryBytes;
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  if (!IsCurrentLocked(tenant, begun) || begun < messages_dropped_) return;
  if (const auto found = tenants_.find(tenant); found != tenants_.end()) {
    if (commit < found->second.commit) return;
    if (commit > found->second.commit) DropMessagesBefore(commit, &found->second, &dropped);
  }
  PutLocked(&held, now_ms, &dropped);
}

std::optional<AnswerMessage> AnswerShelf::FindMessage(absl::string_view tenant, absl::string_view question, int64_t commit,
                                                      int64_t now_ms) {
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  const Held* held = FindLocked(tenant, MessageKey(question, commit), now_ms, &dropped);
  ++(held == nullptr ? misses_ : hits_);
  return held == nullptr ? std::nullopt : held->message;
}

std::optional<AnswerMessage> AnswerShelf::FindHeld(absl::string_view tenant, absl::string_view question, int64_t commit,
                                                   int64_t now_ms) {
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  const Held* held = FindLocked(tenant, MessageKey(question, commit), now_ms, &dropped);
  if (held == nullptr) return std::nullopt;
  ++hits_;
  return held->message;
}

void AnswerShelf::Put(absl::string_view tenant, absl::string_view key, std::shared_ptr<const Asked> asked, int64_t begun,
                      int64_t now_ms) {
  Held held;
  held.tenant = std::string(tenant);
  held.key = AskedKey(key);
  held.bytes = BytesOf(*asked) + static_cast<int64_t>(sizeof(Held) + 2 * held.key.size() + tenant.size()) + kEntryBytes;
  held.asked = std::move(asked);
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  if (IsCurrentLocked(tenant, begun)) PutLocked(&held, now_ms, &dropped);
}

std::shared_ptr<const Asked> AnswerShelf::Find(absl::string_view tenant, absl::string_view key, int64_t now_ms) {
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  const Held* held = FindLocked(tenant, AskedKey(key), now_ms, &dropped);
  return held == nullptr ? nullptr : held->asked;
}

void AnswerShelf::Forget(absl::string_view tenant) {
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  ++forgotten_;
  if (forgotten_tenants_.size() >= kForgottenTenantsMax) {
    forgotten_tenants_.clear();
    forgotten_others_ = forgotten_;
  }
  forgotten_tenants_[tenant] = forgotten_;
  const auto found = tenants_.find(tenant);
  if (found == tenants_.end()) return;
  std::vector<Place> places;
  for (const auto& [key, place] : found->second.by_key) places.push_back(place);
  for (const Place place : places) Drop(place, &dropped);
}

void AnswerShelf::DropMessages(absl::string_view tenant) {
  Dropped dropped;
  absl::MutexLock lock(&mutex_);
  messages_dropped_ = ++forgotten_;
  const auto found = tenants_.find(tenant);
  if (found != tenants_.end()) DropMessagesBefore(found->second.commit + 1, &found->second, &dropped);
}

AnswerShelf::Totals AnswerShelf::totals() const {
  absl::MutexLock lock(&mutex_);
  return {static_cast<int64_t>(held_.size()), bytes_, bytes_max_, hits_, misses_};
}

void AnswerShelf::PutLocked(Held* held, int64_t now_ms, Dropped* dropped) {
  if (FindLocked(held->tenant, held->key, now_ms, dropped) != nullptr) return;
  if (held->bytes > bytes_max_) return;
  held->until_ms = now_ms + lifetime_ms_;
  OfTenant& of_tenant = tenants_[held->tenant];
  if (held->message.has_value()) of_tenant.commit = held->commit;
  bytes_ += held->bytes;
  held_.push_front(std::move(*held));
  of_tenant.by_key[held_.front().key] = held_.begin();
  while (bytes_ > bytes_max_) Drop(std::prev(held_.end()), dropped);
}

AnswerShelf::Held* AnswerShelf::FindLocked(absl::string_view tenant, absl::string_view key, int64_t now_ms, Dropped* dropped) {
  while (!held_.empty() && held_.back().until_ms <= now_ms) Drop(std::prev(held_.end()), dropped);
  const auto of_tenant = tenants_.find(tenant);
  if (of_tenant == tenants_.end()) return nullptr;
  const auto found = of_tenant->second.by_key.find(key);
  if (found == of_tenant->second.by_key.end()) return nullptr;
  found->second->until_ms = now_ms + lifetime_ms_;
  held_.splice(held_.begin(), held_, found->second);
  return &held_.front();
}

void AnswerShelf::Drop(Place place, Dropped* dropped) {
  bytes_ -= place->bytes;
  const auto of_tenant = tenants_.find(place->tenant);
  of_tenant->second.by_key.erase(place->key);
  if (of_tenant->second.by_key.empty()) tenants_.erase(of_tenant);
  dropped->splice(dropped->begin(), held_, place);
}

void AnswerShelf::DropMessagesBefore(int64_t commit, OfTenant* of_tenant, Dropped* dropped) {
  std::vector<Place> places;
  for (const auto& [key, place] : of_tenant->by_key)
    if (place->message.has_value() && place->commit < commit) places.push_back(place);
  for (const Place place : places) Drop(place, dropped);  // the last one may take *of_tenant with it
}

}  // namespace supportkpi::service
