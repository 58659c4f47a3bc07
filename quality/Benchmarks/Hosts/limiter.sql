create table streams (
    user_id text not null, record_id text not null, stream_id text not null, device_name text,
    started_at bigint not null, expires_at bigint not null, primary key (user_id, record_id)
);

create type start_answer as (outcome text, record_id text, stream_id text, device_name text, started_at bigint, expires_at bigint);

-- One user's starts one after the other, by a lock on the user that ends with the transaction.
create function start_stream(who text, record text, stream text, device text, lease bigint, most int, replace_oldest boolean)
returns setof start_answer language plpgsql as $$
declare
    at bigint := (extract(epoch from clock_timestamp()) * 1000)::bigint;
    active int;
begin
    perform pg_advisory_xact_lock(hashtextextended(who, 0));
    delete from streams where user_id = who and streams.expires_at <= at;
    select count(*) into active from streams where user_id = who;
    if active >= most and not replace_oldest then
        return query select 'limitReached', s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at from streams s where user_id = who;
        return;
    end if;
    if active >= most then
        return query with gone as (
            delete from streams where user_id = who and streams.record_id in (
                select s.record_id from streams s where s.user_id = who order by s.started_at limit active - most + 1)
            returning *)
            select 'replaced', gone.record_id, gone.stream_id, gone.device_name, gone.started_at, gone.expires_at from gone;
        active := most - 1;
    end if;
    insert into streams values (who, record, stream, device, at, at + lease);
    return query select 'admitted', (active + 1)::text, stream, device, at, at + lease;
end $$;

create function renew_stream(who text, record text, lease bigint) returns setof start_answer language sql as $$
    update streams s set expires_at = (extract(epoch from clock_timestamp()) * 1000)::bigint + lease
    where s.user_id = who and s.record_id = record and s.expires_at > (extract(epoch from clock_timestamp()) * 1000)::bigint
    returning 'renewed', s.record_id, s.stream_id, s.device_name, s.started_at, s.expires_at
$$;
