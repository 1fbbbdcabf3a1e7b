// A store of facts for tests, written as tables:
//
//   store.Add(FactSet::kTicket, R"(
//     ticket  created_at     channel  tags    first_replied_at
//     t1      01-05T10:00    email    a,b     01-05T12:00
//     t2      01-06T09:30    -        -       never)");
//
// Columns are named as in fact/fact_sets.h, attributes as attributes.NAME and ticket.attributes.NAME; `born` and `dead` are
// commits. Instants are of 2026 unless a year stands before them; "-" is none, "never" kForever; durations are written
// 90s, 15m, 2h, 3d; lists are separated by commas.
#ifndef SUPPORTKPI_TESTS_SUPPORT_FAKE_SNAPSHOT_H_
#define SUPPORTKPI_TESTS_SUPPORT_FAKE_SNAPSHOT_H_

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "column/encoding.h"
#include "projection/snapshot.h"
#include "time/calendar.h"

namespace supportkpi::testing {

// "01-05T10:00", "2025-12-31T23:00:00" or "01-05" -> milliseconds.
inline int64_t At(absl::string_view text) {
  std::string full(text);
  if (full.size() < 5 || full[4] != '-') full = absl::StrCat("2026-", full);
  if (!absl::StrContains(full, 'T')) absl::StrAppend(&full, "T00:00");
  if (full.size() == 16) absl::StrAppend(&full, ":00");
  auto at = time::ParseRfc3339(absl::StrCat(full, "Z"));
  if (!at.ok()) std::abort();
  return *at;
}

class FakeNames final : public projection::Names {
 public:
  int64_t code_count() const override { return static_cast<int64_t>(texts_.size()); }
  std::optional<int64_t> CodeOf(absl::string_view text) const override {
    if (text.empty()) return 0;
    auto it = codes_.find(std::string(text));
    return it == codes_.end() ? std::nullopt : std::optional<int64_t>(it->second);
  }
  std::string TextOf(int64_t code) const override { return code > 0 && code <= code_count() ? texts_[code - 1] : ""; }
  bool may_have_erased() const override { return has_erased_; }
  // The code's text is none from here on.
  void Erase(int64_t code) {
    codes_.erase(texts_[code - 1]);
    texts_[code - 1].clear();
    has_erased_ = true;
  }
  int64_t Intern(absl::string_view text) {
    if (text.empty()) return 0;
    auto [it, added] = codes_.try_emplace(std::string(text), code_count() + 1);
    if (added) texts_.emplace_back(text);
    return it->second;
  }

 private:
  std::vector<std::string> texts_;
  std::map<std::string, int64_t> codes_;
  bool has_erased_ = false;
};

class FakeChunk final : public column::Chunk {
 public:
  using Chunk::Read;
  uint32_t row_count() const override { return static_cast<uint32_t>(born.size()); }
  bool is_complete() const override { return true; }
  absl::Status status() const override { return read_status; }
  bool Has(column::ColumnKey key) const override { return scalars.contains(key) || lists.contains(key); }
  column::ColumnRange Range(column::ColumnKey key) const override {
    column::ColumnRange range;
    if (auto it = scalars.find(key); it != scalars.end()) range = column::RangeOf(it->second);
    if (auto it = lists.find(key); it != lists.end())
      for (const auto& list : it->second) column::Extend(column::RangeOf(list), &range);
    return range;
  }
  column::ColumnRange RangeWithin(column::ColumnKey key, uint32_t first, uint32_t count) const override {
    const auto it = scalars.find(key);
    if (!tells_of_rows || it == scalars.end()) return Range(key);
    return column::RangeOf(absl::MakeConstSpan(it->second).subspan(first, count));
  }
  void Read(column::ColumnKey key, uint32_t first, uint32_t count, int64_t missing, int64_t* out) const override {
    auto it = scalars.find(key);
    for (uint32_t i = 0; i < count; ++i) out[i] = it == scalars.end() ? missing : it->second[first + i];
  }
  void ReadLists(column::ColumnKey key, uint32_t first, uint32_t count, column::Lists* out) const override {
    out->offsets.assign(1, 0);
    out->values.clear();
    auto it = lists.find(key);
    for (uint32_t i = 0; i < count; ++i) {
      if (it != lists.end()) out->values.insert(out->values.end(), it->second[first + i].begin(), it->second[first + i].end());
      out->offsets.push_back(static_cast<uint32_t>(out->values.size()));
    }
  }
  bool AliveRows(int64_t commit, uint32_t first, uint32_t count, std::vector<uint32_t>* rows) const override {
    const size_t before = rows->size();
    for (uint32_t i = 0; i < count; ++i)
      if (born[first + i] <= commit && commit < dead[first + i]) rows->push_back(i);
    if (rows->size() - before < count) return false;
    rows->resize(before);
    return true;
  }
  std::optional<uint32_t> DeadRows(int64_t commit) const override {
    if (std::any_of(born.begin(), born.end(), [&](int64_t at) { return at > commit; })) return std::nullopt;
    return static_cast<uint32_t>(std::count_if(dead.begin(), dead.end(), [&](int64_t at) { return at <= commit; }));
  }

  std::map<column::ColumnKey, std::vector<int64_t>> scalars;
  std::map<column::ColumnKey, std::vector<std::vector<int64_t>>> lists;
  std::vector<int64_t> born, dead;
  absl::Status read_status;
  bool tells_of_rows = true;  // bounds of rows are those of their values; else the whole chunk's
};

class FakeSnapshot final : public projection::Snapshot {
 public:
  int64_t commit() const override { return commit_number; }
  std::optional<int64_t> data_until_ms() const override { return data_until; }
  const std::vector<std::shared_ptr<const column::Chunk>>& Chunks(fact::FactSet set) const override {
    return chunks[static_cast<size_t>(set)];
  }
  const projection::Names& NamesOf(record::Domain domain) const override { return names[domain]; }
  std::shared_ptr<const projection::CustomerTable> Customers() const override { return customers; }
  std::shared_ptr<const projection::AgentTable> Agents() const override { return agents; }
  std::shared_ptr<const settings::Settings> TenantSettings() const override { return settings; }
  absl::Status status() const override { return read_status; }

  int64_t commit_number = 1;
  absl::Status read_status;
  std::optional<int64_t> data_until;
  std::array<std::vector<std::shared_ptr<const column::Chunk>>, fact::kFactSetCount> chunks;
  mutable std::map<record::Domain, FakeNames> names;
  std::shared_ptr<projection::CustomerTable> customers = std::make_shared<projection::CustomerTable>();
  std::shared_ptr<projection::AgentTable> agents = std::make_shared<projection::AgentTable>();
  std::shared_ptr<settings::Settings> settings = std::make_shared<settings::Settings>();
};

class FakeStore final : public projection::SnapshotSource {
 public:
  // Adds rows; all rows of a set are cut into chunks of `rows_per_chunk`.
  void Add(fact::FactSet set, absl::string_view table) {
    cut_to_ = {};
    std::vector<std::string> header;
    for (absl::string_view line : absl::StrSplit(table, '\n', absl::SkipWhitespace())) {
      std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
      if (header.empty()) {
        header = std::move(words);
        continue;
      }
      if (words.size() != header.size()) std::abort();
      rows_[set].emplace_back();
      for (size_t i = 0; i < words.size(); ++i) rows_[set].back()[header[i]] = words[i];
    }
  }

  int64_t Code(record::Domain domain, absl::string_view text) { return snapshot_->names[domain].Intern(text); }
  FakeSnapshot& snapshot() { return *snapshot_; }

  // Chunks stay the same ones until there are other rows, or they are to be cut otherwise.
  absl::StatusOr<std::shared_ptr<const projection::Snapshot>> TakeSnapshot(absl::string_view) override {
    const std::pair<size_t, int64_t> cut_to = {rows_per_chunk, merged_until};
    if (std::exchange(cut_to_, cut_to) == cut_to) return snapshot_;
    for (auto& [set, rows] : rows_) {
      auto& chunks = snapshot_->chunks[static_cast<size_t>(set)];
      chunks.clear();
      std::vector<const Row*> kept;
      for (const Row& row : rows)
        if (DeadOf(row) > merged_until) kept.push_back(&row);
      for (size_t first = 0; first < kept.size(); first += rows_per_chunk)
        chunks.push_back(MakeChunk(absl::MakeConstSpan(kept).subspan(first, rows_per_chunk)));
    }
    return snapshot_;
  }

  size_t rows_per_chunk = column::kRowsPerChunk;
  int64_t merged_until = -1;  // rows that died at this commit or before are left out, as merging leaves them out
  bool tells_of_rows = true;  // of chunks that are cut from now on

 private:
  using Row = std::map<std::string, std::string>;

  // rows_per_chunk and merged_until of the snapshot's chunks; 0: none were cut since the rows changed.
  std::pair<size_t, int64_t> cut_to_;

  static int64_t DeadOf(const Row& row) { return row.contains("dead") ? std::atoll(row.at("dead").c_str()) : column::kForever; }

  std::shared_ptr<const column::Chunk> MakeChunk(absl::Span<const Row* const> rows) {
    auto chunk = std::make_shared<FakeChunk>();
    chunk->tells_of_rows = tells_of_rows;
    for (size_t i = 0; i < rows.size(); ++i) {
      const Row& row = *rows[i];
      chunk->born.push_back(row.contains("born") ? std::atoll(row.at("born").c_str()) : 0);
      chunk->dead.push_back(DeadOf(row));
      for (const auto& [name, text] : row)
        if (name != "born" && name != "dead") AddCell(name, text, i, rows.size(), chunk.get());
    }
    return chunk;
  }

  void AddCell(const std::string& name, const std::string& text, size_t row, size_t rows, FakeChunk* chunk) {
    for (const auto& [prefix, base] : {std::pair<absl::string_view, column::ColumnKey>("attributes.", column::kAttributeBase),
                                       {"ticket.attributes.", column::kTicketAttributeBase}}) {
      if (!absl::StartsWith(name, prefix)) continue;
      const int64_t attribute = Code(record::Domain::kAttributeName, name.substr(prefix.size()));
      auto& values = chunk->scalars[base + static_cast<column::ColumnKey>(attribute)];
      values.resize(rows, 0);
      values[row] = text == "-" ? 0 : Code(record::Domain::kAttributeValue, text);
      return;
    }
    for (const fact::ColumnInfo& info : fact::AllColumns()) {
      if (info.name != name) continue;
      const auto key = static_cast<column::ColumnKey>(info.column);
      if (info.is_list) {
        auto& lists = chunk->lists[key];
        lists.resize(rows);
        if (text != "-")
          for (const std::string& entry : std::vector<std::string>(absl::StrSplit(text, ','))) lists[row].push_back(Value(info, entry));
      } else {
        auto& values = chunk->scalars[key];
        values.resize(rows, 0);
        values[row] = Value(info, text);
      }
      return;
    }
    std::abort();  // no such column
  }

  int64_t Value(const fact::ColumnInfo& info, const std::string& text) {
    int64_t number = 0;
    if (info.type == fact::ColumnType::kCode) return text == "-" ? 0 : Code(info.domain, text);
    if (text == "-") return column::kNull;
    if (text == "never") return column::kForever;
    if (absl::SimpleAtoi(text, &number)) return number;
    if (info.type == fact::ColumnType::kInstant) return At(text);
    const std::map<char, int64_t> units = {{'s', 1000}, {'m', 60'000}, {'h', 3'600'000}, {'d', 86'400'000}};
    return std::atoll(text.c_str()) * units.at(text.back());
  }

  std::shared_ptr<FakeSnapshot> snapshot_ = std::make_shared<FakeSnapshot>();
  std::map<fact::FactSet, std::vector<Row>> rows_;
};

}  // namespace supportkpi::testing

#endif  // SUPPORTKPI_TESTS_SUPPORT_FAKE_SNAPSHOT_H_
