# The ways in which the demo's Deployment Manager learns who asks (examples/manager/README.md, "Who asks, and who may"): what
# each needs beside the configuration, and what it needs of curl. Sourced by demo.sh, which sets directory, manager_directory,
# build, here, port_base and user.
#
# What is secret lies in files that this account alone may read; what is printed, and what other processes see of a command,
# names these files.

known_ways=(trusted-name socket token proxy certificate)
proof_directory=$manager_directory/proof
proxy_directory=$manager_directory/proxy

check_way() {
  local way
  for way in "${known_ways[@]}"; do [[ $1 != "$way" ]] || return 0; done
  echo "error: --authentication $1: known are ${known_ways[*]}" >&2
  exit 2
}

# Settles authentication: what was asked for, what the one that runs here takes, or the default.
choose_way() {
  local running
  if $found_manager; then
    running=$(cat "$manager_directory/authentication" 2> /dev/null || echo trusted-name)
    [[ ${authentication:-$running} == "$running" ]] ||
      fail "the Deployment Manager that runs in $directory takes $running, not $authentication; end it first: $(down_command)"
    authentication=$running
  fi
  : "${authentication:=trusted-name}"
}

# Makes anew what proves that somebody is $user.
make_proof() {
  rm -rf -- "$proof_directory" "$proxy_directory"
  mkdir -m 700 -- "$proof_directory"
  case $authentication in
    token) make_token ;;
    proxy) make_password ;;
    certificate) make_certificates ;;
  esac
  printf '%s\n' "$authentication" > "$manager_directory/authentication"
}

make_token() {
  local token
  token=$("$build/bin/deployment-manager" token create --file "$proof_directory/tokens" --user "$user" \
    --role read --role deploy --role operate --days 30 --comment "the demo's" 2> "$proof_directory/problem") ||
    fail "$(< "$proof_directory/problem")"
  rm -f -- "$proof_directory/problem"
  (umask 077 && printf 'Authorization: Bearer %s\n' "$token" > "$proof_directory/authorization")
}

# One authority, one certificate of the server and one of $user, by private keys without a password.
make_certificates() {
  (
    umask 077
    cd -- "$proof_directory"
    new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc)
    sign() { # NAME SUBJECT EXTENSIONS
      openssl req "${new_key[@]}" -keyout "$1.key" -subj "$2" -out "$1.csr" &&
        openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile <(printf '%b' "$3") \
          -out "$1.pem"
    }
    {
      openssl req -x509 "${new_key[@]}" -keyout ca.key -subj "/CN=the demo's own authority" -days 30 -out ca.pem &&
        sign server /CN=localhost 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' &&
        sign client "/CN=$user" 'extendedKeyUsage=clientAuth\n'
    } > problem 2>&1 || exit
    rm -f -- ./*.csr ca.key ca.srl problem # nobody needs to sign more
  ) || fail "openssl made no certificates: $(< "$proof_directory/problem")"
}

# nginx's processes do not run as root; as an ordinary user they are that user's.
proxy_account() { if ((EUID == 0)); then echo www-data; else id -un; fi; }

# A password for the proxy: as it keeps it, and as curl takes it.
make_password() {
  local password
  password=$(openssl rand -hex 16)
  mkdir -m 755 -- "$proxy_directory"
  (
    umask 077
    printf 'machine 127.0.0.1 login %s password %s\n' "$user" "$password" > "$proof_directory/netrc"
    printf '%s:%s\n' "$user" "$(openssl passwd -6 -stdin <<< "$password")" > "$proxy_directory/users"
  )
  if ((EUID == 0)); then
    chgrp www-data "$proxy_directory/users"
    chmod 640 "$proxy_directory/users"
    setpriv --reuid=www-data --regid=www-data --clear-groups test -r "$proxy_directory/users" ||
      fail "www-data, which nginx runs as, cannot reach $directory; name a directory with --dir that every account may enter"
  fi
}

# nginx in front: it asks for the password, and tells the Deployment Manager, over the socket, who it was.
start_proxy() {
  local account='' nginx
  nginx=$(PATH=$PATH:/usr/sbin:/sbin command -v nginx) || fail "nginx is not there: apt-get install nginx"
  if ((EUID == 0)); then account="user www-data;"; fi
  sed "s#@USER@#$account#; s#@DIR@#$proxy_directory#; s#@SOCKET@#$manager_directory/api.sock#; s#@PORT@#$((port_base + 19))#" \
    "$here/demo/nginx.conf" > "$proxy_directory/nginx.conf"
  show "$nginx" -p "$proxy_directory" -e error.log -c "$proxy_directory/nginx.conf" 3>&- < /dev/null ||
    fail "nginx does not start; see $proxy_directory/error.log"
  printf '%s\n' $((port_base + 19)) > "$manager_directory/port"
}

stop_proxy() {
  local pid
  [[ -s $proxy_directory/pid ]] || return 0
  pid=$(< "$proxy_directory/pid")
  # Its number may be somebody else's by now.
  if tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF -- "$proxy_directory/nginx.conf"; then end_process "$pid"; fi
}

# Sets dm, the address, proof, the options of curl, and client_variables, the environment of dmctl.
use_proof() {
  local scheme=http
  proof=()
  # A configuration that is not there: contexts of whoever runs the demo have no part in it.
  client_variables=("DMCTL_CONFIG=$manager_directory/dmctl.json" "DMCTL_USER=$user")
  case $authentication in
    socket)
      proof=(--unix-socket "$manager_directory/api.sock")
      dm=http://localhost
      client_variables+=("DMCTL_SOCKET=$manager_directory/api.sock")
      return
      ;;
    token)
      proof=(--header "@$proof_directory/authorization")
      client_variables+=("DMCTL_TOKEN_FILE=$proof_directory/authorization")
      ;;
    proxy)
      proof=(--netrc-file "$proof_directory/netrc")
      client_variables+=("DMCTL_NETRC_FILE=$proof_directory/netrc")
      ;;
    certificate)
      proof=(--cacert "$proof_directory/ca.pem" --cert "$proof_directory/client.pem" --key "$proof_directory/client.key")
      client_variables+=("DMCTL_CA=$proof_directory/ca.pem" "DMCTL_CERTIFICATE=$proof_directory/client.pem"
        "DMCTL_KEY=$proof_directory/client.key")
      scheme=https
      ;;
  esac
  dm=$scheme://127.0.0.1:$(< "$manager_directory/port")
  client_variables+=("DMCTL_URL=$dm")
}
