// A Projection that only remembers: names, and the facts of each family as commits leave them. It fails the test when a
// commit says of a family's facts before it anything else than what the commit before it left.
#ifndef SUPPORTKPI_TESTS_SUPPORT_RECORDING_PROJECTION_H_
#define SUPPORTKPI_TESTS_SUPPORT_RECORDING_PROJECTION_H_

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "fact/fact_sets.h"
#include "gtest/gtest.h"
#include "projection/projection.h"

namespace supportkpi::testing {

class RecordingCodes final : public fact::Codes {
 public:
  int64_t CodeOf(record::Domain domain, absl::string_view name) override {
    if (name.empty()) return 0;
    std::vector<std::string>& names = names_[domain];
    const auto [entry, is_new] = codes_[domain].try_emplace(std::string(name), static_cast<int64_t>(names.size()) + 1);
    if (is_new) names.emplace_back(name);
    return entry->second;
  }
  bool IsBot(absl::string_view agent) override { return bots.count(std::string(agent)) != 0; }

  std::string TextOf(record::Domain domain, int64_t code) {
    if (code <= 0) return code == 0 ? "-" : absl::StrCat(code);
    return names_[domain].at(code - 1);
  }
  std::set<std::string> bots;

 private:
  std::map<record::Domain, std::vector<std::string>> names_;
  std::map<record::Domain, std::map<std::string, int64_t>> codes_;
};

// One fact as a line in which codes are names; zeros and absent values are left out.
inline std::string DumpFact(const fact::Fact& fact, RecordingCodes& codes) {
  const fact::FactSetInfo& set = fact::InfoOf(fact.set);
  std::string line(set.name);
  const size_t scalar_count = fact.scalars.size();
  for (size_t i = 0; i < set.columns.size(); ++i) {
    const fact::ColumnInfo& column = fact::InfoOf(set.columns[i]);
    const auto show = [&](int64_t value) {
      return column.domain == record::Domain::kNotCoded ? absl::StrCat(value) : codes.TextOf(column.domain, value);
    };
    if (column.is_list) {
      std::vector<std::string> values;
      for (int64_t value : fact.List(static_cast<int>(i - scalar_count))) values.push_back(show(value));
      if (set.columns[i] == fact::Column::kTags) std::sort(values.begin(), values.end());
      if (values.empty()) continue;
      absl::StrAppend(&line, " ", column.name, "=[");
      for (const std::string& value : values) absl::StrAppend(&line, value, ",");
      line += "]";
    } else if (fact.scalars[i] != 0 && fact.scalars[i] != column::kNull) {
      absl::StrAppend(&line, " ", column.name, "=", fact.scalars[i] == column::kForever ? "forever" : show(fact.scalars[i]));
    }
  }
  std::vector<std::string> attributes;
  for (const auto& [name, value] : fact.attributes)
    attributes.push_back(absl::StrCat(" @", codes.TextOf(record::Domain::kAttributeName, name), "=",
                                      codes.TextOf(record::Domain::kAttributeValue, value)));
  std::sort(attributes.begin(), attributes.end());
  for (const std::string& attribute : attributes) line += attribute;
  return line;
}

class RecordingProjection final : public projection::Projection {
 public:
  absl::StatusOr<fact::Codes*> CodesFor(absl::string_view tenant) override { return &Of(tenant).codes; }
  absl::StatusOr<int64_t> LastCommit(absl::string_view tenant) override { return Of(tenant).commit; }

  absl::Status Stage(absl::string_view tenant, int64_t commit, const std::vector<projection::FamilyChange>& changes,
                     const TableChanges& tables, storage::Batch* batch) override {
    Tenant& kept = Of(tenant);
    EXPECT_EQ(commit, kept.commit + 1);
    for (const auto& change : changes) {
      EXPECT_EQ(kept.facts[change.family], change.before) << "facts before the commit are not those after the last one";
      kept.staged[change.family] = change.after;
    }
    for (const auto& [name, agent] : tables.agents) kept.staged_bots[name] = agent != nullptr && agent->kind() == v1::AGENT_KIND_BOT;
    batch->Put(storage::Table::kTruth, absl::StrCat("\xfe", tenant), absl::StrCat(commit));
    changed_families += static_cast<int64_t>(changes.size());
    return absl::OkStatus();
  }
  void Publish(absl::string_view tenant, int64_t commit) override {
    Tenant& kept = Of(tenant);
    kept.commit = commit;
    for (auto& [family, facts] : kept.staged) kept.facts[family] = std::move(facts);
    for (const auto& [agent, is_bot] : kept.staged_bots) {
      if (is_bot)
        kept.codes.bots.insert(agent);
      else
        kept.codes.bots.erase(agent);
    }
    kept.staged.clear();
    kept.staged_bots.clear();
  }
  void Abandon(absl::string_view tenant) override {
    Of(tenant).staged.clear();
    ++abandoned;
  }
  absl::Status Seal(absl::string_view) override { return absl::OkStatus(); }
  absl::Status SealAll() override { return absl::OkStatus(); }
  absl::Status Merge(absl::string_view) override { return absl::OkStatus(); }
  absl::Status Rebuild(absl::string_view) override { return absl::OkStatus(); }
  absl::StatusOr<projection::ProjectionStats> Stats(absl::string_view) override { return projection::ProjectionStats(); }
  projection::ProjectionTotals Totals() override { return {}; }
  absl::StatusOr<std::shared_ptr<const projection::Snapshot>> TakeSnapshot(absl::string_view) override {
    return absl::UnimplementedError("it only remembers");
  }

  // All facts of a tenant as sorted lines.
  std::string Facts(absl::string_view tenant) {
    Tenant& kept = Of(tenant);
    std::vector<std::string> lines;
    for (const auto& [family, facts] : kept.facts)
      for (const fact::Fact& fact : facts) lines.push_back(DumpFact(fact, kept.codes));
    return Sorted(std::move(lines));
  }
  // The same, derived anew from what is stored.
  std::string DerivedFacts(absl::string_view tenant, projection::FactDeriver& deriver) {
    Tenant& kept = Of(tenant);
    std::vector<std::string> lines;
    EXPECT_TRUE(deriver.ForEachFamily(tenant, [&](absl::string_view family) {
      std::vector<fact::Fact> facts;
      const absl::Status status = deriver.Derive(tenant, family, kept.codes, &facts);
      for (const fact::Fact& fact : facts) lines.push_back(DumpFact(fact, kept.codes));
      return status;
    }).ok());
    return Sorted(std::move(lines));
  }

  int64_t changed_families = 0;
  int64_t abandoned = 0;

 private:
  struct Tenant {
    RecordingCodes codes;
    int64_t commit = 0;
    std::map<std::string, std::vector<fact::Fact>> facts;
    std::map<std::string, std::vector<fact::Fact>> staged;
    std::map<std::string, bool> staged_bots;
  };
  // One commit is reduced while another one is staged: of different tenants, perhaps.
  Tenant& Of(absl::string_view tenant) {
    absl::MutexLock lock(&mutex_);
    return tenants_[std::string(tenant)];
  }
  static std::string Sorted(std::vector<std::string> lines) {
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
    return text;
  }
  absl::Mutex mutex_;
  std::map<std::string, Tenant> tenants_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace supportkpi::testing

#endif  // SUPPORTKPI_TESTS_SUPPORT_RECORDING_PROJECTION_H_
