# Completion of dmctl for bash: in share/bash-completion/completions, or
#   source <(dmctl completion bash)
#
# The words are handed over as arguments, so that nothing in them is read as shell. bash divides words at = and :, which dmctl
# gets whole; what it answers is cut there again.
# SPDX-License-Identifier: Apache-2.0
_dmctl() {
  local line cut current=${COMP_WORDS[COMP_CWORD]} files=0
  local -a words=()
  local before=${COMP_LINE:0:COMP_POINT}
  # The words as they are typed: bash has divided them at = and :, too.
  local i word='' rest=$before piece
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    piece=${COMP_WORDS[i]}
    if [[ $i -gt 0 && $rest != [[:space:]]* && -n $word ]]; then word+=$piece
    else
      [[ $i -eq 0 ]] || words+=("$word")
      word=$piece
    fi
    rest=${rest#"${rest%%[![:space:]]*}"}
    rest=${rest#"$piece"}
  done
  words=("${words[@]:1}" "$word")
  cut=${word%"$current"}
  if [[ $current == [=:] ]]; then cut=$word current=''; fi
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; continue; fi
    line=${line%%$'\t'*}
    [[ -n $line ]] && COMPREPLY+=("$(printf '%q' "${line#"$cut"}")")
  done < <("${COMP_WORDS[0]}" complete-words -- "${words[@]}" 2> /dev/null)
  if ((files)); then
    compopt -o filenames 2> /dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
  fi
}
complete -F _dmctl dmctl
