// The page's modules as one script. Each becomes a function that is called once and returns what it
// exports, so that names which a module keeps to itself stay its own.
// SPDX-License-Identifier: Apache-2.0
#include "routes/page_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

namespace manager {
namespace {

class joining {
 public:
  explicit joining(const std::vector<page_source>& modules) : modules_(modules) {}

  void add(const std::string& name) {
    if (done_.contains(name)) return;
    if (!begun_.insert(name).second) {
      throw std::runtime_error(name + " imports what needs it");
    }
    const auto found = std::find_if(modules_.begin(), modules_.end(),
                                    [&](const page_source& one) { return one.name == name; });
    if (found == modules_.end()) throw std::runtime_error("there is no module " + name);
    add_text(name, std::string(found->text));
    done_.insert(name);
  }

  std::string script() && { return std::move(script_); }

 private:
  static std::string variable(const std::string& name) {
    std::string made = "module_" + name.substr(0, name.find('.'));
    std::replace(made.begin(), made.end(), '-', '_');
    return made;
  }

  void add_text(const std::string& name, const std::string& text) {
    static const std::regex statement(R"re((^|\n)import \{([^{}]*)\} from "\./([^"/]+)";)re");
    static const std::regex exported(
        R"re((^|\n)export (async function|function|const|class) ([A-Za-z_$][A-Za-z0-9_$]*))re");
    static const std::regex renamed(" as ");
    std::string body;
    auto at = text.cbegin();
    for (std::sregex_iterator one(text.begin(), text.end(), statement), end; one != end; ++one) {
      add((*one)[3]);
      body.append(at, (*one)[0].first);
      body += fmt::format("{}const {{{}}} = {};", (*one)[1].str(),
                          std::regex_replace((*one)[2].str(), renamed, ": "), variable((*one)[3]));
      at = (*one)[0].second;
    }
    body.append(at, text.cend());
    std::vector<std::string> names;
    for (std::sregex_iterator one(body.begin(), body.end(), exported), end; one != end; ++one) {
      names.push_back((*one)[3]);
    }
    body = std::regex_replace(body, exported, "$1$2 $3");
    for (const char* left : {"\nimport ", "\nexport "}) {
      if (("\n" + body).find(left) != std::string::npos) {
        throw std::runtime_error(fmt::format("{} has an{}that is not understood", name, left));
      }
    }
    script_ += fmt::format("const {} = (() => {{\n{}\nreturn {{{}}};\n}})();\n", variable(name),
                           body, fmt::join(names, ", "));
  }

  const std::vector<page_source>& modules_;
  std::set<std::string> begun_, done_;
  std::string script_;
};

}  // namespace

std::string joined_script(const std::vector<page_source>& modules, std::string_view first) {
  joining all(modules);
  all.add(std::string(first));
  return std::move(all).script();
}

}  // namespace manager
