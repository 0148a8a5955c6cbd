# The cluster's YARN applications, as far as stopping the cluster concerns them.

live_applications() {
  get "$ACTIVE_RESOURCE_MANAGER/ws/v1/cluster/apps?user.name=$(service_user)&states=NEW,NEW_SAVING,SUBMITTED,ACCEPTED,RUNNING" |
    jq -r '.apps.app[]?.id'
}

# Ends all applications while the ResourceManager can still record it: it would look for them again at
# the next start. One that cannot be ended this way ends with its containers.
end_applications() {
  local application applications=() round
  find_active_resource_manager || return 0
  for ((round = 0; round < 100; round++)); do
    mapfile -t applications < <(live_applications)
    ((${#applications[@]} > 0)) || return 0
    if ((round % 20 == 0)); then
      step "ending ${#applications[@]} YARN application(s)"
      for application in "${applications[@]}"; do
        get -X PUT -H 'Content-Type: application/json' -d '{"state":"KILLED"}' -o /dev/null \
          "$ACTIVE_RESOURCE_MANAGER/ws/v1/cluster/apps/$application/state?user.name=$(service_user)" || true
      done
    fi
    sleep 0.1
  done
  say "still not ended by YARN, their containers will be killed: ${applications[*]}"
}
