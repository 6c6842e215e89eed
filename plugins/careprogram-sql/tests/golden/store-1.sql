BEGIN TRANSACTION;
CREATE TABLE audit_entry (
	seq INTEGER NOT NULL, 
	command INTEGER NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject_kind TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	purpose TEXT NOT NULL, 
	at INTEGER NOT NULL, 
	PRIMARY KEY (seq), 
	FOREIGN KEY(command) REFERENCES command (seq)
)
 STRICT

;
INSERT INTO "audit_entry" VALUES(1,1,'x','read','child','a1','care 照料',1788235200000001);
INSERT INTO "audit_entry" VALUES(2,1,'x','write','child','a2','care 照料',1788235200000002);
INSERT INTO "audit_entry" VALUES(3,2,'x','read','child','a3','care 照料',1788235200000003);
INSERT INTO "audit_entry" VALUES(4,3,'x','write','child','a4','care 照料',1788235200000004);
CREATE TABLE command (
	seq INTEGER NOT NULL, 
	id TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
)
 STRICT

;
INSERT INTO "command" VALUES(1,'enroll 一');
INSERT INTO "command" VALUES(2,'grow');
INSERT INTO "command" VALUES(3,'erase');
INSERT INTO "command" VALUES(4,'empty');
CREATE TABLE index_column (
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (kind, name)
)
 STRICT

;
INSERT INTO "index_column" VALUES(1,'child','village');
INSERT INTO "index_column" VALUES(2,'child','due');
INSERT INTO "index_column" VALUES(3,'child','n');
INSERT INTO "index_column" VALUES(4,'duty','due');
CREATE TABLE index_entry (
	index_column INTEGER NOT NULL, 
	place TEXT NOT NULL, 
	id TEXT NOT NULL, 
	record INTEGER NOT NULL, 
	PRIMARY KEY (index_column, place, id), 
	FOREIGN KEY(index_column) REFERENCES index_column (seq), 
	FOREIGN KEY(record) REFERENCES record (seq)
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "index_entry" VALUES(1,'','B',2);
INSERT INTO "index_entry" VALUES(1,'t520526101204','a',1);
INSERT INTO "index_entry" VALUES(2,'t2026-09-08','a',1);
INSERT INTO "index_entry" VALUES(3,'i7ffffffffffffffb','B',2);
CREATE TABLE message (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id TEXT NOT NULL, 
	once TEXT NOT NULL, 
	recipient TEXT NOT NULL, 
	channel TEXT NOT NULL, 
	template TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	body TEXT NOT NULL, 
	not_before INTEGER, 
	language TEXT NOT NULL, 
	about_kind TEXT, 
	about_id TEXT, 
	state TEXT NOT NULL, 
	due INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	claimed INTEGER NOT NULL, 
	detail TEXT NOT NULL, 
	UNIQUE (id), 
	UNIQUE (once)
)
 STRICT

;
INSERT INTO "message" VALUES(1,'m1','k1','r','file','t','s','body 1',NULL,'zh',NULL,NULL,'accepted',1788235260000000,1,0,'ok');
INSERT INTO "message" VALUES(2,'m2','k2','r','file','t','s','body 2',1788235209000000,'en','child','a','waiting',1788235209000000,0,0,'');
INSERT INTO "message" VALUES(3,'m3','k3','r','file','t','s','body 3',NULL,'zh',NULL,NULL,'waiting',1788235260000000,1,1,'');
CREATE TABLE record (
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	present INTEGER NOT NULL, 
	places TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (kind, id)
)
 STRICT

;
INSERT INTO "record" VALUES(1,'child','a',2,1,'{"village": "t520526101204", "due": "t2026-09-08"}');
INSERT INTO "record" VALUES(2,'child','B',1,1,'{"village": "", "n": "i7ffffffffffffffb"}');
INSERT INTO "record" VALUES(3,'child','gone',1,0,'{}');
INSERT INTO "record" VALUES(4,'duty','a',2,1,'{}');
CREATE TABLE record_version (
	record INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	schema_version INTEGER NOT NULL, 
	document TEXT, 
	command INTEGER NOT NULL, 
	PRIMARY KEY (record, version), 
	FOREIGN KEY(record) REFERENCES record (seq), 
	FOREIGN KEY(command) REFERENCES command (seq)
)
 STRICT

;
INSERT INTO "record_version" VALUES(1,1,1,'{"grade":3,"name":"甲"}',1);
INSERT INTO "record_version" VALUES(2,1,1,'{"list":[1,[],{}],"none":null,"quote":"''\"\\\n\u0000"}',1);
INSERT INTO "record_version" VALUES(3,1,1,NULL,1);
INSERT INTO "record_version" VALUES(4,1,1,'{"of":"duty"}',1);
INSERT INTO "record_version" VALUES(1,2,2,'{"grade":4,"name":"甲"}',2);
INSERT INTO "record_version" VALUES(4,2,1,'{"of":"duty 2"}',2);
CREATE TABLE store_schema (
	product TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (product)
)
 STRICT

;
INSERT INTO "store_schema" VALUES('careprogram',1);
CREATE INDEX message_by_state ON message (state, due, seq);
CREATE INDEX message_by_subject ON message (about_kind, about_id);
CREATE INDEX record_version_by_command ON record_version (command);
CREATE TRIGGER append_only_1 BEFORE DELETE ON record_version WHEN 1 BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END;
CREATE TRIGGER append_only_2 BEFORE UPDATE ON record_version WHEN NEW.document IS NOT NULL OR NOT (NEW.record = OLD.record AND NEW.version = OLD.version AND NEW.schema_version = OLD.schema_version AND NEW.command = OLD.command) BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END;
CREATE TRIGGER append_only_3 BEFORE DELETE ON audit_entry WHEN 1 BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END;
CREATE TRIGGER append_only_4 BEFORE UPDATE ON audit_entry WHEN 1 BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('message',4);
COMMIT;
