// Legs of one call that name different tickets: each follows its own ticket, whatever changes and in which order it comes.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ingest/desk.h"

namespace supportkpi::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string LegOf(const std::string& leg, const std::string& ticket, int version = 0) {
  return absl::StrCat("call_leg { call: 'c' leg: '", leg, "' version: ", version, " started_at { seconds: ", leg, "00 } ",
                      "ended_at { seconds: ", leg, "50 } outcome: CALL_OUTCOME_ANSWERED ticket: '", ticket, "' }");
}
std::string TicketOf(const std::string& id, const std::string& channel) {
  return absl::StrCat("ticket { id: '", id, "' created_at { seconds: 50 } channel: '", channel, "' }");
}
// The channels that legs see, in the order of their tickets.
std::string ChannelsOfLegs(Desk& desk) {
  const std::string facts = desk.Facts();
  std::string channels;
  for (absl::string_view line : absl::StrSplit(facts, '\n')) {
    if (!absl::StartsWith(line, "leg ")) continue;
    constexpr absl::string_view kColumn = "ticket_channel=";
    const size_t found = line.find(kColumn);
    const absl::string_view rest = found == line.npos ? "none" : line.substr(found + kColumn.size());
    absl::StrAppend(&channels, rest.substr(0, rest.find(' ')), " ");
  }
  return channels;
}

TEST(LegTicketsTest, AChangeOfEveryNamedTicketReachesTheCall) {
  Desk desk;
  EXPECT_OK(desk.Upsert({LegOf("1", "t"), LegOf("2", "u")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "none none ");
  EXPECT_OK(desk.Upsert({TicketOf("u", "chat")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "none chat ") << "u is not the call's ticket";
  EXPECT_OK(desk.Upsert({TicketOf("t", "web")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "web chat ");
  EXPECT_OK(desk.Upsert({TicketOf("t", "app"), TicketOf("u", "phone")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "app phone ");
  EXPECT_OK(desk.Delete(Ticket("u")));
  EXPECT_EQ(ChannelsOfLegs(desk), "app none ");
}

TEST(LegTicketsTest, ALegThatComesLaterAddsItsTicket) {
  Desk desk;
  EXPECT_OK(desk.Upsert({TicketOf("t", "web"), TicketOf("u", "chat"), LegOf("1", "t")}));
  EXPECT_OK(desk.Upsert({LegOf("2", "u")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "web chat ");
  desk.Stop();
  desk.Start();
  EXPECT_OK(desk.Upsert({TicketOf("t", "app")}));
  EXPECT_OK(desk.Upsert({TicketOf("u", "phone")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "app phone ");
}

TEST(LegTicketsTest, ATicketIsFollowedAsLongAsALegNamesIt) {
  Desk desk;
  EXPECT_OK(desk.Upsert({TicketOf("t", "web"), TicketOf("u", "chat"), LegOf("1", "t"), LegOf("2", "u"), LegOf("3", "u")}));
  EXPECT_OK(desk.Upsert({LegOf("2", "t", 1)}));
  EXPECT_EQ(ChannelsOfLegs(desk), "web web chat ");
  EXPECT_OK(desk.Upsert({TicketOf("u", "phone")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "web web phone ");
  EXPECT_OK(desk.Delete(Leg("c", "3")));
  EXPECT_OK(desk.Upsert({TicketOf("u", "app")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "web web ");
  EXPECT_OK(desk.Upsert({LegOf("1", "u", 1)}));
  EXPECT_OK(desk.Upsert({TicketOf("t", "fax")}));
  EXPECT_EQ(ChannelsOfLegs(desk), "fax app ");
  EXPECT_OK(desk.Delete(Leg("c", "1")));
  EXPECT_OK(desk.Delete(Leg("c", "2")));
  EXPECT_THAT(desk.Facts(), Not(HasSubstr("leg ")));
}

}  // namespace
}  // namespace supportkpi::ingest
