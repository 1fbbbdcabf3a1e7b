#include "service/page_token.h"

#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "openssl/crypto.h"
#include "openssl/evp.h"
#include "openssl/hmac.h"
#include "openssl/rand.h"
#include "openssl/sha.h"
#include "service/call_record.h"
#include "service/grpc_status.h"
#include "status/macros.h"

namespace supportkpi::service {

namespace {

constexpr char kFormat = 1;
constexpr size_t kQuestionBytes = 16;
constexpr size_t kMacBytes = 16;
constexpr size_t kPlainBytes = 1 + kQuestionBytes + 4 * sizeof(int64_t);
constexpr size_t kKeyBytes = 32;
// No key of a record or of a derived row begins with this byte.
constexpr absl::string_view kKeyOfKey = "\xFDpage_token_key";

void Append(int64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes->push_back(static_cast<char>(static_cast<uint64_t>(value) >> shift));
}

int64_t ReadInteger(absl::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof value; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<int64_t>(value);
}

}  // namespace

std::string QuestionOf(const v1::QueryKpisRequest& request, absl::string_view tenant, absl::string_view delivery) {
  const absl::string_view end("\0", 1);
  const std::string bytes = absl::StrCat(delivery, end, tenant, end, QuestionBytes(request));
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  return std::string(reinterpret_cast<const char*>(hash.data()), kQuestionBytes);
}

absl::StatusOr<std::string> TokenSigner::Key() {
  absl::MutexLock lock(&mutex_);
  if (!key_.empty()) return key_;
  ASSIGN_OR_RETURN(const auto stored, store_->Get(storage::Table::kTruth, kKeyOfKey));
  if (stored.has_value() && stored->size() == kKeyBytes) return key_ = *stored;
  std::string key(kKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), kKeyBytes) != 1) {
    return absl::InternalError("no random bytes for the key of page tokens");
  }
  const auto batch = store_->NewBatch();
  batch->Put(storage::Table::kTruth, kKeyOfKey, key);
  RETURN_IF_ERROR(store_->Write(*batch, true));
  return key_ = std::move(key);
}

absl::StatusOr<std::string> TokenSigner::Mac(absl::string_view bytes) {
  ASSIGN_OR_RETURN(const std::string key, Key());
  // Another version may compute another answer from the same commit.
  const std::string signed_bytes = absl::StrCat(SUPPORTKPI_VERSION, absl::string_view("\0", 1), bytes);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(signed_bytes.data()), signed_bytes.size(), mac.data(), &size) == nullptr) {
    return absl::InternalError("HMAC-SHA256 failed");
  }
  return std::string(reinterpret_cast<const char*>(mac.data()), kMacBytes);
}

absl::StatusOr<std::string> TokenSigner::Sign(const PageToken& token) {
  std::string bytes(1, kFormat);
  bytes += token.question;
  for (const int64_t value : {token.commit, token.asked_at_ms, token.offset, token.expires_ms}) Append(value, &bytes);
  ASSIGN_OR_RETURN(const std::string mac, Mac(bytes));
  return absl::WebSafeBase64Escape(bytes + mac);
}

absl::StatusOr<PageToken> TokenSigner::Read(absl::string_view text, absl::string_view path, absl::string_view question,
                                            int64_t now_ms) {
  const absl::Status damaged = absl::InvalidArgumentError(
      absl::StrCat(path, ": not a token of this server, or damaged; give the one of the answer before as it is"));
  std::string bytes;
  if (text.size() > 2 * (kPlainBytes + kMacBytes) || !absl::WebSafeBase64Unescape(text, &bytes) ||
      bytes.size() != kPlainBytes + kMacBytes || bytes[0] != kFormat) {
    return damaged;
  }
  if (absl::WebSafeBase64Escape(bytes) != text) return damaged;  // bits that no byte has
  const absl::string_view plain = absl::string_view(bytes).substr(0, kPlainBytes);
  ASSIGN_OR_RETURN(const std::string mac, Mac(plain));
  if (CRYPTO_memcmp(mac.data(), bytes.data() + kPlainBytes, kMacBytes) != 0) return damaged;
  PageToken token;
  token.question = std::string(plain.substr(1, kQuestionBytes));
  absl::string_view integers = plain.substr(1 + kQuestionBytes);
  for (int64_t* value : {&token.commit, &token.asked_at_ms, &token.offset, &token.expires_ms}) {
    *value = ReadInteger(integers);
    integers.remove_prefix(sizeof(int64_t));
  }
  if (token.question != question) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": of another question or tenant; ask the same question again, or begin without it"));
  }
  if (now_ms >= token.expires_ms) {
    return WithReason(absl::AbortedError(absl::StrCat(path, ": expired; ask again without it")), "TOKEN_EXPIRED");
  }
  return token;
}

}  // namespace supportkpi::service
