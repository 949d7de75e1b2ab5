import { textOf } from './expressions.ts'
import type { Placeholders } from './placeholders.ts'
import type { Step } from './step.ts'
import { subjectsOf, type Trusted } from './trust.ts'
import type { StepUse, UsesOfStep } from './uses-of-step.ts'

/** Stands for the principal of credentials of which nobody knows whose they are. */
const OTHERS = 'ARN_OF_THE_CREDENTIALS'

/** All that is known of a role, from all steps that take it. */
export class Gathered {
  readonly uses: StepUse[] = []
  /** Who takes it with GitHub's token. */
  readonly trusted: Trusted[] = []
  /** The roles with whose credentials it is taken, and the external ids that each sends; null: none, once at least. */
  readonly takenIn = new Map<string, Set<string | null>>()
  /** The kinds of runs, by where it is taken. */
  readonly takenBy = new Map<string, Set<string>>()
  readonly notes = new Set<string>()
}

/** What the steps of workflows do, by role; null is whatever credentials the job has. */
export class Roles {
  readonly byRole = new Map<string | null, Gathered>()
  /** What a person has to know of runs in which a step asks AWS for nothing, as far as it is known. */
  readonly notes = new Set<string>()
  readonly #repository: string
  readonly #placeholders: Placeholders

  /** @param repository `OWNER/NAME`, as `sub` has it */
  constructor(repository: string, placeholders: Placeholders) {
    this.#repository = repository
    this.#placeholders = placeholders
  }

  add(step: Step, { uses, chains, audience, notes }: UsesOfStep): void {
    const where = `${step.where} (job ${step.job})`
    const taken = (role: string | null) => {
      const gathered = this.#at(role)
      gathered.takenBy.set(where, (gathered.takenBy.get(where) ?? new Set()).add(step.run.name))
      return gathered
    }
    if (uses.length === 0)
      for (const note of notes) this.notes.add(`${note} (On ${step.run.name}, it needs no role otherwise.)`)
    for (const role of new Set(uses.map(({ as }) => as))) {
      const gathered = taken(role)
      gathered.uses.push(...uses.filter(({ as }) => as === role))
      for (const note of notes) gathered.notes.add(note)
      if (role === null) {
        gathered.notes.add(
          `${where}: the step has no role-to-assume, and takes whatever AWS credentials the job has.`,
        )
        continue
      }
      const { hops, others } = chains.get(role) ?? { hops: [{ role, externalId: null }], others: null }
      const [first = { role, externalId: null }, ...rest] = hops
      if (others === null) this.#trustGitHub(step, taken(first.role), audience)
      else {
        const { takenIn, notes: told } = taken(first.role)
        takenIn.set(OTHERS, (takenIn.get(OTHERS) ?? new Set()).add(first.externalId))
        told.add(
          `${where}: the role is taken with the AWS credentials of ${others}, and not with GitHub's token: in the trust policy, put the ARN of their user or role in the place of ${OTHERS}. It needs sts:AssumeRole and sts:TagSession on this role.`,
        )
      }
      let before = first.role
      for (const { role: next, externalId } of rest) {
        // Only this is of the role on the way.
        const use = { registry: 'private', repository: '*', features: ['chained-role'], as: before } as const
        this.#at(before).uses.push({ ...use, role: next })
        const { takenIn, notes: told } = taken(next)
        takenIn.set(before, (takenIn.get(before) ?? new Set()).add(externalId))
        told.add(
          `${where}: the role is taken with the credentials of ${this.#placeholders.asWritten(before)}, and not with GitHub's token.`,
        )
        before = next
      }
    }
  }

  #at(role: string | null): Gathered {
    const gathered = this.byRole.get(role) ?? new Gathered()
    this.byRole.set(role, gathered)
    return gathered
  }

  /** The step's job takes the role with GitHub's token. */
  #trustGitHub(step: Step, gathered: Gathered, audience: string): void {
    const { where, job, run, environment } = step
    const tell = (note: string) => gathered.notes.add(`${where} (job ${job}): ${note}`)
    if (!step.hasToken)
      tell(
        'GitHub gives the job no token: it needs permissions with id-token: write, and so does each job that calls it.',
      )
    const subjects = subjectsOf(environment, run.subject, '*')
    const hasEnvironment =
      environment.length > 0 && subjects.every(({ like }) => like.startsWith('environment:'))
    if (!hasEnvironment || run.isCall) for (const note of run.notes) tell(note)
    else if (run.notes.length > 0)
      tell(
        `${run.github['event_name']} takes the role by the environment ${textOf(environment)}, and the trust policy has no branch then: the environment's deployment branches and tags, and its reviewers, in the settings of the repository on GitHub, alone say who may take it.${
          /^pull_request/.test(`${run.github['event_name']}`)
            ? ' A pull request can change what runs: a role that pushes has no reason to trust one.'
            : ''
        }`,
      )
    for (const { like } of subjects)
      if (run.notes.length === 0 && /^ref:refs\/(?:heads|tags)\/\*$/.test(like))
        tell(`the trust policy has every ${like.includes('heads') ? 'branch' : 'tag'}, as ${run.name} has.`)
    if (environment.some((part) => typeof part !== 'string'))
      tell(
        `nobody knows the environment ${textOf(environment)} beforehand: the trust policy has a pattern for it.`,
      )
    if (/\$\{\{/.test(audience)) tell(`nobody knows the audience ${audience} beforehand: fill it in.`)
    const repository = run.isCall ? 'CALLING_OWNER/CALLING_REPOSITORY' : this.#repository
    for (const subject of subjects)
      gathered.trusted.push({ ...subject, repository, audience, calledBy: step.calledBy })
  }
}
