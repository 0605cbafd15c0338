from django.db import migrations

# 所属创新平台 or 无所属创新平台, never both, never neither, beyond drafts. Two tables say it together, so the check
# waits for the end of the transaction and reads both as they are then.
PLATFORM_OR_NONE = """
CREATE FUNCTION records_platform_or_none() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    instrument bigint;
    has_none boolean;
BEGIN
    IF TG_TABLE_NAME = 'records_instrument' THEN
        instrument := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        instrument := OLD.instrument_id;
    ELSE
        instrument := NEW.instrument_id;
    END IF;
    SELECT has_no_platform INTO has_none FROM records_instrument
        WHERE id = instrument AND status NOT IN ('draft', 'returned', 'offline');
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF has_none = EXISTS (SELECT 1 FROM records_instrument_platforms WHERE instrument_id = instrument) THEN
        RAISE EXCEPTION 'instrument % belongs to innovation platforms or to none: exactly one of both', instrument
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instrument_platform_or_none';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER instrument_platform_or_none
    AFTER INSERT OR UPDATE OF status, has_no_platform ON records_instrument
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status NOT IN ('draft', 'returned', 'offline'))
    EXECUTE FUNCTION records_platform_or_none();
CREATE CONSTRAINT TRIGGER instrument_platform_or_none
    AFTER INSERT OR UPDATE OR DELETE ON records_instrument_platforms
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION records_platform_or_none();
"""
UNDO = """
DROP TRIGGER instrument_platform_or_none ON records_instrument_platforms;
DROP TRIGGER instrument_platform_or_none ON records_instrument;
DROP FUNCTION records_platform_or_none();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_instrument_code")]

    operations = [migrations.RunSQL(PLATFORM_OR_NONE, UNDO)]
