// Rules that span fields, on top of the schema's.
#include "record/validate.h"

#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "record/field_check.h"
#include "record/instant.h"
#include "record/schema.h"
#include "record/survey_rules.h"

namespace supportkpi::record {
namespace {

constexpr size_t kTenantBytesMax = 63;

// An event's kind asks for the fields that make it one.
void CheckEventKind(const v1::TicketEvent& event, const FieldPath& path, FieldChecker& checker) {
  switch (event.kind()) {
    case v1::TICKET_EVENT_KIND_STATUS_CHANGE:
      if (event.status() == v1::TICKET_STATUS_UNSPECIFIED)
        checker.Add({&path, "status"}, "missing; a status change needs the new status");
      return;
    case v1::TICKET_EVENT_KIND_ASSIGNMENT:
      if (!event.has_agent() && !event.has_team())
        checker.Add({&path, "agent"}, "missing; an assignment needs agent, team or both");
      return;
    case v1::TICKET_EVENT_KIND_PRIORITY_CHANGE:
      if (!event.has_priority()) checker.Add({&path, "priority"}, "missing; a priority change needs the new priority");
      return;
    case v1::TICKET_EVENT_KIND_CATEGORY_CHANGE:
      if (!event.has_category()) checker.Add({&path, "category"}, "missing; a category change needs the new category");
      return;
    case v1::TICKET_EVENT_KIND_WORK_LOG:
      if (!event.has_work()) checker.Add({&path, "work"}, "missing; a work log needs how long it took");
      return;
    default:
      return;
  }
}

void CheckLoneEvent(const v1::TicketEvent& event, const FieldPath& path, FieldChecker& checker) {
  if (event.ticket().empty()) checker.Add({&path, "ticket"}, absl::StrCat("missing; 1 to ", kIdBytesMax, " bytes"));
  if (event.id().empty())
    checker.Add({&path, "id"}, "missing; only an event inside its ticket may go without an id");
  CheckEventKind(event, path, checker);
}

void CheckTicket(const v1::Ticket& ticket, const FieldPath& path, FieldChecker& checker) {
  for (int i = 0; i < ticket.events_size() && i < kEventsMax; ++i) {
    const v1::TicketEvent& event = ticket.events(i);
    const FieldPath here{&path, "events", i};
    checker.CheckFields(event, *KindRowOf(v1::RECORD_KIND_TICKET_EVENT), here);
    if (!event.ticket().empty() && event.ticket() != ticket.id())
      checker.Add({&here, "ticket"}, absl::StrCat(Quoted(event.ticket()), " is not its ticket; leave it empty"));
    if (!event.source().empty() && event.source() != ticket.source())
      checker.Add({&here, "source"}, absl::StrCat(Quoted(event.source()), " is not its ticket's; leave it empty"));
    CheckEventKind(event, here, checker);
  }
}

// from < to, or from <= to for agent time. Instants that are wrong in themselves were told already.
template <typename Message>
void CheckPeriod(const Message& period, bool may_be_empty, const FieldPath& path, FieldChecker& checker) {
  if (!period.has_from() || !period.has_to()) return;
  const int64_t from_ms = ToMs(period.from());
  const int64_t to_ms = ToMs(period.to());
  if (may_be_empty ? from_ms > to_ms : from_ms >= to_ms)
    checker.Add({&path, "to"}, may_be_empty ? "before from; it may not be earlier" : "not after from; it must be later");
}

void CheckAgentTime(const v1::AgentTime& time, const FieldPath& path, FieldChecker& checker) {
  CheckPeriod(time, /*may_be_empty=*/true, path, checker);
  if (time.has_from() && time.has_to() && ToMs(time.to()) - ToMs(time.from()) > kAgentTimeMaxMs)
    checker.Add({&path, "to"}, "more than 3660 days after from; send shorter stretches");
}

}  // namespace

void ValidateRecord(v1::Record& record, const ValidationContext& context, absl::string_view path,
                    Violations* violations) {
  const KindRow* kind = KindRowOf(KindOf(record));
  if (kind == nullptr) {
    violations->Add(path.empty() ? "record" : std::string(path), "empty; exactly one kind of record is required");
    return;
  }
  const FieldPath root{nullptr, path};
  const FieldPath here{&root, kind->name};
  FieldChecker checker(context.now_ms, violations);
  const size_t before = violations->count();
  switch (record.kind_case()) {
    case v1::Record::kTicket:
      checker.CheckFields(record.ticket(), *kind, here);
      return CheckTicket(record.ticket(), here, checker);
    case v1::Record::kTicketEvent:
      checker.CheckFields(record.ticket_event(), *kind, here);
      return CheckLoneEvent(record.ticket_event(), here, checker);
    case v1::Record::kSurvey:
      checker.CheckFields(record.survey(), *kind, here);
      if (violations->count() == before) ApplySurveyRules(*record.mutable_survey(), context, here, checker);
      return;
    case v1::Record::kCallLeg:
      return checker.CheckFields(record.call_leg(), *kind, here);
    case v1::Record::kAgentTime:
      checker.CheckFields(record.agent_time(), *kind, here);
      if (violations->count() == before) CheckAgentTime(record.agent_time(), here, checker);
      return;
    case v1::Record::kCustomerPeriod:
      checker.CheckFields(record.customer_period(), *kind, here);
      if (violations->count() == before) CheckPeriod(record.customer_period(), false, here, checker);
      return;
    case v1::Record::kSupportCost:
      checker.CheckFields(record.support_cost(), *kind, here);
      if (violations->count() == before) CheckPeriod(record.support_cost(), false, here, checker);
      return;
    case v1::Record::kCustomer:
      return checker.CheckFields(record.customer(), *kind, here);
    case v1::Record::kAgent:
      return checker.CheckFields(record.agent(), *kind, here);
    case v1::Record::KIND_NOT_SET:
      return;
  }
}

absl::Status ValidateTenant(absl::string_view tenant) {
  bool good = !tenant.empty() && tenant.size() <= kTenantBytesMax && tenant[0] != '-';
  for (char letter : tenant) good = good && (absl::ascii_islower(letter) || absl::ascii_isdigit(letter) || letter == '-');
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("tenant: must match [a-z0-9][a-z0-9-]{0,62}, got ", Quoted(tenant)));
}

}  // namespace supportkpi::record
