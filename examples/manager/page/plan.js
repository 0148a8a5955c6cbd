// What would be done, asked for and asked for again: what somebody confirms is what he has seen.
// SPDX-License-Identifier: Apache-2.0

const fresh_for = 15000; // ms

const essence = ({possible, obstacles, steps}) => JSON.stringify([possible, obstacles, steps]);

// ask(): a promise of an answer of …/plan.
export function planned(ask) {
  const seen = {answer: null, at: 0};
  const look = async () => {
    seen.answer = await ask();
    seen.at = Date.now();
    return seen.answer;
  };
  return {
    look,
    // Before it is done: null, or what it has become since it was seen, which is to be seen first.
    async become() {
      if (!seen.answer || Math.abs(Date.now() - seen.at) < fresh_for) return null;
      const before = essence(seen.answer);
      const now = await look();
      return essence(now) === before ? null : now;
    },
  };
}
