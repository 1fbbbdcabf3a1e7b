// Answers from the pool of descriptors that are linked in. Nothing here waits, so it runs in gRPC's reactions.
#include "server/reflection.h"

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"
#include "grpcpp/impl/server_builder_plugin.h"
#include "grpcpp/impl/server_initializer.h"

namespace supportkpi::server {

namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
namespace v1 = grpc::reflection::v1;
namespace v1alpha = grpc::reflection::v1alpha;

// The two versions are the same but for the package.
template <class Response>
void NotFound(Response* response, const std::string& what) {
  response->mutable_error_response()->set_error_code(grpc::StatusCode::NOT_FOUND);
  response->mutable_error_response()->set_error_message("not found: " + what);
}

// The file after everything that it imports.
template <class Response>
void AddFiles(const FileDescriptor& file, std::set<const FileDescriptor*>* added, Response* response) {
  if (!added->insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) AddFiles(*file.dependency(i), added, response);
  google::protobuf::FileDescriptorProto message;
  file.CopyTo(&message);
  response->mutable_file_descriptor_response()->add_file_descriptor_proto(message.SerializeAsString());
}

template <class Response>
void AnswerFile(const FileDescriptor* file, const std::string& what, Response* response) {
  std::set<const FileDescriptor*> added;
  if (file == nullptr) return NotFound(response, what);
  AddFiles(*file, &added, response);
}

template <class Request, class Response>
Response Answer(const Request& request, const std::vector<std::string>& services) {
  const DescriptorPool& pool = *DescriptorPool::generated_pool();
  Response response;
  response.set_valid_host(request.host());
  *response.mutable_original_request() = request;
  switch (request.message_request_case()) {
    case Request::kFileByFilename:
      AnswerFile(pool.FindFileByName(request.file_by_filename()), request.file_by_filename(), &response);
      break;
    case Request::kFileContainingSymbol:
      AnswerFile(pool.FindFileContainingSymbol(request.file_containing_symbol()), request.file_containing_symbol(),
                 &response);
      break;
    case Request::kFileContainingExtension:
    case Request::kAllExtensionNumbersOfType: {  // this API has no extensions
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
    case Request::kListServices:
      for (const std::string& name : services) response.mutable_list_services_response()->add_service()->set_name(name);
      break;
    case Request::MESSAGE_REQUEST_NOT_SET:
      response.mutable_error_response()->set_error_code(grpc::StatusCode::INVALID_ARGUMENT);
      response.mutable_error_response()->set_error_message("message_request: required");
      break;
  }
  return response;
}

template <class Request, class Response>
class Stream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit Stream(const std::vector<std::string>& services) : services_(services) { this->StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::OK);
    response_ = Answer<Request, Response>(request_, services_);
    this->StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::CANCELLED);
    this->StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  const std::vector<std::string>& services_;
  Request request_;
  Response response_;
};

template <class Version, class Request, class Response>
class Service final : public Version::CallbackService {
 public:
  void SetServices(const std::vector<std::string>& services) { services_ = services; }

  grpc::ServerBidiReactor<Request, Response>* ServerReflectionInfo(grpc::CallbackServerContext*) override {
    return new Stream<Request, Response>(services_);
  }

 private:
  std::vector<std::string> services_;  // set before the server starts
};

template <class Version, class Request, class Response>
class Plugin final : public grpc::ServerBuilderPlugin {
 public:
  std::string name() override { return Version::service_full_name(); }
  void InitServer(grpc::ServerInitializer* initializer) override { initializer->RegisterService(service_); }
  void Finish(grpc::ServerInitializer* initializer) override { service_->SetServices(*initializer->GetServiceList()); }
  void ChangeArguments(const std::string&, void*) override {}

 private:
  const std::shared_ptr<Service<Version, Request, Response>> service_ =
      std::make_shared<Service<Version, Request, Response>>();
};

class Option final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Plugin<v1::ServerReflection, v1::ServerReflectionRequest,
                                               v1::ServerReflectionResponse>>());
    plugins->push_back(std::make_unique<Plugin<v1alpha::ServerReflection, v1alpha::ServerReflectionRequest,
                                               v1alpha::ServerReflectionResponse>>());
  }
};

}  // namespace

std::unique_ptr<grpc::ServerBuilderOption> ReflectionOption() { return std::make_unique<Option>(); }

}  // namespace supportkpi::server
