// See request_log.h for the layout. Answers are varints and texts in the order of their structs.
#include "ingest/request_log.h"

#include <openssl/evp.h>

#include "absl/strings/str_cat.h"
#include "ingest/coding.h"
#include "ingest/keys.h"
#include "status/macros.h"

namespace supportkpi::ingest {
namespace {

using storage::Table;

constexpr size_t kHashBytes = 32;

absl::Status Damaged() { return absl::DataLossError("records: a stored answer is damaged"); }

void AppendCounts(const UpsertResult& result, std::string* bytes) {
  for (int64_t number : {result.commit, result.accepted, result.replaced, result.ignored_stale})
    AppendVarint(static_cast<uint64_t>(number), bytes);
}

bool TakeNumber(absl::string_view* bytes, int64_t* number) {
  uint64_t value = 0;
  if (!TakeVarint(bytes, &value)) return false;
  *number = static_cast<int64_t>(value);
  return true;
}

bool TakeCounts(absl::string_view* bytes, UpsertResult* result) {
  return TakeNumber(bytes, &result->commit) && TakeNumber(bytes, &result->accepted) &&
         TakeNumber(bytes, &result->replaced) && TakeNumber(bytes, &result->ignored_stale);
}

bool TakeRejected(absl::string_view* bytes, Rejected* rejected) {
  int64_t violations = 0;
  if (!TakeNumber(bytes, &rejected->index) || !TakeNumber(bytes, &violations)) return false;
  for (int64_t i = 0; i < violations; ++i) {
    absl::string_view path;
    absl::string_view text;
    if (!TakeText(bytes, &path) || !TakeText(bytes, &text)) return false;
    rejected->violations.push_back({std::string(path), std::string(text)});
  }
  return true;
}

}  // namespace

RequestHash::RequestHash(absl::string_view method) : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr);
  Add(method);
}

RequestHash::~RequestHash() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

void RequestHash::Add(absl::string_view bytes) {
  std::string size;
  AppendVarint(bytes.size(), &size);
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), size.data(), size.size());
  EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size());
}

std::string RequestHash::Finish() {
  std::string hash(kHashBytes, '\0');
  EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), reinterpret_cast<unsigned char*>(hash.data()), nullptr);
  return hash;
}

absl::Status CheckRequestId(absl::string_view request_id) {
  if (request_id.size() <= kRequestIdBytesMax) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("request_id: ", request_id.size(), " bytes; at most ", kRequestIdBytesMax));
}

absl::StatusOr<std::optional<LoggedAnswer>> FindAnswer(const storage::View& view, absl::string_view tenant,
                                                       absl::string_view request_id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value, view.Get(Table::kTruth, RequestKey(tenant, request_id)));
  if (!value.has_value()) return std::optional<LoggedAnswer>();
  absl::string_view bytes = *value;
  if (bytes.size() < kHashBytes) return Damaged();
  LoggedAnswer answer;
  answer.hash = std::string(bytes.substr(0, kHashBytes));
  bytes.remove_prefix(kHashBytes);
  int64_t answered_at = 0;
  if (!TakeOrderedInt(&bytes, &answered_at)) return Damaged();
  answer.answer = std::string(bytes);
  return std::optional<LoggedAnswer>(std::move(answer));
}

void LogAnswer(absl::string_view tenant, absl::string_view request_id, const LoggedAnswer& answer, int64_t now_ms,
               storage::Batch* batch) {
  std::string value = answer.hash;
  AppendOrderedInt(now_ms, &value);
  value += answer.answer;
  batch->Put(Table::kTruth, RequestKey(tenant, request_id), value);
  batch->Put(Table::kTruth, RequestAgeKey(now_ms, tenant, request_id), "");
}

absl::Status ForgetAnswers(const storage::View& view, int64_t before_ms, int most, storage::Batch* batch) {
  const std::string prefix = RequestAgePrefix();
  return view.Scan(Table::kTruth, prefix, storage::PrefixEnd(prefix), [&](absl::string_view key, absl::string_view) {
    int64_t answered_at = 0;
    std::string tenant;
    std::string request_id;
    if (!TakeRequestAge(key, &answered_at, &tenant, &request_id) || answered_at >= before_ms) return false;
    batch->Delete(Table::kTruth, key);
    batch->Delete(Table::kTruth, RequestKey(tenant, request_id));
    return --most > 0;
  });
}

std::string EncodeAnswer(const UpsertResult& result) {
  std::string bytes;
  AppendCounts(result, &bytes);
  return bytes;
}

absl::Status ReadAnswer(absl::string_view bytes, UpsertResult* result) {
  return TakeCounts(&bytes, result) ? absl::OkStatus() : Damaged();
}

std::string EncodeAnswer(const ImportResult& result) {
  std::string bytes;
  AppendCounts(result.counts, &bytes);
  for (int64_t number : {result.durable_through, result.rejected_count, static_cast<int64_t>(result.rejected.size())})
    AppendVarint(static_cast<uint64_t>(number), &bytes);
  for (const Rejected& rejected : result.rejected) {
    AppendVarint(static_cast<uint64_t>(rejected.index), &bytes);
    AppendVarint(rejected.violations.size(), &bytes);
    for (const record::Violation& violation : rejected.violations) {
      AppendText(violation.path, &bytes);
      AppendText(violation.text, &bytes);
    }
  }
  return bytes;
}

absl::Status ReadAnswer(absl::string_view bytes, ImportResult* result) {
  int64_t rejected = 0;
  if (!TakeCounts(&bytes, &result->counts) || !TakeNumber(&bytes, &result->durable_through) ||
      !TakeNumber(&bytes, &result->rejected_count) || !TakeNumber(&bytes, &rejected))
    return Damaged();
  for (int64_t i = 0; i < rejected; ++i)
    if (!TakeRejected(&bytes, &result->rejected.emplace_back())) return Damaged();
  return absl::OkStatus();
}

std::string EncodeAnswer(const DeleteResult& result) {
  std::string bytes(1, result.deleted ? '\x01' : '\0');
  AppendVarint(static_cast<uint64_t>(result.commit), &bytes);
  return bytes;
}

absl::Status ReadAnswer(absl::string_view bytes, DeleteResult* result) {
  if (bytes.empty()) return Damaged();
  result->deleted = bytes.front() != '\0';
  bytes.remove_prefix(1);
  return TakeNumber(&bytes, &result->commit) ? absl::OkStatus() : Damaged();
}

}  // namespace supportkpi::ingest
