// ConfigService.
#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"
#include "record/violation.h"
#include "service/rooms.h"
#include "status/macros.h"
#include "supportkpi/v1/config_service.grpc.pb.h"

namespace supportkpi::service {

namespace {

using google::protobuf::util::FieldMaskUtil;
using v1::ConfigService;

// Another change may come between reading the settings and writing them back.
constexpr int kMergeAttemptsMax = 8;

absl::StatusOr<v1::GetSettingsResponse> Get(const Rooms& rooms, const v1::GetSettingsRequest&, const Call& call) {
  ASSIGN_OR_RETURN(ingest::SettingsResult result, rooms.committer->GetSettings(call.tenant));
  v1::GetSettingsResponse response;
  *response.mutable_settings() = std::move(result.settings);
  response.set_version(result.version);
  return response;
}

absl::StatusOr<ingest::SettingsResult> Write(const Rooms& rooms, const Call& call, const v1::Settings& settings,
                                             std::optional<int64_t> expected_version) {
  return Await<ingest::SettingsResult>([&](auto done) {
    rooms.committer->UpdateSettings(call.tenant, settings, expected_version, std::move(done));
  });
}

// The settings in force with the fields of the mask replaced.
absl::StatusOr<ingest::SettingsResult> Merge(const Rooms& rooms, const Call& call, const v1::UpdateSettingsRequest& request,
                                             std::optional<int64_t> expected_version) {
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  for (int attempt = 1;; ++attempt) {
    ASSIGN_OR_RETURN(ingest::SettingsResult now, rooms.committer->GetSettings(call.tenant));
    FieldMaskUtil::MergeMessageTo(request.settings(), request.update_mask(), options, &now.settings);
    auto result = Write(rooms, call, now.settings, expected_version.value_or(now.version));
    const bool again = absl::IsAborted(result.status()) && !expected_version.has_value() && attempt < kMergeAttemptsMax;
    if (!again) return result;
  }
}

absl::Status CheckMask(const google::protobuf::FieldMask& mask) {
  for (int i = 0; i < mask.paths_size(); ++i) {
    if (v1::Settings::descriptor()->FindFieldByName(mask.paths(i)) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("update_mask.paths[", i, "]: ", record::Quoted(mask.paths(i)),
                                                     " is no field of Settings; a top-level one such as time_zone"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::UpdateSettingsResponse> Update(const Rooms& rooms, const v1::UpdateSettingsRequest& request,
                                                  const Call& call) {
  if (!request.has_settings()) return absl::InvalidArgumentError("settings: required");
  const std::optional<int64_t> expected_version =
      request.has_expected_version() ? std::optional(request.expected_version()) : std::nullopt;
  const auto& paths = request.update_mask().paths();
  const bool replaces_all = paths.empty() || (paths.size() == 1 && paths.Get(0) == "*");
  if (!replaces_all) RETURN_IF_ERROR(CheckMask(request.update_mask()));
  ASSIGN_OR_RETURN(ingest::SettingsResult result, replaces_all
                                                      ? Write(rooms, call, request.settings(), expected_version)
                                                      : Merge(rooms, call, request, expected_version));
  v1::UpdateSettingsResponse response;
  *response.mutable_settings() = std::move(result.settings);
  response.set_version(result.version);
  return response;
}

}  // namespace

std::vector<Method> ConfigMethods(const Rooms& rooms) {
  return {
      Unary<ConfigService, v1::GetSettingsRequest>("GetSettings", Work::kRecords, rooms, Get),
      Unary<ConfigService, v1::UpdateSettingsRequest>("UpdateSettings", Work::kRecords, rooms, Update),
  };
}

}  // namespace supportkpi::service
