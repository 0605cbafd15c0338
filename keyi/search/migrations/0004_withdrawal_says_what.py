import django.db.models.functions.datetime
from django.db import migrations, models

FORWARDS = """
CREATE OR REPLACE FUNCTION search_number_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260002);
    NEW.revision := nextval('search_revision');
    NEW.updated_at := now();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION search_note_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""
BACKWARDS = """
CREATE OR REPLACE FUNCTION search_number_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260002);
    NEW.revision := nextval('search_revision');
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION search_note_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(20260002);
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO search_withdrawal (document_id, revision) VALUES (0, nextval('search_revision'));
    ELSE
        INSERT INTO search_withdrawal (document_id, revision) VALUES (OLD.id, nextval('search_revision'));
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [("search", "0003_follow")]

    operations = [
        migrations.AddField("document", "updated_at", models.DateTimeField(
            db_default=django.db.models.functions.datetime.Now(), editable=False)),
        migrations.AddIndex("document", models.Index(fields=["kind", "updated_at"], name="document_updated")),
        migrations.AddField("withdrawal", "kind", models.CharField(blank=True, default="", max_length=30)),
        migrations.AddField("withdrawal", "slug", models.CharField(blank=True, default="", max_length=40)),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
