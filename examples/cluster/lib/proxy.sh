# shellcheck shell=bash
# What https_proxy means for downloads: curl, pip and apt-get read it themselves, Maven does not.

# maven_proxy: Maven reads no https_proxy. One option of its a line, from the environment; none where MAVEN_OPTS has a
# proxy already. User names and passwords in the address are left out: those belong into ~/.m2/settings.xml.
maven_proxy() {
  local scheme variable address
  [[ ${MAVEN_OPTS:-} != *proxyHost* ]] || return 0
  for scheme in http https; do
    variable=${scheme}_proxy
    address=${!variable:-}
    address=${address#*://}
    address=${address##*@}
    address=${address%%/*}
    [[ $address =~ ^(.+):([0-9]+)$ ]] || continue
    printf '%s\n' "-D$scheme.proxyHost=${BASH_REMATCH[1]}" "-D$scheme.proxyPort=${BASH_REMATCH[2]}"
  done
}
