#!/usr/bin/env python3
"""Writes the reference Deployment Manager's configuration for a one-machine cluster.

Reads what `examples/cluster/cluster.sh env --json` prints from standard input and prints the
configuration. The demo and the end-to-end tests use it; it shows which of the cluster's facts
goes into which key.

SPDX-License-Identifier: Apache-2.0
"""

import argparse
import json
import os
import pwd
import sys
from urllib.parse import urlsplit


WAYS = ("trusted-name", "socket", "token", "proxy", "certificate")


def doors(way, directory, port):
    """listen and access of the configuration; what lies in `proof` and who the proxy is, authentication.sh says."""
    proof = os.path.join(directory, "proof")
    socket = {"path": os.path.join(directory, "api.sock"), "mode": "0666"}
    tcp = {"address": "127.0.0.1", "port": port}
    if way == "trusted-name":
        # As the original: user.name is believed, on this machine only. The socket beside it believes nobody but the kernel.
        return {"socket": socket, "tcp": [{**tcp, "authentication": ["trust_user_name"]}]}, {}
    if way == "socket":
        return {"socket": socket}, {}
    if way == "token":
        return (
            {"socket": {**socket, "mode": "0600"}, "tcp": [{**tcp, "authentication": ["token"]}]},
            {"token_file": os.path.join(proof, "tokens")},
        )
    if way == "proxy":
        # Not even other accounts of this machine can come from the proxy: the kernel says whose process it is.
        root = os.geteuid() == 0
        proxy = pwd.getpwnam("www-data").pw_uid if root else os.geteuid()
        group = {"group": "www-data"} if root else {}
        return (
            {"socket": {**socket, "mode": "0660", **group, "authentication": ["proxy"]}},
            # By what names a browser asks the proxy for the page.
            {"proxy": {"header": "X-Remote-User", "from": [f"uid:{proxy}"]}, "allowed_hosts": ["127.0.0.1", "localhost"]},
        )
    if way == "certificate":
        files = {"certificate": "server.pem", "key": "server.key", "client_ca": "ca.pem"}
        tls = {key: os.path.join(proof, name) for key, name in files.items()}
        return {"socket": {**socket, "mode": "0600"}, "tcp": [{**tcp, "authentication": ["certificate"], **tls}]}, {}
    raise ValueError(f"{way} is none of {', '.join(WAYS)}")


def configuration(cluster, directory, build, namespace, port, python=None, guard=None, way="trusted-name"):
    """The configuration as a dict.

    cluster: the object of `cluster.sh env --json`; directory: absolute, for everything the Deployment
    Manager keeps; build: absolute, with lib/flink.so and bin/flink-guard in it; port: 0 for a free one;
    python: interpreter with PyFlink, for Python components, or None; guard: absolute path of flink-guard, the
    build's by default; way: how it learns who asks, one of WAYS.
    """
    resource_manager = urlsplit(cluster["resource_manager"])
    webhdfs = urlsplit(cluster["webhdfs"])
    history_server = urlsplit(cluster["history_server"])
    environment = {
        "namespace": namespace,
        "hadoop_distro": "EXAMPLE",
        "yarn_resource_manager_host": resource_manager.hostname,
        "yarn_resource_manager_port": str(resource_manager.port),
        "webhdfs_host": webhdfs.hostname,
        "webhdfs_port": str(webhdfs.port),
        "webhdfs_user": cluster["hdfs_superuser"],
        "name_node": cluster["namenode_rpc"],
        "flink": os.path.join(cluster["flink_home"], "bin", "flink"),
        "flink_lib_dir": os.path.join(cluster["flink_home"], "lib"),
        "flink_history_server": history_server.netloc,
    }
    for member, keys in (
        ("resource_manager_backup", "yarn_resource_manager_{}_backup"),
        ("webhdfs_backup", "webhdfs_{}_backup"),
    ):
        if cluster.get(member):
            other = urlsplit(cluster[member])
            environment[keys.format("host")] = other.hostname
            environment[keys.format("port")] = str(other.port)
    if cluster.get("kafka_brokers"):
        environment["kafka_brokers"] = cluster["kafka_brokers"]
    if python:
        environment["flink_python"] = python
    listen, access = doors(way, directory, port)
    oozie = {}
    if cluster.get("oozie_url"):
        oozie = {
            "oozie_url": cluster["oozie_url"],
            "oozie_ssh_host": f"{cluster['edge_user']}@localhost",
            "oozie_resource_manager": cluster["resource_manager_rpc"],
        }
    return {
        "listen": listen,
        "access": access,
        # The cluster's applications run as a system account.
        "minimum_uid": 1,
        "admin_group": "",
        # Where packages may have directories of their own, besides their account's.
        "hdfs_directory_roots": ["/user/${user}", "/data"],
        "port_file": os.path.join(directory, "port"),
        "environment": environment,
        "plugins_path": os.path.join(build, "lib"),
        "plugin_settings": {
            "flink": {
                "state_root": cluster["state_root"],
                "install_root": os.path.join(directory, "opt"),
                "supervisor_url": cluster["supervisor_url"],
                "supervisor_config_dir": cluster["supervisor_config_dir"],
                "flink_home": cluster["flink_home"],
                "guard": guard or os.path.join(build, "bin", "flink-guard"),
                "history_archive_dir": cluster["job_archive"],
                **oozie,
                "flink_environment": {
                    "JAVA_HOME": cluster["java_home"],
                    "HADOOP_CLASSPATH": cluster["hadoop_classpath"],
                    "HADOOP_CONF_DIR": cluster["hadoop_conf_dir"],
                    "FLINK_CONF_DIR": cluster["flink_conf_dir"],
                    "JVM_ARGS": cluster["jvm_args"],
                },
            }
        },
        "data_root": os.path.join(directory, "data"),
        "stage_root": os.path.join(directory, "stage"),
        "install_root": os.path.join(directory, "opt"),
        "package_repository": os.path.join(directory, "repository"),
        "deployer_thread_limit": 8,
        "log_level": "INFO",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dir", required=True, help="directory of the Deployment Manager")
    parser.add_argument("--build", required=True, help="build directory: lib/flink.so, bin/flink-guard")
    parser.add_argument("--namespace", required=True)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--python", help="interpreter with PyFlink")
    parser.add_argument("--guard", help="flink-guard (the build's)")
    parser.add_argument("--authentication", choices=WAYS, default=WAYS[0], help="how it learns who asks")
    given = parser.parse_args()
    cluster = json.load(sys.stdin)
    result = configuration(
        cluster,
        os.path.abspath(given.dir),
        os.path.abspath(given.build),
        given.namespace,
        given.port,
        given.python,
        given.guard,
        given.authentication,
    )
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
