#include "service/pages.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/grpc_status.h"
#include "service/limits.h"
#include "service/request.h"
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

// What was held, and the time that it took now.
grpc::ByteBuffer ToBuffer(const AnswerMessage& message, const Understood& understood) {
  const std::array<grpc::Slice, 2> slices = {message.bytes, grpc::Slice(DurationToWire(absl::Now() - understood.begun))};
  return grpc::ByteBuffer(slices.data(), slices.size());
}

absl::Status SnapshotGone(absl::string_view path, int64_t commit) {
  return WithReason(absl::AbortedError(absl::StrCat(path, ": the data changed since commit ", commit,
                                                    " and the answer of then is not held any more; ask again without it")),
                    "SNAPSHOT_GONE");
}

}  // namespace

std::shared_ptr<void> AnswerBudget::Take(int64_t bytes) {
  const int64_t before = taken_->fetch_add(bytes);
  if (before > 0 && before + bytes > bytes_max_) {
    taken_->fetch_sub(bytes);
    return nullptr;
  }
  // The pointer is what is kept; what it points to does not matter.
  return std::shared_ptr<void>(taken_.get(), [taken = taken_, bytes](void*) { taken->fetch_sub(bytes); });
}

Pages::Pages(storage::Store* store) : signer_(store), budget_(kOpenAnswerBytesMax) {}

absl::StatusOr<std::shared_ptr<void>> Pages::RoomFor(const Asked& asked) {
  std::shared_ptr<void> room = budget_.Take(BytesOf(asked));
  if (room != nullptr) return room;
  return WithRetryAfter(
      WithReason(absl::ResourceExhaustedError(absl::StrCat("answers: those being read take up to ", kOpenAnswerBytesMax,
                                                           " bytes together; try again later, or ask for less")),
                 "ANSWER_MEMORY"),
      absl::Seconds(1));
}

absl::StatusOr<Pages::Moment> Pages::Now(const Rooms& rooms, const Call& call) {
  Moment moment;
  moment.now_ms = rooms.clock->NowMs();
  moment.begun = rooms.answers->Begin();
  ASSIGN_OR_RETURN(moment.snapshot, rooms.projection->TakeSnapshot(call.tenant));
  return moment;
}

absl::StatusOr<Delivery> Pages::Begin(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                      const Moment& moment, absl::string_view delivery) {
  Delivery begun;
  begun.begun = moment.begun;
  begun.next.question = QuestionOf(request, call.tenant, delivery);
  begun.next.commit = moment.snapshot->commit();
  begun.next.asked_at_ms = request.range().words().empty() ? 0 : moment.now_ms;
  ASSIGN_OR_RETURN(const Understood understood, Understand(request, *moment.snapshot, call, moment.now_ms));
  ASSIGN_OR_RETURN(begun.asked, Ask(rooms, understood, call, moment.snapshot));
  return begun;
}

absl::StatusOr<Delivery> Pages::Open(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                     absl::string_view token, absl::string_view path, absl::string_view delivery) {
  ASSIGN_OR_RETURN(Moment moment, Now(rooms, call));
  if (token.empty()) return Begin(rooms, request, call, moment, delivery);
  Delivery opened;
  opened.begun = moment.begun;
  ASSIGN_OR_RETURN(opened.next, signer_.Read(token, path, QuestionOf(request, call.tenant, delivery), moment.now_ms));
  opened.asked = rooms.answers->Find(call.tenant, KeyOf(opened.next), moment.now_ms);
  if (opened.asked != nullptr) return opened;
  if (moment.snapshot->commit() != opened.next.commit) return SnapshotGone(path, opened.next.commit);
  ASSIGN_OR_RETURN(const Understood understood, Understand(request, *moment.snapshot, call, opened.next.asked_at_ms));
  ASSIGN_OR_RETURN(opened.asked, Ask(rooms, understood, call, moment.snapshot));
  return opened;
}

absl::Status Pages::CheckCurrent(const Rooms& rooms, absl::string_view tenant, const Delivery& delivery) {
  if (rooms.answers->IsCurrent(tenant, delivery.begun)) return absl::OkStatus();
  return SnapshotGone("resume_token", delivery.next.commit);
}

absl::StatusOr<std::string> Pages::TokenOf(const Rooms& rooms, absl::string_view tenant, const Delivery& delivery) {
  const int64_t now_ms = rooms.clock->NowMs();
  rooms.answers->Put(tenant, KeyOf(delivery.next), delivery.asked, delivery.begun, now_ms);
  PageToken token = delivery.next;
  token.expires_ms = now_ms + absl::ToInt64Milliseconds(kPageTokenLifetime);
  return signer_.Sign(token);
}

absl::StatusOr<std::string> Pages::PageOf(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                          Delivery delivery) {
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
  ASSIGN_OR_RETURN(*token.mutable_next_page_token(), TokenOf(rooms, call.tenant, delivery));
  token.AppendToString(&page);  // the fields of one message may stand one after the other
  return page;
}

absl::StatusOr<AnswerMessage> Pages::Whole(const Rooms& rooms, const Understood& understood, const Call& call,
                                           const Moment& moment) {
  AnswerShelf& shelf = *rooms.answers;
  const int64_t commit = moment.snapshot->commit();
  // Questions about a tenant that has nothing, or does not exist, leave nothing behind.
  const bool may_be_held = commit > 0 && shelf.is_on();
  std::string digest;
  if (may_be_held) {
    digest = DigestOf(understood, *moment.snapshot->TenantSettings());
    std::optional<AnswerMessage> held = shelf.FindMessage(call.tenant, digest, commit, moment.now_ms);
    if (held.has_value()) {
      if (call.record != nullptr) call.record->rows += held->rows;
      return *std::move(held);
    }
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Asked> asked, Ask(rooms, understood, call, moment.snapshot));
  Part part = WholeOf(*asked);
  part.with_duration = false;
  ASSIGN_OR_RETURN(const std::string bytes, PartToWire(*asked, part));
  AnswerMessage message{grpc::Slice(bytes), asked->row_count()};
  // Too large to be sent is nothing to be held.
  if (may_be_held && bytes.size() <= static_cast<size_t>(kMessageBytesMax)) {
    shelf.PutMessage(call.tenant, digest, commit, message, moment.begun, moment.now_ms);
  }
  return message;
}

absl::StatusOr<grpc::ByteBuffer> Pages::Answer(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call) {
  RETURN_IF_ERROR(CheckPageSize(request));
  if (request.page_size() == 0 && request.page_token().empty()) {
    ASSIGN_OR_RETURN(const Moment moment, Now(rooms, call));
    ASSIGN_OR_RETURN(const Understood understood, Understand(request, *moment.snapshot, call, moment.now_ms));
    ASSIGN_OR_RETURN(const AnswerMessage message, Whole(rooms, understood, call, moment));
    return SerializeResponse(ToBuffer(message, understood));
  }
  ASSIGN_OR_RETURN(Delivery delivery, Open(rooms, request, call, request.page_token(), "page_token", kPages));
  ASSIGN_OR_RETURN(const std::string page, PageOf(rooms, request, call, std::move(delivery)));
  return SerializeResponse(page);
}

absl::StatusOr<std::optional<grpc::ByteBuffer>> Pages::AnswerAtOnce(const Rooms& rooms, const grpc::ByteBuffer& request,
                                                                    Call* call) {
  if (!rooms.answers->is_on()) return std::nullopt;
  v1::QueryKpisRequest question;
  if (!PeekRequest(request, &question) || question.page_size() != 0 || !question.page_token().empty()) return std::nullopt;
  RETURN_IF_ERROR(call->EnterTenant(question.tenant()));
  const auto snapshot = rooms.projection->SnapshotAtOnce(call->tenant);
  if (snapshot == nullptr) return std::nullopt;
  const int64_t now_ms = rooms.clock->NowMs();
  const absl::StatusOr<Understood> understood = Understand(question, *snapshot, *call, now_ms);
  if (!understood.ok()) return std::nullopt;
  const std::string digest = DigestOf(*understood, *snapshot->TenantSettings());
  const std::optional<AnswerMessage> held = rooms.answers->FindHeld(call->tenant, digest, snapshot->commit(), now_ms);
  if (!held.has_value()) return std::nullopt;
  if (call->record != nullptr) call->record->rows += held->rows;
  return SerializeResponse(ToBuffer(*held, *understood));
}

absl::StatusOr<std::string> Pages::AnswerAt(const Rooms& rooms, const v1::QueryKpisRequest& request, const Call& call,
                                            const Moment& moment) {
  RETURN_IF_ERROR(CheckPageSize(request));
  if (request.page_size() != 0) {
    ASSIGN_OR_RETURN(Delivery delivery, Begin(rooms, request, call, moment, kPages));
    return PageOf(rooms, request, call, std::move(delivery));
  }
  ASSIGN_OR_RETURN(const Understood understood, Understand(request, *moment.snapshot, call, moment.now_ms));
  ASSIGN_OR_RETURN(const AnswerMessage message, Whole(rooms, understood, call, moment));
  std::string bytes(reinterpret_cast<const char*>(message.bytes.begin()), message.bytes.size());
  bytes += DurationToWire(absl::Now() - understood.begun);
  return bytes;
}

}  // namespace supportkpi::service
