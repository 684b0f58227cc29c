#!/bin/sh
# Run as root in the builder, with network: packages of Debian, nothing that is there removed.  $@: packages
set -eu
export DEBIAN_FRONTEND=noninteractive
printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
if [ -s /opt/build/ca.pem ]; then
    echo 'Acquire::https::CAInfo "/opt/build/ca.pem";' >/etc/apt/apt.conf.d/99aurora-build
fi
apt() { apt-get -q -o Acquire::Retries=3 -o APT::Get::Assume-Yes=true -o DPkg::Options::=--force-unsafe-io "$@"; }
ended=0
{ apt update && apt install --no-install-recommends --no-remove "$@"; } || ended=$?
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /etc/apt/apt.conf.d/99aurora-build
exit $ended
