// The catalogue against itself, the fact sets and the list of ids that the contract promises.
#include "kpi/catalogue.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "fact/fact_sets.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kpi/attribution.h"
#include "kpi/dimensions.h"
#include "kpi/explain.h"

namespace supportkpi::kpi {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::vector<std::string> kPromised = {
    "tickets_created", "tickets_per_hour", "tickets_resolved", "resolution_events", "reopen_events", "moved_in", "moved_out",
    "tickets_by_status", "backlog", "backlog_to_volume", "unresolved_share", "backlog_age", "channel_share", "type_share",
    "category_share", "interactions", "volume_spike",
    "first_response_time", "response_time", "unanswered_tickets", "first_response_within_target", "resolution_time",
    "first_resolution_time", "resolution_within_target", "requester_wait_time", "agent_wait_time", "on_hold_time",
    "time_in_status", "handle_time", "longest_wait", "reassignments", "transferred_share",
    "first_contact_resolution_rate", "resolution_rate", "resolved_to_unresolved", "reopen_rate", "repeat_contacts",
    "repeat_contact_rate", "repeat_contact_customers",
    "csat", "csat_score", "nps", "nps_promoters", "nps_passives", "nps_detractors", "ces", "ces_score", "quality_rate",
    "survey_response_rate",
    "calls_inbound", "calls_offered", "calls_answered", "calls_abandoned", "inbound_failed_calls", "callbacks",
    "returned_calls", "abandon_rate", "failed_call_rate", "transfer_rate", "speed_to_answer", "service_level",
    "leg_talk_time", "agent_state_time", "utilization", "occupancy", "online_share",
    "customer_retention_rate", "customer_churn_rate", "customer_acquisition_cost", "customer_lifetime_value", "support_cost",
    "ticket_cost", "cost_per_ticket", "cost_per_interaction"};

template <typename Visit>
void ForEachForm(Visit visit) {
  for (const Definition& row : AllKpis()) {
    for (const Form& form : row.forms) {
      SCOPED_TRACE(absl::StrCat(row.id, " ", form.variant, " by ", form.anchor));
      visit(row, form);
    }
  }
}

std::vector<Expr> ExpressionsOf(const Part& part) {
  std::vector<Expr> all = {part.at, part.to, part.where, part.value, part.weight, part.entity, part.record, part.currency, part.status};
  for (const LeftOut& rule : part.left_out) all.push_back(rule.when);
  for (const LeftOut& note : part.notes) all.push_back(note.when);
  return all;
}

// The columns that an expression needs, those that its operators imply among them.
std::vector<fact::Column> ColumnsOf(const Expr& expr) {
  std::vector<fact::Column> columns;
  Walk(expr, [&](const Expr& inner) {
    if (inner.op == Op::kTimeInStatus) {
      for (fact::Column column : {fact::Column::kStatusStepAt, fact::Column::kStatusStep, fact::Column::kTeamInitial,
                                  fact::Column::kTeamStepAt, fact::Column::kTeamStep}) {
        columns.push_back(column);
      }
    }
    if (inner.op == Op::kLookup) return;
    for (column::ColumnKey key : {inner.key, inner.key2}) {
      if (key != kNoKey) columns.push_back(static_cast<fact::Column>(key));
    }
  });
  return columns;
}

void ExpectColumns(const Expr& expr, fact::FactSet set) {
  for (fact::Column column : ColumnsOf(expr)) {
    EXPECT_TRUE(fact::PositionOf(set, column).has_value())
        << fact::InfoOf(set).name << " has no column " << fact::InfoOf(column).name << " of " << Dump(expr);
  }
}

void CollectParts(const Formula& formula, std::set<std::string>& names) {
  if (formula.op == Formula::Op::kPart) names.insert(formula.part);
  for (const Formula& arg : formula.args) CollectParts(arg, names);
}

TEST(Catalogue, HasEveryPromisedKpiAndNoOther) {
  std::set<std::string> ids;
  for (const Definition& row : AllKpis()) EXPECT_TRUE(ids.insert(row.id).second) << row.id << " stands twice";
  EXPECT_EQ(ids, std::set<std::string>(kPromised.begin(), kPromised.end()));
}

TEST(Catalogue, RowsStandInTheOrderOfTheContract) {
  std::vector<std::string> ids;
  for (const Definition& row : AllKpis()) ids.push_back(row.id);
  EXPECT_EQ(ids, kPromised);
}

TEST(Catalogue, EveryRowTellsPeopleWhatItIs) {
  for (const Definition& row : AllKpis()) {
    EXPECT_NE(row.title, "") << row.id;
    EXPECT_NE(row.formula_text, "") << row.id;
    EXPECT_NE(row.left_out_text, "") << row.id;
    EXPECT_FALSE(row.asked_by.empty()) << row.id;
    EXPECT_FALSE(row.forms.empty()) << row.id;
    for (const Parameter& parameter : row.parameters) EXPECT_NE(parameter.description, "") << row.id << " " << parameter.name;
  }
}

TEST(Catalogue, EveryColumnOfAnExpressionIsInItsFactSet) {
  ForEachForm([](const Definition&, const Form& form) {
    for (const Part& part : form.parts) {
      for (const Expr& expr : ExpressionsOf(part)) ExpectColumns(expr, part.set);
    }
  });
}

TEST(Catalogue, EveryFieldOfEveryAttributionIsInItsFactSet) {
  ForEachForm([](const Definition& row, const Form& form) {
    std::vector<std::string> attributions = row.attributions;
    attributions.push_back("");
    for (const Part& part : form.parts) {
      for (const std::string& attribution : attributions) {
        for (const std::string& name : FieldsOf(form, part)) {
          const std::string asked = absl::EndsWith(name, "attributes") ? name + ".region" : name;
          std::optional<BoundField> field = BindField(form, part, attribution, asked);
          if (!field.has_value()) {
            EXPECT_TRUE(attribution == "participants" && absl::StartsWith(asked, "agent.")) << asked << " by " << attribution;
            continue;
          }
          for (const Expr& expr : {field->expr, field->before, field->list_until, field->attribute_of}) ExpectColumns(expr, part.set);
          for (std::optional<fact::Column> list : {field->list, field->list_at}) {
            EXPECT_TRUE(!list.has_value() || fact::PositionOf(part.set, *list).has_value()) << asked;
          }
        }
      }
    }
  });
}

TEST(Catalogue, FormulasNameTheirParts) {
  ForEachForm([](const Definition&, const Form& form) {
    std::set<std::string> parts, used;
    for (const Part& part : form.parts) {
      EXPECT_NE(part.name, "");
      EXPECT_TRUE(parts.insert(part.name).second) << part.name << " stands twice";
    }
    CollectParts(form.formula, used);
    if (form.numerator) CollectParts(*form.numerator, used);
    if (form.denominator) CollectParts(*form.denominator, used);
    for (const std::string& name : used) EXPECT_THAT(parts, Contains(name));
    for (size_t i = 0; i < form.parts.size(); ++i) {
      for (const std::string& other : {form.parts[i].joins, form.parts[i].over}) {
        if (other.empty()) continue;
        bool before = false;
        for (size_t j = 0; j < i; ++j) before = before || form.parts[j].name == other;
        EXPECT_TRUE(before) << form.parts[i].name << " goes with " << other << ", which must stand before it";
      }
    }
  });
}

TEST(Catalogue, EveryFormHasAnAnchorAndNoTwoAreAskedAlike) {
  for (const Definition& row : AllKpis()) {
    std::set<std::pair<std::string, std::string>> forms;
    for (const Form& form : row.forms) {
      EXPECT_NE(form.anchor, "") << row.id;
      EXPECT_TRUE(forms.insert({form.variant, form.anchor}).second) << row.id << " " << form.variant << " " << form.anchor;
    }
  }
}

TEST(Catalogue, PartsSayWhatTheirModeAndAggregateNeed) {
  ForEachForm([](const Definition&, const Form& form) {
    for (const Part& part : form.parts) {
      const bool has_end = part.mode == Mode::kAtBucketEnd || part.mode == Mode::kClipped || part.mode == Mode::kContained;
      EXPECT_NE(Dump(part.at), "0") << part.name;
      EXPECT_EQ(Dump(part.to) != "0", has_end) << part.name;
      EXPECT_EQ(Dump(part.value) != "0", part.aggregate != Aggregate::kCount && part.aggregate != Aggregate::kDistinct) << part.name;
      const bool has_entity = part.aggregate == Aggregate::kDistinct || part.aggregate == Aggregate::kEntityStatistic;
      EXPECT_EQ(Dump(part.entity) != "0", has_entity) << part.name;
      if (part.honours_exclusion) {
        EXPECT_TRUE(fact::PositionOf(part.set, fact::Column::kExclusion).has_value()) << part.name << " cannot leave out flagged tickets";
      }
    }
  });
}

TEST(Catalogue, BucketBoundsStandOnlyWhereABucketIsKnown) {
  ForEachForm([](const Definition&, const Form& form) {
    for (const Part& part : form.parts) {
      if (part.mode == Mode::kAtBucketEnd || part.mode == Mode::kClipped) continue;
      for (const Expr& expr : ExpressionsOf(part)) {
        Walk(expr, [&](const Expr& inner) {
          EXPECT_TRUE(inner.op != Op::kBucketStart && inner.op != Op::kBucketEnd) << part.name << ": " << Dump(expr);
        });
      }
    }
  });
}

TEST(Catalogue, ParametersOfExpressionsAreDeclared) {
  ForEachForm([](const Definition& row, const Form& form) {
    std::vector<std::string> names;
    for (const Parameter& parameter : row.parameters) names.push_back(parameter.name);
    for (const Part& part : form.parts) {
      for (const Expr& expr : ExpressionsOf(part)) {
        Walk(expr, [&](const Expr& inner) {
          EXPECT_TRUE(inner.op != Op::kParameter || std::count(names.begin(), names.end(), inner.name) == 1) << inner.name;
        });
      }
    }
  });
}

TEST(Catalogue, OfferedAttributionsAreKnownToSomePartOfTheKpi) {
  for (const Definition& row : AllKpis()) {
    std::set<std::string> known;
    for (const Form& form : row.forms) {
      for (const Part& part : form.parts) {
        for (std::string& name : AttributionsOf(part)) known.insert(std::move(name));
      }
    }
    for (const std::string& name : row.attributions) EXPECT_THAT(known, Contains(name)) << row.id;
  }
}

TEST(Catalogue, OnlySecondsHaveStatistics) {
  for (const Definition& row : AllKpis()) EXPECT_EQ(row.statistics.empty(), row.unit != Unit::kSeconds) << row.id;
}

TEST(Catalogue, BusinessClockIsThatOfDurationsOfTickets) {
  std::set<std::string> business;
  for (const Definition& row : AllKpis()) {
    if (row.clocks.size() == 2) business.insert(row.id);
  }
  EXPECT_EQ(business, (std::set<std::string>{"first_response_time", "response_time", "resolution_time", "first_resolution_time",
                                             "first_response_within_target", "resolution_within_target", "requester_wait_time",
                                             "agent_wait_time", "on_hold_time", "time_in_status", "backlog_age"}));
}

TEST(NearestKpis, FindWhatWasMeant) {
  EXPECT_THAT(NearestKpis("csatt"), ElementsAre("csat"));
  EXPECT_THAT(NearestKpis("first_reponse_time").at(0), "first_response_time");
  EXPECT_THAT(NearestKpis("zzzzzzzz"), IsEmpty());
  EXPECT_THAT(NearestKpis(std::string(100'000, 'x')), IsEmpty());
}

TEST(FindKpi, KnowsExactIdsOnly) {
  ASSERT_NE(FindKpi("nps"), nullptr);
  EXPECT_EQ(FindKpi("nps")->title, "Net promoter score (NPS)");
  EXPECT_EQ(FindKpi("NPS"), nullptr);
  EXPECT_EQ(FindKpi(""), nullptr);
}

TEST(ExampleRequest, IsMadeFromTheRow) {
  EXPECT_EQ(ExampleRequest(*FindKpi("channel_share")),
            "{\"kpis\": [{\"kpi\": \"channel_share\"}], \"range\": {\"start\": \"2026-01-01T00:00:00Z\", \"end\": "
            "\"2026-04-01T00:00:00Z\"}, \"grain\": {\"unit\": \"GRAIN_UNIT_MONTH\"}, \"group_by\": [\"channel\"]}");
  EXPECT_TRUE(absl::StrContains(ExampleRequest(*FindKpi("resolution_within_target")), "\"target\": \"2d\""));
  EXPECT_TRUE(absl::StrContains(ExampleRequest(*FindKpi("resolution_time")), "\"median\""));
}

}  // namespace
}  // namespace supportkpi::kpi
