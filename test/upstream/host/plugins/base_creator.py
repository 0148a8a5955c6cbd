"""What the contract says of the base class of creators, as far as the adapter leaves it to it.

SPDX-License-Identifier: Apache-2.0
"""
import collections
import json
import os
import string


class Hdfs:
    """Notes what would be done."""

    def __init__(self):
        self.done = []
        self.on_remove = None

    def make_dir(self, path):
        self.done.append(("make_dir", path))

    def remove(self, path, recursive=False):
        if self.on_remove:
            self.on_remove(path)
        self.done.append(("remove", path, recursive))


class Creator:
    def __init__(self, config, environment, namespace):
        self._config, self._environment, self._namespace = config, environment, namespace
        for key in ("webhdfs_host", "webhdfs_port", "webhdfs_user"):
            environment[key]  # needed
        self._hdfs_client = Hdfs()

    def validate_components(self, components):
        found = {name: self.validate_component(component) for name, component in components.items()}
        return {name: messages for name, messages in found.items() if messages}

    def _instantiate_properties(self, application_name, user_name, component, property_overrides):
        name = component["component_name"]
        root = "/pnda/system/deployment-manager/applications/%s/%s" % (user_name, application_name)
        properties = collections.OrderedDict()
        properties.update(("environment_" + key, value) for key, value in self._environment.items())
        properties.update(("component_" + key, value) for key, value in component["component_detail"].get("properties.json", {}).items())
        properties.update(("component_" + key, value) for key, value in property_overrides.items())
        properties.update(component_application=application_name, component_name=name, application_hdfs_root=root,
                          component_job_name="%s-%s-job" % (application_name, name), component_hdfs_root="%s/%s" % (root, name),
                          application_user=user_name)
        return properties

    def _create_optional_descriptors(self, staged_component_path, component, properties):
        if "hdfs.json" not in component["component_detail"]:
            return {}
        with open(os.path.join(staged_component_path, "hdfs.json"), encoding="utf-8") as file:
            elements = json.loads(string.Template(file.read()).safe_substitute(properties))
        for element in elements:
            properties["hdfspath_" + element["name"]] = element["path"]
            self._hdfs_client.make_dir(element["path"])
        return {"hdfs.json": elements}

    def _destroy_optional_descriptors(self, descriptors):
        for element in descriptors.get("hdfs.json", []):
            if element["delete_on_undeploy"] > 0:
                self._hdfs_client.remove(element["path"].rsplit("/", element["delete_on_undeploy"])[0], recursive=True)
