#include "tests/bench/import_stream.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace supportkpi::bench {

ImportStream::ImportStream(const std::shared_ptr<grpc::Channel>& channel, int chunk_records, const std::string& tenant)
    : stub_(v1::RecordService::NewStub(channel)), stream_(stub_->ImportRecords(&context_)), chunk_records_(chunk_records) {
  v1::ImportRecordsRequest open;
  open.mutable_open()->set_stream_id(absl::StrCat("bench-", absl::ToUnixNanos(absl::Now())));
  open.mutable_open()->set_epoch(1);
  open.mutable_open()->set_tenant(tenant);
  stream_->Write(open);
  v1::ImportRecordsResponse hello;
  if (!stream_->Read(&hello)) Die();
  window_ = std::max(1, hello.hello().window_chunks());
}

v1::Record* ImportStream::Add() {
  if (request_ != nullptr && request_->chunk().records_size() >= chunk_records_) Send();
  if (request_ == nullptr) {
    arena_ = std::make_unique<google::protobuf::Arena>();
    request_ = google::protobuf::Arena::CreateMessage<v1::ImportRecordsRequest>(arena_.get());
  }
  return request_->mutable_chunk()->add_records();
}

void ImportStream::Send() {
  request_->mutable_chunk()->set_position(++position_);
  sent_ += request_->chunk().records_size();
  bytes_ += static_cast<int64_t>(request_->ByteSizeLong());
  if (!stream_->Write(*request_)) Die();
  request_ = nullptr;
  while (position_ - durable_ >= window_) ReadAcknowledgement();
}

void ImportStream::Finish() {
  if (request_ != nullptr) Send();
  stream_->WritesDone();
  while (durable_ < position_) ReadAcknowledgement();
  const grpc::Status status = stream_->Finish();
  if (!status.ok()) std::cerr << status.error_message() << "\n";
}

void ImportStream::ReadAcknowledgement() {
  v1::ImportRecordsResponse response;
  if (!stream_->Read(&response)) Die();
  durable_ = response.ack().durable_through();
  for (const v1::RejectedRecord& rejected : response.ack().rejected()) std::cerr << rejected.ShortDebugString() << "\n";
}

void ImportStream::Die() {
  std::cerr << "import: " << stream_->Finish().error_message() << "\n";
  std::exit(1);
}

}  // namespace supportkpi::bench
