// Flags over variables over a file over defaults; all faults at once; what --print_config and --help say.
#include "server/config_sources.h"

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/settings.h"
#include "tests/support/temporary_directory.h"

namespace supportkpi::server {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

class ConfigSourcesTest : public ::testing::Test {
 protected:
  std::string File(const std::string& text) {
    const std::string path = directory_.path() + "/kpi.yaml";
    std::ofstream(path) << text;
    return path;
  }
  static std::vector<std::string> Faults(const std::vector<std::string>& arguments, const Environment& environment = {}) {
    const auto loaded = LoadConfig(arguments, environment);
    EXPECT_FALSE(loaded.ok());
    if (loaded.ok()) return {};
    return absl::StrSplit(loaded.status().message(), '\n');
  }

  testing::TemporaryDirectory directory_;
};

TEST_F(ConfigSourcesTest, AFlagBeatsAVariableBeatsTheFileBeatsTheDefault) {
  const std::string file = File("data_dir: from-file\ngrace: 1m\ndrain: 2s\ntail_facts: 5000\n");
  const auto loaded = LoadConfig({"--config=" + file, "--grace=3m", "--noreflection"},
                                 {{"SUPPORTKPI_GRACE", "2m"}, {"SUPPORTKPI_DRAIN", "4s"}, {"HOME", "/root"}});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->config.data_dir, "from-file");
  EXPECT_EQ(loaded->config.grace, absl::Minutes(3));
  EXPECT_EQ(loaded->config.drain, absl::Seconds(4));
  EXPECT_EQ(loaded->config.tail_facts, 5000);
  EXPECT_FALSE(loaded->config.reflection);
  EXPECT_EQ(loaded->origins.at("data_dir"), "file");
  EXPECT_EQ(loaded->origins.at("grace"), "flag");
  EXPECT_EQ(loaded->origins.at("drain"), "environment");
  EXPECT_EQ(loaded->origins.at("listen"), "default");
}

TEST_F(ConfigSourcesTest, FlagsMayHaveTheirValueAsTheNextArgument) {
  const auto loaded = LoadConfig({"--data_dir", "d", "-listen", "127.0.0.1:1", "--insecure", "--reflection=no"}, {});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_EQ(loaded->config.listen, "127.0.0.1:1");
  EXPECT_TRUE(loaded->config.insecure);
  EXPECT_FALSE(loaded->config.reflection);
}

TEST_F(ConfigSourcesTest, TheFileCanBeNamedByAVariable) {
  const std::string file = File("data_dir: d\n");
  EXPECT_TRUE(LoadConfig({}, {{"SUPPORTKPI_CONFIG", file}}).ok());
  EXPECT_THAT(Faults({"--config=" + file + "x"}, {{"SUPPORTKPI_CONFIG", file}})[0], HasSubstr("cannot read the file"));
}

TEST_F(ConfigSourcesTest, EveryFaultOfEverySourceIsToldAtOnce) {
  const std::string file = File("tail_facts: many\nlisten: [a, b]\nqurey_threads: 3\ngrace: 1s\ngrace: 2s\n");
  EXPECT_THAT(Faults({"--config=" + file, "--drain=soon", "--bogus_thing_entirely=1", "--block_cache_mib=1", "stray", "--listen"},
                     {{"SUPPORTKPI_INSECURE", "perhaps"}}),
              ElementsAre(HasSubstr("--bogus_thing_entirely: there is no setting \"bogus_thing_entirely\"; --help lists them"),
                          HasSubstr("\"stray\" is no flag"), HasSubstr("--listen: no value"),
                          HasSubstr(":2: listen: one value, not a list or a map"),
                          HasSubstr(":3: there is no setting \"qurey_threads\"; did you mean \"query_threads\"?"),
                          HasSubstr(":5: grace: given twice"),
                          HasSubstr(":1: tail_facts: \"many\" is not allowed; whole number 1000..10000000"),
                          HasSubstr("SUPPORTKPI_INSECURE: insecure: \"perhaps\" is not allowed; true or false"),
                          HasSubstr("--block_cache_mib: block_cache_mib: \"1\" is not allowed; whole number 8.."),
                          HasSubstr("--drain: drain: \"soon\" is not allowed; duration 0..24h"),
                          HasSubstr("data_dir: required")));
}

TEST_F(ConfigSourcesTest, AFileThatIsNoYamlIsToldWithItsLine) {
  EXPECT_THAT(Faults({"--data_dir=d", "--config=" + File("grace: 1s\nlisten: [a\n")})[0], HasSubstr(": not YAML: "));
  EXPECT_THAT(Faults({"--data_dir=d", "--config=" + File("just words\n")})[0], HasSubstr("not a list of"));
  EXPECT_TRUE(LoadConfig({"--data_dir=d", "--config=" + File("# nothing set\n")}, {}).ok());
}

TEST_F(ConfigSourcesTest, VariablesThatNameNoSettingAreToldUnlessTheyAreOfKubernetes) {
  const auto loaded = LoadConfig({"--data_dir=d"}, {{"SUPPORTKPI_GRAZE", "1s"},
                                                    {"SUPPORTKPI_PORT", "tcp://10.0.0.1:50051"},
                                                    {"SUPPORTKPI_PORT_50051_TCP_ADDR", "10.0.0.1"},
                                                    {"SUPPORTKPI_SERVICE_HOST", "10.0.0.1"}});
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_THAT(loaded->notes, ElementsAre(HasSubstr("SUPPORTKPI_GRAZE names no setting")));
}

TEST_F(ConfigSourcesTest, WhatIsPrintedCanBeReadAgain) {
  const auto loaded = LoadConfig({"--data_dir=a folder: \"x\" # 1", "--drain=1h30m", "--nohelp_is_no_setting=1"}, {});
  EXPECT_FALSE(loaded.ok());
  const auto first = LoadConfig({"--data_dir=a folder: \"x\" # 1", "--drain=1h30m", "--print_config"}, {});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_TRUE(first->print);
  const auto second = LoadConfig({"--config=" + File(PrintConfig(*first))}, {});
  ASSERT_TRUE(second.ok()) << second.status();
  for (const Setting& setting : Settings()) EXPECT_EQ(TextOf(setting, second->config), TextOf(setting, first->config));
  EXPECT_THAT(PrintConfig(*first), HasSubstr("# flag"));
  EXPECT_THAT(PrintConfig(*second), HasSubstr("# file"));
}

TEST_F(ConfigSourcesTest, HelpNamesEverySettingAndEveryExitCode) {
  const auto asked = LoadConfig({"--help", "--listen=nonsense"}, {});
  ASSERT_TRUE(asked.ok());
  EXPECT_TRUE(asked->help);
  for (const Setting& setting : Settings()) EXPECT_THAT(HelpText(), HasSubstr(absl::StrCat("\n  --", setting.name)));
  for (const char* code : {"\n  0 ", "\n  64 ", "\n  65 ", "\n  69 ", "\n  70 ", "\n  75 "}) EXPECT_THAT(HelpText(), HasSubstr(code));
}

}  // namespace
}  // namespace supportkpi::server
