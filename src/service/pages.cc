#include "service/pages.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/grpc_status.h"
#include "service/limits.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

constexpr absl::string_view kPages = "pages";

std::string KeyOf(const PageToken& token) { return absl::StrCat(token.question, " ", token.commit, " ", token.asked_at_ms); }

absl::Status CheckPageSize(const v1::QueryKpisRequest& request) {
  if (request.page_size() >= 0 && request.page_size() <= kPageRowsMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("page_size: ", request.page_size(), " outside 0..", kPageRowsMax, "; 0 for all rows at once"));
}

}  // namespace

void AnswerShelf::DropLast() {
  bytes_ -= held_.back().bytes;
  by_key_.erase(held_.back().key);
  held_.pop_back();
}

void AnswerShelf::Put(const std::string& key, std::shared_ptr<const Asked> asked, int64_t now_ms) {
  const int64_t bytes = BytesOf(*asked) + static_cast<int64_t>(sizeof(Held) + key.size());
  absl::MutexLock lock(&mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    found->second->until_ms = now_ms + lifetime_ms_;
    held_.splice(held_.begin(), held_, found->second);
    return;
  }
  if (bytes > bytes_max_) return;
  held_.push_front({key, std::move(asked), bytes, now_ms + lifetime_ms_});
  by_key_[key] = held_.begin();
  bytes_ += bytes;
  while (bytes_ > bytes_max_) DropLast();
}

std::shared_ptr<const Asked> AnswerShelf::Find(const std::string& key, int64_t now_ms) {
  absl::MutexLock lock(&mutex_);
  while (!held_.empty() && held_.back().until_ms <= now_ms) DropLast();
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  found->second->until_ms = now_ms + lifetime_ms_;
  held_.splice(held_.begin(), held_, found->second);
  return held_.front().asked;
}

std::shared_ptr<void> AnswerBudget::Take(int64_t bytes) {
  const int64_t before = taken_->fetch_add(bytes);
  if (before > 0 && before + bytes > bytes_max_) {
    taken_->fetch_sub(bytes);
    return nullptr;
  }
  // The pointer is what is kept; what it points to does not matter.
  return std::shared_ptr<void>(taken_.get(), [taken = taken_, bytes](void*) { taken->fetch_sub(bytes); });
}

Pages::Pages(storage::Store* store)
    : signer_(store), shelf_(kHeldAnswerBytesMax, absl::ToInt64Milliseconds(kHeldAnswerLifetime)),
      budget_(kOpenAnswerBytesMax) {}

absl::StatusOr<std::shared_ptr<void>> Pages::RoomFor(const Asked& asked) {
  std::shared_ptr<void> room = budget_.Take(BytesOf(asked));
  if (room != nullptr) return room;
  return WithRetryAfter(
      WithReason(absl::ResourceExhaustedError(absl::StrCat("answers: those being read take up to ", kOpenAnswerBytesMax,
                                                           " bytes together; try again later, or ask for less")),
                 "ANSWER_MEMORY"),
      absl::Seconds(1));
}

absl::StatusOr<Delivery> Pages::Begin(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                      std::shared_ptr<const projection::Snapshot> snapshot, int64_t now_ms,
                                      absl::string_view delivery) {
  Delivery begun;
  begun.next.question = QuestionOf(request, call.tenant, delivery);
  begun.next.commit = snapshot->commit();
  begun.next.asked_at_ms = request.range().words().empty() ? 0 : now_ms;
  ASSIGN_OR_RETURN(begun.asked, Ask(rooms, request, call, std::move(snapshot), now_ms));
  return begun;
}

absl::StatusOr<Delivery> Pages::Open(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                     absl::string_view token, absl::string_view path, absl::string_view delivery) {
  const int64_t now_ms = rooms.clock->NowMs();
  if (token.empty()) {
    ASSIGN_OR_RETURN(auto snapshot, rooms.projection->TakeSnapshot(call.tenant));
    return Begin(rooms, request, call, std::move(snapshot), now_ms, delivery);
  }
  Delivery opened;
  ASSIGN_OR_RETURN(opened.next, signer_.Read(token, path, QuestionOf(request, call.tenant, delivery), now_ms));
  opened.asked = shelf_.Find(KeyOf(opened.next), now_ms);
  if (opened.asked != nullptr) return opened;
  ASSIGN_OR_RETURN(auto snapshot, rooms.projection->TakeSnapshot(call.tenant));
  if (snapshot->commit() != opened.next.commit) {
    return WithReason(absl::AbortedError(absl::StrCat(path, ": the data changed since commit ", opened.next.commit,
                                                      " and the answer of then is not held any more; ask again without it")),
                      "SNAPSHOT_GONE");
  }
  ASSIGN_OR_RETURN(opened.asked, Ask(rooms, request, call, std::move(snapshot), opened.next.asked_at_ms));
  return opened;
}

absl::StatusOr<std::string> Pages::TokenOf(const Rooms& rooms, const Delivery& delivery) {
  const int64_t now_ms = rooms.clock->NowMs();
  shelf_.Put(KeyOf(delivery.next), delivery.asked, now_ms);
  PageToken token = delivery.next;
  token.expires_ms = now_ms + absl::ToInt64Milliseconds(kPageTokenLifetime);
  return signer_.Sign(token);
}

absl::StatusOr<std::string> Pages::PageOf(const Rooms& rooms, const v1::QueryKpisRequest& request, Delivery delivery) {
  const Asked& asked = *delivery.asked;
  Part part = WholeOf(asked);
  part.row_begin = std::min(delivery.next.offset, asked.row_count());
  part.with_totals = delivery.next.offset == 0;  // they stand on the first page
  if (request.page_size() == 0) return PartToWire(asked, part);
  part.row_end = std::min(part.row_end, part.row_begin + request.page_size());
  ASSIGN_OR_RETURN(std::string page, FittingPageToWire(asked, &part));
  if (part.row_end == asked.row_count()) return page;
  delivery.next.offset = part.row_end;
  v1::QueryKpisResponse token;
  ASSIGN_OR_RETURN(*token.mutable_next_page_token(), TokenOf(rooms, delivery));
  token.AppendToString(&page);  // the fields of one message may stand one after the other
  return page;
}

absl::StatusOr<std::string> Pages::Answer(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call) {
  RETURN_IF_ERROR(CheckPageSize(request));
  ASSIGN_OR_RETURN(Delivery delivery, Open(rooms, request, call, request.page_token(), "page_token", kPages));
  return PageOf(rooms, request, std::move(delivery));
}

absl::StatusOr<std::string> Pages::AnswerOn(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                            std::shared_ptr<const projection::Snapshot> snapshot, int64_t now_ms) {
  RETURN_IF_ERROR(CheckPageSize(request));
  ASSIGN_OR_RETURN(Delivery delivery, Begin(rooms, request, call, std::move(snapshot), now_ms, kPages));
  return PageOf(rooms, request, std::move(delivery));
}

}  // namespace supportkpi::service
