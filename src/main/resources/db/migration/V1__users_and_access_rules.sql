create table users (
	id bigint generated always as identity primary key,
	name varchar(255) not null unique,
	password_hash varchar(255) not null,
	enabled boolean not null,
	role varchar(16),
	-- grows when connections that were opened before must end
	logins bigint not null
);

create table access_rules (
	id bigint generated always as identity primary key,
	scope varchar(16) not null,
	user_id bigint references users on delete cascade,
	access varchar(16) not null,
	topic varchar not null,
	check ((scope = 'USER') = (user_id is not null))
);

create index access_rules_of_user on access_rules (user_id);
