// One scan over the tenant's families, each kind of them with its own checks.
#include "ingest/data_issues.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ingest/family.h"
#include "ingest/keys.h"
#include "record/instant.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using record::ToMs;
using storage::Table;

constexpr size_t kFirstIds = 10;
constexpr int kRowsBetweenQuestions = 4096;

constexpr absl::string_view kInvalidDuration =
    "A duration is negative: an end lies before its start. Kept, but left out of means and other statistics.";
constexpr absl::string_view kSurveyWithoutTicket =
    "The ticket that the survey names is not stored. The survey counts; its ticket's fields are none until it is.";
constexpr absl::string_view kEventWithoutTicket =
    "The event's ticket is not stored. The event counts once it is.";
constexpr absl::string_view kOverlappingTime =
    "Times of one agent overlap. Each instant counts once, for the busiest state.";
constexpr absl::string_view kPeriodBreak =
    "The customers at the start of a period are not those at the end of the one before it. Reported, not repaired.";
constexpr absl::string_view kOverlappingPeriods =
    "Periods of one segment, persona, region and plan overlap. Questions that meet both are refused.";

std::string Show(absl::string_view source, absl::string_view id) {
  return source.empty() ? std::string(id) : absl::StrCat(source, "/", id);
}

class Finder {
 public:
  void Look(const FamilyName& name, const LiveFamily& family) {
    switch (name.letter) {
      case kTicketFamily: return LookAtTicket(name, family.ticket);
      case kSurveyFamily:
        if (family.lone_survey != nullptr) LookAtSurvey(*family.lone_survey);
        return;
      case kCallFamily:
        for (const v1::CallLeg* leg : family.legs) LookAtLeg(*leg);
        return;
      case kAgentDayFamily: return LookAtAgentDay(name.id, family.times);
      case kPeriodFamily:
        if (family.period != nullptr) Keep(*family.period);
        return;
      default: return;
    }
  }

  std::vector<DataIssue> Finish() {
    LookAtPeriods();
    std::vector<DataIssue> issues;
    for (auto& [key, issue] : issues_) issues.push_back(std::move(issue));
    std::stable_sort(issues.begin(), issues.end(),
                     [](const DataIssue& left, const DataIssue& right) { return left.count > right.count; });
    return issues;
  }

 private:
  struct Period {
    int64_t from_ms, to_ms;
    std::string name;
    std::optional<int64_t> at_start, at_end;
  };
  using Chain = std::tuple<std::string, std::string, std::string, std::string>;  // segment, persona, region, plan

  void Add(absl::string_view kind, absl::string_view description, v1::RecordKind record_kind, std::string id) {
    DataIssue& issue = issues_[{std::string(kind), record_kind}];
    if (issue.count++ == 0) {
      issue.kind = std::string(kind);
      issue.description = std::string(description);
      issue.record_kind = record_kind;
    }
    if (issue.first_ids.size() < kFirstIds) issue.first_ids.push_back(std::move(id));
  }

  void LookAtTicket(const FamilyName& name, const fact::TicketFamily& family) {
    const std::string id = Show(name.source, name.id);
    for (const v1::Survey* survey : family.surveys) {
      LookAtSurvey(*survey);
      if (family.ticket == nullptr)
        Add("survey_without_ticket", kSurveyWithoutTicket, v1::RECORD_KIND_SURVEY, Show(survey->source(), survey->id()));
    }
    if (family.ticket == nullptr) {
      for (const auto& event : family.events)
        Add("event_without_ticket", kEventWithoutTicket, v1::RECORD_KIND_TICKET_EVENT,
            absl::StrCat(id, "#", event.place < 0 ? event.event->id() : PlaceId(event.place)));
      return;
    }
    if (HasInvalidDuration(family)) Add("invalid_duration", kInvalidDuration, v1::RECORD_KIND_TICKET, id);
  }

  // An answer or a resolution before the creation.
  static bool HasInvalidDuration(const fact::TicketFamily& family) {
    const v1::Ticket& ticket = *family.ticket;
    const int64_t created_at = ToMs(ticket.created_at());
    if (family.events.empty()) {
      return (ticket.has_first_replied_at() && ToMs(ticket.first_replied_at()) < created_at) ||
             (ticket.has_first_resolved_at() && ToMs(ticket.first_resolved_at()) < created_at) ||
             (ticket.has_resolved_at() && ToMs(ticket.resolved_at()) < created_at) ||
             (ticket.has_closed_at() && ToMs(ticket.closed_at()) < created_at);
    }
    return std::any_of(family.events.begin(), family.events.end(), [created_at](const auto& stored) {
      const v1::TicketEvent& event = *stored.event;
      const bool ends_something =
          event.kind() == v1::TICKET_EVENT_KIND_AGENT_REPLY ||
          (event.kind() == v1::TICKET_EVENT_KIND_STATUS_CHANGE &&
           (event.status() == v1::TICKET_STATUS_SOLVED || event.status() == v1::TICKET_STATUS_CLOSED));
      return ends_something && ToMs(event.at()) < created_at;
    });
  }

  void LookAtSurvey(const v1::Survey& survey) {
    if (survey.has_sent_at() && survey.has_responded_at() && ToMs(survey.responded_at()) < ToMs(survey.sent_at()))
      Add("invalid_duration", kInvalidDuration, v1::RECORD_KIND_SURVEY, Show(survey.source(), survey.id()));
  }

  void LookAtLeg(const v1::CallLeg& leg) {
    const int64_t started_at = ToMs(leg.started_at());
    const int64_t answered_at = leg.has_answered_at() ? ToMs(leg.answered_at()) : started_at;
    if (answered_at < started_at || (leg.has_ended_at() && ToMs(leg.ended_at()) < answered_at))
      Add("invalid_duration", kInvalidDuration, v1::RECORD_KIND_CALL_LEG,
          absl::StrCat(Show(leg.source(), leg.call()), "#", leg.leg()));
  }

  // Days of an agent come one after the other; a record of several days is counted once.
  void LookAtAgentDay(const std::string& agent, std::vector<const v1::AgentTime*> times) {
    if (agent != agent_) overlapping_.clear();
    agent_ = agent;
    times.erase(std::remove_if(times.begin(), times.end(),
                               [](const v1::AgentTime* time) { return ToMs(time->from()) >= ToMs(time->to()); }),
                times.end());
    std::stable_sort(times.begin(), times.end(), [](const v1::AgentTime* left, const v1::AgentTime* right) {
      return ToMs(left->from()) < ToMs(right->from());
    });
    const v1::AgentTime* longest = nullptr;  // of those so far, the one that lasts longest
    for (const v1::AgentTime* time : times) {
      if (longest != nullptr && ToMs(time->from()) < ToMs(longest->to())) {
        AddOverlap(*longest);
        AddOverlap(*time);
      }
      if (longest == nullptr || ToMs(time->to()) > ToMs(longest->to())) longest = time;
    }
  }
  void AddOverlap(const v1::AgentTime& time) {
    std::string id = Show(time.source(), time.id());
    if (overlapping_.insert(id).second)
      Add("overlapping_agent_time", kOverlappingTime, v1::RECORD_KIND_AGENT_TIME, std::move(id));
  }

  void Keep(const v1::CustomerPeriod& period) {
    Period kept{ToMs(period.from()), ToMs(period.to()), Show(period.source(), period.id()), {}, {}};
    if (period.has_customers_at_start()) kept.at_start = period.customers_at_start();
    if (period.has_customers_at_end()) kept.at_end = period.customers_at_end();
    chains_[{period.segment(), period.persona(), period.region(), period.plan()}].push_back(std::move(kept));
  }

  void LookAtPeriods() {
    for (auto& [chain, periods] : chains_) {
      std::sort(periods.begin(), periods.end(), [](const Period& left, const Period& right) {
        return std::tie(left.from_ms, left.to_ms, left.name) < std::tie(right.from_ms, right.to_ms, right.name);
      });
      int64_t covered_to = periods.front().to_ms;
      for (size_t i = 1; i < periods.size(); ++i) {
        const Period& before = periods[i - 1];
        const Period& period = periods[i];
        if (period.from_ms < covered_to)
          Add("overlapping_periods", kOverlappingPeriods, v1::RECORD_KIND_CUSTOMER_PERIOD, period.name);
        else if (before.at_end.has_value() && period.at_start.has_value() && *before.at_end != *period.at_start)
          Add("period_break", kPeriodBreak, v1::RECORD_KIND_CUSTOMER_PERIOD, period.name);
        covered_to = std::max(covered_to, period.to_ms);
      }
    }
  }

  std::map<std::pair<std::string, v1::RecordKind>, DataIssue> issues_;
  std::string agent_;
  std::set<std::string> overlapping_;
  std::map<Chain, std::vector<Period>> chains_;
};

// Gathers rows into families and hands each to the finder.
class FamilyScan {
 public:
  FamilyScan(std::string space, Finder& finder) : space_(std::move(space)), finder_(finder) {}

  absl::Status AddRow(absl::string_view key, absl::string_view value) {
    absl::string_view rest = key.substr(space_.size());
    if (key_.empty() || !absl::StartsWith(rest, key_)) {
      Flush();
      const absl::string_view from_family = rest;
      if (!TakeFamily(&rest, &name_)) return DamagedRow("a family's name");
      key_ = std::string(from_family.substr(0, from_family.size() - rest.size()));
    } else {
      rest.remove_prefix(key_.size());
    }
    const auto kind = static_cast<RowKind>(rest.front());
    if (kind == RowKind::kCallHead) return absl::OkStatus();
    RowHead head;
    absl::string_view bytes;
    if (!ReadRow(kind, value, &head, &bytes)) return DamagedRow("a family");
    if (!head.live) return absl::OkStatus();
    const google::protobuf::Message* message = ParseMessage(kind, bytes, &arena_);
    if (message == nullptr) return DamagedRow("a family");
    family_.Add(name_.letter, kind, head, *message);
    return absl::OkStatus();
  }

  void Flush() {
    if (!key_.empty()) finder_.Look(name_, family_);
    key_.clear();
    family_ = LiveFamily();
    arena_.Reset();
  }

 private:
  const std::string space_;
  Finder& finder_;
  std::string key_;
  FamilyName name_;
  LiveFamily family_;
  google::protobuf::Arena arena_;
};

}  // namespace

absl::StatusOr<std::vector<DataIssue>> FindDataIssues(const storage::View& view, absl::string_view tenant,
                                                      const std::function<bool()>& is_cancelled) {
  Finder finder;
  FamilyScan scan(RowPrefix(tenant, ""), finder);
  absl::Status status;
  int rows = 0;
  for (const char letter : kFactFamilies) {
    if (letter == kCostFamily) continue;
    const std::string prefix = RowPrefix(tenant, std::string(1, letter));
    RETURN_IF_ERROR(view.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix),
                              [&](absl::string_view key, absl::string_view value) {
                                if (++rows % kRowsBetweenQuestions == 0 && is_cancelled && is_cancelled())
                                  status = absl::CancelledError("the question was cancelled");
                                else
                                  status = scan.AddRow(key, value);
                                return status.ok();
                              }));
    RETURN_IF_ERROR(status);
  }
  scan.Flush();
  return finder.Finish();
}

}  // namespace supportkpi::ingest
