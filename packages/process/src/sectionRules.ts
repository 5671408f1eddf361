/** Rules between the numbers of a section, told by the names under which a person wrote them. */
import { ConfigProblems, keyName } from "@reefkv/config"
import { Effect } from "effect"

/** `validate` speaks of fields (`leaseMs`); the operator reads of keys (`raftstore.lease`). */
export const obeyRules = <Section extends object>(
  section: string,
  values: Section,
  validate: (values: Section) => ReadonlyArray<string>
): Effect.Effect<void, ConfigProblems> => {
  const problems = validate(values).map((problem) =>
    problem.replace(/\b[a-z]+[A-Z]\w*/g, (word) => (word in values ? keyName(section, word) : word))
  )
  return problems.length === 0 ? Effect.void : Effect.fail(new ConfigProblems({ problems }))
}
