-- A collection as schema 2 left it, as `sqlite3 bequiz.db .dump` prints it. Released: never edited.
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
) STRICT;
INSERT INTO "_sqlite_migrations" VALUES(1,'bequiz','m001_log_memory_catalogue','2026-11-22 08:25:12.710299+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'bequiz','m002_traces_of_fsrs','2026-11-22 10:01:25.725320+00:00');
CREATE TABLE added_deck (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "added_deck" VALUES('/nowhere/mine.yaml');
CREATE TABLE alias (former TEXT PRIMARY KEY, card TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE card (
    id TEXT PRIMARY KEY, deck TEXT NOT NULL, topic TEXT NOT NULL, stage INTEGER, level INTEGER NOT NULL,
    position INTEGER NOT NULL, type TEXT NOT NULL, tags TEXT NOT NULL, body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE control (
    week INTEGER PRIMARY KEY, multiplier REAL NOT NULL, elapsed REAL NOT NULL, stability REAL NOT NULL,
    difficulty REAL NOT NULL
) STRICT;
CREATE TABLE deck (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, stage INTEGER, position INTEGER NOT NULL, shipped INTEGER NOT NULL,
    path TEXT NOT NULL, problems TEXT NOT NULL
) STRICT;
CREATE TABLE device (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "device" VALUES('6b83b9c5a33b');
CREATE TABLE event (
    id TEXT NOT NULL UNIQUE,
    card TEXT NOT NULL,
    at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    quality INTEGER CHECK (quality BETWEEN 0 AND 5),
    verdict TEXT,
    ms INTEGER,
    device TEXT NOT NULL,
    data TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (card, at, id)
) STRICT, WITHOUT ROWID;
INSERT INTO "event" VALUES('01a2020f-ce40-743f-a191-96cd985bfeac','small/flip',1795330920000,739942,'review',4,'self',NULL,'6b83b9c5a33b','{}');
INSERT INTO "event" VALUES('01a20734-5580-75a3-aa0b-e20647208f7f','small/flip',1795417200000,739943,'flag',NULL,NULL,NULL,'6b83b9c5a33b','{"note":"a note"}');
INSERT INTO "event" VALUES('01a20735-3fe0-73b8-93e7-fcd39024fc10','small/flip',1795417260000,739943,'undo',NULL,NULL,NULL,'6b83b9c5a33b','{"event":"01a20734-5580-75a3-aa0b-e20647208f7f"}');
INSERT INTO "event" VALUES('01a20734-5580-75a3-aa0b-e20647208f7e','small/gap',1795417200000,739943,'suspend',NULL,NULL,NULL,'6b83b9c5a33b','{}');
INSERT INTO "event" VALUES('01a2020d-f980-7af8-90ce-cf340f59da8d','small/typed',1795330800000,739942,'review',1,'wrong',NULL,'6b83b9c5a33b','{"response":"21"}');
INSERT INTO "event" VALUES('01a2020e-e3e0-7f68-8f16-1be9117f2727','small/typed',1795330860000,739942,'drill',4,'right',NULL,'6b83b9c5a33b','{"response":"42"}');
INSERT INTO "event" VALUES('01a20734-5580-75a3-aa0b-e20647208f7d','small/typed',1795417200000,739943,'review',4,'right',NULL,'6b83b9c5a33b','{"response":"42"}');
CREATE TABLE memory (
    card TEXT PRIMARY KEY,
    interval INTEGER,
    ease INTEGER,
    reps INTEGER,
    lapses INTEGER,
    due INTEGER,
    stability REAL,
    difficulty REAL,
    traced INTEGER,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    last_quality INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    reviews INTEGER NOT NULL,
    answers INTEGER NOT NULL,
    suspended INTEGER NOT NULL,
    buried_until INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "memory" VALUES('small/flip',1,250,1,0,739943,2.3065,2.11810397045901499524e+00,739942,739942,739942,4,1,1,1,0,0,1795417260000,'01a20735-3fe0-73b8-93e7-fcd39024fc10');
INSERT INTO "memory" VALUES('small/gap',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,1,0,1795417200000,'01a20734-5580-75a3-aa0b-e20647208f7e');
INSERT INTO "memory" VALUES('small/typed',1,250,1,1,739944,2.02147725163819247384e+00,6.39094132352437949151e+00,739943,739942,739943,4,1,2,3,0,0,1795417200000,'01a20734-5580-75a3-aa0b-e20647208f7d');
CREATE TABLE need (card TEXT NOT NULL, needs TEXT NOT NULL, PRIMARY KEY (card, needs)) STRICT, WITHOUT ROWID;
CREATE TABLE recall (
    topic TEXT NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    card TEXT NOT NULL,
    passed INTEGER NOT NULL,
    day INTEGER NOT NULL,
    elapsed INTEGER NOT NULL,
    stability REAL NOT NULL,
    difficulty REAL NOT NULL,
    PRIMARY KEY (topic, at, event)
) STRICT, WITHOUT ROWID;
INSERT INTO "recall" VALUES('',1795417200000,'01a20734-5580-75a3-aa0b-e20647208f7d','small/typed',1,739943,1,2.46689187775672724711e-01,6.40211506929683782374e+00);
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE topic (
    id TEXT PRIMARY KEY, deck TEXT NOT NULL, title TEXT NOT NULL, stage INTEGER, position INTEGER NOT NULL,
    requires TEXT NOT NULL, concepts TEXT NOT NULL
) STRICT;
CREATE TABLE undone (event TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO "undone" VALUES('01a20734-5580-75a3-aa0b-e20647208f7f');
CREATE TABLE watched (
    path TEXT PRIMARY KEY, deck TEXT NOT NULL, size INTEGER NOT NULL, mtime INTEGER NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX event_by_day ON event (day, kind);
CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_is_never_replaced BEFORE INSERT ON event WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END;
CREATE INDEX card_in_order ON card (topic, level, position, id);
CREATE INDEX card_by_deck ON card (deck);
CREATE INDEX memory_by_due ON memory (due, card);
CREATE INDEX memory_by_last_day ON memory (last_day);
CREATE INDEX recall_by_card ON recall (card);
CREATE INDEX recall_by_day ON recall (day, event);
COMMIT;
