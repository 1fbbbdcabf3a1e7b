// KpiService.StreamQueryKpis.
#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/grpc_status.h"
#include "service/kpi_methods.h"
#include "service/limits.h"
#include "service/pages.h"
#include "status/macros.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

absl::Status Check(const v1::StreamQueryKpisRequest& request) {
  if (request.rows_per_message() < 0 || request.rows_per_message() > kPartRowsMax) {
    return absl::InvalidArgumentError(absl::StrCat("rows_per_message: ", request.rows_per_message(), " outside 0..",
                                                   kPartRowsMax, "; 0 for ", kPartRowsDefault));
  }
  if (request.query().page_size() != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("query.page_size: ", request.query().page_size(), " in a stream; rows_per_message is its size"));
  }
  if (!request.query().page_token().empty()) {
    return absl::InvalidArgumentError("query.page_token: not in a stream; resume_token goes on in it");
  }
  return absl::OkStatus();
}

// What a question is refused for stands in `query` of this request.
absl::Status InQuery(const absl::Status& status) {
  if (status.code() != absl::StatusCode::kInvalidArgument) return status;
  const absl::string_view message(status.message().data(), status.message().size());
  if (message.rfind("resume_token", 0) == 0) return status;
  absl::Status inner = absl::InvalidArgumentError(absl::StrCat("query.", message));
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) { inner.SetPayload(url, payload); });
  return inner;
}

class AnswerParts final : public Parts {
 public:
  AnswerParts(const Rooms& rooms, std::shared_ptr<Pages> pages, absl::string_view tenant, Delivery delivery,
              std::shared_ptr<void> room, int64_t rows_per_message)
      : rooms_(rooms),
        pages_(std::move(pages)),
        tenant_(tenant),
        delivery_(std::move(delivery)),
        room_(std::move(room)),
        rows_per_message_(rows_per_message) {}

  absl::StatusOr<grpc::ByteBuffer> Next() override {
    RETURN_IF_ERROR(Pages::CheckCurrent(rooms_, tenant_, delivery_));
    const Asked& asked = *delivery_.asked;
    Part part;
    part.row_begin = std::min(delivery_.next.offset, asked.row_count());
    part.row_end = std::min(asked.row_count(), part.row_begin + rows_per_message_);
    part.with_totals = part.with_metadata = part.row_end == asked.row_count();
    ASSIGN_OR_RETURN(const std::string answer, FittingPartToWire(asked, &part));
    std::string message;
    AppendMessageField(v1::StreamQueryKpisResponse::kPartFieldNumber, answer, &message);
    is_done_ = part.with_metadata;
    delivery_.next.offset = part.row_end;
    if (!is_done_) {
      v1::StreamQueryKpisResponse token;
      ASSIGN_OR_RETURN(*token.mutable_resume_token(), pages_->TokenOf(rooms_, tenant_, delivery_));
      token.AppendToString(&message);  // the fields of one message may stand one after the other
    }
    return SerializeResponse(message);
  }

  bool is_done() const override { return is_done_; }

 private:
  const Rooms rooms_;
  const std::shared_ptr<Pages> pages_;
  const std::string tenant_;
  Delivery delivery_;
  const std::shared_ptr<void> room_;  // that the answer takes
  const int64_t rows_per_message_;
  bool is_done_ = false;
};

}  // namespace

Method StreamQueryKpisMethod(const Rooms& rooms, std::shared_ptr<Pages> pages) {
  const auto open = [pages = std::move(pages)](const Rooms& its_rooms, const v1::StreamQueryKpisRequest& request,
                                               const Call& call) -> absl::StatusOr<std::unique_ptr<Parts>> {
    RETURN_IF_ERROR(Check(request));
    absl::StatusOr<Delivery> delivery =
        pages->Open(its_rooms, request.query(), call, request.resume_token(), "resume_token", "stream");
    if (!delivery.ok()) return InQuery(delivery.status());
    RETURN_IF_ERROR(call.TakeMemory(BytesOf(*delivery->asked)));  // for as long as it is read
    const int64_t rows = request.rows_per_message() == 0 ? kPartRowsDefault : request.rows_per_message();
    ASSIGN_OR_RETURN(std::shared_ptr<void> room, pages->RoomFor(*delivery->asked));
    return std::make_unique<AnswerParts>(its_rooms, pages, call.tenant, *std::move(delivery), std::move(room), rows);
  };
  return Streaming<v1::KpiService, v1::StreamQueryKpisRequest>("StreamQueryKpis", Work::kQuery, rooms, open);
}

}  // namespace supportkpi::service
