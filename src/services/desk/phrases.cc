// SPDX-License-Identifier: Apache-2.0
#include "services/desk/phrases.hh"

#include <array>

#include "base/text.hh"

namespace avow::services {
namespace {

constexpr auto kPhrases = std::to_array<RightPhrase>({
    {"erasure", "en", "delete my data"},
    {"erasure", "en", "delete my personal data"},
    {"erasure", "en", "delete my account"},
    {"erasure", "en", "erase my data"},
    {"erasure", "en", "erase my personal data"},
    {"erasure", "en", "erasure request"},
    {"erasure", "en", "deletion request"},
    {"erasure", "en", "right to be forgotten"},
    {"erasure", "en", "right to erasure"},
    {"erasure", "fr", "supprimer mes données"},
    {"erasure", "fr", "supprimez mes données"},
    {"erasure", "fr", "suppression de mes données"},
    {"erasure", "fr", "effacer mes données"},
    {"erasure", "fr", "effacement de mes données"},
    {"erasure", "fr", "droit à l'oubli"},
    {"erasure", "fr", "droit à l'effacement"},
    {"erasure", "de", "meine daten löschen"},
    {"erasure", "de", "löschen sie meine daten"},
    {"erasure", "de", "löschung meiner daten"},
    {"erasure", "de", "löschung meiner personenbezogenen daten"},
    {"erasure", "de", "löschantrag"},
    {"erasure", "de", "recht auf löschung"},
    {"erasure", "de", "recht auf vergessenwerden"},
    {"erasure", "ja", "データを削除"},
    {"erasure", "ja", "データの削除"},
    {"erasure", "ja", "個人情報を削除"},
    {"erasure", "ja", "個人情報の削除"},
    {"erasure", "ja", "削除請求"},
    {"erasure", "ja", "消去請求"},
    {"erasure", "ar", "حذف بياناتي"},
    {"erasure", "ar", "احذفوا بياناتي"},
    {"erasure", "ar", "محو بياناتي"},
    {"erasure", "ar", "الحق في النسيان"},
    {"erasure", "ar", "الحق في المحو"},
    {"objection", "en", "right to object"},
    {"objection", "en", "objection to processing"},
    {"objection", "en", "i object to the processing"},
    {"objection", "en", "stop processing my data"},
    {"objection", "en", "stop using my data"},
    {"objection", "en", "do not sell my data"},
    {"objection", "fr", "droit d'opposition"},
    {"objection", "fr", "je m'oppose au traitement"},
    {"objection", "fr", "opposition au traitement"},
    {"objection", "fr", "ne plus utiliser mes données"},
    {"objection", "de", "widerspruch gegen die verarbeitung"},
    {"objection", "de", "widerspruch gegen die datenverarbeitung"},
    {"objection", "de", "widerspruchsrecht"},
    {"objection", "de", "ich widerspreche der verarbeitung"},
    {"objection", "ja", "利用停止請求"},
    {"objection", "ja", "利用の停止"},
    {"objection", "ja", "取扱いに異議"},
    {"objection", "ja", "処理に異議"},
    {"objection", "ar", "الحق في الاعتراض"},
    {"objection", "ar", "أعترض على معالجة"},
    {"objection", "ar", "الاعتراض على معالجة"},
    {"objection", "ar", "أوقفوا استخدام بياناتي"},
    {"correction", "en", "correct my data"},
    {"correction", "en", "correct my personal data"},
    {"correction", "en", "rectification request"},
    {"correction", "en", "right to rectification"},
    {"correction", "en", "my data is wrong"},
    {"correction", "en", "my data are wrong"},
    {"correction", "fr", "rectification de mes données"},
    {"correction", "fr", "corriger mes données"},
    {"correction", "fr", "droit de rectification"},
    {"correction", "fr", "mes données sont fausses"},
    {"correction", "de", "berichtigung meiner daten"},
    {"correction", "de", "meine daten berichtigen"},
    {"correction", "de", "recht auf berichtigung"},
    {"correction", "de", "meine daten sind falsch"},
    {"correction", "ja", "訂正請求"},
    {"correction", "ja", "個人情報の訂正"},
    {"correction", "ja", "データの訂正"},
    {"correction", "ar", "تصحيح بياناتي"},
    {"correction", "ar", "الحق في التصحيح"},
    {"correction", "ar", "بياناتي غير صحيحة"},
    {"access", "en", "access request"},
    {"access", "en", "request for access"},
    {"access", "en", "right of access"},
    {"access", "en", "copy of my data"},
    {"access", "en", "copy of my personal data"},
    {"access", "en", "what data do you hold"},
    {"access", "en", "what data you hold"},
    {"access", "fr", "droit d'accès"},
    {"access", "fr", "demande d'accès"},
    {"access", "fr", "copie de mes données"},
    {"access", "fr", "accès à mes données"},
    {"access", "de", "auskunft nach art"},
    {"access", "de", "auskunft über meine daten"},
    {"access", "de", "auskunftsersuchen"},
    {"access", "de", "auskunftsrecht"},
    {"access", "de", "recht auf auskunft"},
    {"access", "de", "kopie meiner daten"},
    {"access", "de", "datenauskunft"},
    {"access", "ja", "開示請求"},
    {"access", "ja", "個人情報の開示"},
    {"access", "ja", "データの開示"},
    {"access", "ja", "データの写し"},
    {"access", "ar", "طلب الوصول إلى بياناتي"},
    {"access", "ar", "نسخة من بياناتي"},
    {"access", "ar", "حق الوصول"},
    {"access", "ar", "الحق في الوصول"},
});

// As the phrases are written: folded, with the apostrophe of a typewriter and single spaces.
std::string plain(std::string_view subject) {
    const auto folded = fold(subject);
    std::string text;
    for (std::size_t i = 0; i < folded.size(); ++i) {
        if (folded.compare(i, 3, "\xe2\x80\x99") == 0) {
            text += '\'';
            i += 2;
        } else if (folded[i] != ' ' || (!text.empty() && text.back() != ' ')) {
            text += folded[i];
        }
    }
    return text;
}

}  // namespace

std::span<const RightPhrase> right_phrases() {
    return kPhrases;
}

std::string_view perhaps_right(std::string_view subject) {
    const auto text = plain(subject);
    for (const auto& phrase : kPhrases) {
        if (text.find(phrase.words) != text.npos) return phrase.kind;
    }
    return {};
}

}  // namespace avow::services
