// A help desk for tests: a committer over a store in memory and a projection that remembers, and a small language.
#ifndef SUPPORTKPI_TESTS_INGEST_DESK_H_
#define SUPPORTKPI_TESTS_INGEST_DESK_H_

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "ingest/committer.h"
#include "ingest/deriver.h"
#include "ingest/keys.h"
#include "ingest/record_reader.h"
#include "tests/support/memory_store.h"
#include "tests/support/recording_projection.h"
#include "tests/support/status_matchers.h"
#include "time/clock.h"

namespace supportkpi::ingest {

inline constexpr char kTenant[] = "acme";

// Text of records: "ticket { id: 't' ... }" in the .proto's text form, any number of them.
inline Records ParseRecords(const std::vector<std::string>& texts) {
  Records records;
  for (const std::string& text : texts)
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, records.Add())) << text;
  return records;
}

template <typename Result>
class Waiter {
 public:
  Done<Result> done() {
    return [promise = promise_](absl::StatusOr<Result> result) { promise->set_value(std::move(result)); };
  }
  absl::StatusOr<Result> Wait() { return promise_->get_future().get(); }

 private:
  std::shared_ptr<std::promise<absl::StatusOr<Result>>> promise_ = std::make_shared<std::promise<absl::StatusOr<Result>>>();
};

class Desk {
 public:
  explicit Desk(CommitterOptions options = {}) : deriver(store), options_(options) { Start(); }

  void Start() {
    auto started = Committer::Start(store, projection, clock, options_);
    EXPECT_OK(started);
    committer = *std::move(started);
  }
  void Stop() { committer.reset(); }

  absl::StatusOr<UpsertResult> Upsert(const std::vector<std::string>& texts, const std::string& request_id = "") {
    Waiter<UpsertResult> waiter;
    committer->Upsert(kTenant, request_id, ParseRecords(texts), waiter.done());
    return waiter.Wait();
  }
  absl::StatusOr<ImportResult> Import(const std::vector<std::string>& texts, const std::string& request_id = "") {
    Waiter<ImportResult> waiter;
    committer->Import(kTenant, request_id, ParseRecords(texts), waiter.done());
    return waiter.Wait();
  }
  absl::StatusOr<DeleteResult> Delete(const RecordName& name, std::optional<int64_t> version = std::nullopt,
                                      const std::string& request_id = "") {
    Waiter<DeleteResult> waiter;
    committer->Delete(kTenant, request_id, name, version, waiter.done());
    return waiter.Wait();
  }
  absl::StatusOr<int64_t> Open(const std::string& stream, int64_t epoch) {
    Waiter<int64_t> waiter;
    committer->OpenStream(kTenant, stream, epoch, waiter.done());
    return waiter.Wait();
  }
  absl::StatusOr<ImportResult> Chunk(const std::string& stream, int64_t epoch, int64_t position,
                                     const std::vector<std::string>& texts) {
    Waiter<ImportResult> waiter;
    committer->ImportChunk(kTenant, stream, epoch, position, ParseRecords(texts), waiter.done());
    return waiter.Wait();
  }
  absl::StatusOr<SettingsResult> SetSettings(const std::string& text, std::optional<int64_t> expected = std::nullopt) {
    v1::Settings settings;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &settings)) << text;
    Waiter<SettingsResult> waiter;
    committer->UpdateSettings(kTenant, settings, expected, waiter.done());
    return waiter.Wait();
  }
  absl::StatusOr<v1::Record> Get(const RecordName& name) { return GetRecord(store, kTenant, name); }
  // Names of a kind's records in pages of `page_size`.
  std::string List(v1::RecordKind kind, int page_size = 2) {
    std::string names;
    ListQuestion question{kind, "", page_size};
    for (;;) {
      const auto page = ListRecords(store, kTenant, question);
      EXPECT_OK(page);
      if (!page.ok()) return names;
      for (const v1::Record& record : page->records) absl::StrAppend(&names, NameOf(record), " ");
      if (page->next.empty()) return names;
      question.start = page->next;
    }
  }
  // The facts as commits left them; fails the test unless deriving them anew gives the same.
  std::string Facts() {
    const std::string facts = projection.Facts(kTenant);
    EXPECT_EQ(facts, projection.DerivedFacts(kTenant, deriver));
    return facts;
  }

  static std::string NameOf(const v1::Record& record) {
    switch (record.kind_case()) {
      case v1::Record::kTicket: return Show(record.ticket().source(), record.ticket().id());
      case v1::Record::kTicketEvent:
        return Show(record.ticket_event().source(), record.ticket_event().ticket()) + "#" + record.ticket_event().id();
      case v1::Record::kSurvey: return Show(record.survey().source(), record.survey().id());
      case v1::Record::kCallLeg: return Show(record.call_leg().source(), record.call_leg().call()) + "#" + record.call_leg().leg();
      case v1::Record::kAgentTime: return Show(record.agent_time().source(), record.agent_time().id());
      case v1::Record::kCustomerPeriod: return record.customer_period().id();
      case v1::Record::kSupportCost: return record.support_cost().id();
      case v1::Record::kCustomer: return record.customer().id();
      case v1::Record::kAgent: return record.agent().id();
      case v1::Record::KIND_NOT_SET: break;
    }
    return "?";
  }

  storage::MemoryStore store;
  RecordDeriver deriver;
  testing::RecordingProjection projection;
  time::ManualClock clock{1'790'000'000'000};
  std::unique_ptr<Committer> committer;

 private:
  static std::string Show(const std::string& source, const std::string& id) { return source.empty() ? id : source + "/" + id; }
  const CommitterOptions options_;
};

inline RecordName Ticket(const std::string& id) { return {v1::RECORD_KIND_TICKET, "", id, ""}; }
inline RecordName Event(const std::string& ticket, const std::string& id) { return {v1::RECORD_KIND_TICKET_EVENT, "", id, ticket}; }
inline RecordName Survey(const std::string& id) { return {v1::RECORD_KIND_SURVEY, "", id, ""}; }
inline RecordName Leg(const std::string& call, const std::string& leg) { return {v1::RECORD_KIND_CALL_LEG, "", leg, call}; }
inline RecordName Time(const std::string& id) { return {v1::RECORD_KIND_AGENT_TIME, "", id, ""}; }

}  // namespace supportkpi::ingest

#endif  // SUPPORTKPI_TESTS_INGEST_DESK_H_
