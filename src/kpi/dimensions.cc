// The table of fields: which names each fact set has, and the expressions behind them.
#include "kpi/dimensions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "kpi/attribution.h"
#include "kpi/catalogue.h"

namespace supportkpi::kpi {
namespace {

using column::kNull;
using fact::Column;
using fact::FactSet;
using record::Domain;
using Names = std::vector<std::pair<int64_t, std::string>>;

const Names& StatusNames() {
  static const Names& names = *new Names{{1, "new"}, {2, "open"}, {3, "pending"}, {4, "on_hold"}, {5, "solved"}, {6, "closed"}};
  return names;
}
const Names& OutcomeNames() {
  static const Names& names =
      *new Names{{1, "answered"},  {2, "abandoned_in_ivr"}, {3, "abandoned_in_queue"}, {4, "failed"},
                 {5, "voicemail"}, {6, "callback"},         {7, "returned_to_queue"},  {8, "transferred"}};
  return names;
}
const Names kOriginNames = {{1, "customer"}, {2, "agent"}, {3, "system"}};
const Names kSurveyKindNames = {{1, "csat"}, {2, "nps"}, {3, "ces"}, {4, "quality"}};
const Names kDirectionNames = {{1, "inbound"}, {2, "outbound"}};
const Names kAgentStateNames = {{1, "available"}, {2, "handling"}, {3, "other_support_work"}, {4, "break"}, {5, "offline"}};
const Names kAgentKindNames = {{1, "human"}, {2, "bot"}};
const Names kFlagNames = {{0, "false"}, {1, "true"}};

BoundField Scalar(Expr expr, ValueKind kind, Domain domain = Domain::kNotCoded, Names enum_names = {}) {
  BoundField field;
  field.expr = std::move(expr);
  field.kind = kind;
  field.domain = domain;
  field.enum_names = std::move(enum_names);
  return field;
}

BoundField Code(Column column) { return Scalar(Col(column), ValueKind::kCode, fact::InfoOf(column).domain); }
BoundField Enum(Column column, const Names& names) { return Scalar(Col(column), ValueKind::kEnum, Domain::kNotCoded, names); }
BoundField Flag(Expr expr) { return Scalar(std::move(expr), ValueKind::kEnum, Domain::kNotCoded, kFlagNames); }
BoundField Number(Column column) { return Scalar(Col(column), ValueKind::kInteger); }
// An instant that the range sees only if it lies before its end.
BoundField Seen(Column column) {
  return Scalar(If(Less(Col(column), RangeEnd()), Col(column), Const(kNull)), ValueKind::kInstant);
}
BoundField Known(Column column) { return Scalar(Col(column), ValueKind::kInstant); }

bool IsForeign(FactSet set) { return set == FactSet::kSurvey || set == FactSet::kCall || set == FactSet::kLeg; }

class Fields {
 public:
  Fields(const Form& form, const Part& part, absl::string_view attribution)
      : form_(form), part_(part), credit_(CreditOf(part, attribution)) {
    AddHistoric();
    if (fact::InfoOf(part.set).has_ticket) AddTicket();
    AddOwn();
    AddCalendar();
    AddCustomer();
    AddAgent();
    if (part_.status != Const(0)) {
      Put("status", Scalar(part_.status, ValueKind::kEnum, Domain::kNotCoded, StatusNames()));
    }
    AddCurrency();
  }

  std::optional<BoundField> Find(absl::string_view name) const {
    std::optional<BoundField> found = FindAttribute(name);
    absl::string_view plain = name;
    // Of a part of a ticket, the ticket's fields are its own.
    if (!IsForeign(part_.set) && fact::InfoOf(part_.set).has_ticket) absl::ConsumePrefix(&plain, "ticket.");
    if (!found.has_value()) {
      for (const auto& [known, field] : fields_) {
        if (known == name || known == plain) found = field;
      }
    }
    if (!found.has_value()) return std::nullopt;
    found->name = std::string(name);
    if (!IsMove() || found->before == Const(0)) found->before = found->expr;
    return found;
  }

  std::vector<std::string> KnownNames() const {
    const fact::FactSetInfo& info = fact::InfoOf(part_.set);
    std::set<std::string> names;
    for (const auto& [name, field] : fields_) names.insert(name);
    if (info.has_attributes) names.insert("attributes");
    if (info.has_ticket) names.insert("ticket.attributes");
    if (Has(Column::kCustomer)) names.insert("customer.attributes");
    if (HasAgent()) names.insert("agent.attributes");
    return {names.begin(), names.end()};
  }

 private:
  bool IsMove() const { return part_.mode == Mode::kMovedIn || part_.mode == Mode::kMovedOut; }
  bool Has(Column column) const { return fact::PositionOf(part_.set, column).has_value(); }
  bool HasAgent() const { return AgentOf() != Const(0) && !credit_.participants_until.has_value(); }
  const Expr& AgentOf() const { return credit_.values[static_cast<size_t>(HistoricField::kAgent)]; }

  // The names put first win.
  void Put(absl::string_view name, BoundField field) { fields_.emplace_back(std::string(name), std::move(field)); }
  void PutCode(absl::string_view name, Column column) {
    if (Has(column)) Put(name, Code(column));
  }

  void AddHistoric() {
    constexpr std::pair<const char*, Domain> kHistoric[] = {
        {"agent", Domain::kAgent}, {"team", Domain::kTeam}, {"priority", Domain::kPriority}, {"category", Domain::kCategory}};
    constexpr Column kParticipant[] = {Column::kParticipantAgent, Column::kParticipantTeam};
    for (size_t i = 0; i < 4; ++i) {
      if (credit_.values[i] == Const(0)) continue;
      BoundField field = Scalar(credit_.values[i], ValueKind::kCode, kHistoric[i].second);
      if (credit_.before.has_value()) field.before = (*credit_.before)[i];
      if (i < 2 && credit_.participants_until.has_value()) {
        field.expr = Const(0);
        field.list = kParticipant[i];
        field.list_at = Column::kParticipantAt;
        field.list_until = *credit_.participants_until;
      }
      Put(kHistoric[i].first, std::move(field));
    }
  }

  void AddTicket() {
    PutCode("ticket", Column::kTicket);
    PutCode("source", Column::kSource);
    PutCode("customer", Column::kCustomer);
    PutCode("channel", Column::kChannel);
    const std::pair<const char*, Column> kTicketOnly[] = {
        {"organization", Column::kOrganization}, {"segment", Column::kSegment}, {"type", Column::kType},
        {"complexity", Column::kComplexity},     {"language", Column::kLanguage}, {"brand", Column::kBrand},
        {"issue_key", Column::kIssueKey}};
    for (const auto& [name, column] : kTicketOnly) PutTicketOnly(name, Code(column));
    PutTicketOnly("origin", Enum(Column::kOrigin, kOriginNames));
    BoundField tags = Scalar(Const(0), ValueKind::kCode, Domain::kTag);
    tags.list = Column::kTags;
    PutTicketOnly("tags", std::move(tags));
    if (Has(Column::kExclusion)) {
      const std::pair<const char*, int64_t> kFlags[] = {{"deleted", 1}, {"spam", 2}, {"test", 4}, {"merged", 8}};
      for (const auto& [name, bit] : kFlags) Put(name, Flag(HasBit(Col(Column::kExclusion), bit)));
    }
    if (Has(Column::kCreatedAt)) Put("created_at", Known(Column::kCreatedAt));
    if (!IsForeign(part_.set)) return;
    PutCode("ticket.customer", Column::kTicketCustomer);
    PutCode("ticket.channel", Column::kTicketChannel);
    PutCode("ticket.agent", Column::kTicketAgent);
    PutCode("ticket.team", Column::kTicketTeam);
    PutAlso("ticket.priority", "priority");
    PutAlso("ticket.category", "category");
  }

  // A field that a survey, call or leg has from its ticket alone: with and without `ticket.`.
  void PutTicketOnly(absl::string_view name, BoundField field) {
    if (IsForeign(part_.set)) Put(absl::StrCat("ticket.", name), field);
    Put(name, std::move(field));
  }

  void PutAlso(absl::string_view name, absl::string_view same_as) {
    for (size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].first == same_as) {
        BoundField field = fields_[i].second;
        return Put(name, std::move(field));
      }
    }
  }

  void AddOwn() {
    switch (part_.set) {
      case FactSet::kTicket:
        Put("first_replied_at", Seen(Column::kFirstRepliedAt));
        Put("first_resolved_at", Seen(Column::kFirstResolvedAt));
        Put("cost", Scalar(Col(Column::kCostMinor), ValueKind::kMoney));
        break;
      case FactSet::kResolution:
        Put("resolved_at", Known(Column::kStartAt));
        Put("replies", Number(Column::kReplies));
        Put("contacts", Number(Column::kContacts));
        Put("reopens", Number(Column::kReopens));
        Put("agents_involved", Number(Column::kAgentsInvolved));
        Put("reassignments", Number(Column::kReassignments));
        break;
      case FactSet::kWait:
        Put("started_at", Known(Column::kStartAt));
        Put("ended_at", Seen(Column::kEndAt));
        break;
      case FactSet::kContact:
      case FactSet::kWork:
      case FactSet::kMove: Put("at", Known(Column::kAt)); break;
      case FactSet::kSurvey: AddSurvey(); break;
      case FactSet::kCall:
      case FactSet::kLeg: AddCall(); break;
      case FactSet::kAgentTime:
        PutCode("source", Column::kSource);
        Put("state", Enum(Column::kAgentState, kAgentStateNames));
        Put("paid", Flag(Col(Column::kPaid)));
        break;
      case FactSet::kCustomerPeriod: {
        const std::pair<const char*, Column> kOwn[] = {
            {"period", Column::kPeriod},   {"source", Column::kSource}, {"segment", Column::kSegment},
            {"persona", Column::kPersona}, {"region", Column::kRegion}, {"plan", Column::kPlan}};
        for (const auto& [name, column] : kOwn) PutCode(name, column);
        break;
      }
      case FactSet::kSupportCost:
        PutCode("source", Column::kSource);
        PutCode("channel", Column::kChannel);
        PutCode("kind", Column::kCostKind);
        break;
      case FactSet::kStateSpan: break;
    }
  }

  void AddSurvey() {
    PutCode("survey", Column::kSurvey);
    PutCode("question", Column::kQuestion);
    PutCode("call", Column::kSurveyCall);
    Put("kind", Enum(Column::kSurveyKind, kSurveyKindNames));
    Put("sent_at", Known(Column::kSentAt));
    Put("responded_at", Seen(Column::kRespondedAt));
    // As sent: turned back where low is good.
    const Expr as_sent = If(Equal(Col(Column::kReversed), Const(1)),
                            Subtract(Sum(Col(Column::kScaleMin), Col(Column::kScaleMax)), Col(Column::kScore)),
                            Col(Column::kScore));
    Put("score", Scalar(If(Less(Col(Column::kRespondedAt), RangeEnd()), as_sent, Const(kNull)), ValueKind::kBillionths));
    Put("scale_min", Scalar(Col(Column::kScaleMin), ValueKind::kBillionths));
    Put("scale_max", Scalar(Col(Column::kScaleMax), ValueKind::kBillionths));
  }

  void AddCall() {
    PutCode("call", Column::kCall);
    PutCode("queue", Column::kQueue);
    PutCode("topic", Column::kTopic);
    Put("direction", Enum(Column::kDirection, kDirectionNames));
    // A leg's outcome is seen from its end; a call's row is as the range's end sees it.
    if (part_.set == FactSet::kLeg) {
      Put("outcome", Scalar(If(Less(Col(Column::kEndAt), RangeEnd()), Col(Column::kOutcome), Const(0)), ValueKind::kEnum,
                            Domain::kNotCoded, OutcomeNames()));
    } else {
      Put("outcome", Enum(Column::kOutcome, OutcomeNames()));
      Put("answered", Flag(Col(Column::kAnswered)));
    }
    Put("started_at", Known(Column::kStartAt));
    Put("answered_at", Seen(Column::kAnsweredAt));
    Put("ended_at", Seen(Column::kEndAt));
  }

  void AddCalendar() {
    if (part_.mode != Mode::kInstant && !IsMove()) return;
    Put("hour_of_day", Scalar(Make(Op::kHourOfDay, {part_.at}), ValueKind::kInteger));
    Put("weekday", Scalar(Make(Op::kWeekday, {part_.at}), ValueKind::kInteger));
    Put("month_of_year", Scalar(Make(Op::kMonthOfYear, {part_.at}), ValueKind::kInteger));
  }

  void AddCustomer() {
    if (!Has(Column::kCustomer)) return;
    const Expr customer = Col(Column::kCustomer);
    const auto put = [&](absl::string_view name, LookupField field, Domain domain) {
      Put(absl::StrCat("customer.", name), Scalar(Lookup(field, {customer}), ValueKind::kCode, domain));
    };
    put("organization", LookupField::kCustomerOrganization, Domain::kOrganization);
    put("segment", LookupField::kCustomerSegment, Domain::kSegment);
    put("persona", LookupField::kCustomerPersona, Domain::kPersona);
    put("plan", LookupField::kCustomerPlan, Domain::kPlan);
    put("region", LookupField::kCustomerRegion, Domain::kRegion);
    put("language", LookupField::kCustomerLanguage, Domain::kLanguage);
    Put("customer.since", Scalar(Lookup(LookupField::kCustomerSince, {customer}), ValueKind::kInstant));
  }

  // The instant at which an agent's team is looked up.
  Expr AgentInstant() const {
    switch (part_.mode) {
      case Mode::kAtBucketEnd: return Subtract(BucketEnd(), Const(1));
      case Mode::kClipped: return Max(part_.at, BucketStart());
      default: return part_.at;
    }
  }

  void AddAgent() {
    if (!HasAgent()) return;
    const auto put = [&](absl::string_view name, ValueKind kind, Domain domain, Names names, auto expr_of) {
      BoundField field = Scalar(expr_of(AgentOf()), kind, domain, std::move(names));
      if (credit_.before.has_value()) field.before = expr_of((*credit_.before)[0]);
      Put(name, std::move(field));
    };
    put("agent.name", ValueKind::kAgentName, Domain::kAgent, {},
        [](Expr agent) { return Lookup(LookupField::kAgentName, {std::move(agent)}); });
    put("agent.team", ValueKind::kCode, Domain::kTeam, {},
        [&](Expr agent) { return Lookup(LookupField::kAgentTeam, {std::move(agent), AgentInstant()}); });
    // An agent of unknown kind counts as human.
    put("agent.kind", ValueKind::kEnum, Domain::kNotCoded, kAgentKindNames, [](Expr agent) {
      return If(Greater(agent, Const(0)), If(Equal(Lookup(LookupField::kAgentKind, {agent}), Const(2)), Const(2), Const(1)),
                Const(kNull));
    });
  }

  // Of money: the currency of the part, else of another part of the same facts.
  void AddCurrency() {
    if (part_.currency != Const(0)) return Put("currency", Scalar(part_.currency, ValueKind::kCode, Domain::kCurrency));
    for (const Part& other : form_.parts) {
      if (other.set == part_.set && other.currency != Const(0)) {
        return Put("currency", Scalar(other.currency, ValueKind::kCode, Domain::kCurrency));
      }
    }
    if (part_.set == FactSet::kTicket && part_.over.empty()) PutCode("currency", Column::kCurrency);
  }

  std::optional<BoundField> FindAttribute(absl::string_view name) const {
    using Owner = BoundField::Owner;
    const fact::FactSetInfo& info = fact::InfoOf(part_.set);
    BoundField field = Scalar(Const(0), ValueKind::kCode, Domain::kAttributeValue);
    if (absl::ConsumePrefix(&name, "attributes.")) {
      if (!info.has_attributes) return std::nullopt;
    } else if (absl::ConsumePrefix(&name, "ticket.attributes.")) {
      if (!info.has_ticket) return std::nullopt;
      if (IsForeign(part_.set)) field.attribute_owner = Owner::kTicket;
    } else if (absl::ConsumePrefix(&name, "customer.attributes.")) {
      if (!Has(Column::kCustomer)) return std::nullopt;
      field.attribute_owner = Owner::kCustomer;
      field.attribute_of = Col(Column::kCustomer);
    } else if (absl::ConsumePrefix(&name, "agent.attributes.")) {
      if (!HasAgent()) return std::nullopt;
      field.attribute_owner = Owner::kAgent;
      field.attribute_of = AgentOf();
      if (credit_.before.has_value()) field.before = (*credit_.before)[0];
    } else {
      return std::nullopt;
    }
    if (name.empty()) return std::nullopt;
    field.attribute = std::string(name);
    return field;
  }

  const Form& form_;
  const Part& part_;
  const Credit credit_;
  std::vector<std::pair<std::string, BoundField>> fields_;
};

std::vector<std::string> Intersection(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  std::vector<std::string> both;
  std::set_intersection(left.begin(), left.end(), right.begin(), right.end(), std::back_inserter(both));
  return both;
}

}  // namespace

std::optional<BoundField> BindField(const Form& form, const Part& part, absl::string_view attribution, absl::string_view name) {
  return Fields(form, part, attribution).Find(name);
}

std::vector<std::string> FieldsOf(const Form& form, const Part& part) { return Fields(form, part, "").KnownNames(); }

std::vector<std::string> FieldsOf(const Form& form) {
  std::vector<std::string> common = FieldsOf(form, form.parts.front());
  for (const Part& part : form.parts) {
    std::vector<std::string> names = FieldsOf(form, part);
    if (!part.over.empty()) names.push_back("currency");
    std::sort(names.begin(), names.end());
    common = Intersection(common, names);
  }
  return common;
}

std::vector<std::string> DimensionsOf(const Definition& definition) { return FieldsOf(definition.forms.front()); }

const std::vector<std::string>& AllFields() {
  static const auto& all = *[] {
    std::set<std::string> names;
    for (const Definition& definition : AllKpis()) {
      for (const Form& form : definition.forms) {
        for (const Part& part : form.parts) {
          for (std::string& name : FieldsOf(form, part)) names.insert(std::move(name));
        }
      }
    }
    return new std::vector<std::string>(names.begin(), names.end());
  }();
  return all;
}

bool IsOfMoneyAlone(absl::string_view name) { return name == "currency"; }

}  // namespace supportkpi::kpi
