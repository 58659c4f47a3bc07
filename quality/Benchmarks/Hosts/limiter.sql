-- The rules of streams.js. A record is a row: running until it is ended, then remembered.
create table streams (
    user_id text not null, record_id text not null, stream_id text not null, device_name text, started_at bigint not null, expires_at bigint not null,
    ended_at bigint, ended_reason text, by_record text, by_started bigint, by_stream text, by_device text,
    primary key (user_id, record_id)
);

-- An outcome, a word or number that belongs to it, and the stream that it is about.
create type stream_row as (outcome text, detail text, record_id text, stream_id text, device_name text, started_at bigint, expires_at bigint);

create function now_ms() returns bigint language sql as $$ select (extract(epoch from clock_timestamp()) * 1000)::bigint $$;

-- A lapse that was seen is written.
create function write_off(who text, record text, at bigint) returns void language sql as $$
    update streams set ended_at = expires_at, ended_reason = 'expired'
    where user_id = who and (record is null or record_id = record) and ended_at is null and expires_at <= at
$$;

create function ending_of(who text, record text, started bigint, at bigint) returns setof stream_row language sql as $$
    select 'ended', s.ended_reason, s.by_record, s.by_stream, s.by_device, s.by_started, null::bigint from streams s
    where s.user_id = who and s.record_id = record and (started is null or s.started_at = started) and s.ended_at > at - 600000
$$;

-- One user's starts one after the other, by a lock on the user that ends with the transaction.
create function start_stream(who text, record text, stream text, device text, lease bigint, most int, replace_oldest boolean)
returns setof stream_row language plpgsql as $$
declare
    at bigint;
    active int;
    remembered int;
    excess int;
    known streams;
begin
    perform pg_advisory_xact_lock(hashtextextended(who, 0));
    at := now_ms();
    perform write_off(who, null, at);
    select count(*) filter (where ended_at is null), count(*) filter (where ended_at is not null) into active, remembered from streams where user_id = who;

    if active + remembered > 0 then
        select * into known from streams s where s.user_id = who and s.record_id = record;
        if found then
            if known.ended_at <= at - 600000 then
                delete from streams s where s.user_id = who and s.record_id = record;
            elsif known.stream_id <> stream or known.device_name is distinct from device then
                return query select 'keyReused', null::text, null::text, null::text, null::text, null::bigint, null::bigint;
                return;
            elsif known.ended_at is not null then
                return query select * from ending_of(who, record, null, at);
                return;
            else
                return query select 'replaced', null::text, s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at
                    from streams s where s.user_id = who and s.by_record = record order by s.started_at, s.record_id;
                return query select 'replayed', active::text, record, stream, device, known.started_at, known.expires_at;
                return;
            end if;
        end if;
    end if;

    excess := case when replace_oldest then greatest(0, active - most + 1) else 0 end;
    if active - excess >= most then
        return query select 'limitReached', null::text, s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at
            from streams s where s.user_id = who and s.ended_at is null order by s.started_at, s.record_id;
        return;
    end if;

    if remembered > 8 then
        delete from streams s using (
            select e.record_id, e.ended_at, row_number() over (order by e.ended_at desc) as place from streams e where e.user_id = who and e.ended_at is not null) old
        where s.user_id = who and s.record_id = old.record_id and (old.place > 32 or old.place > 8 and old.ended_at < at - 60000);
    end if;
    if excess > 0 then
        return query with replaced as (
            update streams s set ended_at = at, ended_reason = 'replaced', by_record = record, by_started = at, by_stream = stream, by_device = device
            where s.user_id = who and s.record_id in (
                select a.record_id from streams a where a.user_id = who and a.ended_at is null order by a.started_at, a.record_id limit excess)
            returning s.*)
            select 'replaced', null::text, r.record_id, r.stream_id, r.device_name, r.started_at, r.expires_at from replaced r order by r.started_at, r.record_id;
    end if;
    insert into streams values (who, record, stream, device, at, at + lease);
    return query select 'admitted', (active - excess + 1)::text, record, stream, device, at, at + lease;
end $$;

create function renew_stream(who text, record text, started bigint, lease bigint) returns setof stream_row language plpgsql as $$
declare
    at bigint := now_ms();
begin
    return query update streams s set expires_at = at + lease
        where s.user_id = who and s.record_id = record and s.started_at = started and s.ended_at is null and s.expires_at > at
        returning 'renewed', null::text, s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at;
    if not found then
        perform write_off(who, record, at);
        return query select * from ending_of(who, record, started, at);
    end if;
end $$;

create function stop_stream(who text, record text, started bigint) returns setof stream_row language plpgsql as $$
declare
    at bigint := now_ms();
begin
    return query update streams s set ended_at = at, ended_reason = 'stopped'
        where s.user_id = who and s.record_id = record and s.started_at = started and s.ended_at is null and s.expires_at > at
        returning 'stopped', null::text, s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at;
    if not found then
        perform write_off(who, record, at);
    end if;
end $$;

create function list_streams(who text) returns setof stream_row language sql as $$
    select 'active', null::text, s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at
    from streams s where s.user_id = who and s.ended_at is null and s.expires_at > now_ms() order by s.started_at, s.record_id
$$;
