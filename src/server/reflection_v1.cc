// Answers from the pool of descriptors that are linked in. Nothing here waits, so it runs in gRPC's reactions.
#include "server/reflection_v1.h"

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"

namespace supportkpi::server {

namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;

void NotFound(ServerReflectionResponse* response, const std::string& what) {
  response->mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
  response->mutable_error_response()->set_error_message("not found: " + what);
}

// The file after everything that it imports.
void AddFiles(const FileDescriptor& file, std::set<const FileDescriptor*>* added, ServerReflectionResponse* response) {
  if (!added->insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFiles(*file.dependency(i), added, response);
  google::protobuf::FileDescriptorProto message;
  file.CopyTo(&message);
  response->mutable_file_descriptor_response()->add_file_descriptor_proto(message.SerializeAsString());
}

void AnswerFile(const FileDescriptor* file, const std::string& what, ServerReflectionResponse* response) {
  std::set<const FileDescriptor*> added;
  if (file == nullptr) return NotFound(response, what);
  AddFiles(*file, &added, response);
}

ServerReflectionResponse Answer(const ServerReflectionRequest& request, const std::vector<std::string>& services) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  ServerReflectionResponse response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case ServerReflectionRequest::kFileByFilename:
      AnswerFile(pool.FindFileByName(request.file_by_filename()), request.file_by_filename(), &response);
      break;
    case ServerReflectionRequest::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()), request.file_containing_symbol(),
                 &response);
      break;
    case ServerReflectionRequest::kFileContainingExtension:
    case ServerReflectionRequest::kAllExtensionNumbersOfType: {  // this API has no extensions
      const bool asks_numbers = request.has_all_extension_numbers_of_type();
      const std::string& type = asks_numbers ? request.all_extension_numbers_of_type()
                                             : request.file_containing_extension().containing_type();
      if (!asks_numbers || pool.FindMessageTypeByName(type) == nullptr) {
        NotFound(&response, type);
      } else {
        response.mutable_all_extension_numbers_response()->set_base_type_name(type);
      }
      break;
    }
    case ServerReflectionRequest::kListServices:
      for (const std::string& name : services) response.mutable_list_services_response()->add_service()->set_name(name);
      break;
    case ServerReflectionRequest::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(grpc::StatusCode::INVALID_ARGUMENT);
      response.mutable_error_response()->set_error_message("message_request: required");
      break;
  }
  return response;
}

class Stream final : public grpc::ServerBidiReactor<ServerReflectionRequest, ServerReflectionResponse> {
 public:
  explicit Stream(const std::vector<std::string>& services) : services_(services) { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_ = Answer(request_, services_);
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  const std::vector<std::string>& services_;
  ServerReflectionRequest request_;
  ServerReflectionResponse response_;
};

class Service final : public grpc::reflection::v1::ServerReflection::CallbackService {
 public:
  void SetServices(const std::vector<std::string>& services) { services_ = services; }

  grpc::ServerBidiReactor<ServerReflectionRequest, ServerReflectionResponse>* ServerReflectionInfo(
      grpc::CallbackServerContext*) override {
    return new Stream(services_);
  }

 private:
  std::vector<std::string> services_;  // set before the server starts
};

class Plugin final : public grpc::ServerBuilderPlugin {
 public:
  std::string name() override { return "reflection_v1"; }
  void InitServer(grpc::ServerInitializer* initializer) override { initializer->RegisterService(service_); }
  void Finish(grpc::ServerInitializer* initializer) override { service_->SetServices(*initializer->GetServiceList()); }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  const std::shared_ptr<Service> service_ = std::make_shared<Service>();
};

class Option final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Plugin>());
    plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
  }
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> ReflectionOption() { return std::make_unique<Option>(); }

}  // namespace supportkpi::server
