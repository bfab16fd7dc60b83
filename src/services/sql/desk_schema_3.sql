-- Files that came with a message: how large each is, and under the customer's key its name, its type
-- and its bytes, in parts. Each rests on a value of the field `attachments`.
-- distribution: customer_id
create table request_attachments (
    customer_id   blob not null,
    message_id    blob not null,
    number        integer not null,
    collection_id blob not null,
    bytes         integer not null,
    sealed        blob not null,
    unique (customer_id, message_id, number)
) strict;
-- distribution: customer_id
create table request_attachment_parts (
    customer_id blob not null,
    message_id  blob not null,
    number      integer not null,
    part        integer not null,
    sealed      blob not null,
    unique (customer_id, message_id, number, part)
) strict;
