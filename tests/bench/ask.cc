// Asks a running server the questions of a file, one a line as NAME<tab>QueryKpisRequest in JSON: first each of them once in
// their order (cold), then each --repeat times on end (warm). Prints a line of JSON for each question; with --answers each answer
// goes into that folder as NAME.json, and must be the same each time. A question that the server refuses has its words in the line instead of times.
//   ask --target 127.0.0.1:50051 --questions questions.tsv --repeat 5 --answers answers
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "supportkpi/v1/kpi_service.grpc.pb.h"
#include "tests/bench/die.h"

ABSL_FLAG(std::string, target, "127.0.0.1:50051", "the server");
ABSL_FLAG(std::string, questions, "", "file of questions");
ABSL_FLAG(int, repeat, 5, "how often each question is asked after a first time");
ABSL_FLAG(int64_t, server_pid, 0, "the server's process, for its CPU time; 0: not told");
ABSL_FLAG(std::string, answers, "", "folder that takes the answers; empty: none are kept");

namespace supportkpi::bench {
namespace {

struct Question {
  std::string name;
  v1::QueryKpisRequest request;
  double cold_ms = 0;
  std::vector<double> warm_ms;
  double server_ms = 0;
  // CPU time of all the server's threads for a warm question, in milliseconds, the mean.
  double server_cpu_ms = 0;
  int64_t facts_read = 0, rows = 0;
  size_t bytes = 0;
  std::string answer;  // serialized; with --answers
  // Why the server did not answer; it is then not asked again.
  std::string refusal;
};

std::vector<Question> ReadQuestions(const std::string& path) {
  std::ifstream file(path);
  if (!file) Die(absl::StrCat(path, ": cannot be read"));
  std::vector<Question> questions;
  for (std::string line; std::getline(file, line);) {
    Question& question = questions.emplace_back();
    const size_t tab = line.find('\t');
    question.name = line.substr(0, tab);
    const auto parsed = google::protobuf::util::JsonStringToMessage(line.substr(tab + 1), &question.request);
    if (!parsed.ok()) Die(absl::StrCat(question.name, ": ", std::string(parsed.message())));
  }
  return questions;
}

// CPU time that the server's threads have had so far, in milliseconds; 0 where it is not told.
double ServerCpuMs() {
  if (absl::GetFlag(FLAGS_server_pid) == 0) return 0;
  int64_t total_ns = 0;
  std::error_code gone;
  const std::string tasks = absl::StrCat("/proc/", absl::GetFlag(FLAGS_server_pid), "/task");
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    int64_t ns = 0;
    if (std::ifstream(task.path() / "schedstat") >> ns) total_ns += ns;
  }
  return static_cast<double>(total_ns) / 1e6;
}

// The time from the call to the parsed answer, in milliseconds.
double Ask(v1::KpiService::Stub& stub, Question& question, v1::QueryKpisResponse* response) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(5)));
  const absl::Time begin = absl::Now();
  const grpc::Status status = stub.QueryKpis(&context, question.request, response);
  const double took_ms = absl::ToDoubleMilliseconds(absl::Now() - begin);
  if (!status.ok()) question.refusal = status.error_message();
  return took_ms;
}

void Keep(const v1::QueryKpisResponse& response, Question* question) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(response.columns(), &json);
  std::ofstream(absl::StrCat(absl::GetFlag(FLAGS_answers), "/", question->name, ".json")) << json;
  question->answer = response.columns().SerializeAsString();
}

void AskAll() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  const auto stub = v1::KpiService::NewStub(
      grpc::CreateCustomChannel(absl::GetFlag(FLAGS_target), grpc::InsecureChannelCredentials(), arguments));
  std::vector<Question> questions = ReadQuestions(absl::GetFlag(FLAGS_questions));
  {
    // The connection is made before the first question's time is taken.
    grpc::ClientContext context;
    v1::GetKpiRequest request;
    request.set_kpi("csat");
    v1::GetKpiResponse response;
    const grpc::Status status = stub->GetKpi(&context, request, &response);
    if (!status.ok()) Die(status.error_message());
  }
  for (Question& question : questions) {
    question.request.set_layout(v1::ANSWER_LAYOUT_COLUMNS);
    v1::QueryKpisResponse response;
    question.cold_ms = Ask(*stub, question, &response);
    if (!question.refusal.empty()) continue;
    if (!absl::GetFlag(FLAGS_answers).empty()) Keep(response, &question);
    question.bytes = response.ByteSizeLong();
    question.facts_read = response.metadata().facts_read();
    question.rows = response.metadata().row_count();
  }
  for (Question& question : questions) {
    if (!question.refusal.empty()) {
      google::protobuf::Value refusal;
      refusal.set_string_value(question.refusal);
      std::string json;
      (void)google::protobuf::util::MessageToJsonString(refusal, &json);
      absl::PrintF("{\"name\": \"%s\", \"refusal\": %s}\n", question.name, json);
      continue;
    }
    const double cpu_before_ms = ServerCpuMs();
    for (int i = 0; i < absl::GetFlag(FLAGS_repeat); ++i) {
      v1::QueryKpisResponse response;
      question.warm_ms.push_back(Ask(*stub, question, &response));
      if (!question.answer.empty() && response.columns().SerializeAsString() != question.answer)
        Die(absl::StrCat(question.name, ": asked again, the answer is another one"));
      const auto& took = response.metadata().duration();
      question.server_ms = static_cast<double>(took.seconds()) * 1e3 + static_cast<double>(took.nanos()) / 1e6;
    }
    question.server_cpu_ms = (ServerCpuMs() - cpu_before_ms) / absl::GetFlag(FLAGS_repeat);
    absl::PrintF("{\"name\": \"%s\", \"cold_ms\": %.4f, \"warm_ms\": [%s], \"server_ms\": %.4f, \"cpu_ms\": %.4f, \"rows\": %d, "
                 "\"facts_read\": %d, \"bytes\": %d}\n",
                 question.name, question.cold_ms, absl::StrJoin(question.warm_ms, ", "), question.server_ms,
                 question.server_cpu_ms, question.rows, question.facts_read, question.bytes);
  }
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  supportkpi::bench::AskAll();
}
