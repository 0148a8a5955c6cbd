// The JSON Schemas beside the documents (abi/schemas), as a host would use them.
// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <fstream>
#include <sstream>

#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

namespace conformance {

std::string schema_problem(const rapidjson::Value& document, std::string name) {
  // A reply that is still awaited, or that is about a schedule, is the same document.
  for (const char* suffix : {"_awaited", "_scheduled"}) {
    if (const std::size_t variant = name.find(suffix); variant != std::string::npos)
      name.erase(variant);
  }
  std::ifstream file(std::string(SCHEMAS) + "/" + name + ".json");
  std::ostringstream text;
  text << file.rdbuf();
  rapidjson::Document parsed;
  if (!file || parsed.Parse(text.str().c_str()).HasParseError())
    return "there is no schema " + name + ".json";
  const rapidjson::SchemaDocument schema(parsed);
  rapidjson::SchemaValidator validator(schema);
  if (document.Accept(validator)) return {};
  rapidjson::StringBuffer where;
  validator.GetInvalidDocumentPointer().StringifyUriFragment(where);
  return name + ".json: " + where.GetString() + " breaks \"" + validator.GetInvalidSchemaKeyword() +
         "\"";
}

}  // namespace conformance
