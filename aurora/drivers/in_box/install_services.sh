#!/bin/sh
# Run as root in the builder, with network: Debian's packages of the services that tests ask for.  $@: packages
# POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB: what the database is made with.
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
mkdir -p /etc/postgresql-common
echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
apt() { apt-get -q -o Acquire::Retries=3 -o APT::Get::Assume-Yes=true "$@"; }
if [ -s /opt/build/ca.pem ]; then
    echo 'Acquire::https::CAInfo "/opt/build/ca.pem";' >/etc/apt/apt.conf.d/99aurora-build
fi
apt update
apt install --no-install-recommends "$@"
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /etc/apt/apt.conf.d/99aurora-build

for bin in /usr/lib/postgresql/*/bin; do
    [ -x "$bin/initdb" ] || continue
    # compiles queries that run for seconds: switched off, and a third of the image
    rm -rf "${bin%/bin}"/lib/bitcode "${bin%/bin}"/lib/llvmjit* /usr/lib/*/libLLVM*
    # made once and copied for each run; its log in pieces of 1 MB instead of 16, because the copy lies in memory
    mkdir -p /opt/services/postgres
    ln -s "$bin" /opt/services/postgres/bin
    chown 1002:1002 /opt/services/postgres
    printf '%s' "$POSTGRES_PASSWORD" >/opt/build/password
    as_tester() { setpriv --reuid 1002 --regid 1002 --clear-groups "$@"; }
    as_tester "$bin/initdb" -D /opt/services/postgres/data -U "$POSTGRES_USER" --pwfile=/opt/build/password \
        --auth=trust --encoding=UTF8 --locale=C.UTF-8 --wal-segsize=1 --no-sync --no-instructions
    echo "CREATE DATABASE $POSTGRES_DB" |
        as_tester "$bin/postgres" --single -D /opt/services/postgres/data -c fsync=off postgres
done
