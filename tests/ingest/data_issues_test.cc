// What deserves a look in stored records.
#include "ingest/data_issues.h"

#include <string>

#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "tests/ingest/desk.h"

namespace supportkpi::ingest {
namespace {

std::string Issues(Desk& desk) {
  const auto issues = FindDataIssues(desk.store, kTenant, nullptr);
  EXPECT_OK(issues);
  std::string text;
  for (const DataIssue& issue : *issues)
    absl::StrAppend(&text, issue.kind, " ", v1::RecordKind_Name(issue.record_kind).substr(12), " ", issue.count, ": ",
                    absl::StrJoin(issue.first_ids, " "), "\n");
  return text;
}

TEST(DataIssuesTest, GoodDataHasNone) {
  Desk desk;
  EXPECT_OK(desk.Upsert({"ticket { id: 't' created_at { seconds: 9 } events { id: 'e' kind: 3 at { seconds: 10 } } }",
                         "survey { id: 's' kind: 1 ticket: 't' sent_at { seconds: 1 } responded_at { seconds: 2 } }",
                         "agent_time { id: '1' agent: 'ann' state: 1 from { seconds: 0 } to { seconds: 10 } }",
                         "agent_time { id: '2' agent: 'ann' state: 2 from { seconds: 10 } to { seconds: 200000 } }",
                         "agent_time { id: '3' agent: 'bob' state: 2 from { seconds: 10 } to { seconds: 20 } }",
                         "customer_period { id: 'p1' from {} to { seconds: 1 } customers_at_end: 5 }",
                         "customer_period { id: 'p2' from { seconds: 1 } to { seconds: 2 } customers_at_start: 5 }"}));
  EXPECT_EQ(Issues(desk), "");
}

TEST(DataIssuesTest, EachKindIsCountedWithItsFirstIds) {
  Desk desk;
  EXPECT_OK(desk.Upsert({
      "ticket { id: 't1' created_at { seconds: 9 } resolved_at { seconds: 1 } }",
      "ticket { id: 't2' source: 'zen' created_at { seconds: 9 } events { id: 'e' kind: 3 at { seconds: 8 } } }",
      "call_leg { call: 'c' leg: '1' started_at { seconds: 9 } ended_at { seconds: 8 } }",
      "survey { id: 's1' kind: 1 sent_at { seconds: 2 } responded_at { seconds: 1 } }",
      "survey { id: 's2' kind: 1 ticket: 'gone' }",
      "ticket_event { ticket: 'gone' id: 'e7' kind: 2 at {} }",
      "agent_time { id: '1' agent: 'ann' state: 1 from { seconds: 0 } to { seconds: 400000 } }",
      "agent_time { id: '2' agent: 'ann' state: 2 from { seconds: 86390 } to { seconds: 86410 } }",
      "agent_time { id: '3' agent: 'ann' state: 2 from { seconds: 90000 } to { seconds: 90001 } }",
      "customer_period { id: 'p1' from {} to { seconds: 10 } customers_at_end: 5 }",
      "customer_period { id: 'p2' from { seconds: 10 } to { seconds: 20 } customers_at_start: 6 }",
      "customer_period { id: 'p3' from { seconds: 15 } to { seconds: 30 } }",
      "customer_period { id: 'p4' from { seconds: 10 } to { seconds: 30 } customers_at_start: 9 plan: 'other' }",
  }));
  EXPECT_EQ(Issues(desk),
            "overlapping_agent_time AGENT_TIME 3: 1 2 3\n"
            "invalid_duration TICKET 2: t1 zen/t2\n"
            "event_without_ticket TICKET_EVENT 1: gone#e7\n"
            "invalid_duration SURVEY 1: s1\n"
            "invalid_duration CALL_LEG 1: c#1\n"
            "overlapping_periods CUSTOMER_PERIOD 1: p3\n"
            "period_break CUSTOMER_PERIOD 1: p2\n"
            "survey_without_ticket SURVEY 1: s2\n");
}

TEST(DataIssuesTest, ALongScanCanBeCancelled) {
  Desk desk;
  std::vector<std::string> tickets;
  for (int i = 0; i < 5000; ++i) tickets.push_back(absl::StrCat("ticket { id: '", i, "' created_at {} }"));
  EXPECT_OK(desk.Upsert(tickets));
  EXPECT_EQ(FindDataIssues(desk.store, kTenant, [] { return true; }).status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace supportkpi::ingest
