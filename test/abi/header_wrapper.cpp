// dm_plugin.hpp twice, without exceptions and without RTTI; every template of it used once.
#include "dm_plugin.hpp"
#include "dm_plugin.hpp"

bool host_runs(const std::string& path);

bool host_runs(const std::string& path) {
  const dm::plugin plugin = dm::plugin::load(path);
  if (!plugin) return false;
  dm::logger log;
  log.write = [](std::int32_t, const std::string&) {};
  const dm::session session(plugin, plugin.problem(), log);
  const dm::call call(session);
  return session && plugin.has(&dm_plugin::find) && session.run(&dm_plugin::status, "{}", &call).ok() &&
         session.run(&dm_savepoint::list, "{}").ok() && session.run(&dm_logs::read, "{}").ok() &&
         session.run(&dm_diagnosis::explain, "{}").ok() && session.run(&dm_metrics::figures, "{}").ok() &&
         session.run(&dm_housekeeping::inspect, "{}").ok();
}
