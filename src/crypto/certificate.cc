// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.hh"

#include <algorithm>
#include <cctype>
#include <memory>
#include <vector>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/text.hh"
#include "crypto/openssl.hh"

namespace avow::crypto {
namespace {

using Certificate = Owned<X509, X509_free>;
using PrivateKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using Buffer = Owned<BIO, BIO_free_all>;
using Number = Owned<BIGNUM, BN_free>;
using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using Names = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using Name = Owned<GENERAL_NAME, GENERAL_NAME_free>;

// Clocks of visitors may be behind ours.
constexpr std::int64_t kBackdateMs = kHourMs;

Error failed(std::string_view what) {
    char words[256];
    ERR_error_string_n(ERR_get_error(), words, sizeof words);
    ERR_clear_error();
    return Error(Code::internal, "cannot make a certificate")
        .caused_by(std::string(what) + ": " + words);
}

std::string text_of(BIO* buffer) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(buffer, &data);
    return std::string(data, static_cast<std::size_t>(size));
}

Buffer reading(std::string_view text) {
    return Buffer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<CertificateAndKey> to_pem(X509* certificate, EVP_PKEY* key) {
    const Buffer first(BIO_new(BIO_s_mem()));
    const Buffer second(BIO_new(BIO_s_secmem()));
    if (PEM_write_bio_X509(first.get(), certificate) != 1 ||
        PEM_write_bio_PKCS8PrivateKey(second.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
            1) {
        return failed("PEM");
    }
    return CertificateAndKey{text_of(first.get()), text_of(second.get())};
}

// A password callback that has none: OpenSSL would ask on the terminal.
int no_password(char*, int, int, void*) {
    return 0;
}

Result<Certificate> read_certificate(std::string_view pem) {
    const Buffer buffer = reading(pem);
    Certificate certificate(PEM_read_bio_X509(buffer.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    if (certificate == nullptr) return Error(Code::invalid, "this is not a certificate in PEM");
    return certificate;
}

Result<PrivateKey> read_private_key(std::string_view pem) {
    const Buffer buffer = reading(pem);
    PrivateKey key(PEM_read_bio_PrivateKey(buffer.get(), nullptr, no_password, nullptr));
    ERR_clear_error();
    if (key == nullptr) return Error(Code::invalid, "this is not a private key in PEM");
    return key;
}

Status add_extension(X509* to, X509* issuer, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
    if (extension == nullptr || X509_add_ext(to, extension.get(), -1) != 1) {
        return failed("extension");
    }
    return {};
}

// 127 random bits below a leading one: positive, never short, never zero.
Status set_serial(X509* certificate, Random& random) {
    auto bytes = random.take<16>();
    bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x3f) | 0x40);
    const Number number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    if (!number ||
        BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) == nullptr) {
        return failed("serial");
    }
    return {};
}

Status set_life(X509* certificate, Time from, Time until) {
    if (ASN1_TIME_set(X509_getm_notBefore(certificate), from.ms / kSecondMs) == nullptr ||
        ASN1_TIME_set(X509_getm_notAfter(certificate), until.ms / kSecondMs) == nullptr) {
        return failed("dates");
    }
    return {};
}

Status set_common_name(X509* certificate, std::string_view name) {
    if (X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                   MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.data()),
                                   static_cast<int>(name.size()), -1, 0) != 1) {
        return failed("name");
    }
    return {};
}

Result<Time> time_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return failed("dates");
    return Time{static_cast<std::int64_t>(timegm(&parts)) * kSecondMs};
}

bool is_dns_name(std::string_view name) {
    if (name.starts_with("*.")) name.remove_prefix(2);
    if (name.empty() || name.size() > 253) return false;
    const auto labels = split(name, '.');
    return std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        return !label.empty() && label.size() <= 63 && label.front() != '-' &&
               label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                   return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
               });
    });
}

// Built from values, never from OpenSSL's configuration language: a name cannot smuggle another in.
Result<Name> general_name(const std::string& name) {
    Name general(GENERAL_NAME_new());
    if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str()); address != nullptr) {
        GENERAL_NAME_set0_value(general.get(), GEN_IPADD, address);
        return general;
    }
    ERR_clear_error();
    if (name.find('\0') != std::string::npos || !is_dns_name(name)) {
        return Error(Code::invalid, "a certificate cannot carry this name: " + name);
    }
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    if (text == nullptr || ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) != 1) {
        return failed("name");
    }
    GENERAL_NAME_set0_value(general.get(), GEN_DNS, text);
    return general;
}

Status add_names(X509* certificate, const std::vector<std::string>& names) {
    const Names list(GENERAL_NAMES_new());
    for (const auto& name : names) {
        TRY(Name general, general_name(name));
        if (sk_GENERAL_NAME_push(list.get(), general.get()) <= 0) return failed("names");
        static_cast<void>(general.release());
    }
    if (X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) !=
        1) {
        return failed("names");
    }
    return {};
}

std::vector<std::string> with_local_names(std::span<const std::string> names) {
    std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
    for (const auto& name : names) {
        if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
    }
    return all;
}

Result<Certificate> begin_certificate(EVP_PKEY* key, Random& random) {
    Certificate certificate(X509_new());
    if (certificate == nullptr || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
        X509_set_pubkey(certificate.get(), key) != 1) {
        return failed("certificate");
    }
    TRY_OK(set_serial(certificate.get(), random));
    return certificate;
}

Result<PrivateKey> make_key() {
    PrivateKey key(EVP_EC_gen("P-256"));
    if (key == nullptr) return failed("key");
    return key;
}

Status sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
    if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
        X509_sign(certificate, key, EVP_sha256()) == 0) {
        return failed("signature");
    }
    return {};
}

}  // namespace

Result<CertificateAndKey> create_authority(std::string_view name, Time now, Random& random) {
    if (name.empty() || name.size() > 64 || first_invalid_utf8(name)) {
        return Error(Code::invalid, "an authority's name has 1 to 64 bytes of UTF-8");
    }
    TRY(PrivateKey key, make_key());
    TRY(Certificate certificate, begin_certificate(key.get(), random));
    X509* const it = certificate.get();
    TRY_OK(set_common_name(it, name));
    TRY_OK(set_life(it, now + -kBackdateMs, now + kAuthorityLifeMs));
    TRY_OK(add_extension(it, it, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
    TRY_OK(add_extension(it, it, NID_key_usage, "critical,keyCertSign,cRLSign"));
    TRY_OK(add_extension(it, it, NID_subject_key_identifier, "hash"));
    TRY_OK(sign(it, it, key.get()));
    return to_pem(it, key.get());
}

Result<CertificateAndKey> issue_leaf(const CertificateAndKey& authority,
                                     std::span<const std::string> names, Time now, Random& random) {
    if (names.size() > kCertificateNamesMax) {
        return Error(Code::too_large, "too many names for one certificate");
    }
    TRY(Certificate issuer, read_certificate(authority.certificate_pem));
    TRY(PrivateKey issuer_key, read_private_key(authority.key_pem));
    if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
        ERR_clear_error();
        return Error(Code::invalid, "the authority's key does not belong to its certificate");
    }
    TRY(const Time issuer_end, time_of(X509_get0_notAfter(issuer.get())));
    TRY(PrivateKey key, make_key());
    TRY(Certificate certificate, begin_certificate(key.get(), random));
    X509* const it = certificate.get();
    // One second less, for both ends belong to the life.
    const Time from = now + -kBackdateMs;
    TRY_OK(set_common_name(it, "localhost"));
    TRY_OK(set_life(it, from, std::min(from + (kLeafLifeMs - kSecondMs), issuer_end)));
    TRY_OK(add_extension(it, issuer.get(), NID_basic_constraints, "critical,CA:FALSE"));
    TRY_OK(add_extension(it, issuer.get(), NID_key_usage, "critical,digitalSignature"));
    TRY_OK(add_extension(it, issuer.get(), NID_ext_key_usage, "serverAuth"));
    TRY_OK(add_extension(it, issuer.get(), NID_subject_key_identifier, "hash"));
    TRY_OK(add_extension(it, issuer.get(), NID_authority_key_identifier, "keyid:always"));
    TRY_OK(add_names(it, with_local_names(names)));
    TRY_OK(sign(it, issuer.get(), issuer_key.get()));
    return to_pem(it, key.get());
}

Result<Time> expires_at(std::string_view certificate_pem) {
    TRY(const Certificate certificate, read_certificate(certificate_pem));
    return time_of(X509_get0_notAfter(certificate.get()));
}

}  // namespace avow::crypto
