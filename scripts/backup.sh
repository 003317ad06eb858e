#!/usr/bin/env bash
# scripts/backup.sh [folder, ./backups]
# Backs up the database in DATABASE_URL and the files in FILES_DIR while the product runs, as <folder>/genjin-<UTC time>. A backup
# that is there is whole. Keeps the newest KEEP_BACKUPS (14). Needs pg_dump of at least the server's version.
set -euo pipefail
umask 077
: "${DATABASE_URL:?is not set}"
files=${FILES_DIR:-.data/files}
folder=${1:-backups}
keep=${KEEP_BACKUPS:-14}
name=genjin-$(date -u +%Y%m%dT%H%M%SZ)
partial=$folder/.$name.partial

mkdir -p "$partial"
trap 'rm -rf "$partial"' EXIT
# The database first: whatever file it knows of is then there to be copied.
pg_dump --format=custom --file="$partial/database.dump" "$DATABASE_URL"
if [ -d "$files" ]; then tar -czf "$partial/files.tar.gz" --numeric-owner -C "$files" .; fi
(cd "$partial" && sha256sum -- * >SHA256SUMS)
mv "$partial" "$folder/$name"
echo "$folder/$name"

ls -1d "$folder"/genjin-*Z | sort -r | tail -n "+$((keep + 1))" | xargs -r rm -rf --
