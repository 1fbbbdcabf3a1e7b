// What a reload takes, what it leaves, and when it takes nothing.
#include "server/config_change.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/settings.h"

namespace supportkpi::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Config Good() {
  Config config;
  config.data_dir = "store";
  return config;
}

TEST(ConfigChange, NothingNewIsNoChange) {
  const auto change = ChangeOf(Good(), Good());
  ASSERT_TRUE(change.ok());
  EXPECT_THAT(change->taken, IsEmpty());
  EXPECT_THAT(change->needs_restart, IsEmpty());
}

TEST(ConfigChange, TakesWhatItCanAndSaysWhatNeedsARestart) {
  Config wanted = Good();
  wanted.grace = absl::Seconds(5);
  wanted.tail_facts = 5000;
  wanted.data_dir = "elsewhere";
  const auto change = ChangeOf(Good(), wanted);
  ASSERT_TRUE(change.ok()) << change.status();
  EXPECT_THAT(change->taken, ElementsAre("grace: \"20s\" -> \"5s\""));
  EXPECT_THAT(change->needs_restart, ElementsAre("data_dir: stays \"store\" until a restart; \"elsewhere\" is wanted",
                                                 "tail_facts: stays \"400000\" until a restart; \"5000\" is wanted"));
  EXPECT_EQ(change->config.grace, absl::Seconds(5));
  EXPECT_EQ(change->config.data_dir, "store");
  EXPECT_EQ(change->config.tail_facts, 400'000);
}

TEST(ConfigChange, WhatDoesNotGoTogetherIsRefusedAltogether) {
  Config live = Good(), wanted = Good();
  live.jwks_file = wanted.jwks_file = "jwks.json";
  live.jwt_issuer = live.jwt_audience = wanted.jwt_audience = "kpi";
  wanted.grace = absl::Seconds(5);
  const auto change = ChangeOf(live, wanted);
  ASSERT_FALSE(change.ok());
  EXPECT_THAT(std::string(change.status().message()), HasSubstr("jwt_issuer: required"));
}

// Every setting survives its own text, so that a reload compares like with like.
TEST(Settings, EachValueIsReadFromItsText) {
  const Config config = Good();
  for (const Setting& setting : Settings()) {
    Config copy = config;
    ASSERT_TRUE(SetFromText(setting, TextOf(setting, config), &copy).ok()) << setting.name;
    EXPECT_EQ(TextOf(setting, copy), TextOf(setting, config)) << setting.name;
    EXPECT_EQ(FindSetting(setting.name), &setting) << "two rows of one name";
    EXPECT_FALSE(setting.meaning.empty()) << setting.name;
  }
  EXPECT_EQ(FindSetting("Listen"), nullptr);
}

}  // namespace
}  // namespace supportkpi::server
