// SPDX-License-Identifier: Apache-2.0
// Files that came with a message. That they are kept at all is the policy's: where it declares the
// field `attachments` for mail, a value of it names them, and they go with that value.
#include "base/text.hh"
#include "services/desk/entry.hh"
#include "services/statements.hh"

namespace avow::services {
namespace {

Bytes row_of(const MessageId& message, std::int64_t number) {
    auto row = to_bytes(message.bytes());
    append_be64(row, static_cast<std::uint64_t>(number));
    return row;
}

Bytes part_row(const Attachment& of, std::int64_t part) {
    auto row = row_of(of.message, of.number);
    append_be64(row, static_cast<std::uint64_t>(part));
    return row;
}

// A type has no line's end, and is sealed before the name.
void tell(Attachment& attachment, std::string_view opened) {
    const auto end = opened.find('\n');
    attachment.type.emplace(std::string(opened.substr(0, end)));
    attachment.name.emplace(std::string(end == opened.npos ? "" : opened.substr(end + 1)));
}

Error no_such_attachment() {
    return {Code::not_found, "there is no such attachment"};
}

}  // namespace

std::string listed(std::span<const mail::Attached> files) {
    std::vector<std::string> lines;
    for (const auto& file : files) {
        lines.push_back((file.name.empty() ? "" : file.name + ", ") + file.type + ", " +
                        std::to_string(file.bytes.size()) + " bytes");
    }
    return join(lines, "\n");
}

Status Desk::write_attachments(sql::Writer& unit, const CustomerId& customer, const Entry& entry,
                               const CollectionId& collection) {
    const ByteView who(customer.bytes());
    const ByteView message(entry.id.bytes());
    std::int64_t number = 0;
    for (const auto& file : entry.files) {
        const Attachment of{entry.id, ++number, collection, 0, {}};
        TRY(const auto told,
            gate_.seal_particulars(customer, row_of(of.message, of.number),
                                   Personal<std::string>(file.type + "\n" + file.name)));
        TRY_OK(unit.execute(statements::insert_attachment,
                            {who, message, number, ByteView(collection.bytes()),
                             static_cast<std::int64_t>(file.bytes.size()), ByteView(told)}));
        for (std::size_t at = 0, part = 0; at < file.bytes.size(); at += kAttachmentPart, ++part) {
            const auto nth = static_cast<std::int64_t>(part);
            TRY(const auto sealed, gate_.seal_particulars(customer, part_row(of, nth),
                                                          Personal<std::string>(file.bytes.substr(
                                                              at, kAttachmentPart))));
            TRY_OK(unit.execute(statements::insert_attachment_part,
                                {who, message, number, nth, ByteView(sealed)}));
        }
    }
    return {};
}

Result<std::vector<Attachment>> Desk::attachments(const CustomerId& customer,
                                                  const std::optional<RequestId>& request) {
    std::vector<Attachment> found;
    const auto read = [&](const sql::Row& row) -> Status {
        const auto message = MessageId::from_bytes(row.blob(0));
        const auto collection = CollectionId::from_bytes(row.blob(2));
        if (!message || !collection) return Error(Code::corrupt, "an attachment's row is damaged");
        found.push_back(
            {*message, row.integer(1), *collection, row.integer(3), to_bytes(row.blob(4))});
        return {};
    };
    const ByteView who(customer.bytes());
    TRY_OK(store_.read([&](sql::Reader& reader) {
        found.clear();
        return request ? reader.query(statements::read_attachments_of_request,
                                      {who, ByteView(request->bytes())}, read)
                       : reader.query(statements::read_attachments_of_customer, {who}, read);
    }));
    return found;
}

Result<std::vector<Attachment>> Desk::own_attachments(const CustomerId& customer,
                                                      const std::optional<RequestId>& request) {
    TRY(auto found, attachments(customer, request));
    for (auto& one : found) {
        TRY(const auto opened,
            gate_.open_own_particulars(customer, row_of(one.message, one.number), one.sealed));
        tell(one, opened.reveal(gate_.own_data_token()));
    }
    return found;
}

Status Desk::open_attachments(Thread& thread, const gate::Actor& actor) {
    if (thread.attachments.empty()) return {};
    gate::UseRequest use;
    use.customer = thread.request.customer;
    use.fields = {std::string(kAttachmentsField)};
    use.purpose = kService;
    use.reason = "request " + thread.request.id.text() + " was opened";
    for (const auto& one : thread.attachments) {
        if (use.from.empty() || use.from.back() != one.collection)
            use.from.push_back(one.collection);
    }
    auto used = std::move(gate_.use({&use, 1}, actor)[0]);
    if (!used) return used.error();
    for (auto& one : thread.attachments) {
        for (const auto& field : used->fields) {
            if (field.collection != one.collection || !field.value) continue;
            TRY(const auto opened,
                gate_.open_particulars(*used, row_of(one.message, one.number), one.sealed));
            tell(one, opened.reveal(gate_.token_of(*used)));
        }
    }
    thread.files = std::move(*used);
    return {};
}

Result<std::optional<Bytes>> Desk::attachment_part(const CustomerId& customer, const Attachment& of,
                                                   std::int64_t part) {
    std::optional<Bytes> sealed;
    TRY_OK(store_.read([&](sql::Reader& reader) {
        sealed.reset();
        return reader.query(
            statements::read_attachment_part,
            {ByteView(customer.bytes()), ByteView(of.message.bytes()), of.number, part},
            [&](const sql::Row& row) -> Status {
                sealed = to_bytes(row.blob(0));
                return {};
            });
    }));
    const auto parts =
        (of.bytes + std::int64_t{kAttachmentPart} - 1) / std::int64_t{kAttachmentPart};
    // Erased meanwhile: what was begun does not end as if it were whole.
    if (!sealed && part < parts) return no_such_attachment();
    return sealed;
}

Result<std::shared_ptr<Desk::Download>> Desk::take_attachment(const RequestId& request,
                                                              const MessageId& message,
                                                              std::int64_t number,
                                                              const gate::Actor& actor) {
    TRY(const auto customer, owner_of(request));
    TRY(auto all, attachments(customer, request));
    for (auto& one : all) {
        if (one.message != message || one.number != number) continue;
        gate::UseRequest use;
        use.customer = customer;
        use.fields = {std::string(kAttachmentsField)};
        use.purpose = kService;
        use.reason = "attachment " + std::to_string(number) + " of request " + request.text() +
                     " was downloaded";
        use.from = {one.collection};
        auto used = std::move(gate_.use({&use, 1}, actor)[0]);
        if (!used) return used.error();
        if (!used->any_allowed()) {
            const auto because =
                used->fields.empty() ? policy::Because::not_held : used->fields[0].decision.because;
            return Error(Code::denied,
                         "the attachment may not be read for the purpose \"service\": " +
                             std::string(policy::name_of(because)));
        }
        TRY(const auto opened, gate_.open_particulars(*used, row_of(message, number), one.sealed));
        tell(one, opened.reveal(gate_.token_of(*used)));
        // Shared: the body's parts are copied.
        return std::make_shared<Download>(*this, std::move(one), std::move(*used));
    }
    return no_such_attachment();
}

Result<Personal<std::string>> Desk::Download::next() {
    TRY(const auto sealed, desk_.attachment_part(used_.customer, of_, part_));
    if (!sealed) return Personal<std::string>("");
    return desk_.gate_.open_particulars(used_, part_row(of_, part_++), *sealed);
}

Status Desk::each_attachment(const CustomerId& customer, const BeginFile& begin,
                             const WriteFile& write) {
    TRY(const auto all, own_attachments(customer, std::nullopt));
    for (const auto& one : all) {
        TRY_OK(begin(one));
        for (std::int64_t part = 0;; ++part) {
            TRY(const auto sealed, attachment_part(customer, one, part));
            if (!sealed) break;
            TRY(const auto opened,
                gate_.open_own_particulars(customer, part_row(one, part), *sealed));
            TRY_OK(write(opened));
        }
    }
    return {};
}

}  // namespace avow::services
