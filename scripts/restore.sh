#!/usr/bin/env bash
# scripts/restore.sh <backup>
# Restores what scripts/backup.sh made into the empty database in DATABASE_URL and the empty folder FILES_DIR, all of the database
# or nothing. It deletes nothing: what is there has to be out of the way first. The product must not run.
set -euo pipefail
: "${DATABASE_URL:?is not set}"
files=${FILES_DIR:-.data/files}
backup=${1:?which backup?}
refuse() {
  echo "$1" >&2
  exit 1
}

(cd "$backup" && sha256sum --check --quiet SHA256SUMS) || refuse "$backup is damaged."
tables=$(psql "$DATABASE_URL" --no-psqlrc --tuples-only --no-align --command \
  "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
[ "$tables" = 0 ] || refuse "The database already has $tables tables. Restore into an empty one."
if [ -f "$backup/files.tar.gz" ] && [ -n "$(ls -A "$files" 2>/dev/null)" ]; then
  refuse "There are files in $files. Move them out of the way."
fi

pg_restore --no-owner --no-privileges --single-transaction --exit-on-error --dbname="$DATABASE_URL" "$backup/database.dump"
if [ -f "$backup/files.tar.gz" ]; then
  mkdir -p "$files"
  tar -xzpf "$backup/files.tar.gz" --numeric-owner -C "$files"
fi
psql "$DATABASE_URL" --no-psqlrc --quiet --command analyze
echo "Restored $backup."
