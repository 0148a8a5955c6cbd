# shellcheck shell=sh
# What the flink command needs on this node, for people's shells. What is set already stays.
export JAVA_HOME="${JAVA_HOME:-@JAVA_HOME@}"
export HADOOP_CONF_DIR="${HADOOP_CONF_DIR:-@HADOOP_CONF@}"
export HADOOP_CLASSPATH="${HADOOP_CLASSPATH:-@HADOOP_CLASSPATH@}"
