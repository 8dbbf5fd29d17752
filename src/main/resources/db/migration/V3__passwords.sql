-- up to two of a user, while one takes the place of the other
create table passwords (
	id bigint generated always as identity primary key,
	user_id bigint not null references users on delete cascade,
	hash varchar(255) not null,
	created_at timestamp with time zone not null
);

create index passwords_of_user on passwords (user_id);

insert into passwords (user_id, hash, created_at)
select id, password_hash, current_timestamp from users;

alter table users drop column password_hash;

-- a login belongs to its password now
alter table users drop column logins;
