-- The journal of one hall. Later versions only add, so that an older program still reads a newer file.
-- A `place` orders all events of all epochs: the epoch's ordinal * 2^40 + seq. It is never used twice.

create table meta (
    key text primary key,
    value text not null
) without rowid;

-- One row an epoch. `first` is the first event still held, `prev_hash` the chain's hash before it.
create table stream (
    ordinal integer primary key,
    epoch text not null unique,
    prev_epoch text,
    first integer not null default 1,
    prev_hash blob not null,
    acked integer not null default 0,
    acked_hash blob
);

-- `body` holds the exact bytes that are hashed and sent.
create table event (
    place integer primary key,
    body blob not null,
    hash blob not null
);

-- Events that cannot be had any more; `next_hash` is the chain's hash at `last`.
create table hole (
    first integer primary key,
    last integer not null,
    next_hash blob not null,
    reason text not null
);

-- Folded states for a quick start: `hash` is the chain's hash at `place`, `checked` the SHA-256 of `hash` and `body`.
create table snapshot (
    name text not null,
    place integer not null,
    version integer not null,
    body blob not null,
    checked blob not null,
    hash blob not null,
    primary key (name, place)
);

-- What an Idempotency-Key led to: the events from place `first` to `last`, none when `last` < `first`.
create table answer (
    key text primary key,
    command blob not null,
    first integer not null,
    last integer not null,
    at integer not null
) without rowid;

-- Every directive ever taken: an `id` has its effect once, for ever.
create table directive (
    id text primary key,
    place integer not null
) without rowid;

-- For people with a sqlite3 shell.
create view events as
    select stream.epoch, event.place - (stream.ordinal << 40) as seq, event.place, cast(event.body as text) as body
    from event join stream on stream.ordinal = event.place >> 40;
