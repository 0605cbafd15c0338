from django.db import migrations

# 20260002: any number, the same in keyi/search/follow.py. The shared lock keeps nobody waiting: it only shows that a
# number was given to a transaction that has not ended yet, so that a reader does not pass over it.
FORWARDS = """
CREATE SEQUENCE search_revision;

CREATE FUNCTION search_number_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260002);
    NEW.revision := nextval('search_revision');
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE FUNCTION search_note_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260002);
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO search_withdrawal (document_id, kind, slug, revision)
        VALUES (0, '', '', nextval('search_revision'));
    ELSE
        INSERT INTO search_withdrawal (document_id, kind, slug, revision)
        VALUES (OLD.id, OLD.kind, OLD.slug, nextval('search_revision'));
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER document_numbered BEFORE INSERT OR UPDATE ON search_document
    FOR EACH ROW EXECUTE FUNCTION search_number_document();
CREATE TRIGGER document_withdrawn AFTER DELETE ON search_document
    FOR EACH ROW EXECUTE FUNCTION search_note_withdrawal();
CREATE TRIGGER documents_emptied AFTER TRUNCATE ON search_document
    FOR EACH STATEMENT EXECUTE FUNCTION search_note_withdrawal();
"""
BACKWARDS = """
DROP TRIGGER documents_emptied ON search_document;
DROP TRIGGER document_withdrawn ON search_document;
DROP TRIGGER document_numbered ON search_document;
DROP FUNCTION search_note_withdrawal;
DROP FUNCTION search_number_document;
DROP SEQUENCE search_revision;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_tables")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
