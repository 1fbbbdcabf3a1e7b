// Every method of the API has its row, and every KPI's example can be asked.
#include <set>

#include "access/method_roles.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "kpi/catalogue.h"
#include "plan/planner.h"
#include "service/rooms.h"
#include "service/wire.h"
#include "supportkpi/v1/admin_service.pb.h"
#include "supportkpi/v1/config_service.pb.h"
#include "supportkpi/v1/kpi_service.pb.h"
#include "supportkpi/v1/record_service.pb.h"

namespace supportkpi::service {
namespace {

TEST(Methods, EveryMethodOfTheApiHasOneRow) {
  std::set<std::string> said, served;
  for (const auto* file : {v1::KpiDefinition::descriptor()->file(), v1::RecordName::descriptor()->file(),
                           v1::GetSettingsRequest::descriptor()->file(), v1::FactStats::descriptor()->file()}) {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int j = 0; j < file->service(i)->method_count(); ++j) said.insert(file->service(i)->method(j)->full_name());
    }
  }
  for (const Method& method : AllMethods(Rooms())) {
    EXPECT_TRUE(served.insert(method.service + "." + method.name).second) << method.name << " has two rows";
    EXPECT_EQ((method.run != nullptr) + (method.open != nullptr) + (method.stream != nullptr), 1) << method.name;
  }
  EXPECT_EQ(served, said);
}

TEST(Methods, EveryMethodHasARoleAndNoRoleIsOfAnother) {
  std::set<std::string> served, in_table;
  for (const Method& method : AllMethods(Rooms())) served.insert(method.service + "/" + method.name);
  for (const access::MethodRole& row : access::MethodRoles()) in_table.insert(std::string(row.method));
  EXPECT_EQ(served, in_table);
}

TEST(Catalogue, EveryDefinitionSaysWhatItIsAndItsExampleCanBeAsked) {
  for (const kpi::Definition& definition : kpi::AllKpis()) {
    const v1::KpiDefinition message = DefinitionToWire(definition);
    EXPECT_NE(message.title(), "") << message.id();
    EXPECT_NE(message.formula(), "") << message.id();
    EXPECT_NE(message.unit(), v1::UNIT_UNSPECIFIED) << message.id();
    EXPECT_GT(message.anchors_size(), 0) << message.id();
    EXPECT_GT(message.dimensions_size(), 0) << message.id();
    v1::QueryKpisRequest request;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(message.example_request(), &request).ok())
        << message.example_request();
    const auto question = QuestionFromWire(request, settings::Settings(), 0);
    ASSERT_TRUE(question.ok()) << question.status();
    const auto plan = plan::MakePlan(*question, settings::Settings(), plan::Limits());
    EXPECT_TRUE(plan.ok()) << message.example_request() << " " << plan.status();
  }
}

}  // namespace
}  // namespace supportkpi::service
