// The same records on their way into three stores, for import.sh: written to files once, then sent through the public import
// stream, or put into RocksDB as bare batches of the rows that they become. PostgreSQL reads its files itself. Prints one JSON
// object a run. Whatever can be done before the clock starts is done before it.
//   import_ways --way=write --folder F --tickets 300000       F/chunks, and per table a file for COPY
//   import_ways --way=stream --folder F --target 127.0.0.1:50051
//   import_ways --way=rocksdb --folder F --path STORE
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/support/sync_stream.h>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "ingest/keys.h"
#include "ingest/prepare.h"
#include "ingest/row.h"
#include "storage/store.h"
#include "supportkpi/v1/record_service.pb.h"
#include "tests/bench/die.h"
#include "tests/bench/generated_tickets.h"

ABSL_FLAG(std::string, way, "", "write, stream or rocksdb");
ABSL_FLAG(std::string, folder, "", "where the records are");
ABSL_FLAG(int64_t, tickets, 300'000, "write: tickets, each with about six events, 0.3 surveys and 0.3 calls; stream: as written");
ABSL_FLAG(int64_t, first, 0, "write: number of the first ticket");
ABSL_FLAG(int64_t, of, 0, "write: so many tickets make a year; 0: as many as are written");
ABSL_FLAG(int, chunk, 500, "write: records in a chunk");
ABSL_FLAG(std::string, target, "127.0.0.1:50051", "stream: the server");
ABSL_FLAG(std::string, tenant, "", "stream: the tenant");
ABSL_FLAG(double, tickets_per_second, 0, "stream: no faster than this; 0: as fast as it goes");
ABSL_FLAG(std::string, path, "", "rocksdb: a new folder for the store");
ABSL_FLAG(int, group_chunks, 8, "rocksdb: chunks that share a synced batch");

namespace supportkpi::bench {
namespace {

std::string InFolder(const std::string& name) { return absl::StrCat(absl::GetFlag(FLAGS_folder), "/", name); }

double SecondsSince(absl::Time begin) { return absl::ToDoubleSeconds(absl::Now() - begin); }

// -- write

// PostgreSQL's text format: tabs between columns, \N for none. Generated texts hold nothing that would have to be escaped.
class CopyFile {
 public:
  explicit CopyFile(const std::string& name) : file_(InFolder(name), std::ios::binary) {}
  CopyFile& Text(const std::string& text) { return Cell(text.empty() ? "\\N" : text); }
  CopyFile& Id(const std::string& text) { return Cell(text); }
  CopyFile& Number(int64_t number) { return Cell(absl::StrCat(number)); }
  CopyFile& Real(double number) { return Cell(absl::StrCat(number)); }
  CopyFile& None() { return Cell("\\N"); }
  CopyFile& At(bool is_there, const google::protobuf::Timestamp& at) {
    if (!is_there) return None();
    const absl::Time time = absl::FromUnixMillis(at.seconds() * 1000 + at.nanos() / 1'000'000);
    return Cell(absl::FormatTime("%Y-%m-%d %H:%M:%E3S+00", time, absl::UTCTimeZone()));
  }
  CopyFile& Length(bool is_there, const google::protobuf::Duration& length) {
    return is_there ? Number(length.seconds() * 1000) : None();
  }
  void EndRow() {
    line_.back() = '\n';
    file_ << line_;
    line_.clear();
  }

 private:
  CopyFile& Cell(const std::string& text) {
    absl::StrAppend(&line_, text, "\t");
    return *this;
  }
  std::ofstream file_;
  std::string line_;
};

struct CopyFiles {
  CopyFile tickets{"tickets.tsv"}, events{"ticket_events.tsv"}, surveys{"surveys.tsv"}, legs{"call_legs.tsv"};
  int64_t rows = 0;

  void Add(const v1::Ticket& ticket) {
    tickets.Id(ticket.source()).Id(ticket.id()).At(true, ticket.created_at()).Text(ticket.customer()).Text(ticket.segment());
    tickets.Text(ticket.channel()).Text(ticket.type()).Text(ticket.category()).Text(ticket.priority()).Text(ticket.team());
    tickets.Number(ticket.version()).EndRow();
    for (const v1::TicketEvent& event : ticket.events()) {
      events.Id(ticket.source()).Id(ticket.id()).Id(event.id()).At(true, event.at()).Number(event.kind());
      events.Number(event.status()).Text(event.agent()).Text(event.team()).Number(event.actor()).Text(event.actor_agent());
      events.Length(event.has_work(), event.work()).Number(event.version()).EndRow();
    }
    rows += 1 + ticket.events_size();
  }
  void Add(const v1::Survey& survey) {
    surveys.Id(survey.source()).Id(survey.id()).At(true, survey.sent_at()).At(survey.has_responded_at(), survey.responded_at());
    surveys.Number(survey.kind()).Real(survey.scale_min()).Real(survey.scale_max());
    survey.has_score() ? surveys.Real(survey.score()) : surveys.None();
    surveys.Text(survey.ticket()).Text(survey.customer()).Number(survey.version()).EndRow();
    ++rows;
  }
  void Add(const v1::CallLeg& leg) {
    legs.Id(leg.source()).Id(leg.call()).Id(leg.leg()).At(true, leg.started_at()).At(leg.has_answered_at(), leg.answered_at());
    legs.At(leg.has_ended_at(), leg.ended_at()).Number(leg.direction()).Number(leg.outcome()).Text(leg.queue());
    legs.Text(leg.agent()).Text(leg.team()).Length(leg.has_queued(), leg.queued()).Length(leg.has_talk(), leg.talk());
    legs.Number(leg.version()).EndRow();
    ++rows;
  }
};

void WriteFiles() {
  Shape shape;
  const int64_t first = absl::GetFlag(FLAGS_first), tickets = absl::GetFlag(FLAGS_tickets);
  shape.tickets = absl::GetFlag(FLAGS_of) == 0 ? first + tickets : absl::GetFlag(FLAGS_of);
  std::filesystem::create_directories(absl::GetFlag(FLAGS_folder));
  CopyFiles copies;
  std::ofstream chunks(InFolder("chunks"), std::ios::binary);
  v1::ImportRecordsRequest request;
  int64_t position = 0, bytes = 0, records_sent = 0;
  const auto send = [&] {
    if (request.chunk().records().empty()) return;
    request.mutable_chunk()->set_position(++position);
    records_sent += request.chunk().records_size();
    const std::string text = request.SerializeAsString();
    const uint64_t size = text.size();
    chunks.write(reinterpret_cast<const char*>(&size), sizeof size);
    chunks << text;
    bytes += static_cast<int64_t>(text.size());
    request.Clear();
  };
  std::vector<v1::Record> records;
  for (int64_t n = first; n < first + tickets; ++n) {
    records.clear();
    AppendTicket(shape, n, &records);
    for (v1::Record& record : records) {
      if (record.has_ticket()) copies.Add(record.ticket());
      if (record.has_survey()) copies.Add(record.survey());
      if (record.has_call_leg()) copies.Add(record.call_leg());
      if (request.chunk().records_size() >= absl::GetFlag(FLAGS_chunk)) send();
      *request.mutable_chunk()->add_records() = std::move(record);
    }
  }
  send();
  absl::PrintF("{\"tickets\": %d, \"records\": %d, \"rows\": %d, \"bytes\": %d}\n", tickets, records_sent, copies.rows, bytes);
}

std::vector<std::string> ReadChunks() {
  std::ifstream file(InFolder("chunks"), std::ios::binary);
  if (!file) Die(absl::StrCat(InFolder("chunks"), ": cannot be read; --way=write makes it"));
  std::vector<std::string> chunks;
  for (uint64_t size = 0; file.read(reinterpret_cast<char*>(&size), sizeof size);) {
    chunks.emplace_back(size, '\0');
    if (!file.read(chunks.back().data(), static_cast<std::streamsize>(size))) Die("chunks: the file ends too early");
  }
  return chunks;
}

// -- stream

// The chunks as they are, so that the sender costs no more than what reads a file.
class RawStream {
 public:
  explicit RawStream(const std::shared_ptr<grpc::Channel>& channel)
      : method_("/supportkpi.v1.RecordService/ImportRecords", grpc::internal::RpcMethod::BIDI_STREAMING, channel),
        stream_(grpc::internal::ClientReaderWriterFactory<grpc::ByteBuffer, v1::ImportRecordsResponse>::Create(
            channel.get(), method_, &context_)) {}

  void Write(const std::string& bytes) {
    const grpc::Slice slice(bytes.data(), bytes.size(), grpc::Slice::STATIC_SLICE);
    if (!stream_->Write(grpc::ByteBuffer(&slice, 1))) Fail();
  }
  v1::ImportRecordsResponse Read() {
    v1::ImportRecordsResponse response;
    if (!stream_->Read(&response)) Fail();
    if (response.ack().rejected_count() > 0) Die(response.ack().rejected(0).ShortDebugString());
    return response;
  }
  void Finish() {
    stream_->WritesDone();
    if (const grpc::Status status = stream_->Finish(); !status.ok()) Die(absl::StrCat("import: ", status.error_message()));
  }

 private:
  [[noreturn]] void Fail() { Die(absl::StrCat("import: ", stream_->Finish().error_message())); }

  const grpc::internal::RpcMethod method_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<grpc::ByteBuffer, v1::ImportRecordsResponse>> stream_;
};

void Stream() {
  const std::vector<std::string> chunks = ReadChunks();
  int64_t bytes = 0;
  for (const std::string& chunk : chunks) bytes += static_cast<int64_t>(chunk.size());
  RawStream stream(grpc::CreateChannel(absl::GetFlag(FLAGS_target), grpc::InsecureChannelCredentials()));
  v1::ImportRecordsRequest open;
  open.mutable_open()->set_stream_id(absl::StrCat("ways-", absl::ToUnixNanos(absl::Now())));
  open.mutable_open()->set_tenant(absl::GetFlag(FLAGS_tenant));
  open.mutable_open()->set_epoch(1);
  const std::string opening = open.SerializeAsString();
  stream.Write(opening);
  const int64_t window = std::max(1, stream.Read().hello().window_chunks());
  const double chunks_per_second =
      absl::GetFlag(FLAGS_tickets_per_second) * static_cast<double>(chunks.size()) / static_cast<double>(absl::GetFlag(FLAGS_tickets));
  const absl::Time begin = absl::Now();
  int64_t durable = 0;
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (chunks_per_second > 0) absl::SleepFor(begin + absl::Seconds(static_cast<double>(i) / chunks_per_second) - absl::Now());
    stream.Write(chunks[i]);
    while (static_cast<int64_t>(i) + 1 - durable >= window) durable = stream.Read().ack().durable_through();
  }
  while (durable < static_cast<int64_t>(chunks.size())) durable = stream.Read().ack().durable_through();
  const double seconds = SecondsSince(begin);
  stream.Finish();
  absl::PrintF("{\"chunks\": %d, \"bytes\": %d, \"seconds\": %.3f}\n", chunks.size(), bytes, seconds);
}

// -- rocksdb

using Rows = std::vector<std::pair<std::string, std::string>>;

void AddRow(const std::string& family, const ingest::PreparedRow& row, Rows* rows) {
  ingest::RowHead head;
  head.live = true;
  head.version = row.version;
  head.place = row.place;
  std::string value;
  ingest::AppendRow(row.kind, head, row.bytes, &value);
  rows->emplace_back(ingest::RowKey("default", family, row.suffix), std::move(value));
}

Rows RowsOf(const std::string& chunk) {
  v1::ImportRecordsRequest request;
  if (!request.ParseFromString(chunk)) Die("chunks: damaged");
  record::ValidationContext context;
  context.now_ms = absl::ToUnixMillis(absl::Now());
  context.question_scale = [](absl::string_view) { return nullptr; };
  const auto batch = ingest::Prepare(std::move(*request.mutable_chunk()->mutable_records()), context, true);
  if (!batch.ok()) Die(batch.status().message());
  Rows rows;
  for (const ingest::PreparedRecord& record : (*batch)->prepared) {
    if (record.row.has_value()) AddRow(record.family, *record.row, &rows);
    for (const ingest::PreparedRow& event : record.events) AddRow(record.family, event, &rows);
  }
  return rows;
}

void WaitForCompaction(const storage::Store& store) {
  for (int still = 0; still < 3;) {
    bool is_behind = false;
    for (const auto& table : store.Stats().tables) is_behind |= table.pending_compaction_bytes > 0 || table.level0_files >= 4;
    still = is_behind ? 0 : still + 1;
    absl::SleepFor(absl::Milliseconds(100));
  }
}

void WriteBare() {
  std::vector<Rows> groups;
  int64_t count = 0, bytes = 0;
  const std::vector<std::string> chunks = ReadChunks();
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (i % static_cast<size_t>(absl::GetFlag(FLAGS_group_chunks)) == 0) groups.emplace_back();
    Rows rows = RowsOf(chunks[i]);
    for (const auto& [key, value] : rows) bytes += static_cast<int64_t>(key.size() + value.size());
    count += static_cast<int64_t>(rows.size());
    std::move(rows.begin(), rows.end(), std::back_inserter(groups.back()));
  }
  auto store = storage::Store::Open({.path = absl::GetFlag(FLAGS_path)});
  if (!store.ok()) Die(store.status().message());
  const absl::Time begin = absl::Now();
  for (const Rows& rows : groups) {
    const auto batch = (*store)->NewBatch();
    for (const auto& [key, value] : rows) batch->Put(storage::Table::kTruth, key, value);
    if (const absl::Status status = (*store)->Write(*batch, true); !status.ok()) Die(status.message());
  }
  const double seconds = SecondsSince(begin);
  WaitForCompaction(**store);
  absl::PrintF("{\"rows\": %d, \"bytes\": %d, \"batches\": %d, \"seconds\": %.3f, \"rest_seconds\": %.3f}\n", count, bytes, groups.size(),
               seconds, SecondsSince(begin));
}

}  // namespace
}  // namespace supportkpi::bench

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  const std::string way = absl::GetFlag(FLAGS_way);
  if (way == "write") {
    supportkpi::bench::WriteFiles();
  } else if (way == "stream") {
    supportkpi::bench::Stream();
  } else if (way == "rocksdb") {
    supportkpi::bench::WriteBare();
  } else {
    supportkpi::bench::Die(absl::StrCat("--way: `", way, "`; write, stream or rocksdb"));
  }
  return 0;
}
