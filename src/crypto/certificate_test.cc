// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.hh"

#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/testing.hh"

namespace avow::crypto {
namespace {

using testing::Fails;

constexpr Time kNow{1'790'000'000'000};
using Certificate = std::shared_ptr<X509>;

Certificate read(const std::string& pem) {
    BIO* const buffer = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* const certificate = PEM_read_bio_X509(buffer, nullptr, nullptr, nullptr);
    BIO_free(buffer);
    return Certificate(certificate, X509_free);
}

// X509_V_OK, or the reason why the chain does not hold for a TLS server of that name at that time.
int chain_error(const std::string& leaf, const std::string& authority, const char* host, Time at) {
    const Certificate trusted = read(authority);
    const Certificate checked = read(leaf);
    X509_STORE* const store = X509_STORE_new();
    X509_STORE_add_cert(store, trusted.get());
    X509_STORE_CTX* const context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, checked.get(), nullptr);
    X509_STORE_CTX_set_default(context, "ssl_server");
    auto* const parameters = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(parameters, at.ms / kSecondMs);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set1_host(parameters, host, 0);
    const int verified = X509_verify_cert(context);
    const int error = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return verified == 1 ? X509_V_OK : error;
}

TEST(Certificate, TheLeafVerifiesUnderItsAuthorityStrictly) {
    SystemRandom random;
    ASSERT_GET(const auto authority, create_authority("Example portal authority", kNow, random));
    const std::vector<std::string> names{"portal.example.org", "192.0.2.7"};
    ASSERT_GET(const auto leaf, issue_leaf(authority, names, kNow, random));
    const auto error = [&](const char* host) {
        return chain_error(leaf.certificate_pem, authority.certificate_pem, host, kNow);
    };
    EXPECT_EQ(error("localhost"), X509_V_OK);
    EXPECT_EQ(error("portal.example.org"), X509_V_OK);
    EXPECT_EQ(error("other.example.org"), X509_V_ERR_HOSTNAME_MISMATCH);
    const auto certificate = read(leaf.certificate_pem);
    for (const char* address : {"127.0.0.1", "::1", "192.0.2.7"}) {
        EXPECT_EQ(X509_check_ip_asc(certificate.get(), address, 0), 1) << address;
    }
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "192.0.2.8", 0), 0);
}

TEST(Certificate, AnotherAuthorityOfTheSameNameDoesNotVerifyIt) {
    SystemRandom random;
    ASSERT_GET(const auto authority, create_authority("Same name", kNow, random));
    ASSERT_GET(const auto other, create_authority("Same name", kNow, random));
    ASSERT_GET(const auto leaf, issue_leaf(authority, {}, kNow, random));
    EXPECT_NE(chain_error(leaf.certificate_pem, other.certificate_pem, "localhost", kNow),
              X509_V_OK);
    EXPECT_THAT(issue_leaf({authority.certificate_pem, other.key_pem}, {}, kNow, random),
                Fails(Code::invalid));
}

TEST(Certificate, LivesAsLongAsBrowsersTake) {
    SystemRandom random;
    ASSERT_GET(const auto authority, create_authority("Authority", kNow, random));
    ASSERT_GET(const auto leaf, issue_leaf(authority, {}, kNow, random));
    ASSERT_GET(const Time end, expires_at(leaf.certificate_pem));
    EXPECT_LE(end - kNow, kLeafLifeMs);
    EXPECT_GT(end - kNow, kLeafLifeMs - kDayMs);
    ASSERT_GET(const Time authority_end, expires_at(authority.certificate_pem));
    EXPECT_EQ(authority_end - kNow, kAuthorityLifeMs);
    EXPECT_EQ(
        chain_error(leaf.certificate_pem, authority.certificate_pem, "localhost", end + kDayMs),
        X509_V_ERR_CERT_HAS_EXPIRED);
}

TEST(Certificate, TheLeafNeverOutlivesItsAuthority) {
    SystemRandom random;
    ASSERT_GET(const auto authority, create_authority("Authority", kNow, random));
    const Time late = kNow + (kAuthorityLifeMs - 30 * kDayMs);
    ASSERT_GET(const auto leaf, issue_leaf(authority, {}, late, random));
    EXPECT_EQ(*expires_at(leaf.certificate_pem), *expires_at(authority.certificate_pem));
}

TEST(Certificate, TheAuthoritySignsLeavesOnlyAndALeafSignsNothing) {
    SystemRandom random;
    ASSERT_GET(const auto authority, create_authority("Authority", kNow, random));
    ASSERT_GET(const auto leaf, issue_leaf(authority, {}, kNow, random));
    const auto upper = read(authority.certificate_pem);
    EXPECT_EQ(X509_check_ca(upper.get()), 1);
    EXPECT_EQ(X509_get_pathlen(upper.get()), 0);
    EXPECT_EQ(X509_get_key_usage(upper.get()), std::uint32_t{KU_KEY_CERT_SIGN | KU_CRL_SIGN});
    const auto lower = read(leaf.certificate_pem);
    EXPECT_EQ(X509_check_ca(lower.get()), 0);
    EXPECT_EQ(X509_get_key_usage(lower.get()), std::uint32_t{KU_DIGITAL_SIGNATURE});
    EXPECT_EQ(X509_get_extended_key_usage(lower.get()), std::uint32_t{XKU_SSL_SERVER});
}

TEST(Certificate, SerialsAreLongAndDiffer) {
    SystemRandom random;
    ASSERT_GET(const auto authority, create_authority("Authority", kNow, random));
    ASSERT_GET(const auto first, issue_leaf(authority, {}, kNow, random));
    ASSERT_GET(const auto second, issue_leaf(authority, {}, kNow, random));
    const auto a = read(first.certificate_pem);
    const auto b = read(second.certificate_pem);
    EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(a.get()), X509_get0_serialNumber(b.get())),
              0);
    EXPECT_EQ(ASN1_STRING_length(X509_get0_serialNumber(a.get())), 16);
}

TEST(Certificate, WrongInputIsRefusedByName) {
    SystemRandom random;
    EXPECT_THAT(create_authority("", kNow, random), Fails(Code::invalid));
    EXPECT_THAT(create_authority(std::string(65, 'x'), kNow, random), Fails(Code::invalid));
    ASSERT_GET(const auto authority, create_authority("Authority", kNow, random));
    for (const std::string name :
         {"", "two words", "a,DNS:b", "-x.org", "https://x.org", "x..org"}) {
        const std::vector<std::string> names{name};
        EXPECT_THAT(issue_leaf(authority, names, kNow, random), Fails(Code::invalid)) << name;
    }
    EXPECT_THAT(issue_leaf({"no", "pem"}, {}, kNow, random), Fails(Code::invalid));
    EXPECT_THAT(expires_at("no certificate"), Fails(Code::invalid));
}

}  // namespace
}  // namespace avow::crypto
