// The house keeps its own rules: rooms include only along the edges of src/README.md, foreign libraries enter at their
// doors, every room has a sign, files stay readable.
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

const fs::path kSource = fs::path(SUPPORTKPI_SOURCE_DIR) / "src";

std::string Read(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Room {
  int rank = 0;
  std::set<std::string> may_include;
};

// The table of src/README.md: | rank | room | may include |
std::map<std::string, Room> Rooms() {
  std::map<std::string, Room> rooms;
  std::istringstream lines(Read(kSource / "README.md"));
  const std::regex row(R"(^\| (\d+) \| (\w+) \|([\w ]*)\|$)");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, row)) continue;
    Room& room = rooms[match[2]];
    room.rank = std::stoi(match[1]);
    std::istringstream names(match[3]);
    for (std::string name; names >> name;) room.may_include.insert(name);
  }
  return rooms;
}

struct Include {
  std::string room;    // who includes
  std::string file;    // path below src
  std::string header;  // what
};

std::vector<Include> Includes() {
  std::vector<Include> includes;
  const std::regex pattern(R"re(^\s*#include\s+["<]([^">]+)[">])re");
  for (const auto& entry : fs::recursive_directory_iterator(kSource)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    const fs::path below = fs::relative(entry.path(), kSource);
    std::istringstream lines(Read(entry.path()));
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (std::regex_search(line, match, pattern)) includes.push_back({*below.begin(), below, match[1]});
    }
  }
  return includes;
}

TEST(House, EveryFolderIsARoomOfTheTable) {
  const auto rooms = Rooms();
  EXPECT_EQ(rooms.size(), 17u);
  std::vector<std::string> unknown;
  for (const auto& entry : fs::directory_iterator(kSource)) {
    if (entry.is_directory() && rooms.count(entry.path().filename()) == 0) unknown.push_back(entry.path().filename());
  }
  EXPECT_THAT(unknown, IsEmpty());
}

TEST(House, AllowedEdgesGoOnlyToLowerRanks) {
  const auto rooms = Rooms();
  for (const auto& [name, room] : rooms) {
    for (const std::string& target : room.may_include) {
      ASSERT_EQ(rooms.count(target), 1u) << name << " may include " << target << ", which is no room";
      EXPECT_LT(rooms.at(target).rank, room.rank) << name << " -> " << target;
    }
  }
}

TEST(House, RoomsIncludeOnlyAlongAllowedEdges) {
  const auto rooms = Rooms();
  std::vector<std::string> broken;
  for (const Include& include : Includes()) {
    const std::string target = include.header.substr(0, include.header.find('/'));
    if (rooms.count(target) == 0 || target == include.room) continue;
    if (rooms.at(include.room).may_include.count(target) == 0) {
      broken.push_back(include.file + " includes " + include.header);
    }
  }
  EXPECT_THAT(broken, IsEmpty());
}

TEST(House, ForeignHeadersEnterAtTheirDoor) {
  const std::map<std::string, std::set<std::string>> doors = {
      {"rocksdb/", {"storage"}},
      {"prometheus/", {"metrics"}},
      {"grpcpp/", {"service", "server"}},
      {"grpc/", {"service", "server"}},
      {"openssl/", {"ingest", "service", "access", "server"}},
      {"yaml-cpp/", {"access", "server"}},
      {"nlohmann/", {"access", "server"}},
      {"gtest/", {}},
      {"gmock/", {}},
  };
  std::vector<std::string> broken;
  for (const Include& include : Includes()) {
    for (const auto& [prefix, rooms] : doors) {
      if (include.header.rfind(prefix, 0) == 0 && rooms.count(include.room) == 0) {
        broken.push_back(include.file + " includes " + include.header);
      }
    }
  }
  EXPECT_THAT(broken, IsEmpty());
}

TEST(House, GrpcStubsAreKnownOnlyToServiceAndServer) {
  std::vector<std::string> broken;
  for (const Include& include : Includes()) {
    if (include.header.find(".grpc.pb.h") != std::string::npos && include.room != "service" &&
        include.room != "server") {
      broken.push_back(include.file + " includes " + include.header);
    }
  }
  EXPECT_THAT(broken, IsEmpty());
}

TEST(House, EveryRoomHasASign) {
  for (const auto& [name, room] : Rooms()) {
    EXPECT_TRUE(fs::exists(kSource / name / "README.md")) << "src/" << name << " has no README.md";
  }
}

TEST(House, NoFileIsLongerThan600Lines) {
  std::vector<std::string> broken;
  for (const auto& entry : fs::recursive_directory_iterator(kSource)) {
    const std::string extension = entry.path().extension();
    if (extension != ".h" && extension != ".cc") continue;
    const std::string text = Read(entry.path());
    if (std::count(text.begin(), text.end(), '\n') > 600) broken.push_back(fs::relative(entry.path(), kSource));
  }
  EXPECT_THAT(broken, IsEmpty());
}

TEST(House, NothingIsLeftForLater) {
  const std::regex words(R"(\b(TODO|FIXME|XXX|HACK|not implemented|placeholder)\b)");
  std::vector<std::string> broken;
  for (const auto& entry : fs::recursive_directory_iterator(kSource)) {
    if (entry.is_regular_file() && std::regex_search(Read(entry.path()), words)) broken.push_back(entry.path());
  }
  EXPECT_THAT(broken, IsEmpty());
}

}  // namespace
