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
const Names& OriginNames() {
  static const Names& names = *new Names{{1, "customer"}, {2, "agent"}, {3, "system"}};
  return names;
}
const Names& SurveyKindNames() {
  static const Names& names = *new Names{{1, "csat"}, {2, "nps"}, {3, "ces"}, {4, "quality"}};
  return names;
}
const Names& DirectionNames() {
  static const Names& names = *new Names{{1, "inbound"}, {2, "outbound"}};
  return names;
}
const Names& AgentStateNames() {
  static const Names& names = *new Names{{1, "available"}, {2, "handling"}, {3, "other_support_work"}, {4, "break"}, {5, "offline"}};
  return names;
}
const Names& AgentKindNames() {
  static const Names& names = *new Names{{1, "human"}, {2, "bot"}};
  return names;
}
const Names& FlagNames() {
  static const Names& names = *new Names{{0, "false"}, {1, "true"}};
  return names;
}

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
BoundField Flag(Expr expr) { return Scalar(std::move(expr), ValueKind::kEnum, Domain::kNotCoded, FlagNames()); }
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
      : form_(form), part_(part), attribution_(attribution) {}

  std::optional<BoundField> Find(absl::string_view name) {
    std::optional<BoundField> found = FindAttribute(name);
    if (!found.has_value()) {
      wanted_ = name;
      plain_ = name;
      // Of a part of a ticket, the ticket's fields are its own.
      if (!IsForeign(part_.set) && fact::InfoOf(part_.set).has_ticket) absl::ConsumePrefix(&plain_, "ticket.");
      Visit();
      found = std::move(found_);
    }
    if (!found.has_value()) return std::nullopt;
    found->name = std::string(name);
    if (!IsMove() || found->before == Const(0)) found->before = found->expr;
    return found;
  }

  std::vector<std::string> KnownNames() {
    const fact::FactSetInfo& info = fact::InfoOf(part_.set);
    Visit();
    std::set<std::string> names(names_.begin(), names_.end());
    if (info.has_attributes) names.insert("attributes");
    if (info.has_ticket) names.insert("ticket.attributes");
    if (Has(Column::kCustomer)) names.insert("customer.attributes");
    if (HasAgent()) names.insert("agent.attributes");
    return {names.begin(), names.end()};
  }

 private:
  bool IsMove() const { return part_.mode == Mode::kMovedIn || part_.mode == Mode::kMovedOut; }
  bool Has(Column column) const { return fact::PositionOf(part_.set, column).has_value(); }
  const Credit& GetCredit() {
    if (!credit_.has_value()) credit_ = CreditOf(part_, attribution_);
    return *credit_;
  }
  bool HasAgent() { return AgentOf() != Const(0) && !GetCredit().participants_until.has_value(); }
  const Expr& AgentOf() { return GetCredit().values[static_cast<size_t>(HistoricField::kAgent)]; }
  bool Wants(absl::string_view name) const { return name == wanted_ || name == plain_; }

  // All fields, of which the wanted one is made; without a wanted one their names.
  void Visit() {
    AddHistoric();
    if (fact::InfoOf(part_.set).has_ticket) AddTicket();
    AddOwn();
    AddCalendar();
    AddCustomer();
    AddAgent();
    if (part_.status != Const(0)) {
      Put("status", [&] { return Scalar(part_.status, ValueKind::kEnum, Domain::kNotCoded, StatusNames()); });
    }
    AddCurrency();
  }

  template <typename MakeField>
  void Put(absl::string_view name, MakeField make) {
    if (wanted_.empty()) {
      names_.emplace_back(name);
    } else if (Wants(name)) {
      found_ = make();
    }
  }
  void PutCode(absl::string_view name, Column column) {
    if (Has(column)) Put(name, [&] { return Code(column); });
  }

  void AddHistoric() {
    constexpr const char* kHistoric[] = {"agent", "team", "priority", "category"};
    for (size_t i = 0; i < 4; ++i) {
      if (!wanted_.empty() && !Wants(kHistoric[i]) && !Wants(absl::StrCat("ticket.", kHistoric[i]))) continue;
      if (GetCredit().values[i] == Const(0)) continue;
      Put(kHistoric[i], [&] { return Historic(i); });
      // Agent and team of a foreign fact's ticket have columns of their own.
      if (IsForeign(part_.set) && i >= 2) Put(absl::StrCat("ticket.", kHistoric[i]), [&] { return Historic(i); });
    }
  }

  BoundField Historic(size_t i) {
    constexpr Domain kDomains[] = {Domain::kAgent, Domain::kTeam, Domain::kPriority, Domain::kCategory};
    constexpr Column kParticipant[] = {Column::kParticipantAgent, Column::kParticipantTeam};
    const Credit& credit = GetCredit();
    BoundField field = Scalar(credit.values[i], ValueKind::kCode, kDomains[i]);
    if (credit.before.has_value()) field.before = (*credit.before)[i];
    if (i < 2 && credit.participants_until.has_value()) {
      field.expr = Const(0);
      field.list = kParticipant[i];
      field.list_at = Column::kParticipantAt;
      field.list_until = *credit.participants_until;
    }
    return field;
  }

  void AddTicket() {
    PutCode("ticket", Column::kTicket);
    PutCode("source", Column::kSource);
    PutCode("customer", Column::kCustomer);
    PutCode("channel", Column::kChannel);
    static constexpr std::pair<const char*, Column> kTicketOnly[] = {
        {"organization", Column::kOrganization}, {"segment", Column::kSegment}, {"type", Column::kType},
        {"complexity", Column::kComplexity},     {"language", Column::kLanguage}, {"brand", Column::kBrand},
        {"issue_key", Column::kIssueKey}};
    for (const auto& only : kTicketOnly) PutTicketOnly(only.first, [&] { return Code(only.second); });
    PutTicketOnly("origin", [] { return Enum(Column::kOrigin, OriginNames()); });
    PutTicketOnly("tags", [] {
      BoundField tags = Scalar(Const(0), ValueKind::kCode, Domain::kTag);
      tags.list = Column::kTags;
      return tags;
    });
    if (Has(Column::kExclusion)) {
      static constexpr std::pair<const char*, int64_t> kFlags[] = {{"deleted", 1}, {"spam", 2}, {"test", 4}, {"merged", 8}};
      for (const auto& flag : kFlags) Put(flag.first, [&] { return Flag(HasBit(Col(Column::kExclusion), flag.second)); });
    }
    if (Has(Column::kCreatedAt)) Put("created_at", [] { return Known(Column::kCreatedAt); });
    if (!IsForeign(part_.set)) return;
    PutCode("ticket.customer", Column::kTicketCustomer);
    PutCode("ticket.channel", Column::kTicketChannel);
    PutPersonOfTicket("ticket.agent", Column::kTicketAgent, Column::kTicketAgentAtSent);
    PutPersonOfTicket("ticket.team", Column::kTicketTeam, Column::kTicketTeamAtSent);
  }

  void PutPersonOfTicket(absl::string_view name, Column column, Column at_sent) {
    Put(name, [&] {
      BoundField field = Code(column);
      if (part_.moment == Moment::kSent) field.expr = OnceAnswered(Col(column), Col(at_sent));
      return field;
    });
  }

  // A field that a survey, call or leg has from its ticket alone: with and without `ticket.`.
  template <typename MakeField>
  void PutTicketOnly(absl::string_view name, MakeField make) {
    if (IsForeign(part_.set)) Put(absl::StrCat("ticket.", name), make);
    Put(name, make);
  }

  void AddOwn() {
    switch (part_.set) {
      case FactSet::kTicket:
        Put("first_replied_at", [&] { return Seen(Column::kFirstRepliedAt); });
        Put("first_resolved_at", [&] { return Seen(Column::kFirstResolvedAt); });
        Put("cost", [&] { return Scalar(Col(Column::kCostMinor), ValueKind::kMoney); });
        break;
      case FactSet::kResolution:
        Put("resolved_at", [&] { return Known(Column::kStartAt); });
        Put("replies", [&] { return Number(Column::kReplies); });
        Put("contacts", [&] { return Number(Column::kContacts); });
        Put("reopens", [&] { return Number(Column::kReopens); });
        Put("agents_involved", [&] { return Number(Column::kAgentsInvolved); });
        break;
      case FactSet::kWait:
        Put("started_at", [&] { return Known(Column::kStartAt); });
        Put("ended_at", [&] { return Seen(Column::kEndAt); });
        break;
      case FactSet::kContact:
      case FactSet::kWork:
      case FactSet::kMove: Put("at", [&] { return Known(Column::kAt); }); break;
      case FactSet::kSurvey: AddSurvey(); break;
      case FactSet::kCall:
      case FactSet::kLeg: AddCall(); break;
      case FactSet::kAgentTime:
        PutCode("source", Column::kSource);
        Put("state", [&] { return Enum(Column::kAgentState, AgentStateNames()); });
        Put("paid", [&] { return Flag(Col(Column::kPaid)); });
        break;
      case FactSet::kCustomerPeriod: {
        static constexpr std::pair<const char*, Column> kOwn[] = {
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
    Put("kind", [&] { return Enum(Column::kSurveyKind, SurveyKindNames()); });
    Put("sent_at", [&] { return Known(Column::kSentAt); });
    Put("responded_at", [&] { return Seen(Column::kRespondedAt); });
    Put("score", [] {
      // As sent: turned back where low is good.
      const Expr as_sent = If(Equal(Col(Column::kReversed), Const(1)),
                              Subtract(Sum(Col(Column::kScaleMin), Col(Column::kScaleMax)), Col(Column::kScore)),
                              Col(Column::kScore));
      return Scalar(If(Less(Col(Column::kRespondedAt), RangeEnd()), as_sent, Const(kNull)), ValueKind::kBillionths);
    });
    Put("scale_min", [&] { return Scalar(Col(Column::kScaleMin), ValueKind::kBillionths); });
    Put("scale_max", [&] { return Scalar(Col(Column::kScaleMax), ValueKind::kBillionths); });
  }

  void AddCall() {
    PutCode("call", Column::kCall);
    PutCode("queue", Column::kQueue);
    PutCode("topic", Column::kTopic);
    Put("direction", [&] { return Enum(Column::kDirection, DirectionNames()); });
    // A leg's outcome is seen from its end; a call's row is as the range's end sees it.
    if (part_.set == FactSet::kLeg) {
      Put("outcome", [] {
        return Scalar(If(Less(Col(Column::kEndAt), RangeEnd()), Col(Column::kOutcome), Const(0)), ValueKind::kEnum,
                      Domain::kNotCoded, OutcomeNames());
      });
    } else {
      Put("outcome", [&] { return Enum(Column::kOutcome, OutcomeNames()); });
      Put("answered", [&] { return Flag(Col(Column::kAnswered)); });
    }
    Put("started_at", [&] { return Known(Column::kStartAt); });
    Put("answered_at", [&] { return Seen(Column::kAnsweredAt); });
    Put("ended_at", [&] { return Seen(Column::kEndAt); });
  }

  void AddCalendar() {
    if (part_.mode != Mode::kInstant && !IsMove()) return;
    Put("hour_of_day", [&] { return Scalar(Make(Op::kHourOfDay, {part_.at}), ValueKind::kInteger); });
    Put("weekday", [&] { return Scalar(Make(Op::kWeekday, {part_.at}), ValueKind::kInteger); });
    Put("month_of_year", [&] { return Scalar(Make(Op::kMonthOfYear, {part_.at}), ValueKind::kInteger); });
  }

  void AddCustomer() {
    if (!Has(Column::kCustomer)) return;
    const auto put = [&](absl::string_view name, LookupField field, Domain domain) {
      Put(absl::StrCat("customer.", name), [&] { return Scalar(Lookup(field, {Col(Column::kCustomer)}), ValueKind::kCode, domain); });
    };
    put("organization", LookupField::kCustomerOrganization, Domain::kOrganization);
    put("segment", LookupField::kCustomerSegment, Domain::kSegment);
    put("persona", LookupField::kCustomerPersona, Domain::kPersona);
    put("plan", LookupField::kCustomerPlan, Domain::kPlan);
    put("region", LookupField::kCustomerRegion, Domain::kRegion);
    put("language", LookupField::kCustomerLanguage, Domain::kLanguage);
    Put("customer.since", [&] { return Scalar(Lookup(LookupField::kCustomerSince, {Col(Column::kCustomer)}), ValueKind::kInstant); });
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
    if (!wanted_.empty() && !absl::StartsWith(plain_, "agent.")) return;
    if (!HasAgent()) return;
    const auto put = [&](absl::string_view name, ValueKind kind, Domain domain, const Names& names, auto expr_of) {
      Put(name, [&] {
        BoundField field = Scalar(expr_of(AgentOf()), kind, domain, names);
        if (GetCredit().before.has_value()) field.before = expr_of((*GetCredit().before)[0]);
        return field;
      });
    };
    put("agent.name", ValueKind::kAgentName, Domain::kAgent, {},
        [](Expr agent) { return Lookup(LookupField::kAgentName, {std::move(agent)}); });
    // An agent who changes team takes his backlog along, which is no change of the tickets: such moves are not facts.
    if (!IsMove()) {
      put("agent.team", ValueKind::kCode, Domain::kTeam, {},
          [&](Expr agent) { return Lookup(LookupField::kAgentTeam, {std::move(agent), AgentInstant()}); });
    }
    // An agent of unknown kind counts as human.
    put("agent.kind", ValueKind::kEnum, Domain::kNotCoded, AgentKindNames(), [](Expr agent) {
      return If(Greater(agent, Const(0)), If(Equal(Lookup(LookupField::kAgentKind, {agent}), Const(2)), Const(2), Const(1)),
                Const(kNull));
    });
  }

  // Of money: the currency of the part, else of another part of the same facts.
  void AddCurrency() {
    if (part_.currency != Const(0)) return PutCurrency(part_.currency);
    for (const Part& other : form_.parts) {
      if (other.set == part_.set && other.currency != Const(0)) return PutCurrency(other.currency);
    }
    if (part_.set == FactSet::kTicket && part_.over.empty()) PutCode("currency", Column::kCurrency);
  }
  void PutCurrency(const Expr& currency) {
    Put("currency", [&] { return Scalar(currency, ValueKind::kCode, Domain::kCurrency); });
  }

  std::optional<BoundField> FindAttribute(absl::string_view name) {
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
      if (GetCredit().before.has_value()) field.before = (*GetCredit().before)[0];
    } else {
      return std::nullopt;
    }
    if (name.empty()) return std::nullopt;
    field.attribute = std::string(name);
    return field;
  }

  const Form& form_;
  const Part& part_;
  const absl::string_view attribution_;
  std::optional<Credit> credit_;   // made when first needed
  absl::string_view wanted_;       // empty: the names of all
  absl::string_view plain_;        // the wanted one without `ticket.`, where that makes no difference
  std::optional<BoundField> found_;
  std::vector<std::string> names_;
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
