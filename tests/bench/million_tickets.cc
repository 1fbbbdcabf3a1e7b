// Loads generated tickets, flat or with six events each, through the public import stream into a running server, then asks
// every KPI over the year, grouped by two fields and month, percentiles and business clock included, and prints what each took.
//   supportkpid --listen 127.0.0.1:50051 --data_dir /tmp/million &
//   million_tickets --target 127.0.0.1:50051 --tickets 1000000
// With --tenants N the tenants t0, t1, ... get so many tickets each, a stream each, and nothing else; nothing is asked.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "supportkpi/v1/config_service.grpc.pb.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "tests/bench/generated_tickets.h"
#include "tests/bench/import_stream.h"

ABSL_FLAG(std::string, target, "127.0.0.1:50051", "the server");
ABSL_FLAG(int64_t, tickets, 1'000'000, "tickets to load; 0: ask only");
ABSL_FLAG(int64_t, first, 0, "of these the first to load, where an import before was cut (a server closes connections after connection_age)");
ABSL_FLAG(int, tenants, 0, "tenants to load; 0: the default one alone");
ABSL_FLAG(bool, flat, false, "tickets that tell their outcome themselves, without events, surveys and calls");
ABSL_FLAG(int, repetitions, 5, "how often each question is asked after a first time; 0: load only");
ABSL_FLAG(bool, columns, false, "ask for columns instead of rows");
ABSL_FLAG(std::vector<std::string>, dimensions, std::vector<std::string>({"category", "team"}), "the first that a question is grouped by");

namespace supportkpi::bench {
namespace {

void Send(std::vector<v1::Record>* records, ImportStream* stream) {
  for (v1::Record& record : *records) *stream->Add() = std::move(record);
  records->clear();
}

void Load(const std::shared_ptr<grpc::Channel>& channel, const Shape& shape) {
  {
    grpc::ClientContext context;
    v1::UpdateSettingsRequest request;
    *request.mutable_settings() = GeneratedSettings(shape);
    v1::UpdateSettingsResponse response;
    const grpc::Status status = v1::ConfigService::NewStub(channel)->UpdateSettings(&context, request, &response);
    if (!status.ok()) std::cerr << "settings: " << status.error_message() << "\n";
  }
  ImportStream stream(channel, 500);
  std::vector<v1::Record> records;
  const absl::Time begin = absl::Now();
  for (int64_t n = absl::GetFlag(FLAGS_first); n < shape.tickets; ++n) {
    AppendTicket(shape, n, &records);
    Send(&records, &stream);
    if ((n + 1) % 1'000'000 == 0) {
      absl::FPrintF(stderr, "%d million after %.0f s\n", (n + 1) / 1'000'000, absl::ToDoubleSeconds(absl::Now() - begin));
    }
  }
  for (int day = 0; day < 365; ++day) {
    AppendAgentDay(shape, day, &records);
    Send(&records, &stream);
  }
  for (int month = 1; month <= 12; ++month) AppendMonth(shape, month, &records);
  Send(&records, &stream);
  stream.Finish();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  const int64_t loaded = shape.tickets - absl::GetFlag(FLAGS_first);
  absl::PrintF("loaded %d tickets, %d records, %.0f MB in %.1f s: %.0f tickets/s\n", loaded, stream.sent(),
               static_cast<double>(stream.bytes()) / 1e6, seconds, static_cast<double>(loaded) / seconds);
}

// Each tenant's tickets are others than its neighbour's.
void LoadTenants(const std::shared_ptr<grpc::Channel>& channel, Shape shape, int tenants) {
  std::vector<v1::Record> records;
  int64_t sent = 0;
  const absl::Time begin = absl::Now();
  for (int tenant = 0; tenant < tenants; ++tenant) {
    shape.seed = static_cast<uint64_t>(tenant) + 1;
    ImportStream stream(channel, 500, absl::StrCat("t", tenant));
    for (int64_t n = 0; n < shape.tickets; ++n) {
      AppendTicket(shape, n, &records);
      Send(&records, &stream);
    }
    stream.Finish();
    sent += stream.sent();
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  absl::PrintF("loaded %d tenants, %d records in %.1f s: %.0f tickets/s\n", tenants, sent, seconds,
               static_cast<double>(tenants * shape.tickets) / seconds);
}

struct Timing {
  std::string question;
  double first_ms = 0, median_ms = 0, server_ms = 0;
  int rows = 0;
};

// Two dimensions that the KPI has, from those that cost most.
std::vector<std::string> TwoDimensions(const v1::KpiDefinition& kpi) {
  const std::set<std::string> has(kpi.dimensions().begin(), kpi.dimensions().end());
  std::vector<std::string> chosen, preferred = absl::GetFlag(FLAGS_dimensions);
  if (absl::EndsWith(kpi.id(), "_share")) preferred.insert(preferred.begin(), kpi.id().substr(0, kpi.id().size() - 6));
  for (const char* name : {"category", "team", "queue", "channel", "priority", "question", "agent", "state", "segment",
                           "kind", "plan"}) {
    preferred.push_back(name);
  }
  for (const std::string& name : preferred) {
    if (chosen.size() < 2 && has.count(name) != 0 && (chosen.empty() || chosen[0] != name)) chosen.push_back(name);
  }
  return chosen;
}

void Ask(v1::KpiService::Stub& stub, const v1::KpiDefinition& kpi, v1::KpiSelection selection, std::vector<Timing>* timings) {
  v1::QueryKpisRequest request;
  *request.add_kpis() = selection;
  request.mutable_range()->mutable_start()->set_seconds(kYearStartMs / 1000);
  request.mutable_range()->mutable_end()->set_seconds(kYearEndMs / 1000);
  request.mutable_grain()->set_unit(v1::GRAIN_UNIT_MONTH);
  for (const std::string& name : TwoDimensions(kpi)) request.add_group_by(name);
  if (absl::GetFlag(FLAGS_columns)) request.set_layout(v1::ANSWER_LAYOUT_COLUMNS);
  Timing timing;
  timing.question = absl::StrCat(kpi.id(), " ", selection.statistic(),
                                 selection.clock() == v1::CLOCK_BUSINESS ? " business" : "", " ", selection.variant(), " ",
                                 selection.anchor());
  std::vector<double> ms;
  for (int i = 0; i <= absl::GetFlag(FLAGS_repetitions); ++i) {
    grpc::ClientContext context;
    v1::QueryKpisResponse response;
    const absl::Time begin = absl::Now();
    const grpc::Status status = stub.QueryKpis(&context, request, &response);
    const double took = absl::ToDoubleMilliseconds(absl::Now() - begin);
    // Anchors and variants that do not go together.
    if (status.error_code() == grpc::StatusCode::INVALID_ARGUMENT) return;
    if (!status.ok()) {
      std::cerr << timing.question << ": " << status.error_message() << "\n";
      return;
    }
    if (i == 0) timing.first_ms = took; else ms.push_back(took);
    timing.rows = static_cast<int>(response.metadata().row_count());
    timing.server_ms = static_cast<double>(response.metadata().duration().nanos()) / 1e6;
  }
  std::sort(ms.begin(), ms.end());
  timing.median_ms = ms[ms.size() / 2];
  timings->push_back(timing);
}

void AskAll(const std::shared_ptr<grpc::Channel>& channel) {
  auto stub = v1::KpiService::NewStub(channel);
  grpc::ClientContext context;
  v1::ListKpisResponse kpis;
  if (!stub->ListKpis(&context, v1::ListKpisRequest(), &kpis).ok()) return;
  std::vector<Timing> timings;
  for (const v1::KpiDefinition& kpi : kpis.kpis()) {
    v1::KpiSelection selection;
    selection.set_kpi(kpi.id());
    if (kpi.id() == "time_in_status") (*selection.mutable_parameters())["status"] = "open";
    if (kpi.id() == "resolution_within_target") (*selection.mutable_parameters())["target"] = "24h";
    Ask(*stub, kpi, selection, &timings);
    const std::set<std::string> statistics(kpi.statistics().begin(), kpi.statistics().end());
    if (statistics.count("median") != 0) {
      selection.set_statistic("p90");
      Ask(*stub, kpi, selection, &timings);
    }
    if (kpi.clocks_size() > 1) {
      selection.set_clock(v1::CLOCK_BUSINESS);
      Ask(*stub, kpi, selection, &timings);
      selection.set_clock(v1::CLOCK_UNSPECIFIED);
    }
    selection.clear_statistic();
    for (int i = 1; i < kpi.variants_size(); ++i) {
      selection.set_variant(kpi.variants(i));
      Ask(*stub, kpi, selection, &timings);
    }
    selection.clear_variant();
    for (int i = 1; i < kpi.anchors_size(); ++i) {
      selection.set_anchor(kpi.anchors(i));
      Ask(*stub, kpi, selection, &timings);
    }
  }
  std::sort(timings.begin(), timings.end(), [](const Timing& a, const Timing& b) { return a.median_ms > b.median_ms; });
  absl::PrintF("%-70s %8s %8s %8s %7s\n", "question (by two fields and month)", "first", "median", "server", "rows");
  for (const Timing& timing : timings) {
    absl::PrintF("%-70s %8.1f %8.1f %8.1f %7d\n", timing.question, timing.first_ms, timing.median_ms, timing.server_ms,
                 timing.rows);
  }
  const auto slow = std::count_if(timings.begin(), timings.end(), [](const Timing& t) { return t.median_ms > 50; });
  absl::PrintF("%d questions, %d of them above 50 ms (medians over RPC)\n", timings.size(), slow);
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  const auto channel = grpc::CreateCustomChannel(absl::GetFlag(FLAGS_target), grpc::InsecureChannelCredentials(), arguments);
  supportkpi::bench::Shape shape;
  shape.tickets = absl::GetFlag(FLAGS_tickets);
  shape.flat = absl::GetFlag(FLAGS_flat);
  if (const int tenants = absl::GetFlag(FLAGS_tenants); tenants > 0) {
    supportkpi::bench::LoadTenants(channel, shape, tenants);
    return 0;
  }
  if (shape.tickets > 0) supportkpi::bench::Load(channel, shape);
  if (absl::GetFlag(FLAGS_repetitions) > 0) supportkpi::bench::AskAll(channel);
}
