// A small world for tests of the projection: families with random facts as records and as the model, commits, crashes,
// and the facts that a snapshot shows as a sorted list of texts.
#ifndef SUPPORTKPI_TESTS_PROJECTION_WORLD_H_
#define SUPPORTKPI_TESTS_PROJECTION_WORLD_H_

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "projection/projection.h"
#include "tests/support/memory_store.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::projection {

using column::kForever;
using column::kNull;
using Facts = std::vector<fact::Fact>;
using Texts = std::vector<std::string>;

inline constexpr char kTenant[] = "acme";

inline std::string TextOf(const fact::Fact& fact) {
  const fact::FactSetInfo& info = fact::InfoOf(fact.set);
  std::string text = absl::StrCat(info.name, ": ", absl::StrJoin(fact.scalars, ","));
  for (size_t i = static_cast<size_t>(info.scalar_count); i < info.columns.size(); ++i) {
    absl::StrAppend(&text, " [", absl::StrJoin(fact.List(static_cast<int>(i) - info.scalar_count), ","), "]");
  }
  for (const auto& [name, value] : fact.attributes) absl::StrAppend(&text, " ", name, "=", value);
  for (const auto& [name, value] : fact.ticket_attributes) absl::StrAppend(&text, " t", name, "=", value);
  return text;
}

inline void ReadChunk(const column::Chunk& chunk, fact::FactSet set, int64_t commit, Texts* texts) {
  const fact::FactSetInfo& info = fact::InfoOf(set);
  const uint32_t count = chunk.row_count();
  std::vector<fact::Fact> facts(count);
  std::vector<int64_t> cells(count);
  column::Lists lists;
  for (auto& fact : facts) fact.set = set;
  for (size_t i = 0; i < info.columns.size(); ++i) {
    const auto key = static_cast<column::ColumnKey>(info.columns[i]);
    if (i < static_cast<size_t>(info.scalar_count)) {
      chunk.Read(key, 0, count, kNull, cells.data());
      for (uint32_t row = 0; row < count; ++row) facts[row].scalars.push_back(cells[row]);
      continue;
    }
    chunk.ReadLists(key, 0, count, &lists);
    for (uint32_t row = 0; row < count; ++row) {
      auto& values = facts[row].list_values;
      values.insert(values.end(), lists.values.begin() + lists.offsets[row], lists.values.begin() + lists.offsets[row + 1]);
      facts[row].list_ends[i - static_cast<size_t>(info.scalar_count)] = static_cast<uint32_t>(values.size());
    }
  }
  for (const column::ColumnKey base : {column::kAttributeBase, column::kTicketAttributeBase}) {
    for (int64_t name = 1; name < 8; ++name) {
      chunk.Read(base + static_cast<column::ColumnKey>(name), 0, count, 0, cells.data());
      for (uint32_t row = 0; row < count; ++row) {
        auto& attributes = base == column::kAttributeBase ? facts[row].attributes : facts[row].ticket_attributes;
        if (cells[row] != 0) attributes.emplace_back(name, cells[row]);
      }
    }
  }
  std::vector<uint32_t> alive;
  if (chunk.AliveRows(commit, 0, count, &alive)) {
    for (uint32_t row = 0; row < count; ++row) alive.push_back(row);
  }
  for (const uint32_t row : alive) texts->push_back(TextOf(facts[row]));
}

// The live facts that a snapshot shows, sorted.
inline Texts FactsIn(const Snapshot& snapshot) {
  Texts texts;
  for (const fact::FactSetInfo& info : fact::AllFactSets()) {
    for (const auto& chunk : snapshot.Chunks(info.set)) ReadChunk(*chunk, info.set, snapshot.commit(), &texts);
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

// Refuses writes from a given one on, as a disk that goes away: a crash at that point is what the next start finds.
class FragileStore final : public storage::Store {
 public:
  void FailAfter(int64_t writes) { writes_left_ = writes; }
  void Mend() { writes_left_ = kForever; }
  bool is_whole() const { return writes_left_ > 0; }
  storage::MemoryStore& memory() { return memory_; }

  std::unique_ptr<storage::Batch> NewBatch() const override { return memory_.NewBatch(); }
  absl::Status Write(storage::Batch& batch, bool sync) override {
    if (writes_left_.fetch_sub(1) <= 0) return absl::UnavailableError("the disk went away");
    return memory_.Write(batch, sync);
  }
  std::unique_ptr<storage::View> TakeView() const override { return memory_.TakeView(); }
  absl::StatusOr<std::optional<std::string>> Get(storage::Table table, absl::string_view key) const override {
    return memory_.Get(table, key);
  }
  absl::Status Scan(storage::Table table, absl::string_view begin, absl::string_view end,
                    const storage::Visitor& visit) const override {
    return memory_.Scan(table, begin, end, visit);
  }
  absl::Status CompactAll() override { return memory_.CompactAll(); }
  uint64_t disk_bytes() const override { return memory_.disk_bytes(); }

 private:
  storage::MemoryStore memory_;
  std::atomic<int64_t> writes_left_ = kForever;
};

class World : public FactDeriver {
 public:
  explicit World(uint32_t seed, ProjectionOptions options) : random(seed), options(options) { Reopen(); }

  // As after a crash: only what the store holds is left.
  void Reopen() {
    projection.reset();
    store.Mend();
    auto opened = Projection::Open(store, *this, options);
    ASSERT_OK(opened);
    projection = *std::move(opened);
  }

  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random() % bound); }

  int64_t RandomCell() {
    switch (Below(6)) {
      case 0: return kNull;
      case 1: return kForever;
      case 2: return 1'700'000'000'000 + Below(1'000'000);
      default: return Below(20);
    }
  }

  // A fact of the family; every fact names its record, so no two families share one.
  fact::Fact RandomFact(fact::Codes& codes, const std::string& family) {
    fact::Fact fact;
    constexpr fact::FactSet kSets[] = {fact::FactSet::kTicket, fact::FactSet::kWait, fact::FactSet::kSurvey,
                                       fact::FactSet::kCall, fact::FactSet::kSupportCost};
    fact.set = kSets[Below(5)];
    const fact::FactSetInfo& info = fact::InfoOf(fact.set);
    for (int i = 0; i < info.scalar_count; ++i) fact.scalars.push_back(RandomCell());
    for (size_t i = static_cast<size_t>(info.scalar_count); i < info.columns.size(); ++i) {
      for (uint32_t n = Below(3); n > 0; --n) fact.list_values.push_back(RandomCell());
      fact.list_ends[i - static_cast<size_t>(info.scalar_count)] = static_cast<uint32_t>(fact.list_values.size());
    }
    const int64_t code = codes.CodeOf(record::Domain::kTicketId, family);
    fact.scalars[static_cast<size_t>(*fact::PositionOf(fact.set, IdentityOf(fact.set)))] = code;
    if (Below(3) == 0) fact.attributes = {{1 + Below(3), 1 + Below(5)}};
    if (Below(4) == 0 && info.has_ticket_attributes) fact.ticket_attributes = {{4 + Below(2), 1 + Below(5)}};
    return fact;
  }
  static fact::Column IdentityOf(fact::FactSet set) {
    if (set == fact::FactSet::kSurvey) return fact::Column::kSurvey;
    if (set == fact::FactSet::kCall) return fact::Column::kCall;
    if (set == fact::FactSet::kSupportCost) return fact::Column::kCost;
    return fact::Column::kTicket;
  }

  // The family's facts after a random change: some stay, some go, some come, some twice.
  Facts Changed(fact::Codes& codes, const std::string& family, Facts facts) {
    if (Below(12) == 0) return {};
    for (size_t i = 0; i < facts.size();) {
      if (Below(3) != 0) {
        ++i;
        continue;
      }
      facts.erase(facts.begin() + static_cast<ptrdiff_t>(i));
    }
    for (uint32_t n = Below(4); n > 0; --n) {
      facts.push_back(RandomFact(codes, family));
      if (Below(5) == 0) facts.push_back(facts.back());
    }
    std::shuffle(facts.begin(), facts.end(), random);
    return facts;
  }

  enum class Fate { kPublished, kAbandoned, kCrashedBeforePublish };

  // One commit of random changes to `count` of `families` families. Abandoned if its batch is not written.
  void Commit(uint32_t count, uint32_t families, Fate fate = Fate::kPublished) {
    const auto hold = projection->Hold(kTenant);
    auto codes = projection->CodesFor(kTenant);
    if (!codes.ok() && !store.is_whole()) return;
    ASSERT_OK(codes);
    std::map<std::string, Facts> next;
    for (uint32_t i = 0; i < count; ++i) {
      const std::string family = absl::StrCat("family ", Below(families));
      if (next.count(family) == 0) next[family] = Changed(**codes, family, records[family]);
    }
    std::vector<FamilyChange> changes;
    for (const auto& [family, facts] : next) changes.push_back({family, records[family], facts});
    auto batch = store.NewBatch();
    const int64_t commit = last_commit + 1;
    const absl::Status staged = projection->Stage(kTenant, commit, changes, {}, batch.get());
    if (!staged.ok() && !store.is_whole()) return;
    ASSERT_OK(staged);
    if (fate == Fate::kAbandoned || !store.Write(*batch, true).ok()) {
      projection->Abandon(kTenant);
      return;
    }
    for (auto& [family, facts] : next) records[family] = std::move(facts);
    last_commit = commit;
    if (fate == Fate::kCrashedBeforePublish) {
      projection->Abandon(kTenant);  // only so that the turn is free
      Reopen();
      return;
    }
    projection->Publish(kTenant, commit);
  }

  std::shared_ptr<const Snapshot> Take() {
    auto snapshot = projection->TakeSnapshot(kTenant);
    EXPECT_OK(snapshot);
    return snapshot.ok() ? *snapshot : nullptr;
  }

  Texts Expected() const {
    Texts texts;
    for (const auto& [family, facts] : records) {
      for (const fact::Fact& fact : facts) texts.push_back(TextOf(fact));
    }
    std::sort(texts.begin(), texts.end());
    return texts;
  }

  std::optional<int64_t> ExpectedDataUntil() const {
    int64_t latest = kNull;
    const auto consider = [&latest](int64_t at) { latest = std::max(latest, at == kForever ? kNull : at); };
    for (const auto& [family, facts] : records) {
      for (const fact::Fact& fact : facts) {
        const fact::FactSetInfo& info = fact::InfoOf(fact.set);
        for (size_t i = 0; i < info.columns.size(); ++i) {
          if (fact::InfoOf(info.columns[i]).type != fact::ColumnType::kInstant) continue;
          if (i < static_cast<size_t>(info.scalar_count)) consider(fact.scalars[i]);
          else for (const int64_t at : fact.List(static_cast<int>(i) - info.scalar_count)) consider(at);
        }
      }
    }
    return latest == kNull ? std::nullopt : std::optional<int64_t>(latest);
  }

  // -- FactDeriver over the records
  absl::Status Derive(absl::string_view, absl::string_view family, fact::Codes&, Facts* facts) override {
    const auto at = records.find(std::string(family));
    if (at != records.end()) facts->insert(facts->end(), at->second.begin(), at->second.end());
    return absl::OkStatus();
  }
  absl::Status ForEachFamily(absl::string_view,
                             const std::function<absl::Status(absl::string_view)>& visit) override {
    ++derived_all;
    for (const auto& [family, facts] : records) {
      if (absl::Status status = visit(family); !status.ok()) return status;
    }
    return absl::OkStatus();
  }
  absl::Status ForEachCustomer(absl::string_view, const std::function<void(const v1::Customer&)>& visit) override {
    for (const auto& [id, customer] : customers) visit(customer), ++customers_visited;
    return absl::OkStatus();
  }
  absl::Status ForEachAgent(absl::string_view, const std::function<void(const v1::Agent&)>& visit) override {
    for (const auto& [id, agent] : agents) visit(agent);
    return absl::OkStatus();
  }
  absl::StatusOr<std::shared_ptr<const settings::Settings>> SettingsOf(absl::string_view) override { return settings; }

  std::mt19937 random;
  ProjectionOptions options;
  FragileStore store;
  std::map<std::string, Facts> records;
  std::map<std::string, v1::Customer> customers;
  std::map<std::string, v1::Agent> agents;
  std::shared_ptr<const settings::Settings> settings = std::make_shared<settings::Settings>();
  int64_t last_commit = 0;
  int customers_visited = 0;
  int derived_all = 0;  // how often all families were derived
  std::unique_ptr<Projection> projection;
};

}  // namespace supportkpi::projection

#endif  // SUPPORTKPI_TESTS_PROJECTION_WORLD_H_
