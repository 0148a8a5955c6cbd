#compdef dmctl
# Completion of dmctl for zsh: into a directory of $fpath as _dmctl, or  source <(dmctl completion zsh)
_dmctl() {
  local -a told described plain
  local line files=0
  told=("${(@f)$(${words[1]} complete-words -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}")
  for line in "${told[@]}"; do
    case $line in
      "") ;;
      :files) files=1 ;;
      *$'\t'*) described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
      *) plain+=("$line") ;;
    esac
  done
  (( $#described )) && _describe -V dmctl described
  (( $#plain )) && compadd -- "${plain[@]}"
  (( files )) && _files
  return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _dmctl "$@"; else compdef _dmctl dmctl; fi
