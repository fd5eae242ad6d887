// Components of treatments in the words of a medical report.
//
// Pure.
#ifndef CONSILIUM_PROTO_BASE_TREATMENT_WORDS_H_
#define CONSILIUM_PROTO_BASE_TREATMENT_WORDS_H_

#include <string>

#include "consilium/v1/arm.pb.h"

namespace consilium {

// "Gefitinib 250 mg once daily, oral, concurrent with radiotherapy".
std::string ComponentText(const v1::DrugComponent& drug);
std::string ComponentText(const v1::RadiotherapyComponent& radiotherapy);
std::string ComponentText(const v1::SurgeryComponent& surgery);
std::string ComponentText(const v1::OtherComponent& other);

}  // namespace consilium

#endif  // CONSILIUM_PROTO_BASE_TREATMENT_WORDS_H_
