create table api_keys (
	id bigint generated always as identity primary key,
	name varchar(255) not null,
	owner_id bigint not null references users on delete cascade,
	scopes varchar array not null,
	-- what it may publish to, of what its owner may; none for all of that
	topics varchar array not null,
	created_at timestamp with time zone not null,
	expires_at timestamp with time zone,
	last_used_at timestamp with time zone
);

create index api_keys_of_owner on api_keys (owner_id);

-- up to two of a key, while one takes the place of the other
create table api_key_secrets (
	id bigint generated always as identity primary key,
	key_id bigint not null references api_keys on delete cascade,
	hash varchar(255) not null,
	created_at timestamp with time zone not null
);

create index secrets_of_api_key on api_key_secrets (key_id);
