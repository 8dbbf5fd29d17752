create table bans (
	id bigint generated always as identity primary key,
	kind varchar(16) not null,
	subject varchar not null,
	reason varchar(255),
	created_by varchar(255) not null,
	created_at timestamp with time zone not null,
	expires_at timestamp with time zone
);
