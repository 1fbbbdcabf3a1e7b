// Tokens: nobody but the server makes one, and one is good for its question only.
#include "service/page_token.h"

#include <set>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/memory_store.h"
#include "tests/support/status_matchers.h"

namespace supportkpi::service {
namespace {

using ::testing::HasSubstr;
using absl::StatusCode;

v1::QueryKpisRequest Question() {
  v1::QueryKpisRequest request;
  auto* kpi = request.add_kpis();
  kpi->set_kpi("csat");
  (*kpi->mutable_parameters())["a"] = "1";
  (*kpi->mutable_parameters())["b"] = "2";
  request.mutable_range()->set_words("2025");
  return request;
}

PageToken Token() {
  return {.question = QuestionOf(Question(), "acme", "pages"), .commit = 7, .asked_at_ms = 5, .offset = 100, .expires_ms = 1000};
}

std::string ErrorOf(const absl::StatusOr<PageToken>& token) { return std::string(token.status().message()); }

TEST(PageToken, ComesBackAsItWas) {
  storage::MemoryStore store;
  TokenSigner signer(&store);
  for (const int64_t value : {int64_t{0}, int64_t{1}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    PageToken token = Token();
    token.commit = token.asked_at_ms = token.offset = value;
    const auto text = signer.Sign(token);
    ASSERT_OK(text);
    const auto read = signer.Read(*text, "page_token", token.question, 999);
    ASSERT_OK(read);
    EXPECT_EQ(*read, token);
  }
}

TEST(PageToken, OutlivesTheServerAndIsOfItsStoreAlone) {
  storage::MemoryStore store, other_store;
  const std::string text = *TokenSigner(&store).Sign(Token());
  EXPECT_OK(TokenSigner(&store).Read(text, "page_token", Token().question, 0));
  EXPECT_THAT(ErrorOf(TokenSigner(&other_store).Read(text, "page_token", Token().question, 0)),
              HasSubstr("page_token: not a token of this server"));
}

TEST(PageToken, EveryChangedCharacterAndEveryMissingOneIsSeen) {
  storage::MemoryStore store;
  TokenSigner signer(&store);
  const std::string text = *signer.Sign(Token());
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  int tried = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    for (const char c : alphabet) {
      if (c == text[i]) continue;
      std::string changed = text;
      changed[i] = c;
      const auto read = signer.Read(changed, "page_token", Token().question, 0);
      ASSERT_EQ(read.status().code(), StatusCode::kInvalidArgument) << changed;
      ++tried;
    }
    EXPECT_FALSE(signer.Read(text.substr(0, i), "page_token", Token().question, 0).ok()) << i;
  }
  EXPECT_EQ(tried, static_cast<int>(text.size()) * 63);
  for (const std::string& wrong : {text + "A", text + "=", text + " ", " " + text, std::string(10'000, 'A'), std::string("\xff")}) {
    EXPECT_FALSE(signer.Read(wrong, "page_token", Token().question, 0).ok()) << wrong;
  }
}

TEST(PageToken, IsOfOneQuestionOneTenantAndOneDelivery) {
  storage::MemoryStore store;
  TokenSigner signer(&store);
  const std::string text = *signer.Sign(Token());
  v1::QueryKpisRequest other = Question();
  other.set_totals(true);
  for (const std::string& question : {QuestionOf(other, "acme", "pages"), QuestionOf(Question(), "acm", "pages"),
                                      QuestionOf(Question(), "acme", "stream")}) {
    EXPECT_THAT(ErrorOf(signer.Read(text, "resume_token", question, 0)),
                HasSubstr("resume_token: of another question or tenant"));
  }
}

TEST(PageToken, ThePageAndTheOrderOfParametersAreNoPartOfTheQuestion) {
  v1::QueryKpisRequest same = Question();
  same.set_tenant("acme");
  same.set_page_size(10);
  same.set_page_token("x");
  same.mutable_kpis(0)->clear_parameters();
  (*same.mutable_kpis(0)->mutable_parameters())["b"] = "2";
  (*same.mutable_kpis(0)->mutable_parameters())["a"] = "1";
  EXPECT_EQ(QuestionOf(same, "acme", "pages"), QuestionOf(Question(), "acme", "pages"));
}

TEST(PageToken, ExpiresAtItsInstant) {
  storage::MemoryStore store;
  TokenSigner signer(&store);
  const std::string text = *signer.Sign(Token());
  EXPECT_OK(signer.Read(text, "page_token", Token().question, 999));
  for (const int64_t now_ms : {1000, 1001}) {
    EXPECT_EQ(signer.Read(text, "page_token", Token().question, now_ms).status().code(), StatusCode::kAborted);
  }
}

TEST(PageToken, SaysWhyTheKeyCannotBeKept) {
  storage::MemoryStore store;
  store.FailWrites(absl::ResourceExhaustedError("disk: full"));
  TokenSigner signer(&store);
  EXPECT_EQ(signer.Sign(Token()).status().code(), StatusCode::kResourceExhausted);
  store.FailWrites(absl::OkStatus());
  EXPECT_OK(signer.Sign(Token()));
}

}  // namespace
}  // namespace supportkpi::service
