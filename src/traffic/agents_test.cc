// SPDX-License-Identifier: Apache-2.0
// uap-core's own suites, all of them, on the rules they were written for.
#include "traffic/agents.hh"

#include <filesystem>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "base/file.hh"
#include "base/testing.hh"
#include "traffic/data.hh"

namespace avow::traffic {
namespace {

const std::filesystem::path kVectors =
    std::filesystem::path(AVOW_SOURCE_DIR) / "../shared/vectors/uap-core";

const AgentRules& rules() {
    static const auto made = AgentRules::create(traffic_data("regexes.yaml"));
    return *made;
}

const AgentRules& suite_rules() {
    static const auto made = [] {
        const auto text = read_file(kVectors / "regexes.yaml");
        return AgentRules::create(text.value_or(""));
    }();
    return *made;
}

std::string wanted(const YAML::Node& test, const char* key) {
    const auto node = test[key];
    return node && node.IsScalar() ? node.as<std::string>() : std::string();
}

// What the case says and what we found, side by side; `keys` in the order of `parts`.
template <typename Read>
int failures_of(const char* file, const std::vector<const char*>& keys, int& cases, Read read) {
    int failures = 0;
    for (const auto& test : YAML::LoadFile((kVectors / file).string())["test_cases"]) {
        const auto agent = test["user_agent_string"].as<std::string>();
        const std::vector<std::string> found = read(agent);
        ++cases;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (wanted(test, keys[i]) == found[i]) continue;
            ++failures;
            if (failures < 5) ADD_FAILURE() << agent << ": " << keys[i] << " is " << found[i];
            break;
        }
    }
    return failures;
}

TEST(Agents, EveryBrowserCaseOfUapCoreIsRight) {
    if (!std::filesystem::exists(kVectors))
        GTEST_SKIP() << "the vectors are not beside this checkout";
    int cases = 0;
    const auto wrong = failures_of("test_ua.yaml", {"family", "major", "minor", "patch"}, cases,
                                   [](const std::string& agent) -> std::vector<std::string> {
                                       const auto found = suite_rules().browser(agent);
                                       return {found.family, found.major, found.minor, found.patch};
                                   });
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(cases, 1500);
}

TEST(Agents, EverySystemCaseOfUapCoreIsRight) {
    if (!std::filesystem::exists(kVectors))
        GTEST_SKIP() << "the vectors are not beside this checkout";
    int cases = 0;
    const auto wrong = failures_of(
        "test_os.yaml", {"family", "major", "minor", "patch", "patch_minor"}, cases,
        [](const std::string& agent) -> std::vector<std::string> {
            const auto found = suite_rules().system(agent);
            return {found.family, found.major, found.minor, found.patch, found.patch_minor};
        });
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(cases, 400);
}

TEST(Agents, EveryDeviceCaseOfUapCoreIsRight) {
    if (!std::filesystem::exists(kVectors))
        GTEST_SKIP() << "the vectors are not beside this checkout";
    int cases = 0;
    const auto wrong = failures_of("test_device.yaml", {"family", "brand", "model"}, cases,
                                   [](const std::string& agent) -> std::vector<std::string> {
                                       const auto found = suite_rules().device(agent);
                                       return {found.family, found.brand, found.model};
                                   });
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(cases, 16000);
}

TEST(Agents, RulesThatCannotBeReadAreRefused) {
    EXPECT_THAT(AgentRules::create("user_agent_parsers: ["), avow::testing::Fails(Code::invalid));
    EXPECT_THAT(AgentRules::create("a: b"), avow::testing::Fails(Code::invalid));
}

TEST(Agents, NoMatchIsOther) {
    EXPECT_EQ(rules().browser("\xff\xfe nothing").family, "Other");
    EXPECT_EQ(rules().device("").family, "Other");
}

}  // namespace
}  // namespace avow::traffic
