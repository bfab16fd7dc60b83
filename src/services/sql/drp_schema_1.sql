-- The Data Rights Protocol: whom we trust, what they were given, and what they asked for. A request
-- itself is one under the policy (rights); its row here says which agent follows it.
-- distribution: reference
create table drp_agents (
    agent_id   text not null unique,
    name       text not null,
    public_key blob not null,
    callback   text not null, -- the host that statuses may be sent to
    added_ms   integer not null
) strict;
-- distribution: reference
create table drp_tokens (
    token_hash blob not null unique,
    agent_id   text not null,
    made_ms    integer not null
) strict;
-- Signed messages that were taken, until they are over: none is taken twice.
-- distribution: reference
create table drp_taken (
    digest   blob not null unique,
    until_ms integer not null
) strict;
-- No personal data but the address that it is about, sealed by the house until the request is opened:
-- a moment later, so that the agent's answer does not wait for what we know of the person.
-- distribution: reference
create table drp_requests (
    drp_id      blob not null unique,
    agent_id    text not null,
    named       text not null, -- '#' and the agent's own id; else ours
    sealed      blob not null,
    customer_id blob not null, -- empty: refused at once, or not opened yet
    right_id    blob not null,
    follows     integer not null, -- whether the agent may know what becomes of it
    exercise    text not null,
    regime      text not null,
    callback    text not null,
    received_ms integer not null,
    ended       text not null, -- how, once it did: it does not change after that
    until_ms    integer not null, -- when the row goes
    open_ms     integer not null, -- when it is to be opened; 0: it was
    told        text not null, -- what was sent to the callback last
    next_ms     integer not null, -- when the callback is looked at next; 0: never
    tries       integer not null,
    unique (agent_id, named)
) strict;
create index drp_requests_by_right on drp_requests (right_id);
create index drp_requests_due on drp_requests (next_ms) where next_ms > 0;
create index drp_requests_to_open on drp_requests (open_ms) where open_ms > 0;
create index drp_requests_by_age on drp_requests (agent_id, received_ms);
