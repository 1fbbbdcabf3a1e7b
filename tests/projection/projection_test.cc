// Names, tables, settings, damage: what a snapshot shows beside the facts, before and after a restart.
#include "projection/projection.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/projection/world.h"

namespace supportkpi::projection {
namespace {

using ::supportkpi::testing::StatusIs;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;
using record::Domain;

ProjectionOptions Inline() {
  ProjectionOptions options;
  options.upkeep_in_background = false;
  return options;
}

class ProjectionTest : public ::testing::Test {
 protected:
  // A commit that changes tables only.
  void Commit(const Projection::TableChanges& tables, bool is_written = true) {
    ASSERT_OK(world.projection->CodesFor(kTenant));
    auto batch = world.store.NewBatch();
    ASSERT_OK(world.projection->Stage(kTenant, world.last_commit + 1, {}, tables, batch.get()));
    if (!is_written) {
      world.projection->Abandon(kTenant);
      return;
    }
    ASSERT_OK(world.store.Write(*batch, true));
    world.projection->Publish(kTenant, ++world.last_commit);
  }
  int64_t CodeOf(Domain domain, const std::string& name) { return (*world.projection->CodesFor(kTenant))->CodeOf(domain, name); }
  // Flips a bit of every stored value of this kind.
  int DamageStored(char kind) {
    auto batch = world.store.NewBatch();
    int count = 0;
    const size_t at = 2 + std::string(kTenant).size();
    const storage::Table table = kind == 'V' ? storage::Table::kSegments : storage::Table::kTruth;
    EXPECT_OK(world.store.Scan(table, "\xFE", "", [&](absl::string_view key, absl::string_view value) {
      if (key[at] != kind || value.empty()) return true;
      std::string damaged(value);
      damaged[damaged.size() / 2] ^= 4;
      batch->Put(table, key, damaged);
      ++count;
      return true;
    }));
    EXPECT_OK(world.store.Write(*batch, true));
    return count;
  }

  World world{1, Inline()};
};

TEST_F(ProjectionTest, AnUnknownTenantHasAnEmptySnapshotAndLeavesNothingBehind) {
  const auto snapshot = world.projection->TakeSnapshot("nobody");
  ASSERT_OK(snapshot);
  EXPECT_EQ((*snapshot)->commit(), 0);
  EXPECT_EQ((*snapshot)->data_until_ms(), std::nullopt);
  EXPECT_TRUE((*snapshot)->Chunks(fact::FactSet::kTicket).empty());
  EXPECT_EQ((*snapshot)->NamesOf(Domain::kTeam).CodeOf("x"), std::nullopt);
  EXPECT_EQ((*snapshot)->Customers()->organization.size(), 0u);
}

TEST_F(ProjectionTest, NamesKeepTheirCodesForever) {
  EXPECT_EQ(CodeOf(Domain::kTeam, "blue"), 1);
  EXPECT_EQ(CodeOf(Domain::kTeam, "red"), 2);
  EXPECT_EQ(CodeOf(Domain::kTicketId, "zendesk/1"), 1);
  EXPECT_EQ(CodeOf(Domain::kTicketId, "zendesk/2"), 2);
  EXPECT_EQ(CodeOf(Domain::kTeam, ""), 0);
  const auto before = world.Take();
  Commit({});
  EXPECT_EQ(CodeOf(Domain::kTeam, "green"), 3);
  EXPECT_EQ(CodeOf(Domain::kTicketId, "zendesk/3"), 3);
  Commit({});
  world.Reopen();
  const auto after = world.Take();
  EXPECT_EQ(before->NamesOf(Domain::kTeam).code_count(), 0);
  EXPECT_EQ(after->NamesOf(Domain::kTeam).code_count(), 3);
  EXPECT_THAT(after->NamesOf(Domain::kTeam).CodeOf("red"), Optional(2));
  EXPECT_EQ(after->NamesOf(Domain::kTeam).TextOf(3), "green");
  EXPECT_THAT(after->NamesOf(Domain::kTicketId).CodeOf("zendesk/3"), Optional(3));
  EXPECT_EQ(after->NamesOf(Domain::kTicketId).TextOf(1), "zendesk/1");
  EXPECT_EQ(CodeOf(Domain::kTicketId, "zendesk/4"), 4);
}

TEST_F(ProjectionTest, ASnapshotDoesNotSeeLaterNames) {
  CodeOf(Domain::kTeam, "blue");
  CodeOf(Domain::kCallId, "1");
  Commit({});
  const auto early = world.Take();
  CodeOf(Domain::kTeam, "red");
  CodeOf(Domain::kCallId, "2");
  EXPECT_EQ(world.Take()->NamesOf(Domain::kTeam).code_count(), 1) << "not durable yet";
  Commit({});
  EXPECT_EQ(early->NamesOf(Domain::kTeam).CodeOf("red"), std::nullopt);
  EXPECT_EQ(early->NamesOf(Domain::kCallId).CodeOf("2"), std::nullopt);
  EXPECT_EQ(early->NamesOf(Domain::kTeam).TextOf(2), "");
  EXPECT_THAT(world.Take()->NamesOf(Domain::kTeam).CodeOf("red"), Optional(2));
}

TEST_F(ProjectionTest, NamesOfAnAbandonedCommitAreForgotten) {
  CodeOf(Domain::kTeam, "blue");
  CodeOf(Domain::kTicketId, "1");
  Commit({}, /*is_written=*/false);
  EXPECT_EQ(CodeOf(Domain::kTeam, "red"), 1);
  EXPECT_EQ(CodeOf(Domain::kTicketId, "2"), 1);
}

TEST_F(ProjectionTest, AnErasedNameIsGoneAndItsCodeStaysTaken) {
  std::vector<std::string> told;
  world.options.on_names_erased = [&](absl::string_view tenant) {
    told.emplace_back(tenant);
    EXPECT_EQ(world.Take()->NamesOf(Domain::kCustomer).TextOf(1), "") << "told once it is visible";
  };
  world.Reopen();
  CodeOf(Domain::kCustomer, "ann");
  CodeOf(Domain::kTicketId, "ann's ticket");
  Commit({});
  EXPECT_THAT(told, ::testing::IsEmpty());
  Projection::TableChanges tables;
  tables.erased_names = {{Domain::kCustomer, "ann"}, {Domain::kTicketId, "ann's ticket"}, {Domain::kTeam, "unheard of"}};
  Commit(tables);
  EXPECT_EQ(told.size(), 1);
  for (int start = 0; start < 2; ++start) {
    const auto snapshot = world.Take();
    for (const Domain domain : {Domain::kCustomer, Domain::kTicketId}) {
      EXPECT_EQ(snapshot->NamesOf(domain).TextOf(1), "");
      EXPECT_EQ(snapshot->NamesOf(domain).code_count(), 1);
    }
    EXPECT_EQ(snapshot->NamesOf(Domain::kCustomer).CodeOf("ann"), std::nullopt);
    EXPECT_EQ(snapshot->NamesOf(Domain::kTicketId).CodeOf("ann's ticket"), std::nullopt);
    world.Reopen();
  }
  EXPECT_EQ(CodeOf(Domain::kCustomer, "ann"), 2);
}

TEST_F(ProjectionTest, CustomersAreLookedUpByCodeAsOfTheSnapshot) {
  v1::Customer ann;
  ann.set_id("ann");
  ann.set_segment("enterprise");
  ann.mutable_since()->set_seconds(1000);
  (*ann.mutable_attributes())["size"] = "L";
  Projection::TableChanges tables;
  tables.customers = {{"ann", &ann}};
  Commit(tables);
  world.customers["ann"] = ann;
  const auto early = world.Take();

  ann.set_segment("starter");
  ann.clear_attributes();
  Commit(tables);
  world.customers["ann"] = ann;
  const auto late = world.Take();
  const auto segment_of_ann = [](const Snapshot& snapshot) {
    const auto code = static_cast<size_t>(*snapshot.NamesOf(Domain::kCustomer).CodeOf("ann"));
    return snapshot.NamesOf(Domain::kSegment).TextOf(snapshot.Customers()->segment[code]);
  };
  EXPECT_EQ(segment_of_ann(*early), "enterprise");
  EXPECT_EQ(early->Customers()->since_at[1], 1'000'000);
  EXPECT_THAT(early->Customers()->attributes, ElementsAre(::testing::Pair(1, ElementsAre(0, 1))));
  EXPECT_EQ(segment_of_ann(*late), "starter");
  EXPECT_THAT(late->Customers()->attributes, ElementsAre(::testing::Pair(1, ElementsAre(0, 0))));

  world.Reopen();
  EXPECT_EQ(segment_of_ann(*world.Take()), "starter");
  tables.customers = {{"ann", nullptr}};
  Commit(tables);
  EXPECT_EQ(segment_of_ann(*world.Take()), "");
  EXPECT_EQ(world.Take()->Customers()->since_at[1], kNull);
}

TEST_F(ProjectionTest, CustomersAreReadWhenSomebodyLooksAsTheyWereBeforeTheCommitsSince) {
  v1::Customer ann;
  ann.set_id("ann");
  ann.set_segment("enterprise");
  Projection::TableChanges tables;
  tables.customers = {{"ann", &ann}};
  Commit(tables);
  world.customers["ann"] = ann;
  world.Reopen();
  const auto unread = world.Take(), early = world.Take();
  EXPECT_EQ(unread->NamesOf(Domain::kSegment).code_count(), 1);
  EXPECT_EQ(world.customers_visited, 0);
  ann.set_segment("starter");
  Commit(tables);
  world.customers["ann"] = ann;
  EXPECT_EQ(world.customers_visited, 1);
  EXPECT_EQ(early->NamesOf(Domain::kSegment).TextOf(early->Customers()->segment[1]), "enterprise");
  const auto late = world.Take();
  EXPECT_EQ(late->NamesOf(Domain::kSegment).TextOf(late->Customers()->segment[1]), "starter");
  EXPECT_EQ(world.customers_visited, 1);
}

TEST_F(ProjectionTest, CustomersThatCannotBeReadFailTheQuestionsThatLookAtThem) {
  v1::Customer ann;
  ann.set_id("ann");
  Projection::TableChanges tables;
  tables.customers = {{"ann", &ann}};
  Commit(tables);
  world.Reopen();
  ann.set_segment("nobody gave it a code");
  world.customers["ann"] = ann;
  const auto snapshot = world.Take();
  EXPECT_OK(snapshot->status());
  EXPECT_TRUE(snapshot->Customers()->segment.empty());
  EXPECT_EQ(snapshot->status().code(), absl::StatusCode::kDataLoss);
  world.customers["ann"].clear_segment();
  EXPECT_EQ(snapshot->Customers()->segment.size(), 2u);
  EXPECT_OK(snapshot->status());
}

TEST_F(ProjectionTest, AgentsHaveTheirTeamsInOrderAndBotsAreKnown) {
  v1::Agent robo;
  robo.set_id("robo");
  robo.set_name("Robo");
  robo.set_kind(v1::AGENT_KIND_BOT);
  auto* later = robo.add_teams();
  later->set_team("red");
  later->mutable_from()->set_seconds(5);
  robo.add_teams()->set_team("blue");
  Projection::TableChanges tables;
  tables.agents = {{"robo", &robo}};
  EXPECT_FALSE((*world.projection->CodesFor(kTenant))->IsBot("robo"));
  world.agents["robo"] = robo;
  Commit(tables);
  EXPECT_TRUE((*world.projection->CodesFor(kTenant))->IsBot("robo"));
  EXPECT_FALSE((*world.projection->CodesFor(kTenant))->IsBot("someone"));
  world.Reopen();
  const auto snapshot = world.Take();
  const auto code = static_cast<size_t>(*snapshot->NamesOf(Domain::kAgent).CodeOf("robo"));
  const auto& teams = snapshot->Agents()->teams[code];
  ASSERT_EQ(teams.size(), 2u);
  EXPECT_EQ(teams[0].first, kNull);
  EXPECT_EQ(snapshot->NamesOf(Domain::kTeam).TextOf(teams[0].second), "blue");
  EXPECT_EQ(teams[1].first, 5000);
  EXPECT_EQ(snapshot->Agents()->name[code], "Robo");
}

TEST_F(ProjectionTest, SettingsComeWithTheirCommit) {
  auto settings = std::make_shared<settings::Settings>();
  settings->version = 3;
  const auto early = world.Take();
  Projection::TableChanges tables;
  tables.settings = settings;
  Commit(tables);
  EXPECT_EQ(early->TenantSettings()->version, 0);
  EXPECT_EQ(world.Take()->TenantSettings()->version, 3);
}

TEST_F(ProjectionTest, ACommitComesAfterTheLastOneAndOneAtATime) {
  Commit({});
  auto batch = world.store.NewBatch();
  EXPECT_THAT(world.projection->Stage(kTenant, 1, {}, {}, batch.get()), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  ASSERT_OK(world.projection->Stage(kTenant, 2, {}, {}, batch.get()));
  EXPECT_THAT(world.projection->Stage(kTenant, 3, {}, {}, batch.get()), StatusIs(absl::StatusCode::kFailedPrecondition, _));
  world.projection->Abandon(kTenant);
}

TEST_F(ProjectionTest, LastCommitOutlivesSealingAndRestart) {
  for (int i = 0; i < 5; ++i) world.Commit(5, 20);
  ASSERT_OK(world.projection->Seal(kTenant));
  world.Reopen();
  EXPECT_EQ(*world.projection->LastCommit(kTenant), 5);
  world.Commit(5, 20);
  world.Reopen();
  EXPECT_EQ(*world.projection->LastCommit(kTenant), 6);
}

TEST_F(ProjectionTest, StatsCountWhatIsThere) {
  for (int i = 0; i < 5; ++i) world.Commit(10, 20);
  auto stats = *world.projection->Stats(kTenant);
  EXPECT_EQ(stats.tail_facts, static_cast<int64_t>(world.Expected().size()));
  EXPECT_EQ(stats.sealed_facts, 0);
  ASSERT_OK(world.projection->SealAll());
  stats = *world.projection->Stats(kTenant);
  EXPECT_EQ(stats.tail_facts, 0);
  EXPECT_EQ(stats.dead_facts, 0);
  EXPECT_EQ(stats.sealed_facts, static_cast<int64_t>(world.Expected().size()));
  EXPECT_GT(stats.segments, 0);
  EXPECT_GT(stats.segment_bytes, 0);
  EXPECT_EQ(stats.commit, 5);
}

TEST_F(ProjectionTest, MergedAwaySegmentsAreReadableByOldSnapshotsAndThenDeleted) {
  world.Commit(30, 40);
  ASSERT_OK(world.projection->SealAll());
  auto old = world.Take();
  const Texts expected = world.Expected();
  for (int i = 0; i < 12; ++i) {
    world.Commit(20, 40);
    ASSERT_OK(world.projection->Seal(kTenant));
  }
  EXPECT_EQ(FactsIn(*old), expected);
  EXPECT_OK(old->status());
  old = nullptr;
  world.Commit(1, 40);
  ASSERT_OK(world.projection->Seal(kTenant));
  ASSERT_OK(world.projection->Seal(kTenant));
  // Columns are stored of live segments only; a segment of constants has none.
  std::set<std::string> headers, columns;
  const size_t at = 2 + std::string(kTenant).size();
  ASSERT_OK(world.store.Scan(storage::Table::kTruth, "\xFE", "", [&](absl::string_view key, absl::string_view) {
    if (key[at] == 'H') headers.emplace(key.substr(at + 1, 8));
    EXPECT_NE(key[at], 'G');
    return true;
  }));
  ASSERT_OK(world.store.Scan(storage::Table::kSegments, "", "", [&](absl::string_view key, absl::string_view) {
    EXPECT_EQ(key[at], 'V');
    columns.emplace(key.substr(at + 1, 8));
    return true;
  }));
  EXPECT_FALSE(columns.empty());
  for (const std::string& id : columns) EXPECT_EQ(headers.count(id), 1u);
}

TEST_F(ProjectionTest, SaysWhenAllIsDerivedAnewAndWhenThatIsDone) {
  std::vector<std::string> told;
  world.options.on_derive_all = [&](absl::string_view tenant, std::optional<absl::Duration> took) {
    told.push_back(absl::StrCat(tenant, took.has_value() ? " done" : " begins"));
  };
  world.Reopen();
  world.Commit(20, 30);
  ASSERT_OK(world.projection->SealAll());
  EXPECT_TRUE(told.empty());
  world.Reopen();
  ASSERT_GT(DamageStored('H'), 0);
  EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
  EXPECT_THAT(told, ElementsAre(absl::StrCat(kTenant, " begins"), absl::StrCat(kTenant, " done")));
}

TEST_F(ProjectionTest, ADamagedColumnFailsTheQuestionAndIsDerivedAnew) {
  for (int i = 0; i < 5; ++i) world.Commit(20, 30);
  ASSERT_OK(world.projection->SealAll());
  world.Reopen();
  ASSERT_GT(DamageStored('V'), 0);
  const auto damaged = world.Take();
  FactsIn(*damaged);
  EXPECT_THAT(damaged->status(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("checksum")));
  const auto healed = world.Take();
  EXPECT_EQ(FactsIn(*healed), world.Expected());
  EXPECT_OK(healed->status());
  EXPECT_EQ(world.derived_all, 1);
}

TEST_F(ProjectionTest, ACommitOverDamagedSegmentsGoesThrough) {
  for (int i = 0; i < 5; ++i) world.Commit(20, 30);
  ASSERT_OK(world.projection->SealAll());
  world.Reopen();
  ASSERT_GT(DamageStored('V'), 0);
  world.Commit(30, 30);
  EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
  world.Reopen();
  EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
}

TEST_F(ProjectionTest, DamageThatACommitFoundIsRememberedThroughACrash) {
  for (int i = 0; i < 5; ++i) world.Commit(20, 30);
  ASSERT_OK(world.projection->SealAll());
  world.Reopen();
  ASSERT_GT(DamageStored('V'), 0);
  world.Commit(30, 30, World::Fate::kCrashedBeforePublish);
  EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
}

TEST_F(ProjectionTest, DamagedHeadersDeathsAndManifestAreDerivedAnewAtStart) {
  for (const char kind : {'H', 'D'}) {
    for (int i = 0; i < 4; ++i) {
      world.Commit(20, 30);
      ASSERT_OK(world.projection->SealAll());
    }
    world.projection.reset();
    ASSERT_GT(DamageStored(kind), 0) << kind;
    world.Reopen();
    EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
  }
  EXPECT_EQ(world.derived_all, 2);
  auto batch = world.store.NewBatch();
  batch->Put(storage::Table::kTruth, std::string("\xFE\x04") + kTenant + "M", "rubbish");
  ASSERT_OK(world.store.Write(*batch, true));
  world.Reopen();
  EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
  world.Commit(10, 30);
  ASSERT_OK(world.projection->SealAll());
  world.Reopen();
  EXPECT_EQ(FactsIn(*world.Take()), world.Expected());
}

}  // namespace
}  // namespace supportkpi::projection
