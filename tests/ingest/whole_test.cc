// The committer with the real projection: whatever was committed, sealed, merged, restarted or rebuilt, a snapshot shows
// exactly the facts that the stored records reduce to.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "tests/ingest/desk.h"
#include "tests/projection/world.h"

namespace supportkpi::ingest {
namespace {

class WholeTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  WholeTest() : random_(GetParam()), deriver_(store_) { Start(); }

  void Start() {
    projection::ProjectionOptions options;
    options.tail_facts_max = 60;
    options.rows_per_segment = 64;
    options.upkeep_in_background = GetParam() % 2 == 0;
    auto opened = projection::Projection::Open(store_, deriver_, options);
    ASSERT_OK(opened);
    projection_ = *std::move(opened);
    auto started = Committer::Start(store_, *projection_, clock_);
    ASSERT_OK(started);
    committer_ = *std::move(started);
  }
  void Restart() {
    committer_.reset();
    projection_.reset();
    Start();
  }

  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }

  std::string RandomRecord() {
    const int version = Below(6);
    const int at = 1000 + Below(200'000);
    const std::string ticket = absl::StrCat("t", Below(12));
    const std::string agent = absl::StrCat("a", Below(3));
    switch (Below(9)) {
      case 0:
      case 1:
        return absl::StrCat("ticket { id: '", ticket, "' version: ", version, " created_at { seconds: ", at, " } team: 'x",
                            Below(3), "' customer: 'c", Below(3), "' events { kind: TICKET_EVENT_KIND_AGENT_REPLY at { seconds: ",
                            at + 60, " } actor_agent: '", agent, "' } }");
      case 2:
        return absl::StrCat("ticket_event { ticket: '", ticket, "' id: 'e", Below(4), "' version: ", version,
                            " kind: TICKET_EVENT_KIND_STATUS_CHANGE status: ", Below(6) + 1, " at { seconds: ", at, " } }");
      case 3:
        return absl::StrCat("ticket_event { ticket: '", ticket, "' id: 'f", Below(4), "' version: ", version,
                            " kind: TICKET_EVENT_KIND_ASSIGNMENT team: 'x", Below(3), "' at { seconds: ", at, " } }");
      case 4:
        return absl::StrCat("survey { id: 's", Below(6), "' version: ", version, " kind: SURVEY_KIND_NPS score: ", Below(11),
                            " sent_at { seconds: ", at, " } responded_at { seconds: ", at + 5, " }",
                            Below(3) == 0 ? "" : absl::StrCat(" ticket: '", ticket, "'"), " }");
      case 5:
        return absl::StrCat("call_leg { call: 'k", Below(4), "' leg: '", Below(2), "' version: ", version, " started_at { seconds: ",
                            at, " } ended_at { seconds: ", at + 90, " } outcome: CALL_OUTCOME_ANSWERED",
                            Below(2) == 0 ? "" : absl::StrCat(" ticket: '", ticket, "'"), " }");
      case 6:
        return absl::StrCat("agent_time { id: 'w", Below(8), "' version: ", version, " agent: '", agent, "' state: ", Below(5) + 1,
                            " from { seconds: ", at, " } to { seconds: ", at + Below(100'000), " } }");
      case 7:
        return absl::StrCat("agent { id: '", agent, "' version: ", version, " kind: ", Below(3), " }");
      default:
        return absl::StrCat("customer_period { id: 'p", Below(3), "' version: ", version, " from {} to { seconds: ", at, " } }");
    }
  }

  void Step() {
    if (Below(6) == 0) {
      const RecordName names[] = {Ticket(absl::StrCat("t", Below(12))), Event(absl::StrCat("t", Below(12)), "e1"),
                                  Survey(absl::StrCat("s", Below(6))), Leg(absl::StrCat("k", Below(4)), "0"),
                                  Time(absl::StrCat("w", Below(8)))};
      Waiter<DeleteResult> waiter;
      committer_->Delete(kTenant, "", names[Below(5)], Below(6), waiter.done());
      EXPECT_OK(waiter.Wait());
      return;
    }
    std::vector<std::string> records;
    for (int i = Below(6); i >= 0; --i) records.push_back(RandomRecord());
    Waiter<ImportResult> waiter;
    committer_->Import(kTenant, "", ParseRecords(records), waiter.done());
    EXPECT_OK(waiter.Wait());
  }

  static std::string Join(projection::Texts texts) {
    std::sort(texts.begin(), texts.end());
    // An absent column of a chunk reads as absent, though a code in it would be 0.
    return absl::StrReplaceAll(absl::StrJoin(texts, "\n"), {{absl::StrCat(column::kNull), "0"}});
  }
  std::string Shown() {
    const auto snapshot = projection_->TakeSnapshot(kTenant);
    EXPECT_OK(snapshot);
    return Join(projection::FactsIn(**snapshot));
  }
  // Nobody commits meanwhile, so this thread may stand in for the committer's.
  std::string Derived() {
    auto codes = projection_->CodesFor(kTenant);
    EXPECT_OK(codes);
    projection::Texts texts;
    EXPECT_OK(deriver_.ForEachFamily(kTenant, [&](absl::string_view family) {
      std::vector<fact::Fact> facts;
      const absl::Status status = deriver_.Derive(kTenant, family, **codes, &facts);
      for (const fact::Fact& fact : facts) texts.push_back(projection::TextOf(fact));
      return status;
    }));
    projection_->Abandon(kTenant);
    return Join(std::move(texts));
  }

  std::mt19937 random_;
  storage::MemoryStore store_;
  RecordDeriver deriver_;
  time::ManualClock clock_{1'790'000'000'000};
  std::unique_ptr<projection::Projection> projection_;
  std::unique_ptr<Committer> committer_;
};

TEST_P(WholeTest, ASnapshotShowsWhatTheRecordsReduceTo) {
  for (int round = 0; round < 12; ++round) {
    for (int step = 0; step < 4; ++step) Step();
    ASSERT_EQ(Shown(), Derived()) << "round " << round;
    switch (Below(6)) {
      case 0: Restart(); break;
      case 1: ASSERT_OK(projection_->Seal(kTenant)); break;
      case 2: ASSERT_OK(projection_->Merge(kTenant)); break;
      case 3: ASSERT_OK(projection_->Rebuild(kTenant)); break;
      default: break;
    }
    ASSERT_EQ(Shown(), Derived()) << "round " << round << " after upkeep";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WholeTest, ::testing::Range(1u, 11u));

}  // namespace
}  // namespace supportkpi::ingest
