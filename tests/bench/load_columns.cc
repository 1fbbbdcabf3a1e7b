// Loads the data set of side_by_side/generate.py (column files, tables.py) through the public import stream: customers, periods,
// agent time, then every ticket followed by its survey and its call. Prints one JSON object with records, bytes, seconds.
//   load_columns --target 127.0.0.1:50051 --folder build/bench/200000/data --settings settings.json
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "supportkpi/v1/config_service.grpc.pb.h"
#include "supportkpi/v1/records.pb.h"
#include "tests/bench/die.h"
#include "tests/bench/import_stream.h"

ABSL_FLAG(std::string, target, "127.0.0.1:50051", "the server");
ABSL_FLAG(std::string, folder, "", "the data set's folder");
ABSL_FLAG(std::string, settings, "", "file with the tenant's settings as JSON");
ABSL_FLAG(int, chunk, 1000, "records in a chunk");

namespace supportkpi::bench {
namespace {

constexpr int64_t kNone = -1;

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Die(absl::StrCat(path, ": cannot be read"));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

// A column file of values of type Raw.
template <typename Raw>
class Column {
 public:
  explicit Column(const std::string& name) : bytes_(Contents(absl::StrCat(absl::GetFlag(FLAGS_folder), "/columns/", name))) {}
  size_t size() const { return bytes_.size() / sizeof(Raw); }
  int64_t operator[](size_t row) const { return reinterpret_cast<const Raw*>(bytes_.data())[row]; }

 private:
  std::string bytes_;
};
using Instants = Column<int64_t>;
using Integers = Column<int32_t>;
using Small = Column<int8_t>;

// A column of codes into a list of names.
class Texts {
 public:
  Texts(const std::string& column, const std::string& names) : codes_(column) {
    std::istringstream lines(Contents(absl::StrCat(absl::GetFlag(FLAGS_folder), "/names/", names)));
    for (std::string line; std::getline(lines, line);) names_.push_back(line);
  }
  int64_t code(size_t row) const { return codes_[row]; }
  // Empty where there is none.
  const std::string& operator[](size_t row) const { return codes_[row] == kNone ? empty_ : names_[codes_[row]]; }

 private:
  Column<int16_t> codes_;
  std::vector<std::string> names_;
  std::string empty_;
};

void SetAt(int64_t at_ms, google::protobuf::Timestamp* stamp) {
  stamp->set_seconds(at_ms / 1000);
  stamp->set_nanos(static_cast<int32_t>(at_ms % 1000) * 1'000'000);
}

void SetDuration(int64_t ms, google::protobuf::Duration* duration) {
  duration->set_seconds(ms / 1000);
  duration->set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
}

std::string CustomerName(int64_t number) { return number == kNone ? "" : absl::StrFormat("C%07d", number); }

// Agent time, periods of the customer base and customers.
void LoadOrganisation(ImportStream& stream) {
  const Texts segment("customers.segment", "segment"), region("customers.region", "region"), plan("customers.plan", "plan");
  const Integers id("customers.id");
  for (size_t row = 0; row < id.size(); ++row) {
    v1::Customer* customer = stream.Add()->mutable_customer();
    customer->set_id(CustomerName(id[row]));
    customer->set_segment(segment[row]);
    customer->set_region(region[row]);
    customer->set_plan(plan[row]);
  }
  const Texts period_segment("periods.segment", "segment"), period_region("periods.region", "region");
  const Instants from("periods.from_at"), to("periods.to_at");
  const Integers at_start("periods.customers_at_start"), at_end("periods.customers_at_end"), joined("periods.new_customers"),
      revenue("periods.revenue"), cost("periods.acquisition_cost");
  for (size_t row = 0; row < from.size(); ++row) {
    v1::CustomerPeriod* period = stream.Add()->mutable_customer_period();
    period->set_id(absl::StrCat(row));
    period->set_segment(period_segment[row]);
    period->set_region(period_region[row]);
    SetAt(from[row], period->mutable_from());
    SetAt(to[row], period->mutable_to());
    period->set_customers_at_start(at_start[row]);
    period->set_customers_at_end(at_end[row]);
    period->set_new_customers(joined[row]);
    period->mutable_revenue()->set_currency("EUR");
    period->mutable_revenue()->set_minor_units(revenue[row]);
    period->mutable_acquisition_cost()->set_currency("EUR");
    period->mutable_acquisition_cost()->set_minor_units(cost[row]);
  }
  const Texts agent("agent_time.agent", "agent"), team("agent_time.team", "team"), state("agent_time.state", "state");
  const Instants since("agent_time.from_at"), until("agent_time.to_at");
  constexpr v1::AgentState kStates[] = {v1::AGENT_STATE_AVAILABLE, v1::AGENT_STATE_HANDLING, v1::AGENT_STATE_BREAK,
                                        v1::AGENT_STATE_OTHER_SUPPORT_WORK};
  for (size_t row = 0; row < since.size(); ++row) {
    v1::AgentTime* time = stream.Add()->mutable_agent_time();
    time->set_id(absl::StrCat(row));
    time->set_agent(agent[row]);
    time->set_team(team[row]);
    time->set_state(kStates[state.code(row)]);
    SetAt(since[row], time->mutable_from());
    SetAt(until[row], time->mutable_to());
  }
}

class Tickets {
 public:
  size_t size() const { return id_.size(); }
  int64_t id(size_t row) const { return id_[row]; }

  void Add(size_t row, ImportStream& stream) const {
    constexpr v1::TicketStatus kStatuses[] = {v1::TICKET_STATUS_OPEN, v1::TICKET_STATUS_PENDING, v1::TICKET_STATUS_ON_HOLD,
                                              v1::TICKET_STATUS_SOLVED};
    v1::Ticket* ticket = stream.Add()->mutable_ticket();
    ticket->set_id(absl::StrCat("T", id_[row]));
    SetAt(created_at_[row], ticket->mutable_created_at());
    ticket->set_customer(CustomerName(customer_[row]));
    ticket->set_segment(segment_[row]);
    ticket->set_channel(channel_[row]);
    ticket->set_type(type_[row]);
    ticket->set_category(category_[row]);
    ticket->set_priority(priority_[row]);
    ticket->set_team(team_[row]);
    ticket->set_agent(agent_[row]);
    ticket->set_spam(spam_[row] != 0);
    ticket->set_status(kStatuses[status_.code(row)]);
    if (first_replied_at_[row] != kNone) SetAt(first_replied_at_[row], ticket->mutable_first_replied_at());
    if (first_resolved_at_[row] != kNone) SetAt(first_resolved_at_[row], ticket->mutable_first_resolved_at());
    if (resolved_at_[row] != kNone) SetAt(resolved_at_[row], ticket->mutable_resolved_at());
    ticket->set_replies(replies_[row]);
    ticket->set_contacts(contacts_[row]);
    ticket->set_reopens(reopens_[row]);
    ticket->set_agents_involved(agents_involved_[row]);
    if (handle_ms_[row] != kNone) SetDuration(handle_ms_[row], ticket->mutable_handle_time());
  }

 private:
  Integers id_{"tickets.id"}, customer_{"tickets.customer"}, handle_ms_{"tickets.handle_ms"};
  Instants created_at_{"tickets.created_at"}, first_replied_at_{"tickets.first_replied_at"},
      first_resolved_at_{"tickets.first_resolved_at"}, resolved_at_{"tickets.resolved_at"};
  Texts segment_{"tickets.segment", "segment"}, channel_{"tickets.channel", "channel"}, type_{"tickets.type", "type"},
      category_{"tickets.category", "category"}, priority_{"tickets.priority", "priority"}, team_{"tickets.team", "team"},
      agent_{"tickets.agent", "agent"}, status_{"tickets.status", "status"};
  Small spam_{"tickets.spam"}, replies_{"tickets.replies"}, contacts_{"tickets.contacts"}, reopens_{"tickets.reopens"},
      agents_involved_{"tickets.agents_involved"};
};

class Surveys {
 public:
  // The survey of this ticket, if the next one is its.
  void AddOf(int64_t ticket, ImportStream& stream) {
    if (row_ >= ticket_.size() || ticket_[row_] != ticket) return;
    const bool is_nps = kind_.code(row_) == 1;
    v1::Survey* survey = stream.Add()->mutable_survey();
    survey->set_id(absl::StrCat("S", ticket));
    survey->set_ticket(absl::StrCat("T", ticket));
    survey->set_kind(is_nps ? v1::SURVEY_KIND_NPS : v1::SURVEY_KIND_CSAT);
    survey->set_scale_min(is_nps ? 0 : 1);
    survey->set_scale_max(is_nps ? 10 : 5);
    survey->set_customer(CustomerName(customer_[row_]));
    SetAt(sent_at_[row_], survey->mutable_sent_at());
    if (responded_at_[row_] != kNone) {
      SetAt(responded_at_[row_], survey->mutable_responded_at());
      survey->set_score(static_cast<double>(score_[row_]));
    }
    ++row_;
  }

 private:
  Integers ticket_{"surveys.ticket"}, customer_{"surveys.customer"};
  Texts kind_{"surveys.kind", "kind"};
  Instants sent_at_{"surveys.sent_at"}, responded_at_{"surveys.responded_at"};
  Small score_{"surveys.score"};
  size_t row_ = 0;
};

class Calls {
 public:
  // The call made after this ticket, if the next one is.
  void AddOf(int64_t ticket, ImportStream& stream) {
    constexpr v1::CallOutcome kOutcomes[] = {v1::CALL_OUTCOME_ANSWERED, v1::CALL_OUTCOME_ABANDONED_IN_QUEUE,
                                             v1::CALL_OUTCOME_ABANDONED_IN_IVR, v1::CALL_OUTCOME_FAILED,
                                             v1::CALL_OUTCOME_VOICEMAIL};
    if (row_ >= id_.size() || id_[row_] != ticket) return;
    v1::CallLeg* leg = stream.Add()->mutable_call_leg();
    leg->set_call(absl::StrCat("K", ticket));
    leg->set_leg("1");
    leg->set_direction(v1::CALL_DIRECTION_INBOUND);
    if (ticket_[row_] != kNone) leg->set_ticket(absl::StrCat("T", ticket));
    leg->set_queue(queue_[row_]);
    SetAt(started_at_[row_], leg->mutable_started_at());
    if (answered_at_[row_] != kNone) SetAt(answered_at_[row_], leg->mutable_answered_at());
    SetAt(ended_at_[row_], leg->mutable_ended_at());
    SetDuration(ivr_ms_[row_], leg->mutable_ivr());
    SetDuration(queued_ms_[row_], leg->mutable_queued());
    SetDuration(ring_ms_[row_], leg->mutable_ring());
    SetDuration(talk_ms_[row_], leg->mutable_talk());
    SetDuration(hold_ms_[row_], leg->mutable_hold());
    SetDuration(wrap_up_ms_[row_], leg->mutable_wrap_up());
    leg->set_outcome(kOutcomes[outcome_.code(row_)]);
    leg->set_agent(agent_[row_]);
    leg->set_team(team_[row_]);
    leg->set_customer(CustomerName(customer_[row_]));
    ++row_;
  }

 private:
  Integers id_{"calls.id"}, ticket_{"calls.ticket"}, customer_{"calls.customer"}, ivr_ms_{"calls.ivr_ms"},
      queued_ms_{"calls.queued_ms"}, ring_ms_{"calls.ring_ms"}, talk_ms_{"calls.talk_ms"}, hold_ms_{"calls.hold_ms"},
      wrap_up_ms_{"calls.wrap_up_ms"};
  Instants started_at_{"calls.started_at"}, answered_at_{"calls.answered_at"}, ended_at_{"calls.ended_at"};
  Texts queue_{"calls.queue", "queue"}, outcome_{"calls.outcome", "outcome"}, agent_{"calls.agent", "agent"},
      team_{"calls.team", "team"};
  size_t row_ = 0;
};

void ApplySettings(const std::shared_ptr<grpc::Channel>& channel) {
  v1::UpdateSettingsRequest request;
  const auto parsed =
      google::protobuf::util::JsonStringToMessage(Contents(absl::GetFlag(FLAGS_settings)), request.mutable_settings());
  if (!parsed.ok()) Die(absl::StrCat(absl::GetFlag(FLAGS_settings), ": ", std::string(parsed.message())));
  grpc::ClientContext context;
  v1::UpdateSettingsResponse response;
  const grpc::Status status = v1::ConfigService::NewStub(channel)->UpdateSettings(&context, request, &response);
  if (!status.ok()) Die(absl::StrCat("settings: ", status.error_message()));
}

void Load() {
  const auto channel = grpc::CreateChannel(absl::GetFlag(FLAGS_target), grpc::InsecureChannelCredentials());
  ApplySettings(channel);
  const Tickets tickets;
  Surveys surveys;
  Calls calls;
  const absl::Time begin = absl::Now();
  ImportStream stream(channel, absl::GetFlag(FLAGS_chunk));
  LoadOrganisation(stream);
  const absl::Time tickets_begin = absl::Now();
  for (size_t row = 0; row < tickets.size(); ++row) {
    tickets.Add(row, stream);
    surveys.AddOf(tickets.id(row), stream);
    calls.AddOf(tickets.id(row), stream);
  }
  stream.Finish();
  absl::PrintF("{\"tickets\": %d, \"records\": %d, \"bytes\": %d, \"seconds\": %.3f, \"tickets_seconds\": %.3f}\n",
               tickets.size(), stream.sent(), stream.bytes(), absl::ToDoubleSeconds(absl::Now() - begin),
               absl::ToDoubleSeconds(absl::Now() - tickets_begin));
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  supportkpi::bench::Load();
}
