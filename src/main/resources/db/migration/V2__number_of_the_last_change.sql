-- which state of the database this is; a snapshot names it too
create table last_change (
	number bigint not null
);

insert into last_change (number) values (0);
