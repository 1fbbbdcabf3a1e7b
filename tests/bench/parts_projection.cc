// Keys: those of derived rows and of records, and where a scan of a prefix ends.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "ingest/keys.h"
#include "projection/keys.h"
#include "storage/store.h"
#include "tests/bench/parts.h"

namespace supportkpi::projection {
namespace {

using parts::CheckOnce;

constexpr uint64_t kKeys = 1024;
constexpr absl::string_view kTenant = "acme";
constexpr auto kDomain = record::Domain::kCustomer;

void SetKeys(benchmark::State& state) { state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kKeys)); }

// A number in `bytes` bytes, the highest first, by division.
std::string BigEndian(uint64_t number, int bytes) {
  std::string text(bytes, '\0');
  for (int i = bytes; i-- > 0; number /= 256) text[i] = static_cast<char>(number % 256);
  return text;
}
const std::string kPrefix = absl::StrCat("\xFE", BigEndian(kTenant.size(), 1), kTenant);

void ColumnKeys(benchmark::State& state) {
  const Keys keys(kTenant);
  CheckOnce("projection/column_key", [&] {
    for (uint64_t id = 0; id < kKeys; ++id)
      if (keys.Column(id << 30, 70'000) != kPrefix + "V" + BigEndian(id << 30, 8) + BigEndian(70'000, 4)) return false;
    return true;
  });
  for (auto _ : state)
    for (uint64_t id = 0; id < kKeys; ++id) {
      std::string key = keys.Column(id << 30, 70'000);
      benchmark::DoNotOptimize(key.data());
    }
  SetKeys(state);
}
BENCHMARK(ColumnKeys)->Name("projection/column_key");

void NameKeys(benchmark::State& state) {
  const Keys keys(kTenant);
  CheckOnce("projection/name_key", [&] {
    for (uint64_t code = 0; code < kKeys; ++code) {
      const std::string key = keys.Name(kDomain, static_cast<int64_t>(code << 20));
      if (key != kPrefix + "N" + static_cast<char>(kDomain) + BigEndian(code << 20, 8)) return false;
      if (Keys::NumberAt(key, key.size() - 8) != code << 20 || Keys::NumberAt(key, key.size() - 7) != 0) return false;
    }
    return true;
  });
  for (auto _ : state)
    for (uint64_t code = 0; code < kKeys; ++code) {
      const std::string key = keys.Name(kDomain, static_cast<int64_t>(code << 20));
      benchmark::DoNotOptimize(Keys::NumberAt(key, key.size() - 8));
    }
  SetKeys(state);
}
BENCHMARK(NameKeys)->Name("projection/name_key");

void CodeKeys(benchmark::State& state) {
  const Keys keys(kTenant);
  const std::string name = "zendesk/customer-4711-0815";
  CheckOnce("projection/code_key", [&] { return keys.Code(kDomain, name) == kPrefix + "C" + static_cast<char>(kDomain) + name; });
  for (auto _ : state)
    for (uint64_t i = 0; i < kKeys; ++i) {
      std::string key = keys.Code(kDomain, name);
      benchmark::DoNotOptimize(key.data());
    }
  SetKeys(state);
}
BENCHMARK(CodeKeys)->Name("projection/code_key");

// Prefixes of which the last bytes are 0xff, as every 256th number's are.
void PrefixEnds(benchmark::State& state) {
  const Keys keys(kTenant);
  const auto prefixes = parts::Filled(kKeys, [&](size_t i) { return keys.ColumnsOf(i); });
  CheckOnce("storage/prefix_end", [&] {
    for (const std::string& prefix : prefixes) {
      const std::string end = storage::PrefixEnd(prefix);
      // Every key with the prefix is below it, and nothing without it stands between.
      if (prefix + std::string(9, '\xff') >= end || end.size() > prefix.size()) return false;
      std::string last = end;
      last.back() = static_cast<char>(last.back() - 1);
      last.resize(prefix.size(), '\xff');
      if (last != prefix) return false;
    }
    return storage::PrefixEnd("\xff\xff").empty();
  });
  for (auto _ : state)
    for (const std::string& prefix : prefixes) {
      std::string end = storage::PrefixEnd(prefix);
      benchmark::DoNotOptimize(end.data());
    }
  SetKeys(state);
}
BENCHMARK(PrefixEnds)->Name("storage/prefix_end");

std::string EventKey(const std::string& ticket) {
  return ingest::RowKey(kTenant, ingest::NamedFamily(ingest::kTicketFamily, "zendesk", ticket),
                        ingest::RowSuffix(ingest::RowKind::kEvent, "event-17"));
}
void RecordKeys(benchmark::State& state) {
  auto tickets = parts::Filled(kKeys, [](size_t i) { return absl::StrCat("ticket-", 1'000'000 + i * 977); });
  CheckOnce("ingest/record_key", [&] {
    const std::string prefix = ingest::RowPrefix(kTenant, "");
    std::vector<std::string> keys;
    for (const std::string& ticket : tickets) {
      keys.push_back(EventKey(ticket));
      absl::string_view rest(keys.back());
      ingest::FamilyName name;
      if (rest.substr(0, prefix.size()) != prefix) return false;
      rest.remove_prefix(prefix.size());
      if (!ingest::TakeFamily(&rest, &name) || name.source != "zendesk" || name.id != ticket || name.letter != 'T') return false;
      if (rest != ingest::RowSuffix(ingest::RowKind::kEvent, "event-17")) return false;
    }
    return std::is_sorted(keys.begin(), keys.end());  // as their tickets are
  });
  for (auto _ : state)
    for (const std::string& ticket : tickets) {
      std::string key = EventKey(ticket);
      benchmark::DoNotOptimize(key.data());
    }
  SetKeys(state);
}
BENCHMARK(RecordKeys)->Name("ingest/record_key");

}  // namespace
}  // namespace supportkpi::projection
