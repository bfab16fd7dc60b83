-- Which of the services of the catalogue a customer has, or asked for.
-- distribution: customer_id
create table held_products (
    customer_id blob not null,
    product     text not null,
    state       text not null,
    since_ms    integer not null,
    request_id  blob,
    unique (customer_id, product)
) strict;
