#!/bin/sh
# Give the roles their passwords and the owner its database; run once, when the cluster is made.
set -eu
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname="$POSTGRES_DB" \
    --set=owner="$CIVIC311_OWNER_PASSWORD" \
    --set=web="$CIVIC311_WEB_PASSWORD" \
    --set=worker="$CIVIC311_WORKER_PASSWORD" \
    --set=database="$POSTGRES_DB" <<'SQL'
ALTER ROLE civic311_owner PASSWORD :'owner';
ALTER ROLE civic311_web PASSWORD :'web';
ALTER ROLE civic311_worker PASSWORD :'worker';
ALTER DATABASE :"database" OWNER TO civic311_owner;
SQL
