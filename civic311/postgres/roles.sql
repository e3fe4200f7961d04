-- The three roles of civic311 and their rights; may be run again at any time.
-- Run by a superuser (or a role with CREATEROLE that may act as civic311_owner) in the city's database.
-- The embedded server runs it in template1, so that test databases have production's rights too.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'civic311_owner') THEN
        CREATE ROLE civic311_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'civic311_web') THEN
        CREATE ROLE civic311_web LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'civic311_worker') THEN
        CREATE ROLE civic311_worker LOGIN;
    END IF;
END
$$;

-- The owner migrates: a migration must not wait for ever behind a long read and stop all others.
ALTER ROLE civic311_owner SET lock_timeout = '30s';

-- A page that takes longer is answered with 503; its work must not go on unseen.
ALTER ROLE civic311_web SET statement_timeout = '15s';
ALTER ROLE civic311_web SET lock_timeout = '10s';
ALTER ROLE civic311_web SET idle_in_transaction_session_timeout = '30s';

ALTER ROLE civic311_worker SET statement_timeout = 0;
ALTER ROLE civic311_worker SET lock_timeout = '60s';

-- Read and write rows, nothing else: no TRUNCATE, no REFERENCES, no TRIGGER, no change of tables.
GRANT USAGE ON SCHEMA public TO civic311_web, civic311_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO civic311_web, civic311_worker;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO civic311_web, civic311_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE civic311_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO civic311_web, civic311_worker;
ALTER DEFAULT PRIVILEGES FOR ROLE civic311_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO civic311_web, civic311_worker;
