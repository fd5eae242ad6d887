#include "client/api/record_client.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/field_mask.pb.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/api/errors.h"
#include "client/api/reflection.h"
#include "client/api/request_id.h"
#include "proto/base/status_macros.h"

namespace consilium {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// "adverseEvents" as it stands in the name of a method: "AdverseEvents".
std::string Capitalized(absl::string_view word) {
  std::string capitalized(word);
  if (!capitalized.empty()) {
    capitalized[0] = absl::ascii_toupper(capitalized[0]);
  }
  return capitalized;
}

// One call of a standard method: the request by the names of its fields.
class StandardCall {
 public:
  // `verb` as in "Get"; `noun` as in "Trial" or "Trials".
  StandardCall(const RecordTraits& traits, absl::string_view verb,
               absl::string_view noun)
      : traits_(traits),
        method_(absl::StrCat(traits.descriptor->file()->package(), ".",
                             traits.descriptor->name(), "Service.", verb,
                             noun)),
        descriptor_(FindMethod(method_)) {
    if (descriptor_ != nullptr) {
      request_ = NewMessage(*descriptor_->input_type());
    }
  }

  StandardCall& Set(const char* field, absl::string_view value) {
    if (const FieldDescriptor* found = Find(field)) {
      request_->GetReflection()->SetString(request_.get(), found,
                                           std::string(value));
    }
    return *this;
  }

  StandardCall& Set(const char* field, bool value) {
    if (const FieldDescriptor* found = Find(field)) {
      request_->GetReflection()->SetBool(request_.get(), found, value);
    }
    return *this;
  }

  // The id of a record to create, in a field such as "trial_id".
  StandardCall& SetId(absl::string_view id) {
    if (request_ == nullptr) return *this;
    const auto& type = *request_->GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const std::string& name = type.field(i)->name();
      if (absl::EndsWith(name, "_id") && name != "request_id") {
        return Set(name.c_str(), id);
      }
    }
    complete_ = false;
    return *this;
  }

  StandardCall& SetRecord(const Message& record) {
    if (Message* field = MutableOfType(record.GetDescriptor())) {
      field->CopyFrom(record);
    }
    return *this;
  }

  StandardCall& SetMask(const std::vector<std::string>& paths) {
    if (paths.empty()) return *this;
    if (auto* mask = Mutable<google::protobuf::FieldMask>()) {
      for (const std::string& path : paths) mask->add_paths(path);
    }
    return *this;
  }

  StandardCall& SetWrite(const RecordWriteOptions& write) {
    if (auto* change = Mutable<v1::ChangeContext>()) *change = write.change;
    Set("request_id",
        write.request_id.empty() ? NewRequestId() : write.request_id);
    return Set("validate_only", write.validate_only);
  }

  // The request, or an error when this release has no such method or field.
  absl::StatusOr<const Message*> request() const {
    if (request_ == nullptr || !complete_) return MethodUnknown(method_);
    return request_.get();
  }

  const std::string& method() const { return method_; }

  // Calls a method that answers with the record.
  absl::StatusOr<RecordMessage> Run(Caller& caller,
                                    const CallOptions& options) {
    ASSIGN_OR_RETURN(const Message* request, this->request());
    RecordMessage record = traits_.New();
    RETURN_IF_ERROR(caller.Call(method_, *request, *record, options));
    return record;
  }

 private:
  const FieldDescriptor* Find(const char* name) {
    if (request_ == nullptr) return nullptr;
    const FieldDescriptor* field =
        request_->GetDescriptor()->FindFieldByName(name);
    if (field == nullptr) complete_ = false;
    return field;
  }

  Message* MutableOfType(const google::protobuf::Descriptor* type) {
    if (request_ == nullptr) return nullptr;
    const auto& fields = *request_->GetDescriptor();
    for (int i = 0; i < fields.field_count(); ++i) {
      if (fields.field(i)->message_type() == type) {
        return request_->GetReflection()->MutableMessage(request_.get(),
                                                         fields.field(i));
      }
    }
    complete_ = false;
    return nullptr;
  }

  template <typename T>
  T* Mutable() {
    return static_cast<T*>(MutableOfType(T::descriptor()));
  }

  const RecordTraits& traits_;
  const std::string method_;
  const google::protobuf::MethodDescriptor* const descriptor_;
  std::unique_ptr<Message> request_;
  bool complete_ = true;  // Every field that was set exists.
};

std::string One(const RecordTraits& traits) {
  return Capitalized(traits.singular);
}

}  // namespace

absl::StatusOr<RecordMessage> RecordClient::Get(const RecordTraits& traits,
                                                absl::string_view name,
                                                absl::string_view at) {
  StandardCall call(traits, "Get", One(traits));
  call.Set("name", name);
  if (!at.empty()) call.Set("at", at);
  return call.Run(caller_, options_);
}

absl::Status RecordClient::List(const RecordTraits& traits,
                                const RecordListOptions& list,
                                absl::FunctionRef<bool(Message&)> visit) {
  StandardCall call(traits, "List", Capitalized(traits.collection));
  call.Set("parent", list.parent);
  if (!list.filter.empty()) call.Set("filter", list.filter);
  if (!list.at.empty()) call.Set("at", list.at);
  if (list.show_deleted) call.Set("show_deleted", true);
  ASSIGN_OR_RETURN(const Message* request, call.request());
  return ListPages(caller_, call.method(), *request, visit, options_);
}

absl::StatusOr<RecordMessage> RecordClient::Create(
    const RecordTraits& traits, absl::string_view parent, absl::string_view id,
    const Message& record, const RecordWriteOptions& write) {
  StandardCall call(traits, "Create", One(traits));
  return call.Set("parent", parent)
      .SetId(id)
      .SetRecord(record)
      .SetWrite(write)
      .Run(caller_, options_);
}

absl::StatusOr<RecordMessage> RecordClient::Update(
    const RecordTraits& traits, const Message& record,
    const std::vector<std::string>& update_mask,
    const RecordWriteOptions& write) {
  const RecordMessage stated(record.New());
  stated->CopyFrom(record);
  if (const auto* etag = record.GetDescriptor()->FindFieldByNumber(kEtagField);
      etag != nullptr && !write.etag.empty()) {
    stated->GetReflection()->SetString(stated.get(), etag, write.etag);
  }
  StandardCall call(traits, "Update", One(traits));
  return call.SetRecord(*stated)
      .SetMask(update_mask)
      .SetWrite(write)
      .Run(caller_, options_);
}

absl::StatusOr<RecordMessage> RecordClient::Delete(
    const RecordTraits& traits, absl::string_view name,
    absl::string_view reason, const RecordWriteOptions& write) {
  StandardCall call(traits, "Delete", One(traits));
  return call.Set("name", name)
      .Set("etag", write.etag)
      .Set("reason", reason)
      .SetWrite(write)
      .Run(caller_, options_);
}

absl::StatusOr<RecordMessage> RecordClient::Undelete(
    const RecordTraits& traits, absl::string_view name,
    const RecordWriteOptions& write) {
  StandardCall call(traits, "Undelete", One(traits));
  return call.Set("name", name)
      .Set("etag", write.etag)
      .SetWrite(write)
      .Run(caller_, options_);
}

}  // namespace consilium
